"""Counting (C5.3): how far beyond its training lengths a model counts, and whether a counter is inside.

Beside the trained models stand two counters set by hand. ``lstm_counter`` adds 1 for every a and takes 1 away for every
b, exactly, as long as floating-point numbers count. ``gru_counter`` can only mix the old value with a new one, so its
steps shrink the longer it counts: after n a's its state is 1 − zⁿ. Why this must be so is in Weiss, Goldberg & Yahav (*On the
practical computational power of finite precision RNNs for language recognition*, 2018).
"""

import numpy as np
import torch

from .. import cells, tasks
from ..analysis.memory import ALWAYS
from ..recurrence import unroll
from ..training import correct, fit
from . import settings

ALPHABET = len(tasks.COUNT_SYMBOLS)


def counting(seeds, *, model="LSTM", start="default", language="ab", longest=20, units=4, steps=1500, lr=1e-2, batch=32, asked=100):
    """Learn strings with counts up to ``longest``, then continue those with counts up to ``asked``.

    ``units`` is the LSTM's width; other models get the width nearest to it in parameters. Returns, one number for each
    seed: ``reach``, the greatest n such that every string up to count n is right, 0 if the shortest is wrong; ``solved``, 1 if it
    is at least ``longest``; ``counter``, the greatest correlation in modulus, over units, between what the unit holds (c, or h in a
    model without c) and a's read minus b's read, in the strings of training. Chance: :mod:`lstm_course.tasks.counting`. Raises
    ValueError for an unknown model, start or language.
    """
    size = settings.size("LSTM", units, ALPHABET)
    reader = settings.reader(model, start, ALPHABET, ALPHABET, parameters=size, T_max=2 * longest)
    draw = lambda rng: tasks.counting(batch, longest, rng, language=language).task
    history = fit(reader, draw, steps=steps, seeds=seeds, lr=lr, clip=1.0)
    test = tasks.counted(np.arange(1, asked + 1), language=language)
    right = (correct(history.models, test.task) | ~test.determined).all(axis=1)  # (K, asked)
    reach = np.where(right.all(axis=1), asked, (~right).argmax(axis=1))
    known = tasks.counted(np.arange(1, longest + 1), language=language)
    counter = np.array([_counter(net, known) for net in history.models])
    return {"reach": reach * 1.0, "solved": (reach >= longest) * 1.0, "counter": counter}


@torch.no_grad()
def _counter(net, task):
    """The best correlation, in modulus, of a unit with the balance, over all steps within the strings."""
    layer, drawn = net.recurrent, net.recurrent.params()
    params = type(drawn)(*(array.numpy() for array in drawn))
    run = unroll(layer.cells[0], params, one_hot(task.inputs, np.float32))
    inside = task.inputs != tasks.COUNT_SYMBOLS.index(".")
    held = (run.h if run.c is None else run.c)[inside]
    moving = held.std(axis=0) > 1e-6  # a unit that never moves correlates with nothing
    return max((abs(np.corrcoef(unit, task.balance[inside])[0, 1]) for unit in held[:, moving].T), default=0.0)


def one_hot(symbols, dtype=float):
    """(T, B) int → (T, B, 5), what a ``Reader`` makes of symbols."""
    return np.eye(ALPHABET, dtype=dtype)[symbols]


def lstm_counter():
    """An LSTM of one unit that counts aⁿbⁿ: (cell, params). c is a's minus b's, h = tanh(c), so h > ½ says "b", else "."."""
    cell = cells.LSTM(ALPHABET, 1)
    W, b = np.zeros((4, ALPHABET)), np.array([ALWAYS, ALWAYS, 0, ALWAYS])  # i = f = o = 1
    W[cell.rows("g"), :2] = ALWAYS, -ALWAYS  # g = 1 at an a, −1 at a b
    return cell, cell.Params(W, np.zeros((4, 1)), b)


def gru_counter(z=0.9):
    """A GRU of one unit that does what it can: (cell, params). It keeps the share ``z`` and mixes in 1 at an a, −1 at a b.

    Raises ValueError unless 0 < z < 1.
    """
    if not 0 < z < 1:
        raise ValueError(f"z must be between 0 and 1, but it is {z}")
    cell = cells.GRU(ALPHABET, 1)
    W, b = np.zeros((3, ALPHABET)), np.zeros(3)
    W[cell.rows("n"), :2] = ALWAYS, -ALWAYS
    b[cell.rows("z")] = np.log(z) - np.log1p(-z)
    return cell, cell.Params(W, np.zeros((3, 1)), b, np.zeros(1))


def counts_right(counter, counts):
    """For each count n, whether an ``lstm_counter`` or ``gru_counter`` continues aⁿbⁿ rightly by h > ½: (n,) bool."""
    cell, params = counter
    task = tasks.counted(counts)
    says_b = unroll(cell, params, one_hot(task.inputs)).h[..., 0] > 0.5
    return ((says_b == (task.targets == 1)) | ~task.determined).all(axis=0)
