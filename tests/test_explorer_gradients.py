"""The gradient explorer shows what was measured: some of it is measured again, and its script says the stored numbers."""

import json
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
import quickjs
from bs4 import BeautifulSoup

matplotlib.use("Agg")

import explorers
from lstm_course import cells
from lstm_course.figures import explorer, explorer_gradients, motion
from lstm_course.recurrence import unroll

DATA = explorer_gradients.stored()
SETTINGS = list(explorers.grid())
NAMES = ("cell", "radius", "strength", "bias")


@pytest.fixture(scope="module")
def script():
    context = quickjs.Context()
    for name in ("parts.js", "reach.js"):
        context.eval((motion.PAGE / name).read_text("utf8"))
    context.eval(f"var data = {json.dumps(DATA)}")
    return lambda expression: json.loads(context.eval(f"JSON.stringify({expression})"))


def made(setting):
    return explorer.gradients(**{name: value for name, value in zip(NAMES, setting) if value is not None})


def some(count, seed):
    """Settings drawn at random, every kind of network among them."""
    rng = np.random.default_rng(seed)
    groups = [[setting for setting in SETTINGS if setting[0] == kind] for kind in DATA["cells"]]
    return [group[k] for group in groups for k in rng.integers(len(group), size=count)]


@pytest.mark.parametrize("setting", some(2, seed=0), ids=lambda setting: explorers.key(*setting))
def test_settings_measured_again_give_the_stored_curves(setting):
    for again, kept in zip(explorers.curves(*setting), DATA["curves"][explorers.key(*setting)], strict=True):
        assert [value is None for value in again] == [value is None for value in kept]
        pairs = np.array([pair for pair in zip(again, kept) if None not in pair], dtype=float)
        assert np.abs(np.diff(pairs)).max(initial=0) <= 2  # two hundredths of a power of ten


def test_the_stored_grid_is_whole_and_belongs_to_this_configuration():
    assert DATA["fingerprint"] == explorers.fingerprint(explorers.GRADIENTS), "run python tools/explorers.py gradients"
    assert {name: DATA[name] for name in explorers.GRADIENTS} == explorers.GRADIENTS
    assert set(DATA["curves"]) == {explorers.key(*setting) for setting in SETTINGS} and len(SETTINGS) == 288
    np.testing.assert_allclose(DATA["largest"], [explorers.largest(radius) for radius in DATA["radii"]], atol=1e-4)
    below = lambda value: -np.inf if value is None else value
    for key, curves in DATA["curves"].items():
        assert len(curves) == (4 if key.startswith("lstm") else 3)
        assert {len(curve) for curve in curves} == {len(DATA["distances"])}
        assert all(below(low) <= below(middle) <= below(high) for low, middle, high, *_ in zip(*curves))


def test_the_sigmoid_network_is_the_sigmoid_network():
    cell, params, state = explorers.network("sigmoid", 1.1, None, 0)
    rng = np.random.default_rng(0)
    plain = explorers.scaled(cells.RNN(16, 64).init(rng), 1.1)
    W, x, h = rng.normal(size=(64, 16)) / 4, np.random.default_rng(1).normal(size=(12, 1, 16)), np.zeros(64)
    for x_t, s_t in zip(x[:, 0], unroll(cell, params, x, state).h[:, 0]):
        h = 1 / (1 + np.exp(-(W @ x_t + plain.U @ h)))
        np.testing.assert_allclose((s_t + 1) / 2, h, atol=1e-12)


def test_no_gradient_of_a_plain_network_passes_its_bound():
    for setting in SETTINGS:
        if setting[0] != "lstm":
            high = [(-np.inf if value is None else value) for value in made(setting).curves()[2]]
            assert (np.array(high) <= np.array(made(setting).bound()) + 0.6).all(), setting


