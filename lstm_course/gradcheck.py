"""Finite differences: the judge of every derivative in this book.

A derivative is a limit. Take the step small but not zero, (L(v + ε) − L(v − ε)) / 2ε, and it must
agree with what was derived by hand. For a cell every perturbed copy is one member of an ensemble, so that all
the copies run at once.
"""

import numpy as np

from .recurrence import bptt, unroll


def finite_differences(loss, value, step=1e-6):
    """The gradient of ``loss(value)``, a number, for each entry of the NumPy array ``value``.

    Central differences: the error shrinks with the square of ``step``, until rounding takes over.
    """
    value = np.array(value, dtype=float)
    gradient = np.empty_like(value)
    for index in np.ndindex(*value.shape):
        kept = value[index]
        value[index] = kept + step
        above = loss(value)
        value[index] = kept - step
        gradient[index] = (above - loss(value)) / (2 * step)
        value[index] = kept
    return gradient


def relative_error(a, b):
    """The largest difference of two arrays, in units of their largest entry; 0 when both are all zero."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape}, b {b.shape}: expected the same")
    scale = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))
    return float(np.abs(a - b).max(initial=0) / scale) if scale else 0.0


def perturbed(value, step, axis):
    """2N copies of an array along a new ``axis``: each entry moved up in one and down in another."""
    moves = step * np.eye(value.size).reshape(value.size, *value.shape)
    return np.moveaxis(np.concatenate([value + moves, value - moves]), 0, axis)


def _slope(losses, step, shape):
    up, down = np.split(losses, 2)
    return ((up - down) / (2 * step)).reshape(shape)


def cell_gradients(cell, params, x, state, dh, dstate, *, dc=None, c_below=None, start=0, step=1e-5):
    """What ``bptt`` should return, as ``{name: array}``, by finite differences of ``unroll``.

    The loss is ⟨dh, h⟩ + ⟨dc, c⟩ + ⟨dstate, last state⟩: its gradient for each output is just what
    ``bptt`` is given. Without ensemble axes, in NumPy; all arguments as there.
    """

    def losses(**changed):
        args = {"params": params, "x": x, "state": state, "c_below": c_below} | changed
        run = unroll(cell, args["params"], args["x"], args["state"], c_below=args["c_below"], start=start)
        total = np.einsum("t...bh,tbh->...", run.h, dh)
        if dc is not None:
            total = total + np.einsum("t...bh,tbh->...", run.c, dc)
        return total + sum(np.einsum("...bh,bh->...", s, d) for s, d in zip(run.state, dstate))

    slopes = {"x": _slope(losses(x=perturbed(x, step, 1)), step, x.shape)}
    if c_below is not None:
        slopes["c_below"] = _slope(losses(c_below=perturbed(c_below, step, 1)), step, c_below.shape)
    for name, whole in (("state", state), ("params", params)):
        for field, array in zip(whole._fields, whole):
            moved = whole._replace(**{field: perturbed(array, step, 0)})
            slopes[f"{name}.{field}"] = _slope(losses(**{name: moved}), step, array.shape)
    return slopes


def named(gradients):
    """``Gradients`` as ``{"x": …, "state.h": …, "params.W": …}``."""
    flat = {"x": gradients.x}
    if gradients.c_below is not None:
        flat["c_below"] = gradients.c_below
    for name, whole in (("state", gradients.state), ("params", gradients.params)):
        flat |= {f"{name}.{field}": array for field, array in zip(whole._fields, whole)}
    return flat


def reached_state(cell, params, rng, *batch):
    """A state the cell comes to after a few random inputs; ``batch`` is B, with the ensemble axes before it."""
    x = rng.normal(size=(3, *batch, cell.input_size))
    c_below = rng.normal(size=(3, *batch, cell.hidden_size)) if cell.needs_c_below else None
    return unroll(cell, params, x, c_below=c_below).state


def check(cell, rng, T=5, B=3, *, c_below=None, start=0):
    """Hold a cell's derivative against finite differences on random numbers: ``{name: relative error}``.

    Every output gets a random upstream gradient, so that no path can hide behind another.
    """
    D, H = cell.input_size, cell.hidden_size
    params, x = cell.init(rng), rng.normal(size=(T, B, D))
    if cell.needs_c_below and c_below is None:
        c_below = rng.normal(size=(T, B, H))
    state = reached_state(cell, params, rng, B)
    dstate = cell.State(*(rng.normal(size=(B, H)) for _ in cell.State._fields))
    dh = rng.normal(size=(T, B, H))
    dc = rng.normal(size=(T, B, H)) if "c" in cell.State._fields else None
    run = unroll(cell, params, x, state, c_below=c_below, start=start)
    by_hand = named(bptt(cell, params, run, dh, dstate, dc=dc))
    slopes = cell_gradients(cell, params, x, state, dh, dstate, dc=dc, c_below=c_below, start=start)
    return {name: relative_error(by_hand[name], slopes[name]) for name in slopes}
