"""Each variant becomes the simpler model when what it adds is switched off: exactly, where the arithmetic is."""

import numpy as np
import pytest

from lstm_course import cells
from lstm_course.gradcheck import relative_error
from lstm_course.recurrence import bptt, unroll

D, H, T, B = 3, 4, 9, 2


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def x(rng):
    return rng.normal(size=(T, B, D))


def only(block, kept):
    """The rows of a stacked matrix or vector that belong to the blocks ``kept``."""
    return np.concatenate([block[k * H : (k + 1) * H] for k in kept])


def test_peepholes_of_zero_give_the_lstm(rng, x):
    cell, plain = cells.PeepholeLSTM(D, H), cells.LSTM(D, H)
    params = cell.init(rng)._replace(p=np.zeros((3, H)))
    ours, theirs = unroll(cell, params, x), unroll(plain, plain.Params(*params[:3]), x)
    assert np.array_equal(ours.h, theirs.h) and np.array_equal(ours.c, theirs.c)
    assert not np.array_equal(unroll(cell, params._replace(p=np.ones((3, H))), x).h, theirs.h)


def test_coupled_gates_are_an_lstm_whose_input_gate_is_the_mirror_of_its_forget_gate(rng, x):
    cell, plain = cells.CoupledLSTM(D, H), cells.LSTM(D, H)
    params = cell.init(rng)
    mirrored = plain.Params(*(np.concatenate([-a[:H], a]) for a in params))
    assert relative_error(unroll(cell, params, x).h, unroll(plain, mirrored, x).h) < 1e-14


def test_coupled_gates_the_other_way_round(rng, x):
    """Greff et al. make i the gate and f = 1 − i: the same model with the gate's weights negated."""
    cell = cells.CoupledLSTM(D, H)
    params = cell.init(rng)
    h, c, U_T = np.zeros((B, H)), np.zeros((B, H)), params.U.T
    for t in range(T):
        a = x[t] @ params.W.T + h @ U_T + params.b
        i = 1 / (1 + np.exp(a[:, :H]))  # the pre-activation negated
        c = (1 - i) * c + i * np.tanh(a[:, H : 2 * H])
        h = np.tanh(c) / (1 + np.exp(-a[:, 2 * H :]))
    assert relative_error(unroll(cell, params, x).state.h, h) < 1e-14


@pytest.mark.parametrize("b_r", [1e6])
def test_with_the_reset_gate_open_both_grus_agree(rng, x, b_r):
    after, before = cells.GRU(D, H), cells.GRU(D, H, reset="before")
    params = after.init(rng)
    params.b[:H] = b_r
    moved = params.b.copy()
    moved[2 * H :] += params.b_hn
    theirs = unroll(before, before.Params(params.W, params.U, moved), x)
    ours = unroll(after, params, x)
    assert np.all(ours.trace.r == 1) and relative_error(ours.h, theirs.h) < 1e-14


@pytest.mark.parametrize("reset", ["after", "before"])
def test_with_the_update_gate_shut_besides_the_gru_is_the_rnn(rng, x, reset):
    cell, plain = cells.GRU(D, H, reset=reset), cells.RNN(D, H)
    params = cell.init(rng)
    params.b[:H], params.b[H : 2 * H] = 1e6, -1e6
    if reset == "after":
        params.b_hn[...] = 0
    theirs = unroll(plain, plain.Params(*(only(a, [2]) for a in params[:3])), x)
    assert relative_error(unroll(cell, params, x).h, theirs.h) < 1e-14


def test_a_closed_depth_gate_gives_the_stacked_lstm(rng, x):
    cell, plain = cells.DepthGatedLSTM(D, H), cells.LSTM(D, H)
    params = cell.init(rng)._replace(b_d=np.full(H, -1e6))
    below = rng.normal(size=(T, B, H))
    ours, theirs = unroll(cell, params, x, c_below=below), unroll(plain, plain.Params(*params[:3]), x)
    assert np.all(ours.trace.d == 0) and relative_error(ours.h, theirs.h) < 1e-14
    dh = rng.normal(size=(T, B, H))
    assert np.all(bptt(cell, params, ours, dh).c_below == 0)


def test_clockwork_with_one_period_is_the_rnn(rng, x):
    cell, plain = cells.ClockworkRNN(D, H, periods=(1,)), cells.RNN(D, H)
    params = cell.init(rng)
    assert np.array_equal(unroll(cell, params, x).h, unroll(plain, plain.Params(*params), x).h)


def test_a_forget_gate_held_at_one_gives_the_cell_of_1997(rng, x):
    cell, first = cells.LSTM(D, H), cells.LSTM1997(D, H)
    params = cell.init(rng)
    params.b[cell.rows("f")] = 1e6
    ours, theirs = unroll(cell, params, x), unroll(first, first.Params(*(only(a, [0, 2, 3]) for a in params)), x)
    assert np.all(ours.trace.f == 1) and relative_error(ours.c, theirs.c) < 1e-14
