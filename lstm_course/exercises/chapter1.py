"""The exercises of chapter 1."""

import numpy as np

from ..feedforward import FeedForward, Params, cross_entropy
from . import Exercise, values


# 1.1: the designed net at x = (1, 0)

_V = np.array([[0.0, 0], [4, -8]])


def _blame(dy=(0.119, -0.119), V=_V, slope=(1, 0)):
    dy, h, x = np.array(dy), np.array([1.0, 0]), np.array([1.0, 0])
    dh = V.T @ dy
    da = dh * slope
    return {"dy": dy, "dV": np.outer(dy, h), "dh": dh, "da": da, "dW": np.outer(da, x)}


# 1.3 and 1.4: a small net on random numbers


def _small():
    net, rng = FeedForward(4, 5, 3), np.random.default_rng(13)
    return net, net.init(rng), rng.normal(size=(6, 4)), rng.integers(3, size=6)


def _largest(net, params, x, labels, factor):
    return np.abs(_dW(net, params._replace(W=factor * params.W), x, labels)).max()


def _dW(net, params, x, labels, trace=None):
    trace = trace or net.forward(params, x)
    return net.backward(params, x, trace, cross_entropy(trace.y, labels)[1]).params.W


def _every(net, params, x, labels, factor):
    return np.abs(_dW(net, Params(*(factor * p for p in params)), x, labels)).max()


def _read_out(net, params, x, labels, factor):
    return np.abs(_dW(net, params._replace(V=factor * params.V), x, labels)).max()


def _stale(net, params, x, labels, factor):
    wide = params._replace(W=factor * params.W)
    return np.abs(_dW(net, wide, x, labels, net.forward(params, x))).max()


def _signed(net, params, x, labels, factor):
    return _dW(net, params._replace(W=factor * params.W), x, labels).max()


def _starved(answer):
    net, params, x, labels = _small()
    return {f"largest dW at W × {factor}": [answer(net, params, x, (labels + k) % 3, factor) for k in range(3)] for factor in (1, 10, 100)}


def _backward(slope, share=1):
    """A backward pass whose slope is a function of h, and which takes a ``share`` of dy."""

    def backward(params, x, trace, dy):
        dy = share * dy
        da = dy @ params.V * slope(trace.h)
        return Params(da.T @ x, da.sum(0), dy.T @ trace.h, dy.sum(0))

    return backward


def _bend_late(params, x, trace, dy):
    da = dy @ params.V
    return Params((da * (1 - trace.h**2)).T @ x, da.sum(0), dy.T @ trace.h, dy.sum(0))


def _mended(answer):
    net, params, x, labels = _small()
    trace = net.forward(params, x)
    found = answer(params, x, trace, cross_entropy(trace.y, labels)[1])
    return {f"d{name}": gradient for name, gradient in zip(Params._fields, found, strict=True)}


# 1.5: bits


def _log_q(y, axis=-1):
    y = y - y.max(axis=axis, keepdims=True)
    return y - np.log(np.exp(y).sum(axis=axis, keepdims=True))


def _bits(y, labels):
    return -_log_q(y)[np.arange(len(y)), labels].mean() / np.log(2)


def _from_q(y, labels, shift):
    with np.errstate(all="ignore"):
        e = np.exp(y - shift * y.max(axis=-1, keepdims=True))
        return -np.log2((e / e.sum(axis=-1, keepdims=True))[np.arange(len(y)), labels]).mean()


def _paid(answer):
    y = np.array([[0.0, 1, -1], [2, 2, 2], [1, 0, 3], [-2, 1, 0]])
    labels = np.array([1, 2, 0, 1])
    return {"bits": answer(y, labels), "bits of large scores": answer(400 * y, labels)}


# 1.6: a window of k frames


def _window(ambiguous, distance, k):
    return 0.5 + 0.5 * (distance[ambiguous] < k).mean()


def _predicted(answer):
    rng = np.random.default_rng(16)
    distance = rng.integers(0, 13, size=(30, 50))
    ambiguous = (distance > 0) & (rng.random(distance.shape) < 2 / 3)
    return {f"k = {k}": answer(ambiguous, distance, k) for k in (1, 2, 5, 13)}


