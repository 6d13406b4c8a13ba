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


class Workspace(NamedTuple):
    xp: Any
    U: Any  # {units awake: the part of U they need, transposed}


class Local(NamedTuple):
    a: Any  # ∂h/∂a, then the gradient of a


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
        return self.module_size * sum(t % period == 0 for period in self.periods)

    def mask(self):
        """Where U may differ from zero: (H, H) of 0 and 1."""
        module = np.arange(self.hidden_size) // self.module_size
        return 1.0 * (module[:, None] <= module[None, :])

    def count(self):
        return super().count() - int((1 - self.mask()).sum())

    def init(self, rng):
        params = super().init(rng)
        return params._replace(U=params.U * self.mask())

    @cached_property
    def _mask(self):
        return self.mask()

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
        return Workspace(ops.namespace(a), {n: U_T[..., :n] for n in self._prefixes})

    def step_(self, work, a, before, now, t, c_below):
        n = self.awake(t)
        run, sleep = a[..., :n], a[..., n:]
        run += ops.matmul(before.h, work.U[n])  # (1)
        work.xp.tanh(run, out=run)  # (2)
        sleep[...] = before.h[..., n:]  # (3)

    def local(self, params, run):
        h = run.trace.h
        return Local(1 - h * h)  # tanh'(a) = 1 − tanh²(a)

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
            units = slice(m * self.module_size, (m + 1) * self.module_size)
            yield units, slice(-start % period, None, period)

    def weight_gradients(self, run, local):
        h_before, W, U = ops.before(run.initial_state.h, run.h), [], []
        for units, steps in self._awake(run.start):
            da = local.a[steps][..., units]
            W.append(ops.affine_weight(da, run.x[steps]))
            U.append(ops.affine_weight(da, h_before[steps]))
        return Params(ops.concatenate(W, -2), self._masked(ops.concatenate(U, -2)), ops.total(local.a))

    def input_gradient(self, params, run, local):
        dx = ops.zeros(run.h, *run.h.shape[:-1], self.input_size)
        for units, steps in self._awake(run.start):
            dx[steps] += ops.affine_input(local.a[steps][..., units], params.W[..., units, :])
        return dx
