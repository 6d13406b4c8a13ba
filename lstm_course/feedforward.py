"""A network with one hidden layer, forwards and backwards (Rumelhart, Hinton & Williams 1986).

    a = W x + b                                                    (1)
    h = φ(a)           hidden layer                                (2)
    y = V h + b_y      scores, one a class                         (3)
    q = softmax(y)     probabilities                               (4)
    L = −log q_label   cross-entropy, averaged over the examples   (5)

Shapes: x (B, D), a and h (B, H), y and q (B, K), W (H, D), b (H,), V (K, H), b_y (K,), labels (B,).
"""

from typing import Any, NamedTuple

import numpy as np

from . import ops

ACTIVATIONS = {
    "sigmoid": (ops.sigmoid, lambda h: h * (1 - h)),
    "tanh": (ops.tanh, lambda h: 1 - h * h),
    "relu": (ops.relu, lambda h: (h > 0) * 1.0),
}  # φ, and φ' written in terms of h = φ(a)


class Params(NamedTuple):
    W: Any  # (H, D)
    b: Any  # (H,)
    V: Any  # (K, H)
    b_y: Any  # (K,)


class Trace(NamedTuple):
    a: Any  # (B, H)
    h: Any  # (B, H)
    y: Any  # (B, K)


class Gradients(NamedTuple):
    x: Any
    params: Any


class FeedForward:
    """D inputs, H hidden units with activation φ ("sigmoid", "tanh" or "relu"), K scores."""

    def __init__(self, input_size, hidden_size, output_size, activation="tanh"):
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size), ("output_size", output_size)):
            if not isinstance(size, int) or size < 1:
                raise ValueError(f"{name} must be a positive integer, got {size!r}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {tuple(ACTIVATIONS)}, got {activation!r}")
        self.input_size, self.hidden_size, self.output_size = input_size, hidden_size, output_size
        self.activation = activation

    def init(self, rng):
        """Fresh ``Params``: each layer drawn from U(−1/√n, 1/√n), n being the number of its inputs; float64."""
        D, H, K = self.input_size, self.hidden_size, self.output_size
        first, second = ops.uniform_bound(D), ops.uniform_bound(H)
        return Params(
            W=rng.uniform(-first, first, (H, D)),
            b=rng.uniform(-first, first, H),
            V=rng.uniform(-second, second, (K, H)),
            b_y=rng.uniform(-second, second, K),
        )

    def forward(self, params, x):
        """Hidden layer and scores for x (B, D): a ``Trace``."""
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(f"x has shape {tuple(x.shape)}, expected (B, {self.input_size})")
        phi, _ = ACTIVATIONS[self.activation]
        a = x @ params.W.T + params.b  # (1)  (B, H)
        h = phi(a)  # (2)
        y = h @ params.V.T + params.b_y  # (3)  (B, K)
        return Trace(a, h, y)

    def backward(self, params, x, trace, dy):
        """Gradients for x and all parameters, given that of the scores, dy (B, K)."""
        _, slope = ACTIVATIONS[self.activation]
        dV, db_y = dy.T @ trace.h, dy.sum(0)  # (3)
        dh = dy @ params.V  # (3)  (B, H)
        da = dh * slope(trace.h)  # (2)
        dW, db = da.T @ x, da.sum(0)  # (1)
        return Gradients(x=da @ params.W, params=Params(dW, db, dV, db_y))


def softmax(y):
    """Probabilities (…, K) from scores: e^y over its sum, the largest score taken off first so that nothing overflows."""
    e = np.exp(y - y.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def cross_entropy(y, labels):
    """Mean −log q_label in nats, and its gradient for the scores y (B, K): (q − one-hot) / B."""
    if labels.shape != y.shape[:1]:
        raise ValueError(f"labels has shape {tuple(labels.shape)}, expected {y.shape[:1]}, one for each row of y")
    q = softmax(y)
    rows = np.arange(len(y))
    dy = q.copy()
    dy[rows, labels] -= 1
    top = y.max(axis=-1)
    log_q = y[rows, labels] - top - np.log(np.exp(y - top[:, None]).sum(-1))
    return float(-log_q.mean()), dy / len(y)
