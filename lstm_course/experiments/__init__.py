"""Experiments as pure functions: seeds and a configuration go in, numbers come out.

``EXPERIMENTS[name](seeds, **config)`` trains one model for each seed, all at once, and returns a dictionary from the
name of a measure to an array (K,), one number for each seed. A configuration is plain strings and numbers
(:mod:`lstm_course.experiments.settings` turns names into layers), budgets are in steps, never in time.
"""

from . import classics, counting, depth, digits, gap, gates, reber, supervised, timing, waveform

EXPERIMENTS = {function.__name__: function for function in (
    classics.adding, classics.noise_free_lag, classics.temporal_order, counting.counting, depth.deep_stack, digits.digits, gap.gap,
    gates.gate_removed, reber.continual_reber, supervised.supervised, timing.periodic, timing.spikes, waveform.waveform,
)}  # fmt: skip
