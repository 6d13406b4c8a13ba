"""Experiments as pure functions: seeds and a configuration go in, numbers come out.

``EXPERIMENTS[name](seeds, **config)`` trains one model for each seed, all at once, and returns a dictionary from the
name of a measure to an array (K,), one number for each seed. A configuration is plain strings and numbers
(:mod:`lstm_course.experiments.settings` turns names into layers), budgets are in steps, never in time.
"""

from .classics import adding, noise_free_lag, temporal_order
from .reber import continual_reber

EXPERIMENTS = {function.__name__: function for function in (adding, continual_reber, noise_free_lag, temporal_order)}
