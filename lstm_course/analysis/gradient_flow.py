"""How far back a gradient reaches: the product of step Jacobians, and what bounds it.

For the state s_t of a cell (h_t, or h_t and c_t together), one step back is the Jacobian J_t = ∂s_t/∂s_{t−1},
and k steps back is the product ∂s_T/∂s_{T−k} = J_T J_{T−1} … J_{T−k+1} (Hochreiter 1991; Bengio, Simard &
Frasconi 1994). For the plain RNN J_t = diag(φ′(a_t)) U, so ‖∂h_T/∂h_{T−k}‖ ≤ (γ σ_max(U))^k with γ the greatest
slope of φ: 1 for tanh, ¼ for the sigmoid (Pascanu, Mikolov & Bengio 2013, section 2.1). Everything here is
NumPy; the derivative of a step is the cell's own.
"""

import numpy as np

from ..recurrence import bptt, unroll


def step_jacobians(cell, params, run):
    """J_t for every step: (T, B, S, S) with J[t, b, j, k] = ∂s_t[j]/∂s_{t−1}[k].

    ``run`` is what ``unroll(cell, params, x)`` returned, without ensemble axes. S is H for a cell whose state
    is h, 2H for (h, c), in this order. Computed by the cell's backward pass: one step for each unit of the
    state, with a one-hot gradient from above.
    """
    if run.h.ndim != 3:
        raise ValueError(f"run.h must be (T, B, H), without ensemble axes, but it has shape {run.h.shape}")
    if run.c_below is not None:
        raise ValueError("run must not read cell states from a layer below")
    T, B, H = run.h.shape
    fields = cell.State._fields
    S = H * len(fields)
    one_hot = np.repeat(np.eye(S, dtype=run.h.dtype), B, axis=0)  # (S·B, S): row (j, b) asks for s_t[j] of example b
    one_hot = cell.State(*np.split(one_hot, len(fields), axis=1))
    jacobians, before = np.empty((T, B, S, S), dtype=run.h.dtype), run.initial_state
    for t in range(T):
        state = cell.State(*(np.tile(part, (S, 1)) for part in before))
        step = unroll(cell, params, np.tile(run.x[t], (S, 1))[None], state, start=run.start + t)
        back = bptt(cell, params, step, None, one_hot).state
        jacobians[t] = np.concatenate(back, axis=1).reshape(S, B, S).swapaxes(0, 1)
        before = cell.State(*(getattr(run, name)[t] for name in fields))
    return jacobians


def jacobian_products(jacobians):
    """∂s_T/∂s_{T−k} for k = 1 … T, in this order: (T, B, S, S) from ``step_jacobians``."""
    products = np.empty_like(jacobians)
    product = np.eye(jacobians.shape[-1], dtype=jacobians.dtype)
    for k, jacobian in enumerate(jacobians[::-1]):
        product = product @ jacobian
        products[k] = product
    return products


def gradient_norms(cell, params, x, state=None):
    """‖∂s_T/∂s_{T−k}‖, the largest singular value, for k = 1 … T: (T, B). ``x`` (T, B, D)."""
    products = jacobian_products(step_jacobians(cell, params, unroll(cell, params, x, state)))
    return np.linalg.norm(products, 2, axis=(-2, -1))


def per_step_factor(norms, skip=0):
    """The factor by which norms (K, …) at distances 1 … K change from one step to the next, a geometric mean
    after the first ``skip``.
    """
    if not 0 <= skip < len(norms) - 1:
        raise ValueError(f"skip must be in 0 … {len(norms) - 2}, but it is {skip}")
    return (norms[-1] / norms[skip]) ** (1 / (len(norms) - 1 - skip))


def bound(U, steps, slope=1.0):
    """(slope · σ_max(U))^k for k = 1 … ``steps``: no gradient of a plain RNN is longer. ``slope``: 1 for tanh
    and ReLU, ¼ for the sigmoid.
    """
    return (slope * np.linalg.norm(U, 2)) ** np.arange(1, steps + 1)


def direct_path(f):
    """∏ f over the last k steps, k = 1 … T: what reaches c_{T−k} from c_T along the cell state alone.

    ``f`` (T, …), the forget gates of a run's trace; the result has its shape.
    """
    return np.cumprod(np.asarray(f)[::-1], axis=0)