def test_the_page_shows_the_stored_curves(script):
    for setting in [*some(4, seed=1), ("relu", 1.1, 0, None), ("lstm", 1.0, 1, -1)]:
        given, one = json.dumps(dict(zip(NAMES, setting))), made(setting)
        found = script(f"curvesOf(data, {given})")
        assert [found["low"], found["median"], found["high"]] == one.curves()[:3]
        np.testing.assert_allclose(found["ceiling"], one.bound(), atol=1e-9)
        assert script(f"points(data, curvesOf(data, {given}).median).join(' ')") == one.points(one.curves()[1])


def reference_half(curve):
    """Where the piecewise linear curve first crosses log10 ½, on a fine grid of distances."""
    fine = np.linspace(0, 60, 600_001)
    values = np.interp(fine, [0, *DATA["distances"]], [0, *curve])
    under = np.flatnonzero(values < 100 * np.log10(0.5))
    return fine[under[0]] if len(under) else None


def test_the_half_distance_is_where_half_is_left(script):
    for setting in some(5, seed=2):
        curve = made(setting).curves()[1]
        if None not in curve:
            assert script(f"half(data, {json.dumps(curve)})") == pytest.approx(reference_half(curve), abs=2e-4)
    assert script("half(data, data.distances.map(function () { return null; }))") == 0
    assert script("half(data, data.distances.map(function (k) { return k === 1 ? 0 : null; }))") == 1


def test_numbers_are_written_in_two_digits(script):
    found = script("[null, 0, -30, 200, -201, -450, 1204, -3999, 599.9].map(power)")
    plain = [text.replace("\u00a0", " ") for text in found]
    assert plain == ["0", "1", "0.5", "100", "9.8 · 10⁻³", "3.2 · 10⁻⁵", "1.1 · 10¹²", "1 · 10⁻⁴⁰", "1 · 10⁶"]


def test_what_is_spoken_is_stored(script):
    say = lambda *setting: script(f"spoken(data, {json.dumps(dict(zip(NAMES, setting)))})")
    at = DATA["distances"].index(20)
    for setting in (("tanh", 0.9, 1, None), ("lstm", 1.0, 1, 3)):
        said, curves = say(*setting), DATA["curves"][explorers.key(*setting)]
        assert f"after 20 steps {script(f'power({curves[1][at]})')}," in said
    assert "∏f" in say("lstm", 1.0, 1, 3) and "promises nothing" in say("tanh", 0.9, 1, None)
    assert "must vanish" in say("sigmoid", 0.9, 1, None) and "nothing comes back" in say("relu", 0.9, 0, None)


def test_what_stands_there_without_a_script_is_the_starting_curve():
    one = explorer.gradients("lstm", 1.1, 0.1, 3)
    page = BeautifulSoup(one._repr_html_(), "html.parser")
    assert page.select_one(".plot .median")["points"] == one.points(one.curves()[1])
    assert page.select_one(".plot .bound")["points"] == one.points(one.curves()[3])
    assert page.select_one(".radius")["value"] == str(DATA["radii"].index(1.1)) and "spectral radius 1.1" in page.select_one(".says").text
    assert len(str(page)) < 150_000 and not re.search(r"https?:|\bid=|@import|url\(|fetch\(|innerHTML", str(page))
    assert all(control.find_parent("label") for control in page.select("select, input")) and page.select_one("[role=status]")


@pytest.mark.parametrize(("given", "message"), [
    ({"cell": "gru"}, "cell: 'gru', expected one of"),
    ({"radius": 0.95}, r"radius: 0.95, expected one of \[0.5, "),
    ({"bias": 9}, "bias: 9"),
])  # fmt: skip
def test_bad_starts_are_named(given, message):
    with pytest.raises(ValueError, match=message):
        explorer.gradients(**given)


def test_the_explorers_need_no_torch():
    code = "import sys; sys.modules['torch'] = None; from lstm_course.figures.explorer import gradients, sentence"
    code += "; sentence()._repr_html_(), gradients()._repr_html_()"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
