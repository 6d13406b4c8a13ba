"""Gated recurrent unit (Cho et al. 2014), the reset gate after the matrix product.

    r_t = σ(W_r x_t + U_r h_{t-1} + b_r)    reset gate     (1)
    z_t = σ(W_z x_t + U_z h_{t-1} + b_z)    update gate    (2)
    u_t = U_n h_{t-1} + b_hn                               (3)
    n_t = tanh(W_n x_t + b_n + r_t ⊙ u_t)   candidate      (4)
    h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}   hidden state   (5)

Shapes: x (B, D), h (B, H), W (3H, D), U (3H, H), b (3H,), rows in the order r, z, n; b_hn (H,).
Leading ensemble axes are allowed everywhere.

This is the form of the paper's first version, of PyTorch and of cuDNN; ``gru_reset_before.py`` has the other.
z = 1 keeps the old state, as in the paper and PyTorch; the figures of Chung et al. and of Olah swap z and 1 − z.
"""

from collections import namedtuple
from typing import Any, NamedTuple

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (3H, D)
    U: Any  # (3H, H)
    b: Any  # (3H,)
    b_hn: Any  # (H,)


State = namedtuple("State", "h")  # (B, H)
Trace = namedtuple("Trace", "r z n u h")


class Workspace(NamedTuple):
    xp: Any
    U: Any  # h ↦ U h, halved as the squash wants it
    b_hn: Any
    squash: Any  # of r, z


class Local(NamedTuple):
    a: Any  # (B, 4H) ∂h/∂u, ∂h/∂a_r, ∂h/∂a_z, ∂h/∂a_n as one block, then the gradients
    whole: Any  # (4, B, H) the same block
    urz: Any  # (B, 3H) its first three: what h_{t-1} enters
    rzn: Any  # (B, 3H) its last three: what x_t enters
    keep: Any  # ∂h/∂h_{t-1} on the direct path


class GRU(Cell):
    """The GRU; ``reset`` is "after" (default) or "before". Source: Cho et al. (2014), section 2.3; eqs. in the file."""

    Params, State, Trace, gates = Params, State, Trace, ("r", "z", "n")

    def __new__(cls, input_size, hidden_size, reset="after"):
        if reset not in ("after", "before"):
            raise ValueError(f"reset must be 'after' or 'before', got {reset!r}")
        if reset == "before":
            from .gru_reset_before import GRUResetBefore as cls
        return super().__new__(cls)

    def __init__(self, input_size, hidden_size, reset="after"):
        super().__init__(input_size, hidden_size)
        self.reset = reset

    def __getnewargs__(self):
        return self.input_size, self.hidden_size, self.reset

    def shapes(self):
        return Params(*self.block_shapes(), b_hn=(self.hidden_size,))

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def step(self, params, a, state, t=0, c_below=None):
        a_r, a_z, a_n = ops.split(a, 3)  # (B, H) each
        h_r, h_z, h_n = ops.split(state.h @ params.U.swapaxes(-1, -2), 3)
        r = ops.sigmoid(a_r + h_r)  # (1)
        z = ops.sigmoid(a_z + h_z)  # (2)
        u = h_n + ops.row(params.b_hn)  # (3)
        n = ops.tanh(a_n + r * u)  # (4)
        h = (1 - z) * n + z * state.h  # (5)
        return Trace(r, z, n, u, h)

    def workspace(self, params, a):
        both = ops.Squash(a, self.hidden_size, "σσt")
        both.scale(a)
        squash = ops.Squash(a, self.hidden_size, "σσ")
        return Workspace(ops.namespace(a), ops.linear(both.scale(ops.transposed(params.U)), a), ops.row(params.b_hn), squash)

    def step_(self, work, a, before, now, t, c_below):
        (xp, U, b_hn, squash), (r, z, n, u, h) = work, now
        fed, m = U(before.h), 2 * self.hidden_size
        rz = a[..., :m]
        rz += fed[..., :m]
        squash(rz)  # (1), (2)
        xp.add(fed[..., m:], b_hn, out=u)  # (3)
        n += r * u
        xp.tanh(n, out=n)  # (4)
        xp.multiply(z, before.h, out=h)
        h += (1 - z) * n  # (5)

    def local(self, params, run):
        r, z, n, u, h = run.trace
        H = self.hidden_size
        a = ops.empty(h, 4 * H)
        d_u, a_r, a_z, a_n = ops.split(a, 4)
        a_n[...] = (1 - z) * (1 - n * n)  # (4) in (5)
        a_z[...] = (ops.before(run.initial_state.h, h) - n) * z * (1 - z)  # (2) in (5)
        d_u[...] = a_n * r  # (3) in (4)
        a_r[...] = a_n * u * r * (1 - r)  # (1) in (4)
        return Local(a, ops.blocks(a, 4), a[..., :-H], a[..., H:], keep=z)

    def backward_weights(self, params):
        return self._rolled(params.U, 2)  # rows n, r, z, as in ``urz``

    def carry(self, U, local, d, t):
        dh, whole = d.h, local.whole
        whole *= dh  # (1)–(4) through (5)
        dh *= local.keep  # (5)  what h_{t-1} receives directly
        dh += ops.matmul(local.urz, U)  # (1)–(3)  and through the gates

    def weight_gradients(self, run, local):
        H, h_before = self.hidden_size, ops.before(run.initial_state.h, run.h)
        U = self._rolled(ops.affine_weight(local.urz, h_before), 1)
        b = ops.total(local.a)
        return Params(ops.affine_weight(local.rzn, run.x), U, b[..., H:], b_hn=b[..., :H])

    def input_gradient(self, params, run, local):
        return ops.affine_input(local.rzn, params.W)

    def _rolled(self, U, blocks):
        """The rows of U (…, 3H, H) with its first ``blocks`` blocks at the end."""
        n = blocks * self.hidden_size
        return ops.concatenate([U[..., n:, :], U[..., :n, :]], -2)
