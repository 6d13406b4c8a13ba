"""What the engine's tests share: every cell of the course, and random numbers for it."""

from typing import NamedTuple

import numpy as np
import torch

from lstm_course import cells
from lstm_course.gradcheck import reached_state
from lstm_course.recurrence import bptt, unroll

CELLS = {
    "rnn": lambda D, H: cells.RNN(D, H),
    "rnn-relu": lambda D, H: cells.RNN(D, H, nonlinearity="relu"),
    "lstm1997": cells.LSTM1997,
    "lstm": cells.LSTM,
    "peephole": cells.PeepholeLSTM,
    "coupled": cells.CoupledLSTM,
    "gru": cells.GRU,
    "gru-before": lambda D, H: cells.GRU(D, H, reset="before"),
    "depth-gated": cells.DepthGatedLSTM,
    "slstm": cells.SLSTM,
    "minlstm": cells.MinLSTM,
    "mingru": cells.MinGRU,
    "clockwork": lambda D, H: cells.ClockworkRNN(
        D, H, periods=(1, 2, 4) if H % 3 == 0 else (1, 3) if H % 2 == 0 else (2,)
    ),
}


class Case(NamedTuple):
    """Everything ``unroll`` and ``bptt`` take, at random."""

    cell: object
    params: object
    x: object
    state: object
    c_below: object
    start: int
    dh: object
    dc: object
    dstate: object

    def run(self):
        return unroll(self.cell, self.params, self.x, self.state, c_below=self.c_below, start=self.start)

    def gradients(self):
        return bptt(self.cell, self.params, self.run(), self.dh, self.dstate, dc=self.dc)

    def map(self, function):
        """The same case with every array passed through ``function``."""
        over = lambda value: type(value)(*map(function, value))  # noqa: E731
        maybe = lambda array: None if array is None else function(array)  # noqa: E731
        return self._replace(
            params=over(self.params),
            x=function(self.x),
            state=over(self.state),
            c_below=maybe(self.c_below),
            dh=function(self.dh),
            dc=maybe(self.dc),
            dstate=over(self.dstate),
        )


def case(cell, T, B, rng, members=(), start=1):
    """A random ``Case``; ``members`` are ensemble axes carried by every array."""
    D, H = cell.input_size, cell.hidden_size
    draw = lambda *shape: rng.normal(size=shape)  # noqa: E731
    params = [cell.init(rng) for _ in range(int(np.prod(members)))]
    stacked = cell.Params(*(np.stack(a).reshape(*members, *a[0].shape) for a in zip(*params)))
    has_c = "c" in cell.State._fields
    return Case(
        cell=cell,
        params=stacked,
        x=draw(T, *members, B, D),
        state=reached_state(cell, stacked, rng, *members, B),
        c_below=draw(T, *members, B, H) if cell.needs_c_below else None,
        start=start,
        dh=draw(T, *members, B, H),
        dc=draw(T, *members, B, H) if has_c else None,
        dstate=cell.State(*(draw(*members, B, H) for _ in cell.State._fields)),
    )


def through_step(some):
    """The gradients of a torch case by autograd, run through the plain ``step`` only: ``{name: gradient}``."""
    leaf = lambda a: a.detach().clone().requires_grad_()  # noqa: E731
    params, state = type(some.params)(*map(leaf, some.params)), type(some.state)(*map(leaf, some.state))
    x, c_below = leaf(some.x), None if some.c_below is None else leaf(some.c_below)
    a, below = some.cell.project(params, x).unbind(0), [None] * len(x) if c_below is None else c_below.unbind(0)
    now, loss = state, 0.0
    for t, (a_t, c_t) in enumerate(zip(a, below)):
        now = some.cell.step(params, a_t, now, some.start + t, c_t)
        loss = loss + (now.h * some.dh[t]).sum() + (0 if some.dc is None else (now.c * some.dc[t]).sum())
    loss = loss + sum((getattr(now, name) * d).sum() for name, d in some.dstate._asdict().items())
    leaves = {"x": x} | ({} if c_below is None else {"c_below": c_below})
    leaves |= {f"state.{k}": v for k, v in state._asdict().items()} | {
        f"params.{k}": v for k, v in params._asdict().items()
    }
    return dict(
        zip(leaves, torch.autograd.grad(loss, list(leaves.values()), allow_unused=True, materialize_grads=True))
    )
