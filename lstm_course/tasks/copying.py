"""Copying: ten symbols, a long silence, a signal, and then the ten symbols from memory (Arjovsky, Shah & Bengio 2016).

    input    a b c … j  _ _ _ … _  !  _ _ _ … _        T + 20 steps
    target   _ _ _ … _  _ _ _ … _  _  a b c … j

There are 8 symbols, equally likely and independent. Who remembers nothing can still be silent when silence is due and
guess at the end: a mean cross-entropy of 10 ln 8 / (T + 20) nats a step, and 1/8 of the symbols right.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

SYMBOLS, LENGTH = 8, 10
BLANK, SIGNAL = SYMBOLS, SYMBOLS + 1


class CopyTask(NamedTuple):
    """``n`` sequences of T + 20 steps, time first: (inputs, targets) for ``fit``.

    inputs   (T + 20, n) int: symbols 0 … 7, the blank 8, the signal 9
    targets  (T + 20, n) int: symbols and blanks
    """

    inputs: np.ndarray
    targets: np.ndarray

    @property
    def recall(self):
        """(inputs, targets) of the last ten steps alone, (10, n), where the symbols are due."""
        return self.inputs, self.targets[-LENGTH:]


def copying(n, T, rng):
    """Draw ``n`` sequences in which the symbols wait for ``T`` steps, as :class:`CopyTask`.

    Raises TypeError or ValueError for arguments outside their range.
    """
    n, T, rng = _checks.positive_int("n", n), _checks.positive_int("T", T), _checks.generator(rng)
    inputs, targets = np.full((2, T + 2 * LENGTH, n), BLANK)
    inputs[:LENGTH] = targets[-LENGTH:] = rng.integers(SYMBOLS, size=(LENGTH, n))
    inputs[-LENGTH - 1] = SIGNAL
    return CopyTask(inputs, targets)


def memoryless_loss(T):
    """10 ln 8 / (T + 20): the mean cross-entropy in nats of the best predictor without a memory."""
    return LENGTH * np.log(SYMBOLS) / (T + 2 * LENGTH)
