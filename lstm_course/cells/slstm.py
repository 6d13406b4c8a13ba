"""sLSTM: exponential gates, a normaliser and a stabiliser (Beck et al. 2024).

    ĩ_t = W_i x_t + U_i h_{t-1} + b_i           log of the input gate      (1)
    f̃_t = log σ(W_f x_t + U_f h_{t-1} + b_f)   log of the forget gate     (2)
    g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)     candidate                  (3)
    o_t = σ(W_o x_t + U_o h_{t-1} + b_o)        output gate                (4)
    m_t = max(f̃_t + m_{t-1}, ĩ_t)              stabiliser                 (5)
    i_t = exp(ĩ_t − m_t)                        input gate, stabilised     (6)
    f_t = exp(f̃_t + m_{t-1} − m_t)             forget gate, stabilised    (7)
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t             cell state                 (8)
    s_t = f_t ⊙ s_{t-1} + i_t                   normaliser                 (9)
    h_t = o_t ⊙ c_t / s_t                       hidden state              (10)

Shapes: x (B, D), h, c, s and m (B, H), W (4H, D), U (4H, H), b (4H,), rows i, f, g, o, with ensemble axes before.

c and s carry the common factor e^{−m}, which cancels in (10): m only keeps the exponentials from overflowing.
Before the first input m = −∞, so that nothing is remembered. The paper calls the normaliser n; here n is the GRU's.
The forget gate is the sigmoid of the authors' code; their U is block-diagonal (heads), ours is one block.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (4H, D)
    U: Any  # (4H, H)
    b: Any  # (4H,)


State = namedtuple("State", "h c s m")  # (B, H) each
Trace = namedtuple("Trace", "i f g o log_f c s m h")
Workspace = namedtuple("Workspace", "xp U squash")  # h ↦ U h, the rows of o halved; squash of g, o


class Local(NamedTuple):
    a: Any  # (B, 4H) the gradient of all pre-activations
    i: Any  # ∂c/∂ĩ, and the same for f, g, o below, before the stabiliser's share
    f: Any
    g: Any
    o: Any
    s_i: Any  # ∂s/∂ĩ, ∂s/∂f̃, likewise
    s_f: Any
    c: Any  # ∂h/∂c
    s: Any  # ∂h/∂s
    slope: Any  # ∂f̃/∂a_f
    old: Any  # ∂m/∂m_{t-1}: 1 where the old maximum won, 0 where the new input did
    keep: Any  # ∂c/∂c_{t-1} = ∂s/∂s_{t-1}


class SLSTM(Cell):
    """The sLSTM. Source: Beck et al. (2024), section 2.2; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("i", "f", "g", "o")

    def zero_state(self, *batch, like=None):
        state = super().zero_state(*batch, like=like)
        return state._replace(m=state.m - float("inf"))

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a = a + state.h @ params.U.swapaxes(-1, -2)  # (B, 4H); its first block is (1)
        log_i, a_f, a_g, a_o = ops.split(a, 4)  # (B, H) each
        log_f = ops.log_sigmoid(a_f)  # (2)
        g = ops.tanh(a_g)  # (3)
        o = ops.sigmoid(a_o)  # (4)
        xp = ops.namespace(a)
        m = xp.maximum(log_f + state.m, log_i)  # (5)
        i = xp.exp(log_i - m)  # (6)
        f = xp.exp(log_f + state.m - m)  # (7)
        c = f * state.c + i * g  # (8)
        s = f * state.s + i  # (9)
        h = o * c / s  # (10)
        return Trace(i, f, g, o, log_f, c, s, m, h)

    def workspace(self, params, a):
        H, squash = self.hidden_size, ops.Squash(a, self.hidden_size, "tσ")
        squash.scale(a[..., 2 * H :])
        U = ops.transposed(params.U)
        squash.scale(U[..., 2 * H :])
        return Workspace(ops.namespace(a), ops.linear(U, a), squash)

    def step_(self, work, a, before, now, t, c_below):
        i, f, g, o, log_f, c, s, m, h = now
        xp = work.xp
        a += work.U(before.h)  # (1)
        log_f[...] = ops.log_sigmoid(f)  # (2)
        work.squash(a[..., 2 * self.hidden_size :])  # (3), (4)
        xp.add(log_f, before.m, out=f)
        xp.maximum(f, i, out=m)  # (5)
        i -= m
        xp.exp(i, out=i)  # (6)
        f -= m
        xp.exp(f, out=f)  # (7)
        xp.multiply(f, before.c, out=c)
        c += i * g  # (8)
        xp.multiply(f, before.s, out=s)
        s += i  # (9)
        xp.multiply(o, c, out=h)
        h /= s  # (10)

    def local(self, params, run):
        i, f, g, o, log_f, c, s, m, h = run.trace
        xp, view = ops.namespace(h), c / s
        return Local(
            a=ops.empty(h, 4 * self.hidden_size),
            i=i * g,  # (6) in (8)
            f=f * ops.before(run.initial_state.c, c),  # (7) in (8)
            g=i * (1 - g * g),  # (3) in (8)
            o=view * o * (1 - o),  # (4) in (10)
            s_i=i,  # (6) in (9)
            s_f=f * ops.before(run.initial_state.s, s),  # (7) in (9)
            c=o / s,  # (10)
            s=-o * view / s,  # (10)
            slope=-xp.expm1(log_f),  # (2)  d log σ = 1 − σ
            old=xp.floor(f),  # (5)  f = 1 exactly where f̃ + m_{t-1} was the maximum
            keep=f,
        )

    def carry(self, U, local, d, t):
        dh, dc, ds, dm = d.h, d.c, d.s, d.m
        a_i, a_f, a_g, a_o = ops.split(local.a, 4)
        dc += dh * local.c  # (10)
        ds += dh * local.s  # (10)
        d_i = dc * local.i + ds * local.s_i  # (6)  of ĩ, m held
        d_f = dc * local.f + ds * local.s_f  # (7)  of f̃ + m_{t-1}, m held
        dm -= d_i + d_f  # (6), (7)  both exponents contain −m
        a_i[...] = d_i + dm * (1 - local.old)  # (1), (5)
        dm *= local.old
        dm += d_f  # (5), (7)  of f̃ + m_{t-1}, and so what m_{t-1} receives
        a_f[...] = dm * local.slope  # (2)
        a_g[...] = dc * local.g  # (3) through (8)
        a_o[...] = dh * local.o  # (4) through (10)
        dc *= local.keep  # (8)
        ds *= local.keep  # (9)
        ops.matmul(local.a, U, out=dh)  # (1)–(4)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        dW, dU = ops.affine_weights(local.a, run.x, h_before)
        return Params(dW, dU, ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
