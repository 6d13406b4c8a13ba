"""The latch: a sign at the beginning must outlive the noise that follows (after Bengio, Simard & Frasconi 1994).

One input a step. In the first L steps it is +1 or −1, the class, plus noise; afterwards it is noise alone. At the end the class is due.
Classes are equally likely, so chance is ½. The best rule takes the sign of the sum of the first L inputs and is right
with probability Φ(√L / noise), Φ being the normal distribution function.

In the paper the values of the first L inputs are learned together with the weights; here they are given. What remains
is its question: one tanh unit can hold the sign for ever only if its weight to itself is greater than 1.
"""

from typing import NamedTuple

import numpy as np

from . import _checks


class LatchTask(NamedTuple):
    """``n`` sequences of ``T`` numbers, time first: (inputs, targets) for ``fit``.

    inputs   (T, n, 1) float32
    targets  (1, n) int, 0 for −1 and 1 for +1, due at the last step
    """

    inputs: np.ndarray
    targets: np.ndarray


def latch(n, T, rng, *, L=3, noise=0.2):
    """Draw ``n`` sequences of ``T`` steps of which the first ``L`` carry the class, as :class:`LatchTask`.

    ``noise`` is the standard deviation of what is added at every step. Raises TypeError or ValueError for arguments
    outside their range.
    """
    n, rng, L = _checks.positive_int("n", n), _checks.generator(rng), _checks.positive_int("L", L)
    T = _checks.positive_int("T", T, minimum=L)
    if noise < 0:
        raise ValueError(f"noise must not be negative, but it is {noise}")
    inputs = noise * rng.standard_normal((T, n, 1), dtype=np.float32)
    targets = rng.integers(2, size=(1, n))
    inputs[:L, :, 0] += 2 * targets - 1
    return LatchTask(inputs, targets)
