"""minGRU: a GRU whose gate does not look at h, so that all steps can be computed at once (Feng et al. 2024).

    z_t = σ(W_z x_t + b_z)                  update gate    (1)
    g_t = W_g x_t + b_g                     candidate      (2)
    h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ g_t   hidden state   (3)

Shapes: x (B, D), h (B, H), W (2H, D), b (2H,), rows in the order z, g. There is no U.
Leading ensemble axes are allowed everywhere.

Here z = 1 *writes*, as in the paper: the opposite of ``gru.py``. This is the paper's plain form.
Given the gates, (3) is linear in h: ``scan.py`` runs it in log T rounds.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (2H, D)
    b: Any  # (2H,)


State = namedtuple("State", "h")  # (B, H)
Trace = namedtuple("Trace", "z g h")


class Workspace(NamedTuple):
    xp: Any
    squash: Any  # of z


class Local(NamedTuple):
    a: Any  # (B, 2H) the factors below as one block, then the gradient of all pre-activations
    whole: Any  # (2, B, H) ∂h/∂a_z, ∂h/∂a_g
    keep: Any  # ∂h/∂h_{t-1}


class MinGRU(Cell):
    """The minimal GRU. Source: Feng et al. (2024), section 3.1; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("z", "g")

    def shapes(self):
        W, _, b = self.block_shapes()
        return Params(W, b)

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a_z, g = ops.split(a, 2)  # (B, H) each; (2)
        z = ops.sigmoid(a_z)  # (1)
        h = (1 - z) * state.h + z * g  # (3)
        return Trace(z, g, h)

    def linear(self, params, x):
        """(3) for all steps as h_t = keep_t ⊙ h_{t-1} + write_t: (keep, write), (T, …, B, H) each."""
        a_z, g = ops.split(self.project(params, x), 2)
        z = ops.sigmoid(a_z)
        return 1 - z, z * g

    def workspace(self, params, a):
        squash = ops.Squash(a, self.hidden_size, "σ")
        squash.scale(a[..., : self.hidden_size])
        return Workspace(ops.namespace(a), squash)

    def step_(self, work, a, before, now, t, c_below):
        z, g, h = now
        work.squash(z)  # (1); g is (2) as it stands
        work.xp.multiply(z, g, out=h)
        h += (1 - z) * before.h  # (3)

    def local(self, params, run):
        z, g, h = run.trace
        a = ops.empty(h, 2 * self.hidden_size)
        a_z, a_g = ops.split(a, 2)
        a_z[...] = (g - ops.before(run.initial_state.h, h)) * z * (1 - z)  # (1) in (3)
        a_g[...] = z  # (2) in (3)
        return Local(a, ops.blocks(a, 2), keep=1 - z)

    def backward_weights(self, params):
        return None

    def carry(self, U, local, d, t):
        whole, dh = local.whole, d.h
        whole *= dh  # (1), (2) through (3)
        dh *= local.keep  # (3)  what h_{t-1} receives

    def weight_gradients(self, run, local):
        return Params(ops.affine_weight(local.a, run.x), ops.total(local.a))

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.a, params.W)
