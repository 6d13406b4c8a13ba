"""The gate explorer computes what the NumPy cell computes, and says it in the same digits."""

import json
import re

import numpy as np
import pytest
import quickjs
from bs4 import BeautifulSoup

from lstm_course import cells
from lstm_course.figures import explorer, motion

NAMES = ("a_i", "a_f", "a_g", "a_o", "c_prev")  # the pre-activations in the order of the cell's rows


@pytest.fixture(scope="module")
def script():
    context = quickjs.Context()
    context.eval((motion.PAGE / "cell.js").read_text("utf8"))
    return context


def numpy_cell(given):
    """The same step by cells.LSTM with one unit and no weights."""
    cell = cells.LSTM(1, 1)
    params = cell.Params(*(0 * p for p in cell.init(np.random.default_rng(0))))
    a, state = np.array([[given[name] for name in NAMES[:4]]]), cell.State(np.zeros((1, 1)), np.array([[given["c_prev"]]]))
    return {name: float(value[0, 0]) for name, value in cell.step(params, a, state)._asdict().items()}


def cases():
    rng = np.random.default_rng(0)
    corners = [dict(zip(NAMES, np.full(5, v))) for v in (-6.0, 0.0, 6.0)]
    return corners + [dict(zip(NAMES, map(float, rng.uniform(-6, 6, 5)))) for _ in range(200)]


def test_the_page_computes_the_cell(script):
    for given in cases():
        found = json.loads(script.eval(f"JSON.stringify(cell({json.dumps(given)}))"))
        for name, value in numpy_cell(given).items():
            assert found[name] == pytest.approx(value, abs=1e-12), (name, given)
        assert found["keep"] + found["write"] == pytest.approx(found["c"], abs=1e-12)


def test_what_stands_there_without_a_script_is_the_cell_too():
    for given in cases():
        found = explorer.gates(**given).values()
        for name, value in numpy_cell(given).items():
            assert found[name] == pytest.approx(value, abs=1e-12)


def test_the_equations_are_written_with_the_numbers(script):
    for given in cases()[3:20]:
        v = json.loads(script.eval(f"var v = cell({json.dumps(given)}); JSON.stringify(v)"))
        first, second = json.loads(script.eval("JSON.stringify(equations(v))"))
        numbers = [text.replace("\u2212", "-") for text in re.findall(r"\u2212?\d\.\d{3}", first + second)]
        order = ("f", "c_prev", "i", "g", "c", "o", "tanh_c", "h")
        np.testing.assert_allclose([float(n) for n in numbers], [v[name] for name in order], atol=5.01e-4)
    assert script.eval("number(-0.0001)") == motion.number(-0.0001) == "0.000"


def test_sliders_are_named_and_the_diagram_has_a_number_at_each_field():
    page = BeautifulSoup(explorer.gates(a_f=2.0)._repr_html_(), "html.parser")
    assert {s["data-input"] for s in page.select("label > input[type=range]")} == set(NAMES)
    assert page.select_one("[data-input=a_f]")["value"] == "2.0"
    assert set(cells.LSTM.Trace._fields) <= {n["data-value"] for n in page.select("[data-value]")}
    assert not re.search(r"https?:|\bid=|@import|url\(", str(page))


@pytest.mark.parametrize(("start", "message"), [({"a_q": 1}, r"\['a_q'\]"), ({"a_f": 7}, "-6 to 6")])
def test_bad_starts_are_named(start, message):
    with pytest.raises(ValueError, match=message):
        explorer.gates(**start)
