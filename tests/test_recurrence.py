"""The time loop: the plain step, the in-place step, ensembles, streams, types."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from engine import CELLS, case, through_step

from lstm_course import cells, ops
from lstm_course.gradcheck import named, relative_error
from lstm_course.recurrence import bptt, unroll

every_cell = pytest.mark.parametrize("name", CELLS)
few_and_many = pytest.mark.parametrize("B", [2, ops.MANY + 1])  # an ensemble's order in memory differs


@every_cell
def test_in_place_step_equals_plain_step(name):
    some = case(CELLS[name](3, 6), 7, 2, np.random.default_rng(0))
    run, now, a = some.run(), some.state, some.cell.project(some.params, some.x)
    for t in range(7):
        now = some.cell.step(some.params, a[t], now, some.start + t, None if some.c_below is None else some.c_below[t])
        for field, value in now._asdict().items():
            np.testing.assert_allclose(getattr(run.trace, field)[t], value, rtol=0, atol=1e-14)


@every_cell
def test_run_holds_what_it_says(name):
    some = case(CELLS[name](3, 6), 5, 2, np.random.default_rng(1))
    run = some.run()
    assert run.h.shape == (5, 2, 6) and np.array_equal(run.state.h, run.h[-1])
    assert (run.c is None) == ("c" not in some.cell.State._fields)
    if run.c is not None:
        assert np.array_equal(run.state.c, run.c[-1])
    assert all(field.shape == (5, 2, 6) for field in run.trace)
    assert isinstance(run.state, some.cell.State) and isinstance(run.trace, some.cell.Trace)


@every_cell
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_nothing_given_is_changed(name, library):
    some = case(CELLS[name](3, 6), 4, 2, np.random.default_rng(2)).map(library)
    kept = some.map(lambda a: a.copy() if isinstance(a, np.ndarray) else a.clone())
    some.gradients()
    for field, before in kept._asdict().items():
        after = getattr(some, field)
        for a, b in zip(after, before) if isinstance(before, tuple) else [(after, before)]:
            assert a is b or bool((a == b).all()), field


@every_cell
@few_and_many
@pytest.mark.parametrize("members", [(3,), (2, 2)])
def test_members_equal_single_runs(name, members, B):
    some = case(CELLS[name](3, 6), 5, B, np.random.default_rng(3), members)
    run, gradients = some.run(), some.gradients()
    for k in np.ndindex(*members):
        at = lambda a: a[(slice(None), *k)]  # noqa: B023, E731
        first = lambda value: type(value)(*(a[k] for a in value))  # noqa: B023, E731
        one = some._replace(
            params=first(some.params),
            x=at(some.x),
            state=first(some.state),
            c_below=None if some.c_below is None else at(some.c_below),
            dh=at(some.dh),
            dc=None if some.dc is None else at(some.dc),
            dstate=first(some.dstate),
        )
        np.testing.assert_allclose(at(run.h), one.run().h, rtol=0, atol=1e-14)
        alone = one.gradients()
        assert relative_error(at(gradients.x), alone.x) < 1e-13
        for together, single in ((gradients.params, alone.params), (gradients.state, alone.state)):
            for a, b in zip(together, single):
                assert relative_error(a[k], b) < 1e-13


@every_cell
@few_and_many
@pytest.mark.parametrize("shared", ["x", "params", "state"])
def test_the_gradient_of_what_members_share_is_their_sum(name, shared, B):
    some = case(CELLS[name](3, 6), 4, B, np.random.default_rng(4), (3,))
    first = lambda value: type(value)(*(a[0] for a in value))  # noqa: E731
    each = lambda value: type(value)(*(np.stack([a[0]] * 3) for a in value))  # noqa: E731
    if shared == "x":
        one, repeated = some.x[:, 0], np.stack([some.x[:, 0]] * 3, 1)
    else:
        one, repeated = first(getattr(some, shared)), each(getattr(some, shared))
    together, apart = some._replace(**{shared: one}).gradients(), some._replace(**{shared: repeated}).gradients()
    if shared == "x":
        assert together.x.shape == one.shape and relative_error(together.x, apart.x.sum(1)) < 1e-13
    else:
        for a, b in zip(getattr(together, shared), getattr(apart, shared)):
            assert a.shape == b.shape[1:] and relative_error(a, b.sum(0)) < 1e-13


@every_cell
def test_two_chunks_with_the_carried_state_equal_one_run(name):
    some = case(CELLS[name](3, 6), 9, 2, np.random.default_rng(5), start=2)
    cut = lambda a, s: None if a is None else a[s]  # noqa: E731
    first = unroll(some.cell, some.params, some.x[:4], some.state, c_below=cut(some.c_below, slice(4)), start=2)
    second = unroll(some.cell, some.params, some.x[4:], first.state, c_below=cut(some.c_below, slice(4, None)), start=6)
    np.testing.assert_array_equal(np.concatenate([first.h, second.h]), some.run().h)


@every_cell
def test_torch_equals_numpy(name):
    some = case(CELLS[name](3, 6), 6, 2, np.random.default_rng(6))
    ours, theirs = named(some.gradients()), named(some.map(torch.from_numpy).gradients())
    assert all(relative_error(ours[k], theirs[k]) < 1e-13 for k in ours)
    assert isinstance(theirs["x"], torch.Tensor) and isinstance(ours["x"], np.ndarray)


@every_cell
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_float32_in_float32_out(name, library):
    some = case(CELLS[name](3, 6), 6, 2, np.random.default_rng(7)).map(lambda a: library(a.astype(np.float32)))
    run, gradients = some.run(), some.gradients()
    kind = some.x.dtype
    assert all(a.dtype == kind for a in (*run.trace, *run.state, *named(gradients).values()))


@every_cell
def test_left_out_upstream_gradients_are_zero(name):
    some = case(CELLS[name](3, 6), 4, 2, np.random.default_rng(8))
    zero = some._replace(
        dstate=type(some.dstate)(*map(np.zeros_like, some.dstate)), dc=None if some.dc is None else 0 * some.dc
    )
    left_out = named(bptt(some.cell, some.params, some.run(), some.dh))
    assert all(np.array_equal(left_out[k], v) for k, v in named(zero.gradients()).items())


def test_clockwork_computes_the_awake_modules_only():
    cell = cells.ClockworkRNN(2, 6, periods=(1, 2, 4))
    some = case(cell, 9, 2, np.random.default_rng(9), start=0)
    assert [cell.awake(t) for t in range(9)] == [6, 2, 4, 2, 6, 2, 4, 2, 6]
    h = some.run().h
    for t in range(1, 9):
        asleep = slice(cell.awake(t), None)
        assert np.array_equal(h[t][:, asleep], h[t - 1][:, asleep])
        assert not np.array_equal(h[t][:, : cell.awake(t)], h[t - 1][:, : cell.awake(t)])


def test_clockwork_multiplies_the_inputs_of_awake_modules_only(monkeypatch):
    some = case(cells.ClockworkRNN(2, 6, periods=(1, 2, 4)), 9, 2, np.random.default_rng(13))
    affine, products = ops.affine, []
    monkeypatch.setattr(ops, "affine", lambda x, W, b: products.append(len(x) * W.shape[-2]) or affine(x, W, b))
    some.run()
    assert sum(products) == sum(some.cell.awake(t) for t in range(some.start, some.start + 9))


class HalfRate(cells.ClockworkRNN):
    """All modules sleep at every odd step."""

    def awake(self, t):
        return 0 if t % 2 else super().awake(t // 2)

    def _awake(self, start):
        for (units, _), period in zip(super()._awake(start), self.periods):
            yield units, slice(-start % (2 * period), None, 2 * period)


@few_and_many
@pytest.mark.parametrize("members", [(), (3,)])
@pytest.mark.parametrize("T, start", [(1, 1), (1, 3), (2, 1), (2, 5), (7, 0)])
@pytest.mark.parametrize("kind", [cells.ClockworkRNN, HalfRate])
def test_clockwork_modules_may_sleep_throughout(kind, T, start, members, B):
    some = case(kind(3, 6, periods=(1, 2, 4)), T, B, np.random.default_rng(14), members, start)
    expected, gradients = through_step(some.map(torch.from_numpy)), named(some.gradients())
    now, a = some.state, some.cell.project(some.params, some.x)
    for t in range(T):
        now = some.cell.step(some.params, a[t], now, start + t)
        np.testing.assert_allclose(some.run().h[t], now.h, rtol=0, atol=1e-14)
    assert all(relative_error(gradients[name], expected[name].numpy()) < 1e-12 for name in expected)


def test_the_clock_starts_at_nought():
    some = case(cells.ClockworkRNN(2, 6, periods=(1, 2, 4)), 5, 2, np.random.default_rng(12), start=0)
    assert np.array_equal(unroll(some.cell, some.params, some.x, some.state).h, some.run().h)
    assert not np.array_equal(some._replace(start=1).run().h, some.run().h)


def test_clockwork_slow_feeds_fast_and_never_the_reverse():
    cell = cells.ClockworkRNN(2, 6, periods=(1, 2, 4))
    some = case(cell, 9, 1, np.random.default_rng(10), start=0)
    for module, changed in ((0, {0}), (1, {0, 1}), (2, {0, 1, 2})):
        units = slice(2 * module, 2 * module + 2)
        state = some.state._replace(h=some.state.h.copy())
        state.h[:, units] += 1.0
        moved = np.abs(some._replace(state=state).run().h - some.run().h).max((0, 1)).reshape(3, 2).max(1) > 0
        assert set(np.flatnonzero(moved)) == changed


def test_clockwork_masked_weights_do_nothing_and_get_no_gradient():
    cell = cells.ClockworkRNN(2, 6, periods=(1, 2, 4))
    some = case(cell, 9, 2, np.random.default_rng(11))
    dense = some._replace(params=some.params._replace(U=some.params.U + (1 - cell.mask())))
    assert np.array_equal(dense.run().h, some.run().h)
    assert np.all(some.gradients().params.U[cell.mask() == 0] == 0)
    assert np.count_nonzero(some.gradients().params.U) == cell.mask().sum()


def test_runs_with_torch_out_of_reach():
    """``unroll`` and ``bptt`` work in a Python that cannot import torch."""
    script = """
import sys
sys.modules["torch"] = None
import numpy as np
from lstm_course import cells, gradcheck
for cell in (cells.LSTM(3, 4), cells.GRU(3, 4), cells.ClockworkRNN(3, 4)):
    assert max(gradcheck.check(cell, np.random.default_rng(0)).values()) < 1e-6
print("ran")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "ran\n", done.stderr
