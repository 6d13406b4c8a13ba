"""Experiments that a study can run in no time, for the tests."""

import time

import numpy as np


def walk(seeds, *, length, drift=0.0, lr=1.0, pause=0.0):
    """Random walks of ``length`` steps, slow by ``pause`` seconds; a rate of 0.5 ends nearest to 0."""
    if pause:
        time.sleep(pause)
    steps = np.array([np.random.default_rng([seed, length]).normal(drift, 1, length) for seed in seeds])
    ends = steps.sum(axis=1)
    return {"solved": ends > 0, "end": ends.astype(np.float32), "distance": np.abs(lr - 0.5) + 0 * ends, "steps": np.full(len(seeds), length)}


def refuses(seeds, *, model):
    """Raises as an experiment does that knows no such model."""
    raise ValueError(f"model must be one of RNN, LSTM, but it is {model!r}")


def fails(seeds):
    """A bug in the experiment."""
    return {}["loss"]


def short(seeds):
    """Returns a number too few."""
    return {"loss": np.zeros(len(seeds) - 1)}
