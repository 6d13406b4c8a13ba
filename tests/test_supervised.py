"""The study's experiment: its problems, its measures, and what its stored results depend on."""

import numpy as np
import pytest
import torch

from lstm_course import cells
from lstm_course.experiments import problems, settings
from lstm_course.experiments.supervised import products, supervised
from lstm_course.study import StudyError, grid, keys, load

SMALL = {
    "gap": 3, "noise-free lag": 4, "adding": 22, "temporal order": 10, "copying": 2, "latch": 5, "Reber": 20, "Reber, stream": 30, "counting": 3, "delays": 4,
}


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def run(seeds, **config):
    return supervised(seeds, **dict(task="gap", model="LSTM", length=3, steps=4, parameters=300, batch=4, check_every=2) | config)


def perfect(problem, data):
    """Outputs that are right wherever an answer is due: the targets as logits, or as numbers."""
    targets = torch.as_tensor(np.asarray(data[1]))
    if targets.is_floating_point():
        return targets[..., None]
    return 5.0 * torch.nn.functional.one_hot(targets, problem.outputs)


@pytest.mark.parametrize("name", problems.PROBLEMS)
def test_a_problem_is_solved_by_its_own_answers_and_not_by_others(name):
    problem = problems.problem(name, SMALL.get(name))
    for data in (problem.validation, problem.test):
        mask = np.asarray(data[2]) if len(data) > 2 else np.ones(np.shape(data[1]), dtype=bool)
        targets, right = torch.as_tensor(np.asarray(data[1])), perfect(problem, data)
        assert problem.score(right, targets).numpy()[mask].mean() == 1 >= problem.target
        assert problem.score(-right, targets).numpy()[mask].mean() < problem.target
        assert problem.loss(right, targets).numpy()[mask].mean() < problem.loss(-right, targets).numpy()[mask].mean()


@pytest.mark.parametrize("name", problems.PROBLEMS)
def test_every_problem_can_be_trained(name):
    results = run([1, 2], task=name, length=SMALL.get(name), model="GRU")
    assert set(results) == {"solved", "trained", "score", "loss", "gradient_mean", "gradient_max", "width", "size", "products"}
    for measure, values in results.items():
        assert np.shape(values) == (2,) and np.isfinite(values).all(), measure
    assert (results["gradient_mean"] <= results["gradient_max"]).all()


def test_data_that_judge_are_the_same_for_all_and_are_not_trained_on():
    one, other = (problems.problem("gap", 3) for _ in range(2))
    np.testing.assert_array_equal(one.validation[0], other.validation[0])
    digits = problems.problem("digits, rows")
    images = [np.swapaxes(part[0], 0, 1).reshape(part[0].shape[1], -1) for part in (digits.train, digits.validation, digits.test)]
    assert [len(part) for part in images] == [1077, 360, 360]
    seen = {image.tobytes() for image in images[0]}
    assert sum(image.tobytes() in seen for part in images[1:] for image in part) <= 2  # scikit-learn's data hold a few twins


@pytest.mark.parametrize("model", settings.LAYERS)
def test_models_are_matched_in_size(model):
    results = run([0], model=model, parameters=5000)
    assert results["size"][0] == pytest.approx(5000, rel=0.05)
    assert results["products"][0] <= results["size"][0]


def test_products_are_the_weights_and_sleepers_compute_none():
    assert products(cells.RNN(3, 4)) == 4 * 3 + 4 * 4
    assert products(cells.LSTM(3, 4)) == 4 * products(cells.RNN(3, 4))
    assert products(cells.PeepholeLSTM(3, 4)) == products(cells.LSTM(3, 4)) + 3 * 4
    awake = sum((3 + 4 - k) / period for k, period in enumerate((1, 2, 4, 8)))  # row k reads the modules k to 3
    assert products(cells.ClockworkRNN(3, 4)) == round(awake)


