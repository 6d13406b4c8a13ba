"""LSTM with peepholes: the gates see the cell state (Gers & Schmidhuber 2000; Gers et al. 2002).

    i_t = σ(W_i x_t + U_i h_{t-1} + p_i ⊙ c_{t-1} + b_i)   input gate     (1)
    f_t = σ(W_f x_t + U_f h_{t-1} + p_f ⊙ c_{t-1} + b_f)   forget gate    (2)
    g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)                candidate      (3)
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t                        cell state     (5)
    o_t = σ(W_o x_t + U_o h_{t-1} + p_o ⊙ c_t + b_o)       output gate    (4)
    h_t = o_t ⊙ tanh(c_t)                                  hidden state   (6)

Shapes: x (B, D), h and c (B, H), W (4H, D), U (4H, H), b (4H,), rows in the order i, f, g, o; p (3, H), rows i, f, o.
Leading ensemble axes are allowed everywhere.

A peephole is diagonal: each cell is seen by its own gates only, and o sees the new cell state, so it is computed last.
The networks of 2002 drop the tanh of (6) and stop the gradient at the peepholes; here neither is done.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (4H, D)
    U: Any  # (4H, H)
    b: Any  # (4H,)
    p: Any  # (3, H)


State = namedtuple("State", "h c")  # (B, H) each
Trace = namedtuple("Trace", "i f g o c tanh_c h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h, halved as the squash wants it
    squash: Any  # of i, f, g
    squash_o: Any
    p: Any  # three rows (1, H), halved as the squash wants it


class Local(NamedTuple):
    a: Any  # (B, 4H) the factors below as one block, then the gradient of all pre-activations
    ifg: Any  # (3, B, H) ∂c/∂a_i, ∂c/∂a_f, ∂c/∂a_g
    o: Any  # ∂h/∂a_o
    c: Any  # ∂h/∂c
    keep: Any  # ∂c/∂c_{t-1}


class PeepholeLSTM(Cell):
    """The LSTM with peepholes. Source: Gers, Schraudolph & Schmidhuber (2002), section 2; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("i", "f", "g", "o")

    def shapes(self):
        return Params(*self.block_shapes(), p=(3, self.hidden_size))

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (B, 4H)
        a_i, a_f, a_g, a_o = ops.split(a, 4)  # (B, H) each
        p_i, p_f, p_o = _rows(params.p)  # (1, H) each
        i = ops.sigmoid(a_i + p_i * state.c)  # (1)
        f = ops.sigmoid(a_f + p_f * state.c)  # (2)
        g = ops.tanh(a_g)  # (3)
        c = f * state.c + i * g  # (5)
        o = ops.sigmoid(a_o + p_o * c)  # (4)
        tanh_c = ops.tanh(c)
        h = o * tanh_c  # (6)
        return Trace(i, f, g, o, c, tanh_c, h)

    def workspace(self, params, a):
        both = ops.Squash(a, self.hidden_size, "σσtσ")
        both.scale(a)
        first, last = (ops.Squash(a, self.hidden_size, gates) for gates in ("σσt", "σ"))
        U, p = ops.linear(both.scale(ops.transposed(params.U)), a), _rows(0.5 * params.p)
        return Workspace(ops.namespace(a), U, first, last, p)

    def step_(self, work, a, before, now, t, c_below):
        xp, U, squash, squash_o, (p_i, p_f, p_o) = work
        i, f, g, o, c, tanh_c, h = now
        a += U(before.h)
        i += p_i * before.c
        f += p_f * before.c
        squash(a[..., : -self.hidden_size])  # (1)–(3)
        xp.multiply(f, before.c, out=c)
        c += i * g  # (5)
        o += p_o * c
        squash_o(o)  # (4)
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
        p_i, p_f, p_o = _rows(params.p)
        seen = o * (1 - tanh_c * tanh_c) + a_o * p_o  # h reads c by (6), and by (4) through the peephole
        keep = f + a_i * p_i + a_f * p_f  # (5), and (1), (2) through theirs
        return Local(a, ops.blocks(a, 4)[:, :3], a_o, seen, keep)

    def carry(self, U, local, d, t):
        dh, dc, ifg, o = d.h, d.c, local.ifg, local.o
        dc += dh * local.c  # (6), (4)  h reads c
        ifg *= dc  # (1), (2), (3) through (5)
        o *= dh  # (4) through (6)
        dc *= local.keep  # (5), (1), (2)  what c_{t-1} receives
        ops.matmul(local.a, U, out=dh)  # (1)–(4)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        (W, U), b = ops.affine_weights(local.a, run.x, h_before), ops.total(local.a)
        a_i, a_f, a_g, a_o = ops.split(local.a, 4)
        c_before = ops.before(run.initial_state.c, run.c)
        p = [ops.total(a_i * c_before), ops.total(a_f * c_before), ops.total(a_o * run.c)]
        return Params(W, U, b, ops.namespace(run.c).stack(p, -2))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)


def _rows(p):
    """The peepholes (…, 3, H) as three rows (…, 1, H)."""
    return p[..., 0:1, :], p[..., 1:2, :], p[..., 2:3, :]
