"""LSTM with coupled gates: write just where something is forgotten (Greff et al. 2017: "CIFG").

    f_t = σ(W_f x_t + U_f h_{t-1} + b_f)      forget gate    (1)
    g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)   candidate      (2)
    o_t = σ(W_o x_t + U_o h_{t-1} + b_o)      output gate    (3)
    c_t = f_t ⊙ c_{t-1} + (1 − f_t) ⊙ g_t     cell state     (4)
    h_t = o_t ⊙ tanh(c_t)                     hidden state   (5)

Shapes: x (B, D), h and c (B, H), W (3H, D), U (3H, H), b (3H,), rows in the order f, g, o.
Leading ensemble axes are allowed everywhere.

Here f is the gate and i = 1 − f (Olah 2015). Greff et al. and ONNX (``input_forget``) make i the gate and f = 1 − i:
since 1 − σ(a) = σ(−a), that is the same model with W_f, U_f, b_f negated, and a bias that helps one hurts the other.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (3H, D)
    U: Any  # (3H, H)
    b: Any  # (3H,)


State = namedtuple("State", "h c")  # (B, H) each
Trace = namedtuple("Trace", "f g o c tanh_c h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h, halved as the squash wants it
    squash: Any


class Local(NamedTuple):
    a: Any  # (B, 3H) the factors below as one block, then the gradient of all pre-activations
    fg: Any  # (2, B, H) ∂c/∂a_f, ∂c/∂a_g
    o: Any  # ∂h/∂a_o
    c: Any  # ∂h/∂c
    keep: Any  # ∂c/∂c_{t-1}


class CoupledLSTM(Cell):
    """The LSTM with i = 1 − f. Source: Greff et al. (2017), section III (CIFG); eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("f", "g", "o")

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (B, 3H)
        a_f, a_g, a_o = ops.split(a, 3)  # (B, H) each
        f = ops.sigmoid(a_f)  # (1)
        g = ops.tanh(a_g)  # (2)
        o = ops.sigmoid(a_o)  # (3)
        c = f * state.c + (1 - f) * g  # (4)
        tanh_c = ops.tanh(c)
        h = o * tanh_c  # (5)
        return Trace(f, g, o, c, tanh_c, h)

    def workspace(self, params, a):
        squash = ops.Squash(a, self.hidden_size, "σtσ")
        squash.scale(a)
        return Workspace(ops.namespace(a), ops.linear(squash.scale(ops.transposed(params.U)), a), squash)

    def step_(self, work, a, before, now, t, c_below):
        xp, U, squash = work
        f, g, o, c, tanh_c, h = now
        a += U(before.h)
        squash(a)  # (1)–(3)
        xp.multiply(f, before.c, out=c)
        c += (1 - f) * g  # (4)
        xp.tanh(c, out=tanh_c)
        xp.multiply(o, tanh_c, out=h)  # (5)

    def local(self, params, run):
        f, g, o, c, tanh_c, h = run.trace
        a = ops.empty(h, 3 * self.hidden_size)
        a_f, a_g, a_o = ops.split(a, 3)
        a_f[...] = (ops.before(run.initial_state.c, c) - g) * f * (1 - f)  # (1) in (4)
        a_g[...] = (1 - f) * (1 - g * g)  # (2) in (4)
        a_o[...] = tanh_c * o * (1 - o)  # (3) in (5)
        fg = ops.blocks(a, 3)[:, :2]
        return Local(a, fg, a_o, c=o * (1 - tanh_c * tanh_c), keep=f)

    def carry(self, U, local, d, t):
        dh, dc, fg, o = d.h, d.c, local.fg, local.o
        dc += dh * local.c  # (5)  h reads c
        fg *= dc  # (1), (2) through (4)
        o *= dh  # (3) through (5)
        dc *= local.keep  # (4)  what c_{t-1} receives
        ops.matmul(local.a, U, out=dh)  # (1)–(3)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        dW, dU = ops.affine_weights(local.a, run.x, h_before)
        return Params(dW, dU, ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
