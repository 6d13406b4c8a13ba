"""The models' files as text: equations without numbers, steps without comments, what differs."""

import inspect
import re

import pytest

from lstm_course import cells
from lstm_course.sources import diff, equations, step

MODELS = [getattr(cells, name) for name in cells.__all__ if name != "stack"]


@pytest.mark.parametrize("model", [*MODELS, type(cells.GRU(1, 1, reset="before"))], ids=lambda model: model.__name__)
def test_every_numbered_equation_is_found_and_nothing_else(model):
    found = equations(model)
    numbers = re.findall(r"\((\d+)\)$", inspect.getmodule(model).__doc__, flags=re.MULTILINE)
    assert len(found) == len(numbers) == len(set(numbers)) > 1
    assert all(re.search(r"\w = \S", line) and "  " not in line for line in found)
    assert not any(re.search(r"\(\d+\)$", line) for line in found)


def test_equations_read_as_they_stand_in_the_file():
    assert equations(cells.RNN) == ["a_t = W x_t + U h_{t-1} + b", "h_t = φ(a_t), φ = tanh or ReLU"]


def test_a_step_without_its_comments():
    assert step(cells.RNN) == [
        "def step(self, params, a, state, t=0, c_below=None):",
        "a = a + state.h @ params.U.swapaxes(-1, -2)",
        'h = ops.tanh(a) if self.nonlinearity == "tanh" else ops.relu(a)',
        "return Trace(h)",
    ]


def test_diff_marks_what_goes_and_what_comes():
    assert diff(["a", "b", "c"], ["a", "B", "c"]) == "- b\n+ B"
    assert diff(["a"], ["a"]) == ""


@pytest.mark.parametrize(
    "old, variant, gone, new",
    [
        (cells.LSTM, cells.PeepholeLSTM, 3, ["p_i", "p_f", "p_o"]),
        (cells.LSTM, cells.CoupledLSTM, 2, ["(1 − f_t)"]),
        (cells.LSTM, cells.DepthGatedLSTM, 1, ["d_t", "d_t"]),
        (cells.LSTM, cells.LSTM1997, 2, ["c_t = c_{t-1} + i_t ⊙ g_t"]),
        (cells.GRU, type(cells.GRU(1, 1, reset="before")), 2, ["u_t", "U_n u_t"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_variant_differs_only_in_what_is_new(old, variant, gone, new):
    lines = diff(equations(old), equations(variant)).splitlines()
    added = [line for line in lines if line.startswith("+")]
    assert len(lines) - len(added) == gone
    assert len(added) == len(new) and all(mark in line for mark, line in zip(new, added))


@pytest.mark.parametrize("wrong", [cells.lstm, cells.LSTM(1, 1), None, str])
def test_only_a_class_of_cells_will_do(wrong):
    for read in (equations, step):
        with pytest.raises(TypeError, match="model must be a class of lstm_course.cells, got"):
            read(wrong)
