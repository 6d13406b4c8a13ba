"""The moving figures: what the script shows at every moment is what the cell computed, rounded."""

import json
import re

import matplotlib
import numpy as np
import pytest
import quickjs
from bs4 import BeautifulSoup

matplotlib.use("Agg")

from lstm_course import cells
from lstm_course.figures import diagram, motion, specs, style, svg
from lstm_course.recurrence import unroll

WORDS = "the girl near the keys smiles & she".split()


def run(cell=cells.LSTM, inputs=5, hidden=4, batch=2):
    rng = np.random.default_rng(7)
    model = cell(inputs, hidden)
    params = model.init(rng)._replace(W=rng.normal(scale=3, size=model.init(rng).W.shape))
    state = type(model.zero_state(batch))(*rng.normal(size=(len(model.zero_state(batch)), batch, hidden)))
    return unroll(model, params, rng.normal(size=(len(WORDS), batch, inputs)), state)


RUN = run()


@pytest.fixture(scope="module")
def script():
    context = quickjs.Context()
    context.eval((motion.PAGE / "frames.js").read_text("utf8"))
    return context


def frames(script, made):
    """Every frame as the script gives it to the page."""
    script.eval(f"var data = {json.dumps(made.data)}")
    count = script.eval("frames(data)")
    return [json.loads(script.eval(f"JSON.stringify(frame(data, {k}))")) for k in range(count)]


def rounded(value):
    return f"{round(float(value), 3) + 0.0:.3f}".replace("-", "\u2212")


@pytest.mark.parametrize(("unit", "member"), [(0, 0), (3, 1)])
def test_every_number_of_the_step_is_the_trace_s(script, unit, member):
    seen = frames(script, motion.step(RUN, unit=unit, member=member, words=WORDS))
    assert [f["stage"] for f in seen] == [s[0] for s in motion.STAGES] * len(WORDS)
    for k, shown in enumerate(seen):
        t = k // len(motion.STAGES)
        before = RUN.initial_state if t == 0 else RUN._replace(h=RUN.h[t - 1], c=RUN.c[t - 1])
        truth = {name: values[t, member, unit] for name, values in RUN.trace._asdict().items()}
        truth |= {"c_prev": before.c[member, unit], "h_prev": before.h[member, unit]}
        truth |= {"keep": truth["f"] * truth["c_prev"], "write": truth["i"] * truth["g"]}
        assert shown["t"] == t and shown["values"].pop("x") == WORDS[t]
        assert shown["values"] == {name: rounded(truth[name]) for name in shown["values"]}
        assert set(re.findall(r"\u2212?\d\.\d{3}", shown["says"])) <= {rounded(value) for value in truth.values()}
    assert set(seen[-1]["values"]) == set(RUN.trace._fields) | {"c_prev", "h_prev", "keep", "write"}


def test_every_number_and_bar_of_the_belt_is_the_trace_s(script):
    made = motion.belt(RUN, member=1, words=WORDS)
    for k, shown in enumerate(frames(script, made)):
        t = k // len(motion.BELT)
        for name in set(shown["values"]) & set(RUN.trace._fields):
            row = getattr(RUN.trace, name)[t, 1]
            assert shown["values"][name] == ", ".join(map(rounded, row))
            np.testing.assert_array_equal(made.data["heights"][name][t], row)
    kept, written, new = (np.array(made.data["heights"][name]) for name in ("keep", "write", "c"))
    np.testing.assert_allclose(kept + written, new, atol=1e-15)


def test_bars_have_the_height_of_their_value(script):
    for value in (-2.0, -0.3, 0.4, 2.0):
        size = json.loads(script.eval(f"JSON.stringify(bar({value}, 2, 36))"))
        assert size["height"] == pytest.approx(abs(value) / 2 * 36)
        assert size["y"] == pytest.approx(36 if value < 0 else 36 - size["height"])


