"""Experiments as pure functions: seeds and a configuration go in, numbers come out.

``EXPERIMENTS[name](seeds, **config)`` trains one model for each seed, all at once, and returns a dictionary from the
name of a measure to an array (K,), one number for each seed. A configuration is plain strings and numbers
(:mod:`lstm_course.experiments.settings` turns names into layers), budgets are in steps, never in time.
"""

EXPERIMENTS = {}
