"""The names by which experiments ask for layers, starts and widths."""

import numpy as np
import pytest
import torch
from lstm_course import cells
from lstm_course.experiments import settings
from lstm_course.models import Reader


@pytest.mark.parametrize("name", settings.LAYERS)
def test_every_layer_reads_numbers_and_symbols(name):
    torch.manual_seed(0)
    model = Reader(settings.layer(name), 3, 4, 2, init=settings.start("orthogonal"))
    symbols = torch.tensor([[0, 2], [1, 1], [2, 0]])
    one_hot = torch.nn.functional.one_hot(symbols, 3).float()
    assert model(symbols).shape == (3, 2, 2)
    torch.testing.assert_close(model(symbols), model(one_hot), rtol=0, atol=0)
    model.last = 1
    torch.testing.assert_close(model(symbols), model.read_out(model.hidden(one_hot)[-1:]), rtol=0, atol=0)


def blocks(name, start, T_max=None):
    cell = settings.layer(name)(3, 8).cells[0]
    params = cell.init(np.random.default_rng(0))
    return cell, params, settings.start(start, T_max)(params, np.random.default_rng(1))


def test_starts_set_what_they_name():
    assert settings.start("default") is None
    for name in ("RNN", "LSTM", "GRU"):
        for U in np.split(blocks(name, "orthogonal")[2].U, len(cells.GRU.gates) if name == "GRU" else 4 if name == "LSTM" else 1):
            np.testing.assert_allclose(U @ U.T, np.eye(8), atol=1e-12)
    np.testing.assert_array_equal(blocks("ReLU RNN", "identity")[2].U, np.eye(8))
    for name, gate in (("LSTM", "f"), ("PeepholeLSTM", "f"), ("CoupledLSTM", "f"), ("GRU", "z")):
        for start, value in (("forget bias 3", 3), ("forget bias -1.5", -1.5)):
            cell, before, after = blocks(name, start)
            assert (after.b[cell.rows(gate)] == value).all()
            np.testing.assert_array_equal(after.W, before.W)
        cell, _, after = blocks(name, "chrono", T_max=50)
        kept = after.b[cell.rows(gate)]
        assert (kept >= 0).all() and (kept <= np.log(49)).all() and np.ptp(kept) > 0.5
    cell, _, after = blocks("LSTM", "chrono", T_max=50)
    np.testing.assert_array_equal(after.b[cell.rows("i")], -after.b[cell.rows("f")])


@pytest.mark.parametrize("name", settings.LAYERS)
@pytest.mark.parametrize("budget", [100, 1000, 4321])
def test_the_width_is_the_nearest(name, budget):
    width = settings.hidden_size_for(name, budget, 3)
    step = 4 if name == "ClockworkRNN" else 1
    off = [abs(settings.size(name, w, 3) - budget) for w in (max(width - step, step), width, width + step)]
    assert off[1] == min(off)


@pytest.mark.parametrize("call, message", [
    (lambda: settings.layer("Transformer"), "name must be one of .*'LSTM'.* but it is 'Transformer'"),
    (lambda: settings.start("forget bias high"), "name must be one of .* but it is 'forget bias high'"),
    (lambda: settings.start(3), "name must be one of .* but it is 3"),
    (lambda: settings.start("chrono"), "T_max must be a number of steps"),
    (lambda: settings.hidden_size_for("LSTM", 0, 2), "parameters must be at least 1, but it is 0"),
    (lambda: settings.hidden_size_for("Transformer", 10, 2), "name must be one of"),
    (lambda: blocks("RNN", "forget bias 1"), "cell must have a forget gate"),
])
def test_bad_names_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
