"""What every cell offers beside its equations: names, counts, states, stacks."""

from pathlib import Path

import numpy as np
import pytest
import torch
from engine import CELLS, case

from lstm_course import cells

every_cell = pytest.mark.parametrize("name", CELLS)


@every_cell
def test_params_are_arrays_of_the_shapes_they_say(name):
    cell = CELLS[name](3, 6)
    params = cell.init(np.random.default_rng(0))
    assert [p.shape for p in params] == [tuple(s) for s in cell.shapes()]
    assert cell.count() == sum(np.count_nonzero(p) for p in params)


def test_a_cells_file_can_be_read_at_one_sitting():
    files = list(Path(cells.__file__).parent.glob("*.py"))
    assert len(files) > len(cells.__all__)
    assert [file.name for file in files if len(file.read_text("utf8").splitlines()) >= 150] == []


@every_cell
def test_zero_state(name):
    cell = CELLS[name](3, 6)
    for state, kind in ((cell.zero_state(2), np.float64), (cell.zero_state(4, 2, like=torch.ones(1)), torch.float32)):
        assert all(s.dtype == kind and s.shape[-2:] == (2, 6) for s in state)
        assert all((s == 0).all() for field, s in state._asdict().items() if field != "m")
    assert cell.zero_state(4, 2).h.shape == (4, 2, 6)


@every_cell
def test_a_step_takes_the_first_step_unless_told_otherwise(name):
    some = case(CELLS[name](3, 6), 1, 2, np.random.default_rng(0), start=0)
    a, below = some.cell.project(some.params, some.x)[0], None if some.c_below is None else some.c_below[0]
    by_default = some.cell.step(some.params, a, some.state, c_below=below)
    assert np.array_equal(by_default.h, some.cell.step(some.params, a, some.state, 0, below).h)


@every_cell
def test_rows_and_name(name):
    cell = CELLS[name](3, 6)
    assert cell.columns == 6 * len(cell.gates)
    taken = np.concatenate([np.arange(cell.columns)[cell.rows(gate)] for gate in cell.gates])
    assert np.array_equal(taken, np.arange(cell.columns))
    assert repr(cell) == f"{type(cell).__name__}(3, 6)"


def test_stack_puts_members_first():
    cell = cells.LSTM(3, 4)
    members = [cell.init(np.random.default_rng(seed)) for seed in range(3)]
    stacked = cells.stack(iter(members))
    assert isinstance(stacked, cell.Params) and stacked.W.shape == (3, 16, 3)
    assert all(np.array_equal(stacked.b[k], member.b) for k, member in enumerate(members))
    assert isinstance(cells.stack([cell.Params(*map(torch.from_numpy, m)) for m in members]).U, torch.Tensor)


def test_stack_of_one():
    params = cells.LSTM(3, 4).init(np.random.default_rng(0))
    assert all(np.array_equal(whole[0], part) for whole, part in zip(cells.stack([params]), params))


def test_the_grus_know_their_reset():
    assert cells.GRU(3, 4).reset == "after" and cells.GRU(3, 4, reset="before").reset == "before"
    assert cells.GRU(3, 4).init(np.random.default_rng(0)).b_hn.shape == (4,)
    assert "b_hn" not in cells.GRU(3, 4, "before").Params._fields


def test_parameter_counts():
    D, H = 10, 20
    rnn = cells.RNN(D, H).count()
    assert rnn == H * (D + H + 1)
    assert cells.LSTM(D, H).count() == 4 * rnn
    assert cells.LSTM1997(D, H).count() == cells.CoupledLSTM(D, H).count() == 3 * rnn
    assert cells.GRU(D, H).count() == 3 * rnn + H and cells.GRU(D, H, reset="before").count() == 3 * rnn
    assert cells.PeepholeLSTM(D, H).count() == 4 * rnn + 3 * H
    assert cells.DepthGatedLSTM(D, H).count() == 4 * rnn + H * D + 3 * H
    k, M = 5, 4
    assert cells.ClockworkRNN(D, H).count() == H * D + H + k * k * M * (M + 1) // 2
    assert cells.SLSTM(D, H).count() == 4 * rnn and cells.MinLSTM(D, H).count() == 3 * H * (D + 1)
