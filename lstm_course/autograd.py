"""``unroll`` and ``bptt`` as one function that torch's autograd can differentiate.

On the CPU, tensors lend their memory to NumPy, whose calls cost about a third of torch's, and the very same code
runs there; elsewhere, and for half precision, it runs on the tensors themselves.
"""

import inspect
from functools import cache

import numpy as np
import torch

from . import ops, recurrence

SECOND_DERIVATIVE = (
    "second derivatives are not available: lstm_course derives each cell once, by hand. "
    "Differentiate cell.step by autograd if you need them."
)


@cache
def _blas():
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _with_signature(function):
    """``function`` with its signature at hand: torch looks it up at every call, which is 30 µs without."""
    function.__signature__ = inspect.signature(function)
    return function


def _on_numpy(function, tensors):
    """``function`` of the tensors' memory as NumPy arrays where they can lend it, of the tensors otherwise."""
    given = [t for t in tensors if t is not None]
    if not all(t.device.type == "cpu" and t.dtype in (torch.float32, torch.float64) for t in given):
        return function(*(None if t is None else t.detach() for t in tensors))
    with _blas().limit(limits=torch.get_num_threads(), user_api="blas"):
        arrays = function(*(None if t is None else t.detach().numpy() for t in tensors))
    return tuple(torch.from_numpy(a) for a in arrays)


class _Kinds:
    """Which of a flat list of tensors are sequences (T, …, B, ·), states (…, B, H) or parameters."""

    def __init__(self, cell):
        self.params = [len(shape) for shape in cell.shapes()]
        self.states = [2] * len(cell.State._fields)
        self.arrays = [3] * (len(cell.Trace._fields) - len(cell.gates) + 1)

    def lift(self, tensors, ranks, in_dims, size, expand=False):
        """Move each mapped axis to the front of the ensemble axes: behind T in a sequence (rank 3), first otherwise."""
        axes = max(t.dim() - (d is not None) - r for t, r, d in zip(tensors, ranks, in_dims) if t is not None)
        lifted = []
        for t, rank, dim in zip(tensors, ranks, in_dims):
            at = int(rank == 3)
            # what follows would change nothing
            there = t is not None and dim == at and t.dim() == axes + rank + 1
            if t is None or there or (dim is None and not expand):
                lifted.append(t)
                continue
            t = t.unsqueeze(0).expand(size, *t.shape) if dim is None else t.movedim(dim, 0)
            t = t.reshape(size, *t.shape[1 : 1 + at], *(1,) * (axes + rank + 1 - t.dim()), *t.shape[1 + at :])
            lifted.append(t.movedim(0, at))
        return lifted


def _forward(cell, start):
    def run(x, c_below, *rest):
        n = len(cell.State._fields)
        state, params = cell.State(*rest[:n]), cell.Params(*rest[n:])
        leads = [(*p.shape[: p.ndim - len(s)], 1) for p, s in zip(params, cell.shapes())]
        leads += [x.shape[1:-1]] + [s.shape[:-1] for s in state] + ([] if c_below is None else [c_below.shape[1:-1]])
        arrays = recurrence.forward(cell, params, x, state, c_below, start, np.broadcast_shapes(*map(tuple, leads)))
        trace = cell.view(arrays)
        return *arrays, *(ops.copy(getattr(trace, name)[-1:]) for name in cell.State._fields)

    return run


