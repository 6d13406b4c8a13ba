"""What a net remembers, asked in three ways: by reading, by watching, by changing.

A probe is a linear classifier that is not part of the net. If it reads a fact from h_t, the fact is there, in a form
that the net's own read-out could use; whether it does use it is another question. An intervention answers that: change
one unit, or one gate, run the net again, and see which answers change. Every intervention here is a change of
parameters or of the first state; the engine's loop then runs as always. Fit, or select, on some data and score on other.
"""

from typing import Any, NamedTuple

import numpy as np

from ..recurrence import unroll

ALWAYS = 1000.0  # a bias with which a sigmoid is exactly 1, and with its negative exactly 0


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


class Opened(NamedTuple):
    """A trained ``models.LanguageModel`` as NumPy arrays, for the engine to run, as it is or with something changed.

    ``cell`` and its ``params``; ``embedding`` (vocabulary, D); the read-out ``V`` (vocabulary, H) and ``b`` (vocabulary,).
    """

    cell: Any
    params: Any
    embedding: np.ndarray
    V: np.ndarray
    b: np.ndarray

    def run(self, words, params=None, state=None):
        """``unroll`` over words (T, B) int, perhaps with other ``params``, whose ensemble axes the run then has, and from a
        given ``state``.
        """
        params, x = self.params if params is None else params, self.embedding[words]
        axes = np.ndim(params.b) - 1
        return unroll(self.cell, params, x.reshape(len(x), *(1,) * axes, *x.shape[1:]), state)

    def prefers(self, h, word, twin):
        """Whether the read-out gives ``word`` a higher score than ``twin``: h (…, H), two int arrays (…) → (…) bool."""
        return np.einsum("...h,...h->...", h, self.V[word] - self.V[twin]) + self.b[word] - self.b[twin] > 0


def opened(model):
    """Open a ``models.LanguageModel`` with one layer, such as ``history.models[0]``."""
    layer, array = model.recurrent, lambda tensor: tensor.detach().numpy()
    if layer.num_layers != 1 or layer.bidirectional:
        raise ValueError(f"model must have one layer and one direction, but it has {layer}")
    params = type(layer.params())(*map(array, layer.params()))
    return Opened(layer.cells[0], params, *map(array, (model.embedding.weight, model.read_out.weight, model.read_out.bias)))


def clamped(cell, params, unit, value, batch):
    """``params`` and first state with which c of ``unit`` has ``value`` at every step: (params, state), for ``unroll``.

    No hook is needed: a forget gate that is exactly 1 and an input gate that is exactly 0 make the unit a belt that
    nothing touches, and the value is put on it at the start. ``unit`` and ``value`` may be arrays (K,): then the results
    have an ensemble axis of K, and member k has unit[k] clamped. ``batch``: the number of examples.
    """
    unit, value = np.broadcast_arrays(np.asarray(unit), np.asarray(value, dtype=params.b.dtype))
    if unit.dtype.kind not in "iu" or unit.ndim > 1 or not ((0 <= unit) & (unit < cell.hidden_size)).all():
        raise ValueError(f"unit must be an int or an array (K,) of them from 0 to {cell.hidden_size - 1}, but it is {unit}")
    b = np.array(np.broadcast_to(params.b, (*unit.shape, *params.b.shape)))
    c = np.zeros((*unit.shape, batch, cell.hidden_size), dtype=b.dtype)
    at = unit[..., None]
    for gate, bias in (("f", ALWAYS), ("i", -ALWAYS)):
        np.put_along_axis(b[..., cell.rows(gate)], at, bias, axis=-1)
    np.put_along_axis(c, at[..., None], value[..., None, None], axis=-1)
    return params._replace(b=b), cell.State(np.zeros_like(c), c)


def gate_fixed(cell, params, gate, value):
    """``params`` with which ``gate`` has ``value`` in (0, 1), a number or one for each unit (H,), whatever the net reads.

    The gate's rows of W and U are zero, its bias is the value's logit. ``value`` 1 and 0 are met exactly too.
    """
    value = np.asarray(value, dtype=float)
    if gate not in ("i", "f", "o") or value.min() < 0 or value.max() > 1:
        raise ValueError(f"gate must be 'i', 'f' or 'o' and value from 0 to 1, but they are {gate!r} and {value}")
    W, U, b = map(np.array, params)
    rows = cell.rows(gate)
    W[rows], U[rows] = 0, 0
    with np.errstate(divide="ignore"):
        b[rows] = np.clip(np.log(value) - np.log1p(-value), -ALWAYS, ALWAYS)
    return params._replace(W=W, U=U, b=b)


def around(values, events, before, after):
    """What happens around events: (n, before + 1 + after) from ``values`` (T, B) and ``events`` (T, B) bool.

    Row k is the stretch around the k-th event, the event itself in column ``before``. Events too near an end are left out.
    """
    values, events = np.asarray(values), np.asarray(events)
    if values.shape != events.shape or events.dtype != bool:
        raise ValueError(f"values (T, B) and events (T, B) bool must match, but they are {values.shape} and {events.shape} {events.dtype}")
    t, example = np.nonzero(events)
    inside = (t >= before) & (t + after < len(values))
    return values[t[inside, None] + np.arange(-before, after + 1), example[inside, None]]


def retention(f, events):
    """f_{t−1} f_t where an event stands at t: what is left of a cell after the event's word and the word before. (n,)

    ``f`` (T, B), one unit's forget gate; ``events`` (T, B) bool, such as the nouns that name a new subject: then the
    word before is its "the", at which a net may forget already.
    """
    return around(f, events, 1, 0).prod(axis=1)
