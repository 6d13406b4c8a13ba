"""Curves and fields: what is drawn is what was given, labels don't touch, bad arrays are named."""

import itertools
import pathlib
import re

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import lstm_course.figures as figures
from lstm_course.figures import curves, style

STEPS = np.arange(21)
IMAGES = np.linspace(-1, 1, 7 * 16).reshape(7, 4, 4)
WORDS = ["swimming", "bathing", "sun-bathing", "nobody", "walking", "bathing", "swimming"]
SHARES = np.array([[[0.9, 0.6, 1], [0.5, 0.2, 0.8]], [[0, 0, 0.37], [np.nan] * 3]])
SENTENCE = "the girl near the big keys smiles , she".split()
OVER = {name: np.linspace(low, 1, 9 * 4).reshape(9, 4) for name, low in {"f": 0, "i": 0, "o": 0, "c": -1, "h": -1}.items()}
FIGURES = {
    "forest": lambda: curves.forest(SHARES, ["LSTM, chrono", "RNN"], ["gap 10", "gap 50"], xlabel="share", level=0.125),
    "gates": lambda: curves.gates_over(SENTENCE, **OVER),
    "activations": lambda: curves.activations(),
    "frames": lambda: curves.frames(IMAGES, WORDS),
    "responses": lambda: curves.hidden_responses(np.linspace(-1, 1, 12).reshape(4, 3), list("abcd"), WORDS[:3]),
    "heatmap": lambda: curves.heatmap(np.eye(3), ["$f$", "$i$", "$o$"], ["the", "girl", "is"], label="gate", limits=(0, 1)),
    "timeline": lambda: curves.timeline(IMAGES, WORDS, per_frame_net=WORDS[::-1], RNN=WORDS),
    "gradients": lambda: curves.gradient_norms(
        STEPS, {"default": 0.5**STEPS, "orthogonal": 0.99**STEPS}, {"default": 1.1**STEPS}
    ),
    "gap": lambda: curves.accuracy_by_gap(
        [5, 10, 20], {"RNN": [1, 0.5, 0], "LSTM": [[1, 0, 0], [0.6, 0, 0], [1, 0.4, 0.4]]}, 0.125
    ),
    "half-life": lambda: curves.half_life({f"$b_f={b}$": (1 / (1 + np.exp(-b))) ** STEPS for b in (0, 1, 3, 5)}),
    "wall": lambda: curves.loss_wall(STEPS, 1.0 * (STEPS > 10), {"clipped": [8, 9, 9.5], "unclipped": [8, 12, 2]}),
    "bars": lambda: curves.bars_with_intervals({"RNN": (0.2, 0.1, 0.4), "LSTM": 0.9}, "share", level=(0.125, "chance")),
    "lines": lambda: curves.lines(STEPS, {"f": STEPS * 1.0, "c": STEPS * 1.01, "RNN": STEPS * 0.99}, "step", "value"),
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def texts(figure):
    """(text, box in pixels, artist) of every text that is drawn; matplotlib keeps labels of ticks out of view, too."""
    figure.draw_without_rendering()
    idle = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low - slack <= tick.get_loc() <= high + slack:
                idle |= {tick.label1, tick.label2}
    found = [t for t in figure.findobj(matplotlib.text.Text) if t.get_text().strip() and t.get_visible() and t not in idle]
    return [(t.get_text(), t.get_window_extent(), t) for t in found]


def touching(found):
    """Pairs of upright texts whose boxes overlap."""
    upright = [(text, box) for text, box, artist in found if not artist.get_rotation()]
    return [
        (one, two)
        for (one, a), (two, b) in itertools.combinations(upright, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_labels_do_not_touch_stay_inside_and_are_readable(name):
    figure = FIGURES[name]()
    found = texts(figure)
    assert touching(found) == []
    for text, box, artist in found:
        inside = figure.bbox.padded(1)
        assert inside.contains(box.x0, box.y0) and inside.contains(box.x1, box.y1), text
        assert artist.get_size() * min(1, style.PAGE_WIDTH / figure.get_size_inches()[0]) >= 8, text
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH


def test_touching_labels_are_seen():
    figure, axes = plt.subplots()
    axes.text(0.5, 0.5, "one")
    axes.text(0.51, 0.51, "two")
    assert ("one", "two") in touching(texts(figure))


def test_curves_are_the_arrays_given_and_bounds_are_dashed():
    axes = FIGURES["gradients"]().axes[0]
    default, orthogonal, bound = axes.get_lines()
    np.testing.assert_array_equal(default.get_ydata(), 0.5**STEPS)
    np.testing.assert_array_equal(bound.get_ydata(), 1.1**STEPS)
    assert bound.is_dashed() and not default.is_dashed()
    assert bound.get_color() == default.get_color() != orthogonal.get_color()


def test_a_quantity_keeps_its_colour_and_labels_keep_their_order():
    figure = FIGURES["lines"]()
    drawn = {line.get_color() for line in figure.axes[0].get_lines()}
    assert {style.COLOURS["f"], style.COLOURS["c"]} <= drawn
    ends = {t.get_text(): t.xy[1] for t in figure.axes[0].texts}
    assert ends["$c$"] > ends["$f$"] > ends["RNN"]


def test_a_net_keeps_its_colour_from_page_to_page():
    first, second = curves.look(["RNN", "LSTM, $c$", "coupled"]), curves.look(["coupled", "LSTM", "attention", "chance"])
    assert first["LSTM, $c$"] == second["LSTM"] and first["coupled"] == second["coupled"]
    for group in (first, second, curves.look(["GRU", "GRU, bias 3", "sLSTM", "LSTM"])):
        assert len(set(group.values())) == len(group)


def test_markers_at_the_edge_are_whole_and_curves_that_leave_are_cut():
    figure = curves.lines(STEPS, {"inside": STEPS / 20, "leaves": STEPS / 10}, "frame", "", ylim=(0, 1))
    inside, leaves = figure.axes[0].get_lines()
    assert not inside.get_clip_on() and leaves.get_clip_on()
    assert all(place == int(place) for place in figure.axes[0].get_xticks())  # there is no frame 2.5


def test_no_value_is_struck_by_the_level_and_large_ones_have_no_decimals():
    figure = curves.bars_with_intervals({"a": (0.8, 0.7, 0.93), "b": 0.99, "c": 0.1}, "share", level=(1, "all"), xlim=(0, 1.3))
    axes = figure.axes[0]
    line = axes.transData.transform((1, 0))[0]
    boxes = {text: box for text, box, _ in texts(figure)}
    assert min(boxes["0.80"].x0, boxes["0.99"].x0) > line > boxes["0.10"].x1
    assert [t.get_text() for t in curves.bars_with_intervals({"a": 3.06, "b": 1648}, "").axes[0].texts] == ["3", "1648"]


def test_numbers_in_the_fields_stand_in_place_of_the_bar_of_the_scale():
    figure = curves.heatmap([[-1, 10]], ["net"], ["a", "b"], label="solved", notes=[["-1", "10"]])
    assert len(figure.axes) == 1 and figure.axes[0].get_title("left") == "solved"
    assert [t.get_text() for t in figure.axes[0].texts] == ["\u22121", "10"]
    assert len(FIGURES["heatmap"]().axes) == 2


def test_activation_slopes_are_the_derivatives_of_the_values():
    left, right = curves.activations().axes
    for value, slope in zip(left.get_lines(), right.get_lines()):
        a, y = value.get_data()
        smooth = np.abs(a[1:-1]) > 0.05
        np.testing.assert_allclose(np.gradient(y, a)[1:-1][smooth], slope.get_ydata()[1:-1][smooth], atol=2e-3)


def test_a_forest_draws_the_numbers_given_and_a_dash_for_none():
    left, right = FIGURES["forest"]().axes
    points = [tuple(line.get_xdata()) for line in left.get_lines() if line.get_marker() == "o"]
    spans = [tuple(line.get_xdata()) for line in left.get_lines() if line.get_linestyle() == "-" and len(line.get_xdata()) == 2]
    assert points == [(0.9,), (0.0,)] and (0.6, 1.0) in spans and (0.0, 0.37) in spans
    assert [text.get_text() for text in right.texts] == ["\u2013"]
    (below,) = [box for text, box, _ in texts(left.figure) if text == "share"]
    assert below.x0 + below.x1 == pytest.approx(left.bbox.x0 + right.bbox.x1, abs=4)


def test_gates_are_drawn_on_0_to_1_and_states_about_0():
    figure = FIGURES["gates"]()
    drawn = {axes.get_ylabel(): axes.get_images()[0] for axes in figure.axes if axes.get_ylabel()}
    assert list(drawn) == [f"${name}$" for name in OVER]
    assert drawn["$f$"].get_clim() == (0, 1) and drawn["$c$"].get_clim() == (-1, 1)
    np.testing.assert_array_equal(drawn["$c$"].get_array(), OVER["c"].T)


def test_right_and_wrong_differ_in_sign_and_colour():
    figure = curves.timeline(IMAGES[:2], ["a", "b"], net=["a", "a"])
    answers = {t.get_text(): t.get_color() for t in figure.axes[-1].texts if t.get_text()[0] in "✓✗"}
    assert answers == {"✓ a": style.text_colour("i"), "✗ a": style.text_colour("f")}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: curves.lines(STEPS, {"RNN": STEPS[:5]}, "", ""), r"curves\['RNN'\].*\(5,\).*\(21\)"),
        (lambda: curves.lines(STEPS, {}, "", ""), "curves: empty"),
        (lambda: curves.lines(STEPS, {"RNN": STEPS * np.nan}, "", ""), "not finite"),
        (lambda: curves.lines(STEPS, {str(k): STEPS for k in range(9)}, "", ""), "9 names"),
        (lambda: curves.frames(IMAGES[0], ["a"]), r"images.*\(4, 4\)"),
        (lambda: curves.frames(IMAGES, ["a"]), "labels: 1 .*7"),
        (lambda: curves.timeline(IMAGES, WORDS, RNN=WORDS[:3]), "RNN: 3 labels.*7"),
        (lambda: curves.heatmap(np.eye(3), ["a"], ["b"]), r"values.*\(3, 3\).*\(1, 1\)"),
        (lambda: curves.gradient_norms(STEPS, {"RNN": STEPS}), "not positive"),
        (lambda: curves.accuracy_by_gap([5, 10], {"RNN": [1.5, 0]}), "expected 0 to 1"),
        (lambda: curves.accuracy_by_gap([5, 10], {"RNN": [1, 0, 0]}), r"\(3,\).*\(2,\)"),
        (lambda: curves.bars_with_intervals({"RNN": (0.1, 0.2)}, ""), "2 numbers"),
        (lambda: curves.gates_over(SENTENCE, f=np.ones((3, 4))), r"f: shape \(3, 4\), expected \(9, any\)"),
        (lambda: curves.gates_over(SENTENCE), "quantities: none"),
        (lambda: curves.gates_over(SENTENCE, q=np.ones((9, 4))), r"quantities: \['q'\]"),
        (lambda: curves.forest(SHARES, ["a"], ["b"]), r"\(2, 2, 3\), expected \(1, 1, 3\)"),
        (lambda: curves.forest(SHARES[..., ::-1], ["a", "b"], ["c", "d"]), "outside its interval"),
        (lambda: figures.modules.module("lsmt"), "'lsmt'.*lstm"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_walks_at_the_wall_are_drawn_step_by_step_downwards():
    figure = FIGURES["wall"]()
    below = figure.axes[1]
    walks = [line.get_xydata().tolist() for line in below.lines if line.get_marker() in ("o", "s")]
    assert walks == [[[8, 0], [9, 1], [9.5, 2]], [[8, 0], [12, 1], [2, 2]]]
    assert below.yaxis_inverted() and figure.get_size_inches()[0] <= 3.6  # a phone's column is 345 px, 3.6 inches


def test_figures_know_neither_torch_nor_tasks():
    for path in pathlib.Path(figures.__file__).parent.glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import)\s+([\w.]+)", path.read_text(), flags=re.MULTILINE)
        roots = {name.split(".")[0] for name in imported if not name.startswith(".")}
        assert roots <= {"numpy", "matplotlib", "typing", "functools", "re", "html", "json", "pathlib", "base64", "safetensors"}, path.name


def test_curves_leave_the_reader_s_settings_alone():
    before = dict(matplotlib.rcParams)
    FIGURES["heatmap"](), FIGURES["gap"]()
    assert dict(matplotlib.rcParams) == before