def test_settings_reach_the_run():
    scores = {change: run([0, 1], **dict([change]))["loss"][0] for change in (
        ("start", "default"), ("start", "orthogonal"), ("start", "chrono"), ("start", "forget bias 2"), ("lr", 0.1), ("batch", 5), ("steps", 5),
        ("parameters", 400), ("model", "CoupledLSTM"), ("length", 4), ("clip", 0.01))}
    assert len(set(scores.values())) == len(scores)


def test_it_stops_when_it_has_solved():
    results = run(range(3), length=1, model="RNN", steps=400, lr=0.02, batch=16, check_every=10)
    assert results["solved"].all() and (results["trained"] < 400).all() and (results["score"] == 1).all()


@pytest.mark.parametrize("change, message", [
    ({"task": "chess"}, "task must be one of gap, noise-free lag, .* but it is 'chess'"),
    ({"model": "Transformer"}, "name must be one of .*'LSTM'.* but it is 'Transformer'"),
    ({"start": "warm"}, "name must be one of .* but it is 'warm'"),
    ({"model": "RNN", "start": "forget bias 1"}, "cell must have a forget gate, or be a GRU; RNN has"),
    ({"task": "adding", "length": 5}, "T must be at least 22"),
    ({"task": "digits, rows", "length": 9}, "length of 'digits, rows' must be 8"),
    ({"parameters": 0}, "parameters must be at least 1"),
])
def test_a_configuration_that_cannot_run_is_known_before_it_runs(tmp_path, change, message):
    config = dict(task="gap", model="LSTM", start="default") | change
    with pytest.raises(ValueError, match=message):
        supervised.check(**config)
    lines = [f"{name} = {value!r}" for name, value in config.items()]
    path = tmp_path / "wrong.toml"
    path.write_text("\n".join(['experiment = "supervised"', "seeds = { first = 0, number = 1 }", "[[grid]]", *lines]), "utf8")
    with pytest.raises(StudyError, match=message):
        load(path)


def used(**config):
    names = keys.modules("supervised", tuple(sorted(config.items())))
    return {name.removeprefix("lstm_course.") for name in names}


def test_a_result_depends_on_what_it_used_and_on_nothing_else():
    lstm = used(task="adding", model="LSTM")
    assert {"experiments.supervised", "experiments.problems", "experiments.settings", "training", "minibatches", "models", "nn", "autograd",
            "recurrence", "ops", "initialization", "cells.cell", "cells.lstm", "tasks.adding", "tasks._checks"} <= lstm
    assert not any(name.startswith(("figures", "study", "analysis", "claims")) for name in lstm)
    assert {name for name in lstm if name.startswith(("cells.", "tasks."))} == {"cells.cell", "cells.lstm", "tasks.adding", "tasks._checks"}
    assert used(task="adding", model="GRU") - lstm == {"cells.gru", "cells.gru_reset_before"}
    assert used(task="gap", model="LSTM") ^ lstm == {"tasks.gap", "tasks.adding"}
    assert {"cells.lstm", "cells.gru", "cells.clockwork"} <= used(task="gap", model="no layer of ours")


@pytest.fixture
def nothing_remembered():
    """Hashes of a source that a test has changed are forgotten after it."""
    yield
    keys._hash.cache_clear()


def test_a_change_of_a_cell_is_a_change_of_its_models_keys_alone(nothing_remembered, monkeypatch):
    def all_keys():
        keys._hash.cache_clear()
        return {model: grid.Unit("supervised", (("model", model), ("task", "gap")), (0,)).key for model in settings.LAYERS}

    before, tree = all_keys(), keys._tree
    changed = tree("lstm_course.cells.peephole")
    monkeypatch.setattr(keys, "_tree", lambda name: changed if name == "lstm_course.cells.coupled" else tree(name))
    after = all_keys()
    assert {model for model in before if before[model] != after[model]} == {"CoupledLSTM"}


def test_asking_leaves_torchs_generator_alone():
    states = [torch.get_rng_state() for _ in range(2) if supervised.check(task="gap", model="GRU", start="orthogonal") is None]
    assert torch.equal(*states)
