"""Adding: two numbers of a long list are marked, and their sum is due at the end.

``form="signed"``  after experiment 4 of Hochreiter & Schmidhuber (1997): values in [−1, 1], target ½ + (X₁ + X₂)/4
``form="unit"``    the later form (Le, Jaitly & Hinton 2015; Arjovsky et al. 2016): values in [0, 1], target X₁ + X₂

The numbers are real, so storing is not enough: the cell must store one number exactly and add the other to it. Who
always says the mean has the variance of the target as mean squared error: 1/24 ≈ .0417 for "signed", 1/6 ≈ .1667 for
"unit". The 1997 paper calls an answer right when it is off by less than .04; the mean alone achieves that in .154 of all
cases of "signed", and in .078 of "unit".
"""

from typing import NamedTuple

import numpy as np

from . import _checks

FORMS = ("signed", "unit")
BASELINE = {"signed": 1 / 24, "unit": 1 / 6}  # mean squared error of the best constant
CLOSE = 0.04  # an answer nearer than this is right, in the 1997 paper


class AddingTask(NamedTuple):
    """``n`` lists of ``T`` pairs, time first: (inputs, targets) for ``fit`` with ``squared_error``.

    inputs   (T, n, 2) float32, value and mark; 1 marks a number to add
    targets  (1, n) float32, due at the last step
    """

    inputs: np.ndarray
    targets: np.ndarray


def adding(n, T, rng, *, form="signed"):
    """Draw ``n`` lists of ``T`` pairs, as :class:`AddingTask`.

    "signed": X₁ is one of the pairs 2 to 10, X₂ another one before the middle of the list; the first and the last
    pair have the mark −1. (In the paper the lists of one training run are up to a tenth longer, at random, and X₁ may
    be the first pair, which then counts as 0.) Needs ``T`` ≥ 22. "unit": X₁ stands in the first half, X₂ in the
    second; no other marks. Raises TypeError or ValueError for arguments outside their range.
    """
    n, rng, form = _checks.positive_int("n", n), _checks.generator(rng), _checks.choice("form", form, FORMS)
    T, every = _checks.positive_int("T", T, minimum=22 if form == "signed" else 2), np.arange(n)
    inputs = np.zeros((T, n, 2), dtype=np.float32)
    if form == "signed":
        first, second = rng.integers(1, 10, size=n), rng.integers(1, T // 2 - 2, size=n)
        second += second >= first
        inputs[..., 0] = rng.uniform(-1, 1, size=(T, n))
        inputs[[0, -1], :, 1] = -1
    else:
        first, second = rng.integers(T // 2, size=n), rng.integers(T // 2, T, size=n)
        inputs[..., 0] = rng.uniform(0, 1, size=(T, n))
    marked = np.stack([first, second])
    inputs[marked, every, 1] = 1
    total = inputs[marked, every, 0].sum(axis=0, keepdims=True)
    return AddingTask(inputs, np.float32(0.5) + total / 4 if form == "signed" else total)
