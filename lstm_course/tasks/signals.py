"""Signals in time: spikes to be measured, spikes to be made, periodic functions, the wave of a vowel.

``spike_delays``  how long ago was the last spike? Asked at every spike
``timed_spikes``  a number says how long to wait: then spike
``periodic``      no input: a cosine, a triangle or a rectified cosine is to be generated
``vowel``         no input: the wave of a spoken vowel is to be generated
``clock_bits``    the time in binary, for a model that has no clock of its own

The first three follow Gers, Schraudolph & Schmidhuber (*Learning precise timing with LSTM recurrent networks*,
2002), the vowel the waveforms of Koutník et al. (*A Clockwork RNN*, 2014); sizes and units here are our own. Chance:
the best constant answer, whose squared error is the variance of the targets; each function states it. Errors that
are divided by it are called normalised: 1 is chance, 0 is perfect.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

WAVES = ("cosine", "triangle", "rectified")
# Mean formants of adult male speakers in Hz (Peterson & Barney 1952, table II), and bandwidths chosen for the ear.
VOWELS = {"i": (270, 2290, 3010), "e": (530, 1840, 2480), "a": (730, 1090, 2440), "o": (570, 840, 2410), "u": (300, 870, 2240)}
BANDWIDTHS = (60, 90, 150)
RATE = 8000  # samples a second


class Signals(NamedTuple):
    """``n`` signals of ``T`` steps, time first.

    inputs   (T, n, D) float32, what the model receives; zeros where there is nothing to receive
    targets  (T, n): what it should give, float32, or int for spikes (1) and silence (0)
    due      (T, n) bool, at which steps the answer counts
    """

    inputs: np.ndarray
    targets: np.ndarray
    due: np.ndarray

    @property
    def task(self):
        """(inputs, targets, mask) for ``fit``, the mask being ``due``."""
        return self


def spike_delays(n, T, rng, *, shortest=10, longest=20):
    """Draw ``n`` trains of spikes; at each spike after the first the delay since the last is due: :class:`Signals`, D = 1.

    Delays are uniform on ``shortest`` … ``longest``, given as (delay − shortest) / (longest − shortest). The first
    spike is at step 0. Chance: with m = longest − shortest the mean squared error is (m + 2) / (12 m), .1 for m = 10.
    Raises TypeError or ValueError for arguments outside their range.
    """
    delays, ends, T = _delays(n, T, rng, shortest, longest)
    inputs, targets, due = np.zeros((T, n, 1), np.float32), np.zeros((T, n), np.float32), np.zeros((T, n), bool)
    inputs[0] = 1
    inside, column = ends < T, np.broadcast_to(np.arange(n), ends.shape)
    at = ends[inside], column[inside]
    inputs[at], due[at] = 1, True
    targets[at] = (delays[inside] - shortest) / (longest - shortest)
    return Signals(inputs, targets, due)


def timed_spikes(n, T, rng, *, shortest=10, longest=20):
    """Draw ``n`` signals, each holding a number until the spike that it asks for: :class:`Signals`, D = 1, int targets.

    The number (delay − shortest) / (longest − shortest) stands at the input for ``delay`` steps, and at the last of
    them a spike is due; then the next begins, with nothing to mark it but its number. Delays are uniform on
    ``shortest`` … ``longest``. Chance: a model that ignores its input but knows when the last spike was spikes at
    the right step once in longest − shortest + 1 times. Raises TypeError or ValueError for arguments outside their
    range.
    """
    delays, ends, T = _delays(n, T, rng, shortest, longest)
    interval = (np.arange(T)[:, None, None] >= ends.T).sum(axis=-1)  # (T, n): which one step t lies in
    delay = np.take_along_axis(delays, interval, axis=0)
    inputs = ((delay - shortest) / (longest - shortest)).astype(np.float32)[..., None]
    last = np.take_along_axis(ends, interval, axis=0) - 1
    return Signals(inputs, (last == np.arange(T)[:, None]).astype(int), np.ones((T, n), bool))


def periodic(shape, T, *, period=10):
    """One function of period ``period`` between 0 and 1, to be generated from nothing: :class:`Signals`, n = D = 1.

    ``shape``: "cosine", ½(1 − cos 2πt/period); "triangle", up and down in straight lines; "rectified",
    max(cos 2πt/period, 0). The first target is that of step t = 1. Chance is the variance, ⅛ for whole periods of the
    cosine. Raises TypeError or ValueError for arguments outside their range.
    """
    T, period = _checks.positive_int("T", T), _checks.positive_int("period", period, minimum=2)
    phase = np.arange(1, T + 1) / period
    cosine = np.cos(2 * np.pi * phase)
    waves = {"cosine": (1 - cosine) / 2, "triangle": 1 - abs(2 * (phase % 1) - 1), "rectified": np.maximum(cosine, 0)}
    return _generated(waves[_checks.choice("shape", shape, WAVES)])


def vowel(name, T, rng, *, pitch=110.0):
    """The wave of a spoken vowel, "i", "e", "a", "o" or "u", to be generated from nothing: :class:`Signals`, n = D = 1.

    Pulses of the voice, ``pitch`` a second, with the small unevenness of a real voice (2 % in time and 5 % in
    strength, drawn from ``rng``), pass three resonators, the formants: the source-filter model of Fant (*Acoustic theory
    of speech production*, 1960), 8,000 samples a second. Mean 0, greatest modulus 1. Chance: the variance, so a
    normalised error of 1. Raises TypeError or ValueError for arguments outside their range.
    """
    from scipy.signal import lfilter  # more than a second to import, which no other task needs

    formants = VOWELS[_checks.choice("name", name, VOWELS)]
    T, rng = _checks.positive_int("T", T, minimum=2), _checks.generator(rng)
    if not 20 <= pitch <= 500:
        raise ValueError(f"pitch must be between 20 and 500 a second, but it is {pitch}")
    before = RATE // 10  # a tenth of a second, in which the voice has begun
    count = int((before + T) * pitch / RATE * 1.2) + 2
    step = (RATE / pitch * rng.normal(1, 0.02, count)).cumsum().astype(int)
    wave = np.zeros(before + T)
    inside = step < len(wave)
    wave[step[inside]] = rng.normal(1, 0.05, count)[inside]
    for bandwidth in (100, 100):  # the glottis closes softly: twice a low-pass
        radius = np.exp(-np.pi * bandwidth / RATE)
        wave = lfilter([1], [1, -radius], wave)
    for frequency, bandwidth in zip(formants, BANDWIDTHS):
        radius = np.exp(-np.pi * bandwidth / RATE)
        poles = [1, -2 * radius * np.cos(2 * np.pi * frequency / RATE), radius**2]
        wave = lfilter([sum(poles)], poles, wave)
    wave = np.diff(wave)[-T:]  # what the lips radiate is the change of the flow
    wave -= wave.mean()
    return _generated(wave / abs(wave).max())


def clock_bits(T, bits=9):
    """The step t in binary, (T, 1, ``bits``) float32 of −1 and 1, the fastest bit first: an input that is a clock."""
    T, bits = _checks.positive_int("T", T), _checks.positive_int("bits", bits)
    return (2.0 * (np.arange(T)[:, None, None] >> np.arange(bits) & 1) - 1).astype(np.float32)


def _generated(wave):
    """The task of generating one wave (T,) without input."""
    return Signals(np.zeros((len(wave), 1, 1), np.float32), wave[:, None].astype(np.float32), np.ones((len(wave), 1), bool))


def _delays(n, T, rng, shortest, longest):
    """Delays (intervals, n), the first steps after them (intervals, n), enough to fill T steps; and T."""
    n, T, rng = _checks.positive_int("n", n), _checks.positive_int("T", T), _checks.generator(rng)
    shortest = _checks.positive_int("shortest", shortest)
    longest = _checks.positive_int("longest", longest, minimum=shortest + 1)
    delays = rng.integers(shortest, longest + 1, size=(n, T // shortest + 1)).T
    return delays, delays.cumsum(axis=0), T
