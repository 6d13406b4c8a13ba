"""Long short-term memory, with a forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000).

    i_t = σ(W_i x_t + U_i h_{t-1} + b_i)      input gate     (1)
    f_t = σ(W_f x_t + U_f h_{t-1} + b_f)      forget gate    (2)
    g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)   candidate      (3)
    o_t = σ(W_o x_t + U_o h_{t-1} + b_o)      output gate    (4)
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t           cell state     (5)
    h_t = o_t ⊙ tanh(c_t)                     hidden state   (6)

Shapes: x (B, D), h and c (B, H), W (4H, D), U (4H, H), b (4H,), rows in the order i, f, g, o.
Leading ensemble axes are allowed everywhere.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (4H, D)
    U: Any  # (4H, H)
    b: Any  # (4H,)


State = namedtuple("State", "h c")  # (B, H) each
Trace = namedtuple("Trace", "i f g o c tanh_c h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h, halved as the squash wants it
    squash: Any


class Local(NamedTuple):
    a: Any  # (B, 4H) the factors below as one block, then the gradient of all pre-activations
    ifg: Any  # (3, B, H) ∂c/∂a_i, ∂c/∂a_f, ∂c/∂a_g
    o: Any  # ∂h/∂a_o
    c: Any  # ∂h/∂c
    keep: Any  # ∂c/∂c_{t-1}


class LSTM(Cell):
    """The LSTM of today. Source: Gers, Schmidhuber & Cummins (2000), section 3; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("i", "f", "g", "o")

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (B, 4H)
        a_i, a_f, a_g, a_o = ops.split(a, 4)  # (B, H) each
        i = ops.sigmoid(a_i)  # (1)
        f = ops.sigmoid(a_f)  # (2)
        g = ops.tanh(a_g)  # (3)
        o = ops.sigmoid(a_o)  # (4)
        c = f * state.c + i * g  # (5)
        tanh_c = ops.tanh(c)
        h = o * tanh_c  # (6)
        return Trace(i, f, g, o, c, tanh_c, h)

    def workspace(self, params, a):
        squash = ops.Squash(a, self.hidden_size, "σσtσ")
        squash.scale(a)
        return Workspace(ops.namespace(a), ops.linear(squash.scale(ops.transposed(params.U)), a), squash)

    def step_(self, work, a, before, now, t, c_below):
        xp, U, squash = work
        i, f, g, o, c, tanh_c, h = now
        a += U(before.h)
        squash(a)  # (1)–(4)
        xp.multiply(f, before.c, out=c)
        c += i * g  # (5)
        xp.tanh(c, out=tanh_c)
        xp.multiply(o, tanh_c, out=h)  # (6)

    def local(self, params, run):
        i, f, g, o, c, tanh_c, h = run.trace
        a = ops.empty(h, 4 * self.hidden_size)
        a_i, a_f, a_g, a_o = ops.split(a, 4)
        a_i[...] = g * i * (1 - i)  # (1) in (5)
        a_f[...] = ops.before(run.initial_state.c, c) * f * (1 - f)  # (2) in (5)
        a_g[...] = i * (1 - g * g)  # (3) in (5)
        a_o[...] = tanh_c * o * (1 - o)  # (4) in (6)
        ifg = ops.blocks(a, 4)[:, :3]
        return Local(a, ifg, a_o, c=o * (1 - tanh_c * tanh_c), keep=f)

    def carry(self, U, local, d, t):
        dh, dc, ifg, o = d.h, d.c, local.ifg, local.o
        dc += dh * local.c  # (6)  h reads c
        ifg *= dc  # (1), (2), (3) through (5)
        o *= dh  # (4) through (6)
        dc *= local.keep  # (5)  what c_{t-1} receives
        ops.matmul(local.a, U, out=dh)  # (1)–(4)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        dW, dU = ops.affine_weights(local.a, run.x, h_before)
        return Params(dW, dU, ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
