"""The analysis tools against finite differences, closed forms and published values."""

import numpy as np
import pytest

from lstm_course import cells, initialization
from lstm_course.analysis import gradient_flow, memory, statistics
from lstm_course.recurrence import unroll

CELLS = {
    "rnn": cells.RNN(3, 4), "relu": cells.RNN(3, 4, nonlinearity="relu"), "lstm": cells.LSTM(3, 4), "gru": cells.GRU(3, 4),
    "peephole": cells.PeepholeLSTM(3, 4), "clockwork": cells.ClockworkRNN(3, 4, periods=(1, 2)),
}


def flat(state):
    return np.concatenate(state, axis=-1)


@pytest.mark.parametrize("name", CELLS)
def test_step_jacobians_agree_with_finite_differences(name):
    cell, rng = CELLS[name], np.random.default_rng(0)
    params, x = cell.init(rng), rng.normal(size=(5, 2, 3))
    run = unroll(cell, params, x, cell.State(*(rng.normal(size=(2, 4)) for _ in cell.State._fields)))
    jacobians = gradient_flow.step_jacobians(cell, params, run)
    S = 4 * len(cell.State._fields)
    assert jacobians.shape == (5, 2, S, S)
    t, eps = 3, 1e-6  # step 3: one at which not every clockwork module ticks
    before = cell.State(*(getattr(run, field)[t - 1] for field in cell.State._fields))
    for unit in range(S):
        moved = []
        for sign in (1, -1):
            whole = flat(before).copy()
            whole[:, unit] += sign * eps
            state = cell.State(*np.split(whole, len(before), axis=1))
            moved.append(flat(unroll(cell, params, x[t:t + 1], state, start=t).state))
        np.testing.assert_allclose(jacobians[t, :, :, unit], (moved[0] - moved[1]) / (2 * eps), atol=1e-8)


def test_the_rnns_jacobian_is_slope_times_U():
    cell, rng = cells.RNN(3, 4), np.random.default_rng(1)
    params, x = cell.init(rng), rng.normal(size=(6, 2, 3))
    run = unroll(cell, params, x)
    np.testing.assert_allclose(gradient_flow.step_jacobians(cell, params, run), (1 - run.h**2)[..., None] * params.U, atol=1e-15)


