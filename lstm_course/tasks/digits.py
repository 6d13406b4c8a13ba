"""Real data, small enough for a page: scikit-learn's 1,797 handwritten digits of 8 × 8 pixels, read in order.

As 8 rows of 8 pixels a model has eight steps; as 64 pixels one at a time it must carry what it saw over as many steps,
as in the sequential MNIST of Le, Jaitly & Hinton (*A simple way to initialize recurrent networks of rectified linear
units*, 2015). Only the answer after the last step counts. Source: Alpaydin & Kaynak (*Optical recognition of
handwritten digits*, UCI Machine Learning Repository, 1998), its test set. Chance: the ten digits are nearly equally
frequent; always naming the commonest is right at 10 %.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

READINGS = {"rows": (8, 8), "pixels": (64, 1)}


class Digits(NamedTuple):
    """Digits to learn from, ``train``, and others, ``test``: (inputs, targets), as ``fit`` and ``accuracy`` take them.

    inputs (T, n, D) float32 from 0 (paper) to 1 (ink), T = 8 and D = 8 for rows, 64 and 1 for pixels; targets (1, n) int
    """

    train: tuple
    test: tuple


def digits(rng, *, as_="rows", test=360):
    """Scikit-learn's digits ``as_`` "rows" or "pixels", ``test`` of them, drawn at random, set aside: :class:`Digits`.

    Each digit has the same share of both parts (to one). Raises TypeError or ValueError for arguments outside their range.
    """
    from sklearn.datasets import load_digits  # a second to import, which no other task needs

    rng, test = _checks.generator(rng), _checks.positive_int("test", test, minimum=10)
    T, D = READINGS[_checks.choice("as_", as_, READINGS)]
    images, labels = load_digits(return_X_y=True)
    if test > len(labels) - 10:
        raise ValueError(f"test must leave ten digits to learn from, at most {len(labels) - 10}, but it is {test}")
    order = rng.permutation(len(labels))
    rank = np.empty(len(labels))
    for digit in range(10):  # the k-th of m ones has the rank (k + ½)/m: lowest ranks, equal shares
        its = order[labels[order] == digit]
        rank[its] = (np.arange(len(its)) + 0.5) / len(its)
    order = order[rank[order].argsort(kind="stable")]
    sequences = (images / 16).astype(np.float32).reshape(-1, T, D).swapaxes(0, 1)
    return Digits(*((np.ascontiguousarray(sequences[:, part]), labels[None, part]) for part in (order[test:], order[:test])))
