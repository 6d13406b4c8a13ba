"""What a linear read-out finds in a hidden state: fitted on some data, scored on other.

A probe is a linear classifier that is not part of the net. If it reads a fact from h_t, the fact is there, in a form
that the net's own read-out could use; whether it does use it is another question.
"""

from typing import NamedTuple

import numpy as np


class Probe(NamedTuple):
    """A fitted linear classifier: scores h V.T + b. ``V`` (classes, H), ``b`` (classes,)."""

    V: np.ndarray
    b: np.ndarray

    def predict(self, h):
        """The class with the greatest score: h (…, H) → (…) int."""
        return (np.asarray(h) @ self.V.T + self.b).argmax(axis=-1)

    def correct(self, h, labels):
        """Which predictions are right: (…) bool."""
        return self.predict(h) == labels


def fit_probe(h, labels, ridge=1e-3):
    """Least squares from h (…, H) to one-hot ``labels`` (…) int, with a penalty of ``ridge`` per example on the
    weights, in closed form.
    """
    h, labels = np.asarray(h, dtype=float), np.asarray(labels)
    if h.shape[:-1] != labels.shape:
        raise ValueError(f"h must be (…, H) and labels (…), but their shapes are {h.shape} and {labels.shape}")
    h, labels = h.reshape(-1, h.shape[-1]), labels.ravel()
    one_hot = np.eye(labels.max() + 1)[labels]
    middle, share = h.mean(axis=0), one_hot.mean(axis=0)
    centred = h - middle
    covariance = centred.T @ centred / len(h) + ridge * np.eye(h.shape[1])
    V = np.linalg.solve(covariance, centred.T @ (one_hot - share) / len(h)).T
    return Probe(V, share - V @ middle)


def by_group(correct, group):
    """The mean of ``correct`` (…), bools or shares, for each value of ``group`` (…) int ≥ 0: index k holds
    group k, NaN if it is empty.
    """
    correct, group = np.asarray(correct), np.asarray(group)
    if correct.shape != group.shape:
        raise ValueError(f"correct and group must have one shape, but they have {correct.shape} and {group.shape}")
    count = np.bincount(group.ravel())
    hits = np.bincount(group.ravel(), weights=correct.ravel())
    return np.divide(hits, count, out=np.full(len(count), np.nan), where=count > 0)