@pytest.mark.parametrize("name", ["rnn", "lstm", "clockwork"])
def test_the_longest_product_is_the_gradient_of_the_whole_run(name):
    cell, rng = CELLS[name], np.random.default_rng(2)
    params, x = cell.init(rng), rng.normal(size=(6, 1, 3))
    jacobians = gradient_flow.step_jacobians(cell, params, unroll(cell, params, x))
    products = gradient_flow.jacobian_products(jacobians)
    S, eps = 4 * len(cell.State._fields), 1e-6
    for unit in range(S):
        start = [cell.State(*np.split(sign * eps * np.eye(S)[unit:unit + 1], S // 4, axis=1)) for sign in (1, -1)]
        ends = [flat(unroll(cell, params, x, state).state) for state in start]
        np.testing.assert_allclose(products[-1, 0, :, unit], (ends[0] - ends[1])[0] / (2 * eps), atol=1e-8)
    np.testing.assert_allclose(products[1, 0], jacobians[-1, 0] @ jacobians[-2, 0])


def test_an_undriven_orthogonal_net_keeps_the_norm_and_meets_its_bound():
    cell, rng = cells.RNN(2, 8), np.random.default_rng(0)
    params = initialization.orthogonal(cell.init(rng), rng)._replace(b=np.zeros(8))
    norms = gradient_flow.gradient_norms(cell, params, np.zeros((30, 1, 2)))
    np.testing.assert_allclose(norms, 1, atol=1e-12)
    np.testing.assert_allclose(gradient_flow.bound(params.U, 30), 1, atol=1e-12)
    half = params._replace(U=0.5 * params.U)
    norms = gradient_flow.gradient_norms(cell, half, np.zeros((30, 1, 2)))[:, 0]
    np.testing.assert_allclose(norms, gradient_flow.bound(half.U, 30))


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_bounds(seed):
    cell, rng = cells.RNN(3, 16), np.random.default_rng(seed)
    params, x = cell.init(rng), rng.normal(size=(40, 2, 3))
    norms = gradient_flow.gradient_norms(cell, params, x)
    assert norms.shape == (40, 2)
    assert (norms <= gradient_flow.bound(params.U, 40)[:, None] * (1 + 1e-12)).all()
    smaller = gradient_flow.bound(initialization.scaled_to_norm(params, 0.5).U, 40)
    assert (norms > smaller[:, None]).any(), "a bound that no gradient could break says nothing"


def test_per_step_factor_of_a_geometric_series():
    norms = 3 * 0.8 ** np.arange(1, 21)
    assert gradient_flow.per_step_factor(norms) == pytest.approx(0.8)
    norms[:5] = 1
    assert gradient_flow.per_step_factor(norms, skip=6) == pytest.approx(0.8)
    with pytest.raises(ValueError, match="skip"):
        gradient_flow.per_step_factor(norms, skip=20)


def test_direct_path_counts_from_the_end():
    np.testing.assert_allclose(gradient_flow.direct_path([0.1, 0.5, 0.9]), [0.9, 0.45, 0.045])


def test_the_direct_path_is_the_lstms_c_to_c_jacobian_when_gates_do_not_see_h():
    cell, rng = cells.LSTM(3, 4), np.random.default_rng(0)
    params = cell.init(rng)
    params = params._replace(U=np.zeros_like(params.U))
    run = unroll(cell, params, rng.normal(size=(7, 1, 3)))
    products = gradient_flow.jacobian_products(gradient_flow.step_jacobians(cell, params, run))
    direct = gradient_flow.direct_path(run.trace.f)
    for k in range(7):
        np.testing.assert_allclose(products[k, 0, 4:, 4:], np.diag(direct[k, 0]), atol=1e-14)


def test_jacobians_refuse_ensembles():
    cell, rng = cells.RNN(3, 4), np.random.default_rng(0)
    params = cell.init(rng)
    run = unroll(cell, params, rng.normal(size=(5, 2, 1, 3)))
    with pytest.raises(ValueError, match="without ensemble axes"):
        gradient_flow.step_jacobians(cell, params, run)


@pytest.mark.parametrize("k, n, low, high", [
    (0, 8, 0.0, 0.3244), (8, 8, 0.6756, 1.0), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
])
def test_wilson_interval_has_its_published_values(k, n, low, high):
    """The last two are Newcombe's (1998, table I, method 3)."""
    interval = statistics.share(k, n)
    assert interval.estimate == k / n
    np.testing.assert_allclose(interval[1:], (low, high), atol=1e-4)
    assert statistics.share(np.arange(n) < k) == interval


def test_share_wants_bools_or_n():
    with pytest.raises(TypeError, match="bools"):
        statistics.share(np.array([1, 0, 1]))


def test_bootstrap_interval_covers_the_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = [low <= 0 <= high for _, low, high in (statistics.mean(rng.normal(size=20), rng) for _ in range(100))]
    assert 86 <= sum(covered) <= 99


def test_mean_of_equal_values_has_no_width():
    assert statistics.mean([0.5] * 8, np.random.default_rng(0)) == (0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="at least two"):
        statistics.mean([1.0], np.random.default_rng(0))


def test_interval_prints_itself():
    assert str(statistics.share(4, 8)) == "0.50 (0.22 to 0.78)"


def test_a_probe_finds_what_is_there_and_only_that():
    rng = np.random.default_rng(0)
    h, labels = rng.normal(size=(2, 10, 200, 6)), rng.integers(3, size=(2, 10, 200))
    there = h + 4 * np.eye(3, 6)[labels] + 5
    probe = memory.fit_probe(there[0], labels[0])
    assert probe.correct(there[1], labels[1]).mean() > 0.97
    assert memory.fit_probe(h[0], labels[0]).correct(h[1], labels[1]).mean() < 0.4
    assert probe.predict(there[1]).shape == (10, 200)


def test_a_probe_is_ridge_regression():
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(1)
    h, labels = rng.normal(size=(50, 4)), rng.integers(3, size=50)
    ours, theirs = memory.fit_probe(h, labels, ridge=0.1), Ridge(alpha=0.1 * 50).fit(h, np.eye(3)[labels])
    np.testing.assert_allclose(ours.V, theirs.coef_, atol=1e-10)
    np.testing.assert_allclose(ours.b, theirs.intercept_, atol=1e-10)


def test_by_group_takes_shares():
    shares = memory.by_group([True, False, True, True], [0, 0, 1, 3])
    np.testing.assert_array_equal(shares, [0.5, 1, np.nan, 1])


def test_memory_names_bad_shapes():
    with pytest.raises(ValueError, match=r"\(3, 4\) and \(2,\)"):
        memory.fit_probe(np.zeros((3, 4)), np.zeros(2, dtype=int))
    with pytest.raises(ValueError, match="one shape"):
        memory.by_group(np.zeros(3, bool), np.zeros(2, int))
