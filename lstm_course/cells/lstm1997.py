"""Long short-term memory as it was in 1997, without a forget gate (Hochreiter & Schmidhuber 1997).

    i_t = σ(W_i x_t + U_i h_{t-1} + b_i)      input gate     (1)
    g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)   candidate      (2)
    o_t = σ(W_o x_t + U_o h_{t-1} + b_o)      output gate    (3)
    c_t = c_{t-1} + i_t ⊙ g_t                 cell state     (4)
    h_t = o_t ⊙ tanh(c_t)                     hidden state   (5)

Shapes: x (B, D), h and c (B, H), W (3H, D), U (3H, H), b (3H,), rows in the order i, g, o.
Leading ensemble axes are allowed everywhere.

The paper squashes the candidate by 4σ(a) − 2 and the cell by 2σ(c) − 1, and cuts the gradient where it leaves the
cell; here both squashings are tanh and the gradient is whole, so that the cell differs from ``lstm.py`` in one thing.
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
Trace = namedtuple("Trace", "i g o c tanh_c h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h, halved as the squash wants it
    squash: Any


class Local(NamedTuple):
    a: Any  # (B, 3H) the factors below as one block, then the gradient of all pre-activations
    ig: Any  # (2, B, H) ∂c/∂a_i, ∂c/∂a_g
    o: Any  # ∂h/∂a_o
    c: Any  # ∂h/∂c


class LSTM1997(Cell):
    """The first LSTM. Source: Hochreiter & Schmidhuber (1997), section 4; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("i", "g", "o")

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (B, 3H)
        a_i, a_g, a_o = ops.split(a, 3)  # (B, H) each
        i = ops.sigmoid(a_i)  # (1)
        g = ops.tanh(a_g)  # (2)
        o = ops.sigmoid(a_o)  # (3)
        c = state.c + i * g  # (4)
        tanh_c = ops.tanh(c)
        h = o * tanh_c  # (5)
        return Trace(i, g, o, c, tanh_c, h)

    def workspace(self, params, a):
        squash = ops.Squash(a, self.hidden_size, "σtσ")
        squash.scale(a)
        return Workspace(ops.namespace(a), ops.linear(squash.scale(ops.transposed(params.U)), a), squash)

    def step_(self, work, a, before, now, t, c_below):
        xp, U, squash = work
        i, g, o, c, tanh_c, h = now
        a += U(before.h)
        squash(a)  # (1)–(3)
        xp.multiply(i, g, out=c)
        c += before.c  # (4)
        xp.tanh(c, out=tanh_c)
        xp.multiply(o, tanh_c, out=h)  # (5)

    def local(self, params, run):
        i, g, o, c, tanh_c, h = run.trace
        a = ops.empty(h, 3 * self.hidden_size)
        a_i, a_g, a_o = ops.split(a, 3)
        a_i[...] = g * i * (1 - i)  # (1) in (4)
        a_g[...] = i * (1 - g * g)  # (2) in (4)
        a_o[...] = tanh_c * o * (1 - o)  # (3) in (5)
        return Local(a, ops.blocks(a, 3)[:, :2], a_o, c=o * (1 - tanh_c * tanh_c))

    def carry(self, U, local, d, t):
        dh, dc, ig, o = d.h, d.c, local.ig, local.o
        dc += dh * local.c  # (5)  h reads c; (4) hands dc on to c_{t-1} unchanged
        ig *= dc  # (1), (2) through (4)
        o *= dh  # (3) through (5)
        ops.matmul(local.a, U, out=dh)  # (1)–(3)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        dW, dU = ops.affine_weights(local.a, run.x, h_before)
        return Params(dW, dU, ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
