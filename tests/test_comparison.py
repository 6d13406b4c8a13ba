"""Effect sizes and variances, on data whose truth is known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import mcnemar

from lstm_course.analysis import comparison

MODEL = {"GRU": 0.3, "LSTM": 0.0, "RNN": -0.3}
RATE = {0.001: -1.0, 0.01: 1.0}
TASK = {"adding": 2.0, "copying": -1.0, "latch": 0.5, "order": -1.5}


def runs(noise=0.1, seeds=20, together=0.0, rng=0):
    """A table of runs whose score is a sum of known effects and noise."""
    rng = np.random.default_rng(rng)
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


def test_the_shares_are_those_of_an_analysis_of_variance():
    table, factors = runs(noise=0.5, seeds=3, together=1.0), ["model", "lr", "task"]
    squares = anova_lm(ols("score ~ C(model) * C(lr) * C(task)", table).fit())["sum_sq"]
    shares = comparison.shares_of_variance(table.sample(frac=1, random_state=0), "score", factors)
    names = {"C(model)": "model", "C(lr)": "lr", "C(task)": "task", "Residual": "seeds"}
    for term, square in squares.items():
        name = " × ".join(names[part] for part in term.split(":"))
        assert shares[name] == pytest.approx(square / squares.sum(), abs=1e-9)


def test_shares_are_drawn_anew():
    table, factors = runs(noise=0.5), ["model", "lr", "task"]
    shares = comparison.shares_of_variance(table, "score", factors)
    for over, spreads in (("task", True), ("seeds", False)):
        drawn = comparison.resampled_shares(table, "score", factors, over, np.random.default_rng(0), resamples=200)
        assert drawn.shape == (200, 8) and list(drawn) == list(shares.index)
        assert drawn.sum(axis=1).to_numpy() == pytest.approx(1)
        low, high = drawn["task"].quantile([0.025, 0.975])
        assert low < shares["task"] < high and (high - low > 0.2) == spreads
    with pytest.raises(ValueError, match="over must be one of model, lr, task or seeds, but it is 'start'"):
        comparison.resampled_shares(table, "score", factors, "start", np.random.default_rng(0))


def test_drawing_seeds_anew_spreads_as_fresh_seeds_would():
    """The bootstrap's spread of a main effect's share against that of 60 tables with other noise."""
    fresh = [comparison.shares_of_variance(runs(noise=2.0, seeds=8, rng=k), "score", ["model", "lr"])["lr"] for k in range(60)]
    drawn = comparison.resampled_shares(runs(noise=2.0, seeds=8), "score", ["model", "lr"], "seeds", np.random.default_rng(0), resamples=300)
    assert drawn["lr"].std() == pytest.approx(np.std(fresh), rel=0.5)


def test_an_unbalanced_table_is_refused():
    with pytest.raises(ValueError, match="every combination of model, lr equally often, but it has from 79 to 80"):
        comparison.shares_of_variance(runs().iloc[1:], "score", ["model", "lr"])
    few = runs().query("model != 'GRU' or lr != 0.01")
    with pytest.raises(ValueError, match="every combination"):
        comparison.shares_of_variance(few, "score", ["model", "lr"])


def with_own_effects(table, spread=0.3):
    """The table, every task with an effect of its own for every model and for every rate."""
    rng = np.random.default_rng(1)
    for factor in ("model", "lr"):
        own = {pair: rng.normal(0, spread) for pair in itertools.product(table[factor].unique(), TASK)}
        table = table.assign(score=table["score"] + [own[pair] for pair in zip(table[factor], table["task"])])
    return table


def test_the_mixed_model_finds_the_effects():
    found = comparison.mixed_model(runs(), "score", ["model", "lr"], groups="task")
    assert set(found) == {"model", "lr"}
    for factor, true in (("model", MODEL), ("lr", RATE)):
        assert set(found[factor]) == set(true)
        for level, interval in found[factor].items():
            assert interval.estimate == pytest.approx(true[level], abs=0.03)
            assert interval.low < interval.estimate < interval.high
    assert sum(interval.estimate for interval in found["model"].values()) == pytest.approx(0)


def test_the_mixed_models_intervals_are_for_other_groups():
    """In a balanced table the spread of a factor's effects between the groups is what its standard error is made of."""
    table = with_own_effects(runs())
    found = comparison.mixed_model(table, "score", ["model", "lr"], groups="task")
    for factor in ("model", "lr"):
        means = table.groupby(["task", factor])["score"].mean().unstack()
        own = means.sub(means.mean(axis=1), axis=0)
        groups, levels = own.shape
        variance = ((own - own.mean()) ** 2).to_numpy().sum() / (groups - 1) / (levels - 1)
        error = np.sqrt(variance * (levels - 1) / levels / groups)
        for level, interval in found[factor].items():
            assert interval.estimate == pytest.approx(own.mean()[level], abs=1e-3)
            assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.02)


def test_bools_are_outcomes_too():
    table = runs().assign(solved=lambda t: t["lr"] == 0.01)
    assert comparison.shares_of_variance(table, "solved", ["model", "lr"])["lr"] == pytest.approx(1)


def test_the_difference_of_two_shares_is_newcombes():
    first, second = np.arange(70) < 56, np.arange(80) < 48  # the first example of Newcombe (1998), table II
    found = comparison.difference(first, second)
    assert found.estimate == pytest.approx(0.2) and found[1:] == pytest.approx((0.0524, 0.3339), abs=2e-4)
    assert comparison.difference(second, first).low == pytest.approx(-found.high)


@pytest.mark.parametrize("won, lost", [(5, 0), (1, 4), (3, 3), (9, 2), (0, 1)])
def test_changed_pairs_are_mcnemars(won, lost):
    before = np.repeat([False, True, True, False], [won, lost, 4, 3])
    after = np.repeat([True, False, True, False], [won, lost, 4, 3])
    found = comparison.changes(before, after)
    assert found[:2] == (won, lost)
    assert found.p == pytest.approx(mcnemar([[4, won], [lost, 3]], exact=True).pvalue)


def test_nothing_changed():
    assert comparison.changes([True, False], [True, False]) == (0, 0, 1.0)


def test_cohens_h():
    assert comparison.cohens_h([True, False], [True, False]) == 0
    assert comparison.cohens_h([True], [False]) == pytest.approx(np.pi)
    assert comparison.cohens_h(np.arange(100) < 50, np.arange(100) < 30) == pytest.approx(0.4115, abs=1e-4)


@pytest.mark.parametrize("call, error, message", [
    (lambda: comparison.difference([1, 0], [True]), TypeError, "first must be a row of bools"),
    (lambda: comparison.difference([True], []), TypeError, "second must be a row of bools"),
    (lambda: comparison.changes([True], [1]), TypeError, "after must be a row of bools"),
    (lambda: comparison.changes([True, False], [True]), ValueError, "before and after must be pairs, but they have 2 and 1 values"),
    (lambda: comparison.mixed_model(runs(), "loss", ["model"], "task"), ValueError, "table has no column loss; its columns are model, lr, task"),
    (lambda: comparison.shares_of_variance({}, "score", ["model"]), TypeError, "table must be a pandas DataFrame"),
])
def test_bad_tables_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
