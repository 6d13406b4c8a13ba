"""The plain recurrent network (Elman 1990, with all weights learned by backpropagation through time).

    a_t = W x_t + U h_{t-1} + b                      (1)
    h_t = φ(a_t),                 φ = tanh or ReLU   (2)

Shapes: x (B, D), h (B, H), W (H, D), U (H, H), b (H,). One example a row, so W x reads ``x @ W.T``.
Leading ensemble axes are allowed everywhere.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (H, D)
    U: Any  # (H, H)
    b: Any  # (H,)


State = namedtuple("State", "h")  # (B, H)
Trace = namedtuple("Trace", "h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h


class Local(NamedTuple):
    a: Any  # ∂h/∂a, then the gradient of a


class RNN(Cell):
    """Plain recurrent cell; ``nonlinearity`` is "tanh" or "relu". Source: Elman (1990), eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("h",)

    def __init__(self, input_size, hidden_size, nonlinearity="tanh"):
        super().__init__(input_size, hidden_size)
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (1)  (B, H)
        h = ops.tanh(a) if self.nonlinearity == "tanh" else ops.relu(a)  # (2)
        return Trace(h)

    def workspace(self, params, a):
        return Workspace(ops.namespace(a), ops.linear(ops.transposed(params.U), a))

    def step_(self, work, a, before, now, t, c_below):
        a += work.U(before.h)  # (1)
        if self.nonlinearity == "tanh":
            work.xp.tanh(a, out=a)  # (2)
        else:
            work.xp.clip(a, 0, None, out=a)  # (2)

    def local(self, params, run):
        h = run.trace.h
        if self.nonlinearity == "tanh":
            return Local(1 - h * h)  # tanh'(a) = 1 − tanh²(a)
        return Local(ops.namespace(h).sign(h))  # h ≥ 0: the step function of a

    def carry(self, U, local, d, t):
        a = local.a
        a *= d.h  # (2)  da = dh ⊙ φ'(a)
        ops.matmul(a, U, out=d.h)  # (1)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        dW, dU = ops.affine_weights(local.a, run.x, h_before)
        return Params(dW, dU, ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