class Unroll(torch.autograd.Function):
    """(x, c_below, *state, *params) → (*the arrays of ``cell.allocate``, *the last state as sequences of one step)."""

    @staticmethod
    @_with_signature
    def forward(cell, start, *tensors):
        return _on_numpy(_forward(cell, start), tensors)

    @staticmethod
    def setup_context(ctx, inputs, outputs):
        ctx.cell, ctx.start, *tensors = inputs
        arrays = outputs[: -len(ctx.cell.State._fields)]
        differentiable = set(places(ctx.cell).values())
        ctx.mark_non_differentiable(*(a for k, a in enumerate(arrays) if k not in differentiable))
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*tensors, *arrays)

    @staticmethod
    def backward(ctx, *upstream):
        cell, place = ctx.cell, places(ctx.cell)
        dstate = upstream[-len(cell.State._fields) :]
        dh, dc = upstream[place["h"]], upstream[place["c"]] if "c" in place else None
        needs_x = ctx.needs_input_grad[2]
        gradients = Bptt.apply(cell, ctx.start, needs_x, dh, dc, *dstate, *ctx.saved_tensors)
        dx, dbelow, *rest = (*(() if needs_x else (None,)), *gradients)
        return None, None, dx, *((dbelow,) if cell.needs_c_below else (None, dbelow)), *rest

    @staticmethod
    def vmap(info, in_dims, cell, start, *tensors):
        kinds = _Kinds(cell)
        ranks = [3, 3, *kinds.states, *kinds.params]
        outputs = Unroll.apply(cell, start, *kinds.lift(tensors, ranks, in_dims[2:], info.batch_size))
        return outputs, (1,) * len(outputs)


class Bptt(torch.autograd.Function):
    """(dh, dc, *dstate, x, c_below, *state, *params, *arrays) → gradients of x (if needed), c_below, state, params."""

    @staticmethod
    @_with_signature
    def forward(cell, start, needs_x, *tensors):
        def run(dh, dc, *rest):
            n, m = len(cell.State._fields), len(cell.Params._fields)
            dstate, (x, c_below), rest = rest[:n], rest[n : n + 2], rest[n + 2 :]
            dstate = [None if d is None else d[0] for d in dstate]
            state, params, arrays = cell.State(*rest[:n]), cell.Params(*rest[n : n + m]), rest[n + m :]
            finished = recurrence.finished(cell, arrays, x, state, c_below, start)
            local, d = recurrence.backward(cell, params, finished, dh, dstate, dc)
            whole = recurrence.gathered(cell, params, finished, local, d, needs_x)
            optional = [g for g in (whole.x, whole.c_below) if g is not None]
            return *optional, *whole.state, *whole.params

        return _on_numpy(run, tensors)

    @staticmethod
    def setup_context(ctx, inputs, outputs):
        pass

    @staticmethod
    def backward(ctx, *upstream):
        raise RuntimeError(SECOND_DERIVATIVE)

    @staticmethod
    def vmap(info, in_dims, cell, start, needs_x, *tensors):
        kinds = _Kinds(cell)
        dstate = [3] * len(kinds.states)
        ranks = [3, 3, *dstate, 3, 3, *kinds.states, *kinds.params, *kinds.arrays]
        lifted = kinds.lift(tensors, ranks, in_dims[3:], info.batch_size, expand=True)
        gradients = Bptt.apply(cell, start, needs_x, *lifted)
        sequences = needs_x + cell.needs_c_below
        return gradients, (*(1,) * sequences, *(0,) * (len(gradients) - sequences))


def places(cell):
    """Where h, and c if the cell has one, stand among the arrays of ``cell.allocate``."""
    own = cell.Trace._fields[len(cell.gates) :]
    return {name: 1 + own.index(name) if name in own else 0 for name in cell.State._fields}


def run(cell, params, x, state, c_below, start):
    """``recurrence.unroll`` under autograd: (h, c or None, the last state as a list of (1, …, B, H))."""
    outputs = Unroll.apply(cell, start, x, c_below, *state, *params)
    place = places(cell)
    return outputs[place["h"]], outputs[place["c"]] if "c" in place else None, list(outputs[-len(place) :])


def reversed_in_time(x, lengths):
    """(T, B, ·) backwards; with ``lengths`` (B,) each example within its own length, its padding left in place."""
    if lengths is None:
        return x.flip(0)
    t = torch.arange(len(x)).unsqueeze(1)
    index = torch.where(t < lengths, lengths - 1 - t, t).to(x.device)
    return x.gather(0, index.unsqueeze(-1).expand_as(x))


def at_end(x, lengths):
    """The last real step of each example, as a sequence of one step: (T, B, ·), (B,) → (1, B, ·)."""
    return x[(lengths - 1).to(x.device).unsqueeze(0), torch.arange(x.size(1), device=x.device)]
