"""What the study asks of every model: tasks by name, each with its data, its loss, and when it counts as solved.

A task's module is imported by name when it is asked for, so that a stored result depends on the one task it used
(:mod:`lstm_course.study.keys`).
"""

from importlib import import_module
from typing import Callable, NamedTuple

import numpy as np

from ..training import cross_entropy, largest, squared_error, within

_PACKAGE = __package__.split(".")[0]


class Problem(NamedTuple):
    """A task as ``fit`` and a ``Reader`` take it.

    train              data for ``fit``, or a function rng → a fresh minibatch
    validation, test   data to stop on, and data that decide nothing
    inputs, outputs    widths of the net's input and output
    remember           over how many steps at most something has to be kept
    target             a run is solved when its mean ``score`` on the validation data reaches it
    last               S, if the net answers at the last S steps only
    """

    train: Callable | tuple
    validation: tuple
    test: tuple
    inputs: int
    outputs: int
    remember: int
    target: float
    last: int | None = None
    loss: Callable = cross_entropy
    score: Callable = largest


def _gap(tasks, gap, batch):
    """A symbol, blanks, a query. All of 256 answers are right; chance is 1/8."""
    draw = lambda n, rng: tasks.gap_symbols(n, gap, rng).answer
    return Problem(*_fresh(draw, batch), 10, 8, remember=gap, target=1.0, last=1)


def _lag(tasks, p, batch):
    """Two sequences, told apart by their first symbol only. Both last symbols are right; chance is ½."""
    inputs, targets = (np.repeat(part, 2, axis=1) for part in tasks.noise_free_lag(1, p, np.random.default_rng(0)))
    inputs[0] = targets[-1] = p - 1, p
    return Problem((inputs, targets), *[(inputs, targets[-1:])] * 2, p + 1, p + 1, remember=p, target=1.0)


def _adding(tasks, T, batch):
    """The sum of two marked numbers. 95 % are off by less than .04, the paper's bound; the mean alone reaches 15 %."""
    draw = lambda n, rng: tuple(tasks.adding(n, T, rng))
    return Problem(*_fresh(draw, batch), 2, 1, remember=T, target=0.95, last=1, loss=squared_error, score=within(tasks.CLOSE))


def _order(tasks, T, batch):
    """Which of two symbols came first. 99 % are right; chance is ¼."""
    draw = lambda n, rng: tuple(tasks.temporal_order(n, T, rng))
    return Problem(*_fresh(draw, batch), len(tasks.ORDER_SYMBOLS), len(tasks.ORDERS), remember=T, target=0.99, last=1)


def _copying(tasks, T, batch):
    """Ten symbols, a silence of ``T``, the same ten. 99 % of the symbols are right; chance is 1/8."""
    train, *held_out = _fresh(lambda n, rng: tasks.copying(n, T, rng), batch)
    return Problem(lambda rng: tuple(train(rng)), *(data.recall for data in held_out), 10, 9, remember=T + tasks.LENGTH, target=0.99)


def _latch(tasks, T, batch):
    """A sign, then noise. 99 % are right; chance is ½."""
    draw = lambda n, rng: tuple(tasks.latch(n, T, rng))
    return Problem(*_fresh(draw, batch), 1, 2, remember=T, target=0.99, last=1)


def _reber(tasks, longest, batch):
    """Strings of the embedded Reber grammar. 99 % of the outer letters are right when they return; chance is ½."""
    train, *held_out = _fresh(lambda n, rng: tasks.embedded_reber(n, rng, longest=longest), batch)
    outer = [(data.inputs, data.targets, data.outer) for data in held_out]
    return Problem(lambda rng: train(rng).task, *outer, 7, 7, remember=longest, target=0.99)


def _counting(tasks, longest, batch):
    """aⁿbⁿ. Every determined symbol of all strings up to n = ``longest`` is right."""
    every = tasks.counted(np.arange(1, longest + 1)).task
    symbols = len(tasks.COUNT_SYMBOLS)
    return Problem(lambda rng: tasks.counting(batch, longest, rng).task, every, every, symbols, symbols, remember=2 * longest, target=1.0)


def _delays(tasks, longest, batch):
    """How long ago was the last spike, ``longest``/2 to ``longest`` steps? 90 % are right to the step."""
    shortest, T = longest // 2, 3 * longest
    draw = lambda n, rng: tasks.spike_delays(n, T, rng, shortest=shortest, longest=longest).task
    exact = within(0.5 / (longest - shortest))
    return Problem(*_fresh(draw, batch), 1, 1, remember=longest, target=0.9, loss=squared_error, score=exact)


def _digits(tasks, T, batch):
    """Handwritten digits, as 8 rows or as 64 pixels. 95 % or 85 % are named rightly; chance is 10 %."""
    reading, target = {8: ("rows", 0.95), 64: ("pixels", 0.85)}[T]
    data = tasks.digits(np.random.default_rng(0), as_=reading, test=720)
    halves = [(data.test[0][:, half], data.test[1][:, half]) for half in (slice(0, None, 2), slice(1, None, 2))]
    return Problem(data.train, *halves, data.train[0].shape[-1], 10, remember=T, target=target, last=1)


_PROBLEMS = {  # name: (module of lstm_course.tasks, builder, lengths: the usual one first, or all where there are no others)
    "gap": ("gap", _gap, 20),
    "noise-free lag": ("long_lag", _lag, 50),
    "adding": ("adding", _adding, 30),
    "temporal order": ("temporal_order", _order, 30),
    "copying": ("copying", _copying, 10),
    "latch": ("latch", _latch, 50),
    "Reber": ("reber", _reber, 30),
    "counting": ("counting", _counting, 10),
    "delays": ("signals", _delays, 20),
    "digits, rows": ("digits", _digits, 8),
    "digits, pixels": ("digits", _digits, 64),
}
PROBLEMS = tuple(_PROBLEMS)


def problem(name, length=None, batch=32):
    """The :class:`Problem` of that name; ``length`` is its gap, its T, or its longest string, or None for the usual one.

    Raises ValueError unless ``name`` is one of ``PROBLEMS``; the task's own errors for lengths out of its range.
    """
    _, build, usual = _entry(name)
    if name.startswith("digits") and length not in (None, usual):
        raise ValueError(f"length of {name!r} must be {usual}, but it is {length!r}")
    return build(import_module(module(name)), usual if length is None else length, batch)


def module(name):
    """The name of the module that a problem's data come from."""
    return f"{_PACKAGE}.tasks.{_entry(name)[0]}"


def _entry(name):
    if name not in _PROBLEMS:
        raise ValueError(f"task must be one of {', '.join(PROBLEMS)}, but it is {name!r}")
    return _PROBLEMS[name]


def _fresh(draw, batch):
    """Fresh minibatches to train on; 256 examples to validate on, and 1,024 to test on."""
    return lambda rng: draw(batch, rng), draw(256, np.random.default_rng(0)), draw(1024, np.random.default_rng(1))
