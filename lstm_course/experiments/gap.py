"""The gap task by model, start and gap (C4.3)."""

import numpy as np

from .. import tasks
from ..models import Reader
from ..training import accuracy, fit
from . import settings

SYMBOLS = 8  # and a blank, and a query: ten symbols in all


def gap(seeds, *, model="LSTM", start="default", gap=20, filler="blank", steps=600, lr=3e-3, batch=32, hidden_size=32, check_every=25):
    """Learn to name a symbol ``gap`` steps after it was shown; every step draws a fresh minibatch.

    ``start`` "chrono" is told the gap. Returns, one number for each seed: ``solved``, 1 if all of 256 other sequences
    were right at a check, and training stopped there; ``steps``, how many it took, the whole budget where unsolved;
    ``accuracy`` at the end. Chance is 1/8. Raises ValueError for an unknown model, start or filler.
    """
    layer, init = settings.layer(model), settings.start(start, max(gap, 3))
    net = lambda: Reader(layer, SYMBOLS + 2, hidden_size, SYMBOLS, last=1, init=init)
    draw = lambda n, rng: tasks.gap_symbols(n, gap, rng, symbols=SYMBOLS, filler=filler).answer
    validation = draw(256, np.random.default_rng(0))
    history = fit(net, lambda rng: draw(batch, rng), steps=steps, seeds=seeds,
                  lr=lr, clip=1.0, validation=validation, target=1.0, check_every=check_every)  # fmt: skip
    return {"solved": history.solved * 1.0, "steps": history.steps * 1.0, "accuracy": accuracy(history.models, validation)}
