"""The gap task by model, start and gap (C4.3), and whether growing gaps teach what fixed ones don't (C3.6)."""

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
    draw = lambda n, rng: tasks.gap_symbols(n, gap, rng, symbols=SYMBOLS, filler=filler).answer
    validation = draw(256, np.random.default_rng(0))
    history = fit(_reader(model, settings.start(start, max(gap, 3)), hidden_size), lambda rng: draw(batch, rng), steps=steps, seeds=seeds,
                  lr=lr, clip=1.0, validation=validation, target=1.0, check_every=check_every)  # fmt: skip
    return {"solved": history.solved * 1.0, "steps": history.steps * 1.0, "accuracy": accuracy(history.models, validation)}


def growing_gap(seeds, *, model="RNN", start="default", schedule="growing", shortest=3, longest=30, steps=2000, lr=1e-3, batch=32,
                hidden_size=32):  # fmt: skip
    """Learn gaps from ``shortest`` to ``longest``: all of them from the first step on ("mixed"), or ever longer ones ("growing").

    A minibatch has gaps drawn uniformly up to a limit, and one at the limit. With "mixed" the limit is ``longest``; with "growing"
    it climbs in a straight line from ``shortest`` and arrives after half of the steps. "alone" has the gap ``longest`` and no
    other. Steps are the same, so growing gaps cost less. Returns the accuracy on 512 sequences ``at_10``, ``at_30``, ``at_100`` and
    ``at_300``, one number for each seed; chance is 1/8. Raises ValueError for an unknown model, start or schedule.
    """
    data = _Gaps(schedule, shortest, longest, steps, batch)
    init = settings.start(start, longest)
    history = fit(_reader(model, init, hidden_size), data, steps=steps, seeds=seeds, lr=lr, clip=1.0)
    test = {at: tasks.gap_symbols(512, at, np.random.default_rng(0), symbols=SYMBOLS).answer for at in (10, 30, 100, 300)}
    return {f"at_{at}": accuracy(history.models, data) for at, data in test.items()}


class _Gaps:
    """Minibatches whose gaps depend on how many a generator has drawn before: each member has its own."""

    def __init__(self, schedule, shortest, longest, steps, batch):
        if schedule not in ("alone", "mixed", "growing"):
            raise ValueError(f"schedule must be 'alone', 'mixed' or 'growing', but it is {schedule!r}")
        self.shortest, self.longest, self.schedule = shortest, longest, schedule
        self.climb, self.batch, self.drawn = steps / 2, batch, {}

    def limit(self, step):
        """The longest gap at a step."""
        grown = min(1.0, step / self.climb) if self.schedule == "growing" else 1.0
        return self.shortest + round((self.longest - self.shortest) * grown)

    def __call__(self, rng):
        step = self.drawn[rng] = self.drawn.get(rng, -1) + 1
        limit = self.limit(step)
        gaps = rng.integers(limit if self.schedule == "alone" else self.shortest, limit + 1, size=self.batch)
        gaps[0] = limit  # so that all members' sequences are equally long
        return tasks.gap_symbols(self.batch, gaps, rng, symbols=SYMBOLS).answer


def _reader(model, init, hidden_size):
    layer = settings.layer(model)
    return lambda: Reader(layer, SYMBOLS + 2, hidden_size, SYMBOLS, last=1, init=init)
