"""Timing (C5.3): peepholes where they decide, and where they don't."""

import numpy as np

from .. import tasks
from ..models import Reader
from ..training import correct, cross_entropy, fit, one_cycle, squared_error
from . import settings


def periodic(seeds, *, model="PeepholeLSTM", cells=1, shape="cosine", period=10, periods=2, asked=20, steps=6000, lr=0.02,
             solved_below=0.2):  # fmt: skip
    """Generate a periodic function out of nothing: inputs are zero, the net is never shown what it should have said.

    The net is one recurrent layer of ``cells`` units and a linear read-out, trained on ``periods`` periods and judged on
    ``asked``, in which it runs freely. Returns, one number for each seed: ``trained``, the normalised mean squared error over the
    periods of training; ``later``, over those beyond; ``solved``, 1 if ``later`` is less than ``solved_below``; ``parameters``,
    how many numbers the net learns, weights of the zero input not counted. Chance is an error of 1; a wave of
    the right form that drifts out of step has up to 4. Our cells have a tanh before their output gate, which those
    of Gers, Schraudolph & Schmidhuber (2002) lack. Raises ValueError for an unknown model or shape.
    """
    layer = settings.layer(model)
    data = tasks.periodic(shape, periods * period, period=period).task
    history = fit(lambda: Reader(layer, 1, cells, 1), data, steps=steps, seeds=seeds, batch=1, lr=lr, clip=1.0, schedule=one_cycle,
                  loss=squared_error)  # fmt: skip
    test = tasks.periodic(shape, asked * period, period=period)
    target = test.targets[:, 0]
    error = (history.models(test.inputs)[:, :, 0, 0].numpy() - target.astype(float)) ** 2 / target.var()
    trained, later = (part.mean(axis=1) for part in (error[:, :len(data[1])], error[:, len(data[1]):]))
    learned = settings.size(model, cells, 1) - history.models[0].recurrent.weight_ih_l0.numel() + cells + 1
    return {"trained": trained, "later": later, "solved": (later < solved_below) * 1.0, "parameters": np.full(len(later), float(learned))}


def spikes(seeds, *, task="timed", model="PeepholeLSTM", units=4, shortest=10, longest=20, length=100, steps=1000, lr=1e-2, batch=16):
    """Measure the delay between spikes ("delays"), or spike after a delay that is asked for ("timed").

    ``units`` is the width of the LSTM with peepholes; other models get the width nearest to it in parameters. Returns, one
    number for each seed: ``right``, of the delays in 100 other signals the share that is measured to the step, or after which a
    spike comes at the very step and at no other; ``solved``, 1 if that is nine in ten. Chance is to guess the delay: a share
    of 1 / (``longest`` − ``shortest`` + 1). Raises ValueError for an unknown task or model.
    """
    if task not in ("delays", "timed"):
        raise ValueError(f"task must be 'delays' or 'timed', but it is {task!r}")
    generate = tasks.spike_delays if task == "delays" else tasks.timed_spikes
    draw = lambda n, rng: generate(n, length, rng, shortest=shortest, longest=longest).task
    outputs, loss = (1, squared_error) if task == "delays" else (2, cross_entropy)
    reader = settings.reader(model, "default", 1, outputs, parameters=settings.size("PeepholeLSTM", units, 1))
    history = fit(reader, lambda rng: draw(batch, rng), steps=steps, seeds=seeds, lr=lr, clip=1.0, schedule=one_cycle, loss=loss)
    test = generate(100, length, np.random.default_rng(0), shortest=shortest, longest=longest)
    if task == "delays":
        off = abs(history.models(test.inputs)[..., 0].numpy() - test.targets) * (longest - shortest)
        right = (off < 0.5)[:, test.due].mean(axis=1)
    else:
        right = _spikes_right(correct(history.models, test), test.targets)
    return {"right": right, "solved": (right >= 0.9) * 1.0}


def _spikes_right(right, targets):
    """The share of intervals, each closed by a spike, in which every step is right: right (K, T, n), targets (T, n) → (K,)."""
    K, T, n = right.shape
    wrong = np.concatenate([np.zeros((K, 1, n), int), (~right).cumsum(axis=1)], axis=1)  # wrong steps before t
    shares = []
    for k in range(K):
        clean = [np.diff(wrong[k, [0, *(np.flatnonzero(targets[:, j]) + 1)], j]) == 0 for j in range(n)]
        shares.append(np.concatenate(clean).mean())
    return np.array(shares)
