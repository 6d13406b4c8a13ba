"""Gated recurrent unit, the reset gate before the matrix product (Cho et al. 2014, version 3; Chung et al. 2014).

    r_t = σ(W_r x_t + U_r h_{t-1} + b_r)    reset gate     (1)
    z_t = σ(W_z x_t + U_z h_{t-1} + b_z)    update gate    (2)
    u_t = r_t ⊙ h_{t-1}                                    (3)
    n_t = tanh(W_n x_t + U_n u_t + b_n)     candidate      (4)
    h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}   hidden state   (5)

Shapes: x (B, D), h (B, H), W (3H, D), U (3H, H), b (3H,), rows in the order r, z, n.
Leading ensemble axes are allowed everywhere.
"""

from typing import Any, NamedTuple

from .. import ops
from .gru import GRU, Trace


class Params(NamedTuple):
    W: Any  # (3H, D)
    U: Any  # (3H, H)
    b: Any  # (3H,)


class Workspace(NamedTuple):
    xp: Any
    U_rz: Any  # h ↦ U_r h, U_z h, halved as the squash wants it
    U_n: Any  # u ↦ U_n u
    squash: Any  # of r, z


class Local(NamedTuple):
    rzn: Any  # (B, 3H) the factors below as one block, then the gradient of all pre-activations
    rz: Any  # (B, 2H)
    r: Any  # ∂u/∂a_r
    zn: Any  # (2, B, H) ∂h/∂a_z, ∂h/∂a_n
    n: Any
    reset: Any  # ∂u/∂h_{t-1}
    keep: Any  # ∂h/∂h_{t-1} on the direct path


class GRUResetBefore(GRU):
    """``GRU(…, reset="before")``. Source: Chung et al. (2014), section 3.2; eqs. in the file."""

    Params = Params

    def shapes(self):
        return Params(*self.block_shapes())

    def step(self, params, a, state, t=0, c_below=None):
        H, U_T = self.hidden_size, params.U.swapaxes(-1, -2)
        a_r, a_z, a_n = ops.split(a, 3)  # (B, H) each
        h_r, h_z = ops.split(state.h @ U_T[..., : 2 * H], 2)
        r = ops.sigmoid(a_r + h_r)  # (1)
        z = ops.sigmoid(a_z + h_z)  # (2)
        u = r * state.h  # (3)
        n = ops.tanh(a_n + u @ U_T[..., 2 * H :])  # (4)
        h = (1 - z) * n + z * state.h  # (5)
        return Trace(r, z, n, u, h)

    def workspace(self, params, a):
        H = self.hidden_size
        ops.Squash(a, H, "σσt").scale(a)
        squash = ops.Squash(a, H, "σσ")
        U_rz, U_n = squash.scale(ops.transposed(params.U[..., : 2 * H, :])), ops.transposed(params.U[..., 2 * H :, :])
        return Workspace(ops.namespace(a), ops.linear(U_rz, a), ops.linear(U_n, a), squash)

    def step_(self, work, a, before, now, t, c_below):
        (xp, U_rz, U_n, squash), (r, z, n, u, h) = work, now
        rz = a[..., : 2 * self.hidden_size]
        rz += U_rz(before.h)
        squash(rz)  # (1), (2)
        xp.multiply(r, before.h, out=u)  # (3)
        n += U_n(u)
        xp.tanh(n, out=n)  # (4)
        xp.multiply(z, before.h, out=h)
        h += (1 - z) * n  # (5)

    def local(self, params, run):
        H = self.hidden_size
        r, z, n, u, h = run.trace
        a = ops.empty(h, 3 * H)
        a_r, a_z, a_n = ops.split(a, 3)
        h_before = ops.before(run.initial_state.h, h)
        a_n[...] = (1 - z) * (1 - n * n)  # (4) in (5)
        a_z[...] = (h_before - n) * z * (1 - z)  # (2) in (5)
        a_r[...] = h_before * r * (1 - r)  # (1) in (3)
        return Local(a, a[..., : 2 * H], a_r, ops.blocks(a, 3)[:, 1:], a_n, reset=r, keep=z)

    def backward_weights(self, params):
        n = 2 * self.hidden_size
        return params.U[..., :n, :], params.U[..., n:, :]

    def carry(self, U, local, d, t):
        (U_rz, U_n), dh, zn, r = U, d.h, local.zn, local.r
        zn *= dh  # (2), (4) through (5)
        du = ops.matmul(local.n, U_n)  # (4)  what u receives
        r *= du  # (1) through (3)
        dh *= local.keep  # (5)  what h_{t-1} receives directly,
        dh += du * local.reset  # (3)  through the candidate,
        dh += ops.matmul(local.rz, U_rz)  # (1), (2)  and through the gates

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        U = [ops.affine_weight(local.rz, h_before), ops.affine_weight(local.n, run.trace.u)]
        return Params(ops.affine_weight(local.rzn, run.x), ops.concatenate(U, -2), ops.total(local.rzn))
