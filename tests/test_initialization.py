"""Starting weights have the properties they are named for."""

import numpy as np
import pytest
import torch

from lstm_course import cells, nn
from lstm_course import initialization as start


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_uniform_bound_and_every_field_drawn(rng):
    for cell in (cells.LSTM(3, 16), cells.PeepholeLSTM(3, 16), cells.GRU(3, 16), cells.DepthGatedLSTM(3, 16)):
        for field in cell.init(rng):
            assert field.dtype == np.float64 and 0 < np.abs(field).max() <= 0.25 and np.all(field != 0)


def test_seeds_are_arguments():
    cell = cells.LSTM(3, 4)
    one, same, other = (cell.init(np.random.default_rng(s)) for s in (1, 1, 2))
    assert np.array_equal(one.W, same.W) and not np.array_equal(one.W, other.W)


def test_orthogonal_blocks(rng):
    params = start.orthogonal(cells.LSTM(3, 5).init(rng), rng, gain=2.0)
    for block in np.split(params.U, 4):
        np.testing.assert_allclose(block @ block.T, 4 * np.eye(5), atol=1e-12)


def test_scaled(rng):
    params = cells.RNN(3, 20).init(rng)
    assert start.spectral_radius(start.scaled_to_radius(params, 0.9).U) == pytest.approx(0.9)
    assert start.spectral_norm(start.scaled_to_norm(params, 0.9).U) == pytest.approx(0.9)
    assert start.spectral_radius(params.U) < start.spectral_norm(params.U)


def test_identity(rng):
    params = start.identity(cells.RNN(3, 5, "relu").init(rng), rng)
    assert np.array_equal(params.U, np.eye(5)) and not params.b.any() and np.abs(params.W).max() < 0.01


@pytest.mark.parametrize("make, gate", [(cells.LSTM, "f"), (cells.CoupledLSTM, "f"), (cells.GRU, "z")])
def test_forget_bias_sets_one_gate_once(rng, make, gate):
    cell = make(3, 4)
    before = cell.init(rng)
    after = start.forget_bias(cell, before, 3.0)
    assert np.all(after.b[cell.rows(gate)] == 3.0)
    changed = np.flatnonzero(after.b != before.b)
    assert np.array_equal(changed, np.arange(cell.columns)[cell.rows(gate)])
    layer = getattr(nn, make.__name__)(3, 4, dtype=torch.float64)
    layer.set_params(after)
    assert torch.all(layer.params().b[cell.rows(gate)] == 3.0)  # not 6: torch's second bias is zero


def test_chrono(rng):
    cell = cells.LSTM(3, 2000)
    b = start.chrono(cell, cell.init(rng), 100, rng).b
    memory = np.exp(b[cell.rows("f")])
    assert 1 <= memory.min() < 2 and 98 < memory.max() <= 99 and memory.mean() == pytest.approx(50, abs=2)
    assert np.array_equal(b[cell.rows("i")], -b[cell.rows("f")])


@pytest.mark.parametrize("bias, steps", [(0, 1.0), (1, 2.2), (3, 14.3), (5, 103.2)])
def test_half_life(bias, steps):
    assert start.half_life(bias) == pytest.approx(steps, abs=0.05)
    forget = 1 / (1 + np.exp(-bias))
    assert forget ** start.half_life(bias) == pytest.approx(0.5)
