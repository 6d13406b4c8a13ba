"""One model on one task from one start: what the study of variants runs, thousands of times."""

import numpy as np

from .. import cells
from ..models import Reader
from ..training import accuracy, fit
from . import problems, settings


def supervised(
    seeds, *, task, model, start="default", length=None, lr=3e-3, steps=1000, parameters=5000, batch=32, clip=1.0, check_every=25,
):  # fmt: skip
    """Train ``model`` on ``task``, one of :data:`problems.PROBLEMS`, until it is solved or ``steps`` are over.

    The recurrent layer has the width at which it learns nearest to ``parameters`` numbers. Training is Adam at the rate
    ``lr``, with gradients cut to the norm ``clip``. Returns, one value for each seed:

    - ``solved``, whether the task's target was reached on validation data, and ``trained``, the steps until then, or all
    - ``score`` and ``loss`` in the end, on data that decided nothing
    - ``gradient_mean`` and ``gradient_max``, over steps, of the gradient's norm before it is cut
    - ``width``; ``size``, how many numbers the layer learns; ``products``, multiplications with a weight in a step of the layer

    Raises ValueError for an unknown task, model or start, and for a start that the model cannot have.
    """
    problem, net, cell = _prepared(task, model, start, length, parameters, batch)
    history = fit(net, problem.train, steps=steps, seeds=seeds, batch=batch, lr=lr, clip=clip, loss=problem.loss,
                  validation=problem.validation, target=problem.target, score=problem.score, check_every=check_every)  # fmt: skip
    each = np.ones(len(history.solved), dtype=int)
    return {
        "solved": history.solved,
        "trained": history.steps,
        "score": accuracy(history.models, problem.test, problem.score),
        "loss": accuracy(history.models, problem.test, problem.loss),
        "gradient_mean": np.nanmean(history.gradient, axis=0),
        "gradient_max": np.nanmax(history.gradient, axis=0),
        "width": each * cell.hidden_size,
        "size": each * cell.count(),
        "products": each * products(cell),
    }


def products(cell):
    """How many products with a weight the cell computes in a step. A sleeping module of the Clockwork RNN computes none:
    the mean over its longest period, rounded.
    """
    if isinstance(cell, cells.ClockworkRNN):
        row = cell.input_size + cell.mask().sum(axis=1)
        return round(float((row / np.repeat(cell.periods, cell.hidden_size // len(cell.periods))).sum()))
    return sum(int(np.prod(shape)) for name, shape in cell.shapes()._asdict().items() if not name.startswith("b"))


def _prepared(task, model, start, length, parameters, batch=1):
    """The task's Problem, a function that makes a fresh net, and the net's cell."""
    problem = problems.problem(task, length, batch)
    layer, width = settings.layer(model), settings.hidden_size_for(model, parameters, problem.inputs)
    init = settings.start(start, max(3, problem.remember))
    net = lambda: Reader(layer, problem.inputs, width, problem.outputs, last=problem.last, init=init)
    return problem, net, layer(problem.inputs, width).cells[0]


def _check(task, model, start="default", length=None, parameters=5000, **_):
    """Raise ValueError for a configuration that cannot be run, without running it."""
    _prepared(task, model, start, length, parameters)[1]()


supervised.check = _check
supervised.uses = lambda task, **_: [problems.module(task)]