def test_the_moments_have_a_beginning_and_an_end(script):
    script.eval(f"var data = {json.dumps(motion.step(RUN).data)}")
    last = len(motion.STAGES) * len(WORDS) - 1
    assert [script.eval(f"clamp(data, {k})") for k in (-1, 0, last, last + 1)] == [0, 0, last, last]


def test_the_picture_is_the_diagram_and_its_stages_name_its_nodes():
    page = BeautifulSoup(motion.step(RUN)._repr_html_(), "html.parser")
    drawn = specs.lstm()
    names = {node.name for node in drawn.nodes}
    assert {g["data-node"] for g in page.select("[data-node]")} == names
    assert [g["data-ends"].split() for g in page.select("[data-ends]")] == [[e.source, e.target] for e in drawn.edges]
    assert set(RUN.trace._fields) <= {t["data-value"] for t in page.select("[data-value]")} <= names
    for _, lit, shows, _ in motion.STAGES:
        assert set(lit) | set(shows) <= names
    first = {t["data-value"]: t.text for t in page.select("[data-value]")}
    assert first["f"] == rounded(RUN.trace.f[0, 0, 0])  # what stands there without a script, and in print


def test_wires_and_tips_stand_where_the_diagram_puts_them():
    drawn = specs.lstm()
    page = BeautifulSoup(svg.svg(drawn, {}, {}, "The LSTM"), "html.parser")
    for edge, group in zip(drawn.edges, page.select("[data-ends]")):
        points = diagram.route(drawn, edge) * (1, -1) * svg.PIXELS + (0, svg.PIXELS * drawn.size[1])
        start = [float(v) for v in re.match(r"M([\d.]+),([\d.]+)", group.path["d"]).groups()]
        np.testing.assert_allclose(start, points[0], atol=0.06)
        if edge.arrow:
            tip = [float(v) for v in group.polygon["points"].split()[0].split(",")]
            np.testing.assert_allclose(tip, points[-1], atol=0.06)


def test_it_needs_no_network_no_name_of_its_own_and_is_described():
    for made in (motion.step(RUN, words=WORDS), motion.belt(RUN, words=WORDS)):
        html = made._repr_html_()
        page = BeautifulSoup(html, "html.parser")
        assert not re.search(r"https?:|@import|url\(|\bid=|fetch|XMLHttp|eval\(", html)
        assert page.select_one("svg")["role"] == "img" and len(page.select_one("svg")["aria-label"]) > 40
        assert [b.text for b in page.select("button")] == ["Back", "Play", "Next"]
        assert page.select_one("input[type=range]")["aria-label"] and page.select_one("[aria-live=polite]")
        assert json.loads(page.select_one(".motion")["data-motion"]) == made.data
        assert "prefers-reduced-motion" in html and "@media print" in html and "filter:" not in html


def test_a_word_is_text_and_never_markup():
    words = ["<b>", '"', "&", "'", *WORDS[4:]]
    for made in (motion.step(RUN, words=words), motion.belt(RUN, words=words)):
        page = BeautifulSoup(made._repr_html_(), "html.parser")
        assert page.b is None and json.loads(page.select_one(".motion")["data-motion"])["numbers"]["word"][0] == "Step 1, “<b>”. "


def test_both_themes_have_every_colour():
    for dark in (False, True):
        block = svg.palette(dark)
        assert all(f"--{role}{part}:#" in block for role in style.COLOURS for part in ("", "-fill", "-text"))
    assert svg.palette() != svg.palette(dark=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: motion.step(run(cells.GRU)), "expected an LSTM's"),
        (lambda: motion.step(RUN, unit=4), "unit: 4, expected 0 to 3"),
        (lambda: motion.step(RUN, member=2), "member: 2"),
        (lambda: motion.belt(RUN, words=WORDS[:3]), "words: 3 .* 8 steps"),
        (lambda: motion.belt(run(hidden=9)), "9 cells, at most 8"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
