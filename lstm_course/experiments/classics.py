"""Experiments 2a, 4 and 6a of Hochreiter & Schmidhuber (1997), asked again of every model.

What all three functions take, and give back: ``seeds``, one for each member; ``model`` and ``start``, names of
:mod:`~lstm_course.experiments.settings`; ``parameters``, the size of the recurrent layer, the same for every model;
``steps`` of ``batch`` sequences each, with learning rate ``lr``, ``optimiser`` "adam" or "sgd", and the norm ``clip`` to which gradients are
cut, or None. The result has, one number for each seed: ``solved``, 1 or 0; ``steps``, how many it was trained, which is
when it was solved; and the measures named below, on sequences that chose nothing.

The papers of the time stepped after every sequence, by truncated gradients, with a squared error. All here is back-propagation
through time over whole sequences: "Adam + BPTT" by default, and "the paper's optimiser" only in the sense of plain SGD.
"""

import numpy as np

from .. import tasks
from ..tasks.adding import CLOSE
from ..training import accuracy, fit, squared_error, within
from . import settings

SURE = 0.75  # probability of the right symbol from which a prediction counts: an output off by less than .25, as in the paper


def sure(outputs, targets):
    """Whether the right symbol has a probability above ``SURE``: outputs (…, classes), targets (…) int → (…) bool."""
    return probability(outputs, targets) > SURE


def probability(outputs, targets):
    """The probability of the right symbol: outputs (…, classes), targets (…) int → (…)."""
    which = targets.expand(outputs.shape[:-1])[..., None]
    return outputs.softmax(dim=-1).gather(-1, which)[..., 0]


def noise_free_lag(
    seeds, *, model="LSTM", start="default", p=100, ask="last", parameters=4000, steps=600, lr=1e-2, clip=1.0, optimiser="adam",
    check_every=25, device="cpu",
):  # fmt: skip
    """Task 2a: is the first of p + 1 symbols known when the last is due? Both sequences are in every step; there is no batch.

    ``ask`` is "all" (every next symbol is learned, as in the paper; the last is one of ``p``) or "last". Solved: every
    symbol asked for has a probability above .75. Measure ``probability``: of the last symbol; chance ½.
    """
    if ask not in ("all", "last"):
        raise ValueError(f"ask must be 'all' or 'last', but it is {ask!r}")
    drawn = tasks.noise_free_lag(1, p, np.random.default_rng(0))
    inputs, targets = (np.repeat(part, 2, axis=1) for part in drawn)
    inputs[0] = targets[-1] = p - 1, p
    data = inputs, targets if ask == "all" else targets[-1:]
    net = settings.reader(model, start, p + 1, p + 1, parameters=parameters, last=len(data[1]), T_max=p)
    history = fit(net, data, batch=2, steps=steps, seeds=seeds, lr=lr, clip=clip, optimiser=optimiser, device=device,
                  validation=data, target=1.0, score=sure, check_every=check_every)  # fmt: skip
    return _result(history, probability=accuracy(history.models, (inputs, targets[-1:]), probability))


def adding(
    seeds, *, model="LSTM", start="default", T=50, form="unit", parameters=2000, steps=500, batch=32, lr=1e-2, clip=1.0,
    optimiser="adam", check_every=100, device="cpu",
):  # fmt: skip
    """Experiment 4: is the sum of two marked numbers known at the end of ``T``?

    Solved: 95 of 100 answers are off by less than .04, the paper's bound for a right one (for "signed"). Measures: ``error``, the
    mean squared error, of the best constant 1/24 ("signed") or 1/6 ("unit"); ``right``, the share of right answers.
    """
    net = settings.reader(model, start, 2, 1, parameters=parameters, last=1, T_max=T)
    validation, test = (tasks.adding(1000, T, np.random.default_rng(k), form=form) for k in (1, 2))
    history = fit(net, lambda rng: tasks.adding(batch, T, rng, form=form), steps=steps, seeds=seeds, lr=lr, clip=clip,
                  optimiser=optimiser, device=device, loss=squared_error, validation=validation, target=0.95, score=within(CLOSE),
                  check_every=check_every)  # fmt: skip
    return _result(history, error=accuracy(history.models, test, squared_error), right=accuracy(history.models, test, within(CLOSE)))


def temporal_order(
    seeds, *, model="LSTM", start="default", T=50, parameters=2000, steps=500, batch=32, lr=3e-3, clip=1.0, optimiser="adam",
    check_every=50, device="cpu",
):  # fmt: skip
    """Task 6a: is the order of two symbols known at the end of ``T``?

    Solved: 99 of 100 sequences are classified. Measure ``accuracy``; chance ¼, and ½ from the second symbol alone.
    """
    net = settings.reader(model, start, len(tasks.ORDER_SYMBOLS), len(tasks.ORDERS), parameters=parameters, last=1, T_max=T)
    validation, test = (tasks.temporal_order(1000, T, np.random.default_rng(k)) for k in (1, 2))
    history = fit(net, lambda rng: tasks.temporal_order(batch, T, rng), steps=steps, seeds=seeds, lr=lr, clip=clip, optimiser=optimiser,
                  device=device, validation=validation, target=0.99, check_every=check_every)  # fmt: skip
    return _result(history, accuracy=accuracy(history.models, test))


def _result(history, **measures):
    return {"solved": history.solved.astype(float), "steps": history.steps, **measures}
