"""A long lag without noise: two sequences that differ in their first and last symbol only (Hochreiter & Schmidhuber 1997, task 2a).

    x a₁ a₂ … a_{p−1} x        y a₁ a₂ … a_{p−1} y

Each is drawn with probability ½, and every next symbol is to be predicted. All but the last follow from the symbol
before; the last is the first, p steps ago. Who forgets it has ½ there, and a mean loss of ln 2 / p nats a symbol.
There is no noise and there are only two sequences, yet at p = 100 no gradient of a plain RNN reaches the first symbol.
"""

from typing import NamedTuple

import numpy as np

from . import _checks


class LagTask(NamedTuple):
    """``n`` sequences of p + 1 symbols, time first: (inputs, targets) for ``fit``.

    inputs   (p, n) int, all symbols but the last: a₁ … a_{p−1} are 0 … p − 2, x is p − 1, y is p
    targets  (p, n) int, the symbol after each
    """

    inputs: np.ndarray
    targets: np.ndarray

    @property
    def answer(self):
        """(inputs, answers): the last symbol alone, (1, n), for scoring. Chance is ½."""
        return self.inputs, self.targets[-1:]


def noise_free_lag(n, p, rng):
    """Draw ``n`` sequences over which the first symbol must be kept for ``p`` steps, as :class:`LagTask`; there are p + 1 symbols.

    Raises TypeError or ValueError for arguments outside their range.
    """
    n, p, rng = _checks.positive_int("n", n), _checks.positive_int("p", p), _checks.generator(rng)
    ends = p - 1 + rng.integers(2, size=(1, n))
    middle = np.broadcast_to(np.arange(p - 1)[:, None], (p - 1, n))
    return LagTask(np.concatenate([ends, middle]), np.concatenate([middle, ends]))
