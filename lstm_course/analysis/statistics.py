"""How sure a number is: intervals for shares and for means."""

from typing import NamedTuple

import numpy as np
from scipy import stats


class Interval(NamedTuple):
    """An estimate and the ends of its confidence interval."""

    estimate: float
    low: float
    high: float

    def __str__(self):
        return f"{self.estimate:.2f} ({self.low:.2f} to {self.high:.2f})"


def share(successes, n=None, confidence=0.95):
    """A share and its Wilson interval (Wilson 1927). ``successes`` counts out of ``n``, or is an array of bools."""
    if n is None:
        successes = np.asarray(successes)
        if successes.dtype != bool:
            raise TypeError("successes must be an array of bools, or a count with n given")
        successes, n = successes.sum(), successes.size
    interval = stats.binomtest(int(successes), int(n)).proportion_ci(confidence, method="wilson")
    return Interval(float(successes / n), float(interval.low), float(interval.high))


def mean(values, rng, confidence=0.95):
    """The mean of ``values`` (n,) and its bootstrap interval (bias-corrected and accelerated), one value for each seed.

    Values that are all the same get an interval without width.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"values must be (n,) with at least two of them, but their shape is {values.shape}")
    if np.ptp(values) == 0:
        return Interval(*[float(values[0])] * 3)
    interval = stats.bootstrap((values,), np.mean, confidence_level=confidence, rng=rng).confidence_interval
    return Interval(float(values.mean()), float(interval.low), float(interval.high))
