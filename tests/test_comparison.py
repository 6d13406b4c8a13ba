"""Effect sizes and variances, on data whose truth is known."""

import itertools

import numpy as np
import pandas as pd
import pytest

from lstm_course.analysis import comparison

MODEL = {"GRU": 0.3, "LSTM": 0.0, "RNN": -0.3}
RATE = {0.001: -1.0, 0.01: 1.0}
TASK = {"adding": 2.0, "copying": -1.0, "latch": 0.5, "order": -1.5}


def runs(noise=0.1, seeds=20, together=0.0):
    """A table of runs whose score is a sum of known effects and noise."""
    rng = np.random.default_rng(0)
    rows = [(model, rate, task, seed) for (model, rate, task) in itertools.product(MODEL, RATE, TASK) for seed in range(seeds)]
    table = pd.DataFrame(rows, columns=["model", "lr", "task", "seed"])
    score = table["model"].map(MODEL) + table["lr"].map(RATE) * (1 + together * table["model"].map(MODEL)) + table["task"].map(TASK)
    return table.assign(score=score + rng.normal(0, noise, len(table)))


def test_the_shares_are_those_of_the_effects():
    shares = comparison.shares_of_variance(runs(noise=0.5), "score", ["model", "lr", "task"])
    true = {"model": np.var(list(MODEL.values())), "lr": 1.0, "task": np.var(list(TASK.values())), "seeds": 0.25}
    assert shares.sum() == pytest.approx(1)
    for name, variance in true.items():
        assert shares[name] == pytest.approx(variance / sum(true.values()), abs=0.02)
    assert shares["model × lr"] < 0.01


def test_what_two_do_together_is_an_interaction():
    shares = comparison.shares_of_variance(runs(noise=0.01, together=2.0), "score", ["model", "lr"])
    both = np.var([2 * RATE[rate] * MODEL[model] for model in MODEL for rate in RATE])
    assert shares["model × lr"] / shares["model"] == pytest.approx(both / np.var(list(MODEL.values())), rel=0.1)


def test_an_unbalanced_table_is_refused():
    with pytest.raises(ValueError, match="every combination of model, lr equally often, but it has from 79 to 80"):
        comparison.shares_of_variance(runs().iloc[1:], "score", ["model", "lr"])
    few = runs().query("model != 'GRU' or lr != 0.01")
    with pytest.raises(ValueError, match="every combination"):
        comparison.shares_of_variance(few, "score", ["model", "lr"])


def test_the_mixed_model_finds_the_effects():
    found = comparison.mixed_model(runs(), "score", ["model", "lr"], groups="task")
    assert set(found) == {"model", "lr"}
    for factor, true in (("model", MODEL), ("lr", RATE)):
        assert set(found[factor]) == set(true)
        for level, interval in found[factor].items():
            assert interval.estimate == pytest.approx(true[level], abs=0.03)
            assert interval.low < interval.estimate < interval.high
            assert interval.high - interval.low == pytest.approx(2 * 1.96 * 0.1 / np.sqrt(480) * np.sqrt(len(true) - 1), rel=0.15)
    assert sum(interval.estimate for interval in found["model"].values()) == pytest.approx(0)


def test_bools_are_outcomes_too():
    table = runs().assign(solved=lambda t: t["lr"] == 0.01)
    assert comparison.shares_of_variance(table, "solved", ["model", "lr"])["lr"] == pytest.approx(1)


def test_the_difference_of_two_shares_is_newcombes():
    first, second = np.arange(70) < 56, np.arange(80) < 48  # the first example of Newcombe (1998), table II
    found = comparison.difference(first, second)
    assert found.estimate == pytest.approx(0.2) and found[1:] == pytest.approx((0.0524, 0.3339), abs=2e-4)
    assert comparison.difference(second, first).low == pytest.approx(-found.high)


def test_cohens_h():
    assert comparison.cohens_h([True, False], [True, False]) == 0
    assert comparison.cohens_h([True], [False]) == pytest.approx(np.pi)
    assert comparison.cohens_h(np.arange(100) < 50, np.arange(100) < 30) == pytest.approx(0.4115, abs=1e-4)


@pytest.mark.parametrize("call, error, message", [
    (lambda: comparison.difference([1, 0], [True]), TypeError, "first must be a row of bools"),
    (lambda: comparison.difference([True], []), TypeError, "second must be a row of bools"),
    (lambda: comparison.mixed_model(runs(), "loss", ["model"], "task"), ValueError, "table has no column loss; its columns are model, lr, task"),
    (lambda: comparison.shares_of_variance({}, "score", ["model"]), TypeError, "table must be a pandas DataFrame"),
])
def test_bad_tables_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
