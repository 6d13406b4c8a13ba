"""Signals: what their docstrings promise, measured, chance levels included."""

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz

from lstm_course import tasks


def test_delays_are_measured_from_spike_to_spike():
    task = tasks.spike_delays(50, 120, np.random.default_rng(0))
    assert task.inputs.shape == (120, 50, 1) and task.targets.shape == task.due.shape == (120, 50)
    assert task.inputs.dtype == task.targets.dtype == np.float32 and task.due.dtype == bool
    for k in range(50):
        at = np.flatnonzero(task.inputs[:, k, 0])
        assert at[0] == 0 and set(task.inputs[:, k, 0]) == {0, 1} and 120 - at[-1] <= 20
        assert (np.flatnonzero(task.due[:, k]) == at[1:]).all()
        np.testing.assert_allclose(task.targets[at[1:], k], (np.diff(at) - 10) / 10, rtol=1e-6)


def test_delays_are_uniform_and_chance_is_their_variance():
    task = tasks.spike_delays(3000, 41, np.random.default_rng(0), shortest=5, longest=9)
    first = task.targets[task.due.argmax(axis=0), np.arange(3000)]  # later ones near the end are short: they had to fit
    assert np.bincount((first * 4).round().astype(int)) == pytest.approx(np.full(5, 600), abs=4 * np.sqrt(600 * 0.8))
    assert first.var() == pytest.approx((4 + 2) / (12 * 4), rel=0.05)


def test_a_number_asks_for_a_spike_and_stands_until_it_comes():
    task = tasks.timed_spikes(50, 150, np.random.default_rng(0))
    assert task.inputs.shape == (150, 50, 1) and task.targets.dtype.kind == "i" and task.due.all()
    for k in range(50):
        asked, start = (task.inputs[:, k, 0] * 10 + 10).round().astype(int), 0
        while start < 150:
            end = start + asked[start]
            assert (asked[start:end] == asked[start]).all()
            assert (task.targets[start:end, k] == (np.arange(start, min(end, 150)) == end - 1)).all()
            start = end


def test_chance_of_a_clock_that_does_not_listen():
    task = tasks.timed_spikes(4000, 20, np.random.default_rng(0))
    assert (task.targets.argmax(axis=0) == 14).mean() == pytest.approx(1 / 11, abs=4 * np.sqrt(10 / 121 / 4000))


def test_periodic_functions():
    t = np.arange(1, 51)
    cosine, triangle, rectified = (tasks.periodic(shape, 50, period=10) for shape in tasks.WAVES)
    np.testing.assert_allclose(cosine.targets[:, 0], np.sin(np.pi * t / 10) ** 2, atol=1e-6)  # by the half angle
    np.testing.assert_allclose(triangle.targets[:, 0], [0.2, 0.4, 0.6, 0.8, 1, 0.8, 0.6, 0.4, 0.2, 0] * 5, atol=1e-6)
    assert (rectified.targets >= 0).all() and (rectified.targets[2:8] == 0)[:5].all() and rectified.targets[9] == pytest.approx(1)
    assert cosine.targets.var() == pytest.approx(1 / 8)
    for task in (cosine, triangle, rectified):
        assert task.inputs.shape == (50, 1, 1) and not task.inputs.any() and task.due.all()
        np.testing.assert_allclose(task.targets[10:], task.targets[:-10], atol=1e-6)


@pytest.mark.parametrize("name", tasks.VOWELS)
def test_linear_prediction_finds_the_formants_and_the_pitch(name):
    wave = tasks.vowel(name, 8000, np.random.default_rng(0), pitch=100.0).targets[:, 0].astype(float)
    assert abs(wave.mean()) < 1e-6 and abs(wave).max() == pytest.approx(1)
    lags = np.correlate(wave, wave, mode="full")[len(wave) - 1:]
    assert abs(lags[20:120].argmax() + 20 - 80) <= 2  # 80 samples are one hundredth of a second
    bright = np.diff(wave) * np.hanning(len(wave) - 1)  # against the fall of the voice towards high tones
    lags = np.correlate(bright, bright, mode="full")[len(bright) - 1:][:10]
    poles = np.roots([1, *-solve_toeplitz(lags[:-1], lags[1:])])
    sharp = poles[(poles.imag > 0.05) & (abs(poles) > 0.9)]
    assert sorted(np.angle(sharp) * 8000 / (2 * np.pi)) == pytest.approx(tasks.VOWELS[name], abs=30)


def test_a_vowel_starts_at_once_and_is_one_signal():
    task = tasks.vowel("a", 320, np.random.default_rng(0))
    assert task.inputs.shape == (320, 1, 1) and task.targets.shape == (320, 1) and not task.inputs.any()
    assert task.targets[:80].std() > 0.5 * task.targets.std()


def test_clock_bits_tell_every_step_apart():
    bits = tasks.clock_bits(320, 9)
    assert bits.shape == (320, 1, 9) and set(np.unique(bits)) == {-1, 1}
    assert ((bits[:, 0] > 0) @ 2 ** np.arange(9) == np.arange(320)).all()


@pytest.mark.parametrize("draw", [
    lambda rng: tasks.spike_delays(3, 60, rng), lambda rng: tasks.timed_spikes(3, 60, rng), lambda rng: tasks.vowel("o", 100, rng),
])
def test_the_same_generator_gives_the_same_signals(draw):
    one, same, other = (draw(np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert all((a == b).all() for a, b in zip(one, same)) and (one.targets != other.targets).any()


@pytest.mark.parametrize("call, error, message", [
    (lambda r: tasks.spike_delays(0, 50, r), ValueError, "n must be at least 1"),
    (lambda r: tasks.spike_delays(2, 5.0, r), TypeError, "T must be an integer"),
    (lambda r: tasks.timed_spikes(2, 50, r, shortest=0), ValueError, "shortest must be at least 1"),
    (lambda r: tasks.timed_spikes(2, 50, r, longest=10), ValueError, "longest must be at least 11"),
    (lambda r: tasks.timed_spikes(2, 50, 1), TypeError, "rng must be"),
    (lambda r: tasks.periodic("sine", 50), ValueError, "shape must be one of"),
    (lambda r: tasks.periodic("cosine", 50, period=1), ValueError, "period must be at least 2"),
    (lambda r: tasks.vowel("y", 50, r), ValueError, "name must be one of"),
    (lambda r: tasks.vowel("a", 50, r, pitch=2.0), ValueError, "pitch must be between"),
    (lambda r: tasks.clock_bits(5, 0), ValueError, "bits must be at least 1"),
])
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(np.random.default_rng(0))
