"""minLSTM: an LSTM whose gates do not look at h, so that all steps can be computed at once (Feng et al. 2024).

    i_t = σ(W_i x_t + b_i)                  input gate               (1)
    f_t = σ(W_f x_t + b_f)                  forget gate              (2)
    g_t = W_g x_t + b_g                     candidate                (3)
    k_t = f_t / (f_t + i_t)                 the share that is kept   (4)
    h_t = k_t ⊙ h_{t-1} + (1 − k_t) ⊙ g_t   hidden state             (5)

Shapes: x (B, D), h (B, H), W (3H, D), b (3H,), rows in the order i, f, g. There is no U.
Leading ensemble axes are allowed everywhere.

This is the paper's plain form. Given the gates, (5) is linear in h: ``scan.py`` runs it in log T rounds.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (3H, D)
    b: Any  # (3H,)


State = namedtuple("State", "h")  # (B, H)
Trace = namedtuple("Trace", "i f g k h")


class Workspace(NamedTuple):
    xp: Any
    squash: Any  # of i, f


class Local(NamedTuple):
    a: Any  # (B, 3H) the factors below as one block, then the gradient of all pre-activations
    whole: Any  # (3, B, H) ∂h/∂a_i, ∂h/∂a_f, ∂h/∂a_g
    keep: Any  # ∂h/∂h_{t-1}


class MinLSTM(Cell):
    """The minimal LSTM. Source: Feng et al. (2024), section 3.2; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("i", "f", "g")

    def shapes(self):
        W, _, b = self.block_shapes()
        return Params(W, b)

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a_i, a_f, g = ops.split(a, 3)  # (B, H) each; (3)
        i = ops.sigmoid(a_i)  # (1)
        f = ops.sigmoid(a_f)  # (2)
        k = f / (f + i)  # (4)
        h = k * state.h + (1 - k) * g  # (5)
        return Trace(i, f, g, k, h)

    def linear(self, params, x):
        """(5) for all steps as h_t = keep_t ⊙ h_{t-1} + write_t: (keep, write), (T, …, B, H) each."""
        a_i, a_f, g = ops.split(self.project(params, x), 3)
        i, f = ops.sigmoid(a_i), ops.sigmoid(a_f)
        k = f / (f + i)
        return k, (1 - k) * g

    def workspace(self, params, a):
        squash = ops.Squash(a, self.hidden_size, "σσ")
        squash.scale(a[..., : 2 * self.hidden_size])
        return Workspace(ops.namespace(a), squash)

    def step_(self, work, a, before, now, t, c_below):
        i, f, g, k, h = now
        work.squash(a[..., : 2 * self.hidden_size])  # (1), (2); g is (3) as it stands
        work.xp.divide(f, f + i, out=k)  # (4)
        work.xp.multiply(k, before.h, out=h)
        h += (1 - k) * g  # (5)

    def local(self, params, run):
        i, f, g, k, h = run.trace
        a = ops.empty(h, 3 * self.hidden_size)
        a_i, a_f, a_g = ops.split(a, 3)
        dk = (ops.before(run.initial_state.h, h) - g) * k * (1 - k)  # k = σ(log f − log i), so k' = k (1 − k)
        a_i[...] = dk * (i - 1)  # (1) in (4)
        a_f[...] = dk * (1 - f)  # (2) in (4)
        a_g[...] = 1 - k  # (3) in (5)
        return Local(a, ops.blocks(a, 3), keep=k)

    def backward_weights(self, params):
        return None

    def carry(self, U, local, d, t):
        whole, dh = local.whole, d.h
        whole *= dh  # (1)–(4) through (5)
        dh *= local.keep  # (5)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        return Params(ops.affine_weight(local.a, run.x), ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
