"""The only loop over time: ``unroll`` forwards, ``bptt`` (backpropagation through time) backwards.

Both run any cell of ``lstm_course.cells`` on NumPy arrays or torch tensors, with or without ensemble axes.
Everything that needs no memory is done for all steps at once, before the loop or after it.
Neither knows a gate: what happens inside a step is the cell's business.
"""

from functools import partial
from typing import Any, NamedTuple

from . import checks, ops


class Run(NamedTuple):
    """What ``unroll`` computed, and all ``bptt`` needs.

    ``h`` and ``c`` (None where the cell has none) are (T, …, B, H); ``state`` is the last step's State;
    ``trace`` holds every gate of every step; the rest is what went in.
    """

    h: Any
    c: Any
    state: Any
    trace: Any
    x: Any
    initial_state: Any
    c_below: Any
    start: int


class Gradients(NamedTuple):
    """The gradient of the loss for each input of ``unroll``, each of that input's shape and type."""

    x: Any
    state: Any
    params: Any
    c_below: Any


def unroll(cell, params, x, state=None, *, c_below=None, start=0):
    """Run a cell over a sequence.

    Parameters
    ----------
    cell : a cell of ``lstm_course.cells``
    params : its ``Params``; each array may carry leading ensemble axes
    x : (T, …, B, D) inputs, time first
    state : its ``State`` of (…, B, H) arrays before the first step; zeros when None
    c_below : (T, …, B, H), the cell states of the layer below, for cells that read them (depth gate)
    start : int ≥ 0, the number of the first step, for cells that look at the clock (Clockwork)

    Returns
    -------
    Run

    Raises
    ------
    TypeError, ValueError : naming the argument, what it is and what was expected
    """
    state, shape = checks.inputs(cell, params, x, state, c_below, start)
    arrays = forward(cell, params, x, state, c_below, start, shape)
    return finished(cell, arrays, x, state, c_below, start)


def forward(cell, params, x, state, c_below, start, shape):
    """The loop of ``unroll``, unchecked: the arrays of ``cell.allocate``, filled. ``shape`` is (…, B)."""
    a = ops.repeat_steps(cell.project_awake(params, x, start), (len(x), *shape, cell.columns))
    work = cell.workspace(params, a)
    arrays = cell.allocate(a)
    below = [None] * len(x) if c_below is None else c_below
    slots = by_steps(cell.view(arrays))
    before = cell.State(*(ops.repeat_state(s, shape) for s in state))
    for t, (a_t, now, c_t) in enumerate(zip(a, slots, below), start):
        cell.step_(work, a_t, before, now, t, c_t)
        before = now
    return arrays


def by_steps(sequences):
    """A NamedTuple of sequences (T, …) as T NamedTuples of steps, lazily."""
    return map(partial(tuple.__new__, type(sequences)), zip(*sequences))  # half the time of ``_make``


def finished(cell, arrays, x, state, c_below, start):
    """The ``Run`` whose arrays ``forward`` has filled."""
    trace = cell.view(arrays)
    last = cell.State(*(ops.copy(getattr(trace, name)[-1]) for name in cell.State._fields))
    return Run(trace.h, getattr(trace, "c", None), last, trace, x, state, c_below, start)


def bptt(cell, params, run, dh, dstate=None, *, dc=None):
    """Backpropagation through time: the gradient of a loss for everything that went into ``unroll``.

    Parameters
    ----------
    cell, params : as given to ``unroll``
    run : what it returned
    dh : (T, …, B, H), the gradient of the loss for every h_t; None for zero
    dstate : State, the gradient for the last state; None for zero
    dc : (T, …, B, H), the gradient for every c_t (a tower of depth gates needs it); None for zero

    Returns
    -------
    Gradients, each summed over whatever the array was shared by (steps, examples, members)
    """
    checks.upstream(cell, run, dh, dstate, dc)
    return gathered(cell, params, run, *backward(cell, params, run, dh, dstate, dc))


def backward(cell, params, run, dh, dstate, dc):
    """The loop of ``bptt``, unchecked: the local factors turned to gradients, and what the first state receives."""
    d = cell.State(*(ops.zero_step(run.h, run.h.shape[-1]) for _ in cell.State._fields))
    if dstate is not None:
        for carried, given in zip(d, dstate):
            if given is not None:
                carried += given
    gates = cell.Trace(*map(ops.in_runs, run.trace))
    local = cell.local(params, run._replace(trace=gates))
    U = cell.backward_weights(params)
    steps = list(by_steps(local))
    upstream = [(carried, list(given)) for carried, given in zip(d, (dh, dc)) if given is not None]
    for t in reversed(range(len(steps))):
        for carried, given in upstream:
            carried += given[t]
        cell.carry(U, steps[t], d, run.start + t)
    return local, d


def gathered(cell, params, run, local, d, needs_x=True):
    """The products over all steps that follow the recursion, each summed to the shape of what it is for."""
    weights = cell.weight_gradients(run, local)
    return Gradients(
        x=ops.sum_steps_to(cell.input_gradient(params, run, local), run.x.shape) if needs_x else None,
        state=cell.State(*map(ops.sum_to, d, (s.shape for s in run.initial_state))),
        params=cell.Params(*map(ops.sum_to, weights, (p.shape for p in params))),
        c_below=None if run.c_below is None else ops.sum_steps_to(local.c_below, run.c_below.shape),
    )
