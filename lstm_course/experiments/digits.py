"""Real digits, row by row or pixel by pixel, for every model at equal parameters (C5.3)."""

import numpy as np

from .. import tasks
from ..training import accuracy, fit, one_cycle
from . import settings


def digits(seeds, *, model="LSTM", start="default", as_="rows", units=32, steps=400, lr=1e-2, batch=32):
    """Learn 1,437 of scikit-learn's digits and name the 360 others: ``accuracy``, one number for each seed; chance is .10.

    ``units`` is the LSTM's width; other models get the width nearest to it in parameters. ``start`` "chrono" is told the length.
    All seeds see the same split. Raises ValueError for an unknown model, start or ``as_``.
    """
    data = tasks.digits(np.random.default_rng(0), as_=as_)
    T, _, D = data.train[0].shape
    reader = settings.reader(model, start, D, 10, parameters=settings.size("LSTM", units, D), last=1, T_max=T)
    history = fit(reader, data.train, steps=steps, seeds=seeds, batch=batch, lr=lr, clip=1.0, schedule=one_cycle)
    return {"accuracy": accuracy(history.models, data.test)}
