"""Clockwork RNN: modules that run at their own periods (Koutník et al. 2014).

The H units form M modules of k = H/M units. Module m has the period τ_m, τ_1 < τ_2 < …, and at step t

    a_m = W_m x_t + Σ_{j : τ_j ≥ τ_m} U_mj h_{j, t-1} + b_m   (1)
    h_m = tanh(a_m)    if t mod τ_m = 0                       (2)
    h_m = h_{m, t-1}   otherwise: it sleeps                   (3)

Shapes: x (B, D), h (B, H), W (H, D), U (H, H), b (H,), modules from fast to slow.
Leading ensemble axes are allowed everywhere.

Slow modules feed fast ones, never the reverse: U (out, in) is block-upper-triangular, its lower blocks and their
gradients exactly zero. Each period divides the next, so the modules awake at a step are always the first few: a
prefix of the units, and only that is computed. Step 0 wakes them all; ``start`` of ``unroll`` sets the clock.
"""

from collections import namedtuple
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .. import ops
from .cell import Cell


class Params(NamedTuple):
    W: Any  # (H, D)
    U: Any  # (H, H)
    b: Any  # (H,)


State = namedtuple("State", "h")  # (B, H)
Trace = namedtuple("Trace", "h")
Workspace = namedtuple("Workspace", "xp U")  # {units awake: h ↦ U h with the rows of U they need}


class Local(NamedTuple):
    a: Any  # ∂h/∂a where a unit is awake, then the gradient of a


class ClockworkRNN(Cell):
    """The Clockwork RNN. Source: Koutník et al. (2014), section 3; eqs. in the file.

    ``periods`` increase, each divides the next, and their number divides ``hidden_size``.
    """

    Params, State, Trace, gates = Params, State, Trace, ("h",)

    def __init__(self, input_size, hidden_size, periods=(1, 2, 4, 8)):
        super().__init__(input_size, hidden_size)
        self.periods = periods = tuple(periods)
        if not periods or any(not isinstance(p, int) or isinstance(p, bool) or p < 1 for p in periods):
            raise ValueError(f"periods must be positive integers, got {periods}")
        if any(slow <= fast or slow % fast for fast, slow in zip(periods, periods[1:])):
            raise ValueError(f"periods must increase, each dividing the next, got {periods}")
        if hidden_size % len(periods):
            raise ValueError(f"the number of periods must divide hidden_size = {hidden_size}, got {len(periods)}")
        self.module_size = hidden_size // len(periods)
        self._prefixes = range(0, hidden_size + 1, self.module_size)

    def awake(self, t):
        """How many units run at step t: the first so many. A subclass that changes it changes ``_awake`` as well."""
        return next((k for k, period in zip(self._prefixes, self.periods) if t % period), self.hidden_size)

    def mask(self):
        """Where U may differ from zero: (H, H) of 0 and 1."""
        return np.triu(np.ones((len(self.periods),) * 2)).repeat(self.module_size, 0).repeat(self.module_size, 1)

    def count(self):
        return super().count() - int((1 - self.mask()).sum())

    def init(self, rng):
        params = super().init(rng)
        return params._replace(U=params.U * self.mask())

    _mask = cached_property(lambda self: np.asarray(self.mask(), np.float32))

    def _masked(self, U):
        return U * ops.convert(self._mask, like=U)

    def project(self, params, x):
        return ops.affine(x, params.W, params.b)

    def project_awake(self, params, x, start):
        a = ops.empty(ops.repeat_input(x, params.W, params.b), self.hidden_size)
        for units, steps in self._awake(start):
            if len(x[steps]):  # else it sleeps throughout; what sleeps is left as it is, and overwritten by (3)
                a[steps][..., units] = ops.affine(x[steps], params.W[..., units, :], params.b[..., units])
        return a

    def step(self, params, a, state, t=0, c_below=None):
        n = self.awake(t)
        a = a + state.h @ self._masked(params.U).swapaxes(-1, -2)  # (1)  (B, H)
        return Trace(ops.concatenate([ops.tanh(a[..., :n]), state.h[..., n:]], -1))  # (2), (3)

    def workspace(self, params, a):
        U_T = ops.transposed(self._masked(params.U))
        columns = {n: U_T[..., :n] for n in self._prefixes}
        columns[self.module_size] = ops.copy(columns[self.module_size])  # those of most steps, close together
        return Workspace(ops.namespace(a), {n: ops.linear(U, a) for n, U in columns.items()})

    def step_(self, work, a, before, now, t, c_below):
        n = self.awake(t)
        run, sleep = a[..., :n], a[..., n:]
        run += work.U[n](before.h)  # (1)
        work.xp.tanh(run, out=run)  # (2)
        sleep[...] = before.h[..., n:]  # (3)

    def local(self, params, run):
        a = ops.empty(run.h, self.hidden_size)
        for units, steps in self._awake(run.start):
            a[steps][..., units] = 1 - run.h[steps][..., units] ** 2  # tanh'(a) = 1 − tanh²(a)
        return Local(a)

    def backward_weights(self, params):
        U = self._masked(params.U)
        return {n: U[..., :n, :] for n in self._prefixes}

    def carry(self, U, local, d, t):
        n, dh = self.awake(t), d.h
        run, sleep = local.a[..., :n], local.a[..., n:]
        run *= dh[..., :n]  # (2)  da = dh ⊙ tanh'(a)
        sleep[...] = 0  # (3)  a sleeping unit does not look at its input
        dh[..., :n] = 0  # (3)  and what it receives goes to h_{t-1} unchanged
        dh += ops.matmul(run, U[n])  # (1)

    def _awake(self, start):
        """For each module, its units and the steps at which it runs: (slice of H, slice of T)."""
        for m, period in enumerate(self.periods):
            yield slice(*self._prefixes[m : m + 2]), slice(-start % period, None, period)

    def weight_gradients(self, run, local):
        h_before = ops.before(run.initial_state.h, run.h)
        W, U = (ops.zeros(run.h, *run.h.shape[1:-2], *shape) for shape in self.shapes()[:2])
        for units, steps in self._awake(run.start):
            da = local.a[steps][..., units]
            W[..., units, :], U[..., units, :] = ops.affine_weights(da, run.x[steps], h_before[steps])
        return Params(W, self._masked(U), ops.total(local.a))

    def input_gradient(self, params, run, local):
        (fastest, _), *slower = self._awake(run.start)
        dx = ops.affine_input(local.a[..., fastest], params.W[..., fastest, :])  # 0 where it sleeps
        for units, steps in slower:
            dx[steps] += ops.affine_input(local.a[steps][..., units], params.W[..., units, :])
        return dx