EXERCISES = {
    "1.1": Exercise(
        "the gradients of the designed net at x = (1, 0), by pencil",
        values("dy", "dV", "dh", "da", "dW"),
        _blame(),
        {
            "Every sign is turned round: dy is q − e_l, what the net said minus what it should have said.": _blame(dy=(-0.119, 0.119)),
            "dy is that of class 0. The inputs differ, so the true class is 1, and e_l has its 1 in second place.": _blame(dy=(-0.881, 0.881)),
            "The bend was left out: da is dh times its slope, and the second unit, at a = 0, has slope 0.": _blame(slope=(1, 1)),
            "dh came through V, not through its transpose: each unit collects from all scores, so sum over k.": _blame(V=_V.T),
            "dV is transposed: it has the shape of V, rows for scores and columns for hidden units, dy hᵀ.":
                _blame() | {"dV": np.outer([1.0, 0], [0.119, -0.119])},
        },
        tolerance=0.006,
    ),
    "1.2": Exercise(
        "the largest shares of pictures a tanh net can read: without biases, with b_y, with b",
        values("a", "b", "c"),
        {"a": 1 / 2, "b": 3 / 4, "c": 1},
        {
            "In (b) one class can be right on both signs: with β large enough the net always says it.": {"a": 1 / 2, "b": 1 / 2, "c": 1},
            "In (b) one class is safe, but of the other no picture and its negative can both be right.": {"a": 1 / 2, "b": 1, "c": 1},
            "In (c) the bound is gone: tanh(a + b) is not odd in a, so nothing ties a picture to its negative.":
                {"a": 1 / 2, "b": 3 / 4, "c": 3 / 4},
            "A bend alone is not enough: tanh is odd, so in (a) right on a picture means wrong on its negative.": {"a": 1, "b": 1, "c": 1},
        },
    ),
    "1.3": Exercise(
        "the largest entry of dW when W is multiplied by a factor",
        _starved,
        _largest,
        {
            "All four parameters were multiplied. Only W is: params._replace(W=factor * params.W).": _every,
            "You multiplied V, the read-out. That does not move a; saturation comes from W.": _read_out,
            "The trace is that of the old weights, so the bend's slope is too. Run forward again with the new W.": _stale,
            "That is the largest entry with its sign. A large negative slope counts too: take the absolute value.": _signed,
        },
        praise="Right. The factor is φ'(a) = 1 − h², which goes to 0.",
    ),
    "1.4": Exercise(
        "the backward pass, mended",
        _mended,
        _backward(lambda h: 1 - h**2),
        {
            "That is the pass as it was published: on its way from h to a the gradient meets no bend.": _backward(lambda h: 1),
            "The slope is squashed twice: trace.h is tanh(a) already, so the slope is 1 − trace.h**2.":
                _backward(lambda h: 1 - np.tanh(h) ** 2),
            "You multiplied by the value of the bend, h. What a small move of a does is its slope, 1 − h².": _backward(lambda h: h),
            "dW is right now and db is not: a bias moves a as the weights do, so both come from da.": _bend_late,
            "dy holds the 1/B of the mean already; dividing by the batch again makes every gradient too small.":
                _backward(lambda h: 1 - h**2, share=1 / 6),
        },
    ),
    "1.5": Exercise(
        "the mean cross-entropy in bits, for scores of any size",
        _paid,
        _bits,
        {
            "Those are nats. A bit is ln 2 = 0.693 nats: divide.": lambda y, labels: _bits(y, labels) * np.log(2),
            "e to the 1200 overflows. Take the largest score of each row off first; the softmax stays what it was.":
                lambda y, labels: _from_q(y, labels, 0),
            "A small q rounds to 0 and its logarithm is −∞. Stay in logarithms: y_l − log Σ e^y, never the quotient.":
                lambda y, labels: _from_q(y, labels, 1),
            "The softmax ran over the examples. It belongs to each row: axis=-1.":
                lambda y, labels: -_log_q(y, 0)[np.arange(len(y)), labels].mean() / np.log(2),
            "That is the price of the class the net likes best. The price is −log q of the true class.":
                lambda y, labels: _bits(y, y.argmax(axis=-1)),
            "That is the sum over the examples, and a loss is their mean.": lambda y, labels: _bits(y, labels) * len(y),
        },
    ),
    "1.6": Exercise(
        "the expected share right on ambiguous frames for a net that sees k frames",
        _predicted,
        _window,
        {
            "Frames whose scene lies outside the window are not all wrong: a coin is right on half of them.":
                lambda ambiguous, distance, k: (distance[ambiguous] < k).mean(),
            "One frame too far: a window of k frames holds this one and k − 1 before it.":
                lambda ambiguous, distance, k: _window(ambiguous, distance, k + 1),
            "You took all frames. The question is about the ambiguous ones: distance[ambiguous].":
                lambda ambiguous, distance, k: _window(np.ones_like(ambiguous), distance, k),
        },
    ),
    "1.7": Exercise(
        "the fewest seeds whose joint failure puts the rate under 0.1, at 95 %",
        values("n"),
        {"n": 36},
        {
            "That is the one-sided bound, 0.9ⁿ < 0.05. The interval is two-sided: each side gets 0.025.": {"n": 29},
            "In 10 runs one success is expected at the rate 0.1; that none comes happens still in a third of all cases.": {"n": 10},
            "You asked for 0.9ⁿ < 0.1. The 0.1 is the rate; how sure you want to be is another number, 0.025.": {"n": 22},
            "Nearly: that takes ln 0.9 for −0.1. It is −0.105, so one run fewer will do.": {"n": 37},
            "That is still too few by one: 0.9³⁵ is 0.02503, just over 0.025.": {"n": 35},
        },
    ),
}
