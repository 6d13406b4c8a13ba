"""Gaps, gates, counting, timing and depth with tiny budgets: what every result promises, and the parts whose truth is known."""

import numpy as np
import pytest
import torch

from lstm_course import cells, nn
from lstm_course.experiments import EXPERIMENTS, counting, depth, gates, timing
from lstm_course.models import LanguageModel
from lstm_course.recurrence import unroll
from lstm_course.training import fit

TINY = {
    "counting": {"longest": 3, "steps": 2, "asked": 5},
    "deep_stack": {"layers": 2, "units": 4, "steps": 2, "batch": 2, "length": 12},
    "digits": {"units": 4, "steps": 2, "batch": 4},
    "gap": {"gap": 4, "steps": 3, "hidden_size": 4, "check_every": 2},
    "gate_removed": {"gate": "i", "units": 3, "steps": 2, "documents": 10, "batch": 2},
    "periodic": {"periods": 1, "asked": 3, "steps": 2},
    "spikes": {"length": 30, "steps": 2},
    "waveform": {"length": 40, "steps": 2},
}
MEASURES = {
    "counting": {"reach", "solved", "counter"}, "deep_stack": {"bits", "products"}, "digits": {"accuracy"},
    "gap": {"solved", "steps", "accuracy"}, "gate_removed": {"gender", "verb", "lured", "gender_long", "verb_long"},
    "periodic": {"trained", "later", "solved", "parameters"},
    "spikes": {"right", "solved"}, "waveform": {"error", "parameters"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("name", TINY)
def test_one_number_for_each_seed_the_same_each_time_and_the_same_alone(name):
    run = EXPERIMENTS[name]
    three, again, alone = (run(seeds, **TINY[name]) for seeds in ([5, 6, 7], [5, 6, 7], [6]))
    assert set(three) == MEASURES[name]
    for measure, values in three.items():
        assert values.shape == (3,) and np.isfinite(values).all() and values.dtype == float, measure
        assert (values == again[measure]).all(), measure
        assert alone[measure] == pytest.approx(values[[1]], rel=1e-4, abs=1e-5), measure


@pytest.mark.parametrize("name, changed, varies", [
    ("waveform", {"model": "RNN"}, "error"), ("digits", {"model": "GRU"}, "accuracy"), ("deep_stack", {"kind": "skip"}, "bits"),
    ("deep_stack", {"kind": "depth gate"}, "bits"), ("gate_removed", {"gate": "o"}, "gender"), ("waveform", {"clock_bits": True}, "error"),
    ("periodic", {"model": "LSTM"}, "trained"), ("spikes", {"task": "delays"}, "right"),
])  # fmt: skip
def test_settings_reach_the_model(name, changed, varies):
    seeds = range(4)
    assert (EXPERIMENTS[name](seeds, **TINY[name])[varies] != EXPERIMENTS[name](seeds, **TINY[name] | changed)[varies]).any()


@pytest.mark.parametrize("name, changed, match", [
    ("counting", {"language": "ba"}, "language must be one of"), ("counting", {"model": "QRNN"}, "name must be one of"),
    ("deep_stack", {"kind": "highway"}, "kind must be one of"), ("digits", {"as_": "columns"}, "as_ must be one of"),
    ("gap", {"start": "warm"}, "name must be one of"), ("gate_removed", {"gate": "z"}, "gate must be"),
    ("periodic", {"shape": "saw"}, "shape must be one of"),
    ("spikes", {"task": "rate"}, "task must be"), ("waveform", {"vowel": "y"}, "name must be one of"),
])  # fmt: skip
def test_bad_settings_are_named(name, changed, match):
    with pytest.raises(ValueError, match=match):
        EXPERIMENTS[name]([0], **TINY[name] | changed)


def test_a_gap_of_one_is_solved_and_a_model_that_cannot_remember_solves_none():
    learned = EXPERIMENTS["gap"](range(3), model="LSTM", start="forget bias 3", gap=2, steps=300)
    assert learned["solved"].all() and (learned["steps"] < 300).all() and (learned["accuracy"] == 1).all()
    unlearned = EXPERIMENTS["gap"](range(3), gap=20, steps=2)
    assert not unlearned["solved"].any() and (unlearned["steps"] == 2).all()


def test_the_lstm_counts_to_a_thousand_and_the_gru_cannot():
    assert counting.counts_right(counting.lstm_counter(), [1, 2, 500, 1000]).all()
    cell, params = counting.gru_counter(0.9)
    run = unroll(cell, params, counting.one_hot(np.zeros((300, 1), int)))
    np.testing.assert_allclose(run.h[:, 0, 0], 1 - 0.9 ** np.arange(1, 301), rtol=1e-12)
    assert run.h[-1, 0, 0] - run.h[-2, 0, 0] < 1e-13  # one a more no longer makes a difference
    assert not counting.counts_right((cell, params), [5, 10, 100]).any()
    with pytest.raises(ValueError, match="z must be between 0 and 1"):
        counting.gru_counter(1.0)


def test_reach_ends_before_the_first_wrong_string(monkeypatch):
    right = np.ones((2, 40, 10), dtype=bool)
    right[0, :, 6] = False
    monkeypatch.setattr(counting, "correct", lambda models, data: right[:, :len(data[0])])
    result = EXPERIMENTS["counting"]([0, 1], longest=6, steps=1, asked=10)
    assert list(result["reach"]) == [6, 10] and list(result["solved"]) == [1, 1]


@pytest.mark.parametrize("gate", "ifo")
def test_training_does_not_bring_a_removed_gate_back(gate):
    model = lambda: LanguageModel(nn.LSTM, 9, 4, 3, init=gates.without(gate, 1.0))
    words = np.random.default_rng(0).integers(9, size=(12, 8))
    net = fit(model, (words[:-1], words[1:]), steps=30, seeds=[0], lr=0.1).models[0]
    layer, x = net.recurrent, net.embedding(torch.as_tensor(words)).detach().numpy()
    trace = unroll(layer.cells[0], cells.LSTM.Params(*(p.detach().numpy() for p in layer.params())), x).trace
    assert (getattr(trace, gate) == 1).all()
    assert all(getattr(trace, other).std() > 1e-3 for other in "ifo" if other != gate)


def test_only_the_last_words_count_as_late():
    assert gates._late(np.ones((100, 2), dtype=bool), 60).sum(axis=0).tolist() == [60, 60]


def test_a_spike_counts_when_its_whole_interval_is_right():
    targets = np.array([[0, 0, 1, 0, 1, 0, 0]]).T  # two intervals, and the beginning of a third, which does not count
    right = np.ones((3, 7, 1), dtype=bool)
    right[1, 3], right[2, [0, 4, 6]] = False, False
    assert list(timing._spikes_right(right, targets)) == [1, 0.5, 0]


def test_parameters_of_the_nets_that_generate():
    found = {(model, size): EXPERIMENTS["periodic"]([0], model=model, cells=size, **TINY["periodic"])["parameters"][0]
             for model, size in (("PeepholeLSTM", 1), ("LSTM", 1), ("LSTM", 2), ("RNN", 2))}  # fmt: skip
    assert found == {("PeepholeLSTM", 1): 4 + 4 + 3 + 2, ("LSTM", 1): 4 + 4 + 2, ("LSTM", 2): 16 + 8 + 3, ("RNN", 2): 4 + 2 + 3}


@pytest.mark.parametrize("config", [{}, {"model": "RNN"}, {"model": "LSTM"}, {"model": "LSTM", "clock_bits": True}])
def test_waveforms_are_compared_at_equal_parameters(config):
    assert EXPERIMENTS["waveform"]([0], **TINY["waveform"] | config)["parameters"][0] == pytest.approx(470, rel=0.05)


def test_a_skip_adds_the_input_of_each_layer_to_its_output():
    torch.manual_seed(0)
    stack, x = depth.SkipLSTM(3, 4, 3), torch.randn(5, 2, 3)
    first = stack.layers[0](x)[0]
    second = first + stack.layers[1](first)[0]
    torch.testing.assert_close(stack(x)[0], second + stack.layers[2](second)[0])
    for layer in stack.layers[1:]:
        for weight in layer.parameters():
            weight.data.zero_()
    torch.testing.assert_close(stack(x)[0], first, rtol=0, atol=0)  # silent layers let everything through


def test_products_of_a_stack_are_its_weights():
    products = {kind: EXPERIMENTS["deep_stack"]([0], kind=kind, **TINY["deep_stack"])["products"][0] for kind in depth.KINDS}
    plain = 2 * (4 * 4 * 4 + 4 * 4 * 4)  # two layers of W and U
    assert products == {"plain": plain, "skip": plain, "depth gate": plain + 4 * 4 + 2 * 4}


