"""Depth-gated LSTM: a gated linear path between the cells of stacked layers (Yao et al. 2015).

    i_t = σ(W_i x_t + U_i h_{t-1} + b_i)                       input gate     (1)
    f_t = σ(W_f x_t + U_f h_{t-1} + b_f)                       forget gate    (2)
    g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)                    candidate      (3)
    o_t = σ(W_o x_t + U_o h_{t-1} + b_o)                       output gate    (4)
    d_t = σ(W_d x_t + w_c ⊙ c_{t-1} + w_l ⊙ c_below_t + b_d)   depth gate     (7)
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t + d_t ⊙ c_below_t          cell state     (5)
    h_t = o_t ⊙ tanh(c_t)                                      hidden state   (6)

Shapes: x (B, D), h and c (B, H), W (4H, D), U (4H, H), b (4H,), rows in the order i, f, g, o;
W_d (H, D), b_d, w_c, w_l (H,). Leading ensemble axes are allowed everywhere.

x is the h of the layer below and c_below its cell state, both at the same step; the bottom layer is a plain LSTM.
The depth gate reads no h of its own layer. This is the paper's gate on a plain LSTM; the authors' code departs from
the paper (f = 1 − i by default, full-matrix peepholes, a depth path into the bottom layer).
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (4H, D)
    U: Any  # (4H, H)
    b: Any  # (4H,)
    W_d: Any  # (H, D)
    b_d: Any  # (H,)
    w_c: Any  # (H,)
    w_l: Any  # (H,)


State = namedtuple("State", "h c")  # (B, H) each
Trace = namedtuple("Trace", "i f g o d c tanh_c h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h, halved as the squash wants it
    squash: Any
    w_c: Any  # halved, as the squash wants it
    w_l: Any


class Local(NamedTuple):
    a: Any  # (B, 5H) the factors below as one block, then the gradient of all pre-activations
    ifgo: Any  # (B, 4H) those that h_{t-1} enters
    ifg: Any  # (3, B, H) ∂c/∂a_i, ∂c/∂a_f, ∂c/∂a_g
    o: Any  # ∂h/∂a_o
    d: Any  # ∂c/∂a_d
    c_below: Any  # ∂c/∂c_below, then the gradient of c_below
    c: Any  # ∂h/∂c
    keep: Any  # ∂c/∂c_{t-1}


class DepthGatedLSTM(Cell):
    """An upper layer of the depth-gated LSTM. Source: Yao et al. (2015), section 3; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("i", "f", "g", "o", "d")
    needs_c_below = True

    def shapes(self):
        D, H = self.input_size, self.hidden_size
        return Params(W=(4 * H, D), U=(4 * H, H), b=(4 * H,), W_d=(H, D), b_d=(H,), w_c=(H,), w_l=(H,))

    def project(self, params, x):
        return ops.affine(x, *_stacked(params))

    def step(self, params, a, state, t=0, c_below=None):
        a, a_d = a[..., : -self.hidden_size], a[..., -self.hidden_size :]
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (B, 4H)
        a_i, a_f, a_g, a_o = ops.split(a, 4)  # (B, H) each
        i = ops.sigmoid(a_i)  # (1)
        f = ops.sigmoid(a_f)  # (2)
        g = ops.tanh(a_g)  # (3)
        o = ops.sigmoid(a_o)  # (4)
        d = ops.sigmoid(a_d + ops.row(params.w_c) * state.c + ops.row(params.w_l) * c_below)  # (7)
        c = f * state.c + i * g + d * c_below  # (5)
        tanh_c = ops.tanh(c)
        h = o * tanh_c  # (6)
        return Trace(i, f, g, o, d, c, tanh_c, h)

    def workspace(self, params, a):
        squash = ops.Squash(a, self.hidden_size, "σσtσσ")
        squash.scale(a)
        U = ops.Squash(a, self.hidden_size, "σσtσ").scale(ops.transposed(params.U))
        return Workspace(ops.namespace(a), ops.linear(U, a), squash, ops.row(0.5 * params.w_c), ops.row(0.5 * params.w_l))

    def step_(self, work, a, before, now, t, c_below):
        xp, U, squash, w_c, w_l = work
        i, f, g, o, d, c, tanh_c, h = now
        ifgo = a[..., : -self.hidden_size]
        ifgo += U(before.h)
        d += w_c * before.c
        d += w_l * c_below
        squash(a)  # (1)–(4), (7)
        xp.multiply(f, before.c, out=c)
        c += i * g
        c += d * c_below  # (5)
        xp.tanh(c, out=tanh_c)
        xp.multiply(o, tanh_c, out=h)  # (6)

    def local(self, params, run):
        i, f, g, o, d, c, tanh_c, h = run.trace
        a = ops.empty(h, 5 * self.hidden_size)
        a_i, a_f, a_g, a_o, a_d = ops.split(a, 5)
        c_below = ops.align(run.c_below, h.ndim)
        a_i[...] = g * i * (1 - i)  # (1) in (5)
        a_f[...] = ops.before(run.initial_state.c, c) * f * (1 - f)  # (2) in (5)
        a_g[...] = i * (1 - g * g)  # (3) in (5)
        a_o[...] = tanh_c * o * (1 - o)  # (4) in (6)
        a_d[...] = c_below * d * (1 - d)  # (7) in (5)
        down = d + a_d * ops.row(params.w_l)  # c reads c_below by (5), and by (7) through the gate
        keep = f + a_d * ops.row(params.w_c)  # (5), and (7) through the gate
        ifg = ops.blocks(a, 5)[:, :3]
        return Local(a, a[..., : -self.hidden_size], ifg, a_o, a_d, down, o * (1 - tanh_c * tanh_c), keep)

    def carry(self, U, local, d, t):
        dh, dc, ifg, o, depth, down = d.h, d.c, local.ifg, local.o, local.d, local.c_below
        dc += dh * local.c  # (6)  h reads c
        ifg *= dc  # (1), (2), (3) through (5)
        o *= dh  # (4) through (6)
        depth *= dc  # (7) through (5)
        down *= dc  # (5), (7)  what c_below receives
        dc *= local.keep  # (5), (7)  what c_{t-1} receives
        ops.matmul(local.ifgo, U, out=dh)  # (1)–(4)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        c_before, c_below = ops.before(run.initial_state.c, run.c), ops.align(run.c_below, run.c.ndim)
        W, b, n = ops.affine_weight(local.a, run.x), ops.total(local.a), 4 * self.hidden_size
        w_c, w_l = ops.total(local.d * c_before), ops.total(local.d * c_below)
        U = ops.affine_weight(local.ifgo, h_before)
        return Params(W[..., :n, :], U, b[..., :n], W[..., n:, :], b[..., n:], w_c, w_l)

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, _stacked(params)[0])


def _stacked(params):
    """W over W_d and b over b_d: one product projects the input for all five gates."""
    return ops.concatenate([params.W, params.W_d], -2), ops.concatenate([params.b, params.b_d], -1)
