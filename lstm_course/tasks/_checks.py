"""The few argument checks that all tasks share."""

import numpy as np


def positive_int(name, value, minimum=1):
    """The value as an int, or an error that names the argument."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer, but it is {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, but it is {value}")
    return int(value)


def generator(rng):
    """The generator itself, or an error: no task reads the global random state."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, but it is a {type(rng).__name__}")
    return rng


def choice(name, value, options):
    """The value, if it is one of the options."""
    if value not in options:
        raise ValueError(f"{name} must be one of {tuple(options)}, but it is {value!r}")
    return value
