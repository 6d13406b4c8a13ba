"""Temporal order: which of X and Y came first, among distracting symbols (Hochreiter & Schmidhuber 1997, task 6a).

    E  a c b d … X … d a a c … Y … b d  B      →  XY

The class is one of XX, XY, YX, YY, equally likely, so chance is 1/4; who knows only the second of the two has 1/2.
The two symbols are the same for XY and YX: a memory that adds up what it has seen cannot tell them apart.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

ORDER_SYMBOLS = ("E", "B", "a", "b", "c", "d", "X", "Y")
ORDERS = ("XX", "XY", "YX", "YY")


class OrderTask(NamedTuple):
    """``n`` sequences of ``T`` symbols, time first: (inputs, targets) for ``fit``.

    inputs   (T, n) int, index into ``ORDER_SYMBOLS``
    targets  (1, n) int, index into ``ORDERS``, due at the last step, where the trigger B is read
    """

    inputs: np.ndarray
    targets: np.ndarray


def temporal_order(n, T, rng):
    """Draw ``n`` sequences of ``T`` ≥ 10 symbols, as :class:`OrderTask`.

    The first is E, the last B; one X or Y stands from step T/10 to T/5, the other from T/2 to 3T/5, all other symbols
    are drawn from a, b, c, d. With ``T`` = 100 these are the paper's 10 to 20 and 50 to 60; its sequences have 100 to
    110 symbols. Raises TypeError or ValueError for arguments outside their range.
    """
    n, T, rng = _checks.positive_int("n", n), _checks.positive_int("T", T, minimum=10), _checks.generator(rng)
    inputs = rng.integers(2, 6, size=(T, n))
    inputs[0], inputs[-1] = 0, 1
    symbols = rng.integers(2, size=(2, n))
    first, second = (rng.integers(int(low * T), int(high * T) + 1, size=n) for low, high in ((0.1, 0.2), (0.5, 0.6)))
    inputs[[first, second], np.arange(n)] = 6 + symbols
    return OrderTask(inputs, 2 * symbols[:1] + symbols[1:])
