"""Generating the wave of a vowel (C5.3): how much of the Clockwork RNN's gain is its clock?"""

from functools import partial

import numpy as np

from .. import nn, tasks
from ..models import Reader
from ..training import fit, one_cycle, squared_error
from . import settings

PERIODS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # after the doubling periods of Koutník et al. (2014); the slowest module runs twice


def waveform(seeds, *, model="ClockworkRNN", start="default", clock_bits=False, vowel="a", length=320, parameters=470, steps=2000, lr=1e-2):
    """Learn one vowel's first ``length`` samples, generated out of nothing, or with ``clock_bits`` from nine bits that tell the time.

    Every model has the width nearest to ``parameters`` in its recurrent layer; the Clockwork RNN has nine modules, periods 1 to 256.
    Returns, one number for each seed, ``error``: mean squared error of the whole wave, divided by its variance; 1 is chance, the
    constant mean. ``parameters`` is what the layer learns in fact. Raises ValueError for an unknown model, start or vowel.
    """
    task = tasks.vowel(vowel, length, np.random.default_rng(0))
    inputs = tasks.clock_bits(length, len(PERIODS)) if clock_bits else task.inputs
    D = inputs.shape[-1]
    layer, width = _sized(model, parameters, D)
    init = settings.start(start, length)
    history = fit(lambda: Reader(layer, D, width, 1, init=init), (inputs, task.targets), steps=steps, seeds=seeds, batch=1, lr=lr, clip=1.0,
                  schedule=one_cycle, loss=squared_error)  # fmt: skip
    wave, target = history.models(inputs)[:, :, 0, 0].numpy(), task.targets[:, 0].astype(float)
    error = ((wave - target) ** 2).mean(axis=1) / target.var()
    return {"error": error, "parameters": np.full(len(error), float(layer(D, width).cells[0].count()))}


def _sized(model, parameters, input_size):
    """The layer, and its width nearest in parameters; the Clockwork RNN in nine modules, where ``settings`` has four."""
    if model != "ClockworkRNN":
        return settings.layer(model), settings.hidden_size_for(model, parameters, input_size)
    widths = range(len(PERIODS), 20 * len(PERIODS), len(PERIODS))
    count = lambda width: nn.ClockworkRNN.cell(input_size, width, PERIODS).count()
    return partial(nn.ClockworkRNN, periods=PERIODS), min(widths, key=lambda width: abs(count(width) - parameters))
