"""The reproductions on tiny budgets: one number for each seed, the same each time, and each member as if alone."""

import numpy as np
import pytest
import torch
from lstm_course import tasks
from lstm_course.experiments import EXPERIMENTS, classics, reber

TINY = {
    "adding": dict(T=22, parameters=60, steps=2, batch=4),
    "continual_reber": dict(T=12, parameters=60, steps=2, batch=4, streams=2, length=40),
    "noise_free_lag": dict(p=6, parameters=60, steps=2, ask="all"),
    "temporal_order": dict(T=10, parameters=60, steps=2, batch=4),
}


@pytest.mark.parametrize("name", TINY)
def test_one_number_for_each_seed_and_the_same_each_time(name):
    result = EXPERIMENTS[name]([3, 4, 5], **TINY[name])
    again, alone = EXPERIMENTS[name]([3, 4, 5], **TINY[name]), EXPERIMENTS[name]([4], **TINY[name])
    for measure, values in result.items():
        assert values.shape == (3,) and np.isfinite(values).all()
        np.testing.assert_array_equal(values, again[measure])
        np.testing.assert_allclose(values[1], alone[measure][0], rtol=1e-4, atol=1e-6)
    assert any(len(set(values)) > 1 for values in result.values())


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("model, start", [("LSTM1997", "default"), ("GRU", "forget bias 1"), ("ClockworkRNN", "orthogonal"), ("LSTM", "chrono")])
def test_every_model_and_start_can_be_asked(name, model, start):
    EXPERIMENTS[name]([0], model=model, start=start, **TINY[name] | {"optimiser": "sgd", "clip": None})


def test_a_short_lag_is_solved_and_stops_there():
    result = classics.noise_free_lag(range(3), p=3, model="RNN", parameters=200, steps=300, lr=2e-2)
    assert (result["solved"] == 1).all() and (result["steps"] < 300).all()
    assert (result["probability"] > classics.SURE).all()


def test_what_was_not_learned_is_at_chance():
    result = classics.noise_free_lag([0, 1], p=60, steps=1, lr=0.0)
    assert (result["solved"] == 0).all() and (result["probability"] < 0.1).all()  # of 61 symbols
    constant = classics.adding([0, 1], T=30, form="unit", steps=40, batch=16, parameters=40, lr=3e-2)
    np.testing.assert_allclose(constant["error"], 1 / 6, rtol=0.15)


def test_asking_for_all_symbols_trains_on_all():
    few = dict(p=5, parameters=300, steps=150, lr=2e-2, model="RNN")
    last, every = (classics.noise_free_lag([0], ask=ask, **few) for ask in ("last", "all"))
    assert last["steps"] < every["steps"]


def test_sure_means_three_quarters_of_the_probability():
    outputs = torch.log(torch.tensor([[0.76, 0.24], [0.74, 0.26]]))
    assert classics.sure(outputs, torch.tensor([0, 0])).tolist() == [True, False]
    np.testing.assert_allclose(classics.probability(outputs, torch.tensor([1, 0])), [0.24, 0.74], rtol=1e-6)


def test_a_reader_of_the_grammar_makes_no_mistake_and_one_without_memory_errs_on_half_of_the_outer_letters():
    test = tasks.reber_stream(20, 400, np.random.default_rng(0))
    knows = torch.as_tensor(test.legal).float()
    assert reber.predicted(knows[None], test.legal).all()
    undecided = knows.clone()
    undecided[torch.as_tensor(test.outer)] = torch.eye(7)[1] + 0.5 * torch.eye(7)[2]  # T before P, always
    right = reber.predicted(undecided[None], test.legal)[0]
    assert right[~test.outer].all() and right[test.outer].mean() == pytest.approx(0.5, abs=0.06)
    assert not reber.predicted(torch.zeros(1, 400, 20, 7), test.legal).any()  # a tie predicts nothing


def test_letters_until_the_first_mistake(monkeypatch):
    right = np.ones((1, 40, 2), dtype=bool)
    right[0, 7, 0] = right[0, 30, 0] = False
    monkeypatch.setattr(reber, "predicted", lambda outputs, legal: right)
    result = reber.continual_reber([0], **TINY["continual_reber"])
    assert result["until_mistake"] == pytest.approx([(7 + 40) / 2]) and result["right"] == pytest.approx([78 / 80])


@pytest.mark.parametrize("name, wrong, message", [
    ("adding", {"model": "Transformer"}, "name must be one of"),
    ("adding", {"form": "mod 2"}, "form must be one of"),
    ("temporal_order", {"start": "zeros"}, "name must be one of"),
    ("temporal_order", {"T": 9}, "T must be at least 10"),
    ("noise_free_lag", {"ask": "first"}, "ask must be 'all' or 'last', but it is 'first'"),
    ("continual_reber", {"optimiser": "lbfgs"}, "optimiser must be 'adam' or 'sgd'"),
])
def test_bad_settings_are_named(name, wrong, message):
    with pytest.raises(ValueError, match=message):
        EXPERIMENTS[name]([0], **TINY[name] | wrong)
