"""Examples of tasks: every word and bar is drawn once, where it belongs, and what is marked looks it."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from lstm_course.figures import examples, style
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from test_figures_curves import texts, touching

SENTENCE = "i grew up in germany . the clouds are in the sky . well then . time flies . i speak fluent german".split()
ROWS = {"a document": SENTENCE, "letters": list("BTBTXSETE" * 5)}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def tiles(figure):
    return figure.axes[0].findobj(FancyBboxPatch)


def test_every_word_is_drawn_in_order_and_none_touches_another():
    figure = examples.tokens(ROWS, {"a document": [4]}, {"a document": [len(SENTENCE) - 1], "letters": [7]})
    found = texts(figure)
    assert touching(found) == []
    for text, box, artist in found:
        assert figure.bbox.padded(1).contains(box.x0, box.y0) and figure.bbox.padded(1).contains(box.x1, box.y1), text
        assert artist.get_size() >= 8
    places = [(-round(a.get_position()[1], 2), a) for _, _, a in found if a.get_horizontalalignment() == "center"]
    in_reading_order = [a.get_text() for _, a in sorted(places, key=lambda p: (-p[0], p[1].get_position()[0]))]
    assert in_reading_order == [*SENTENCE, *ROWS["letters"]]


def test_what_is_kept_is_filled_and_what_is_due_is_framed():
    figure = examples.tokens(ROWS, {"a document": [4]}, {"a document": [len(SENTENCE) - 1]})
    kept, due = tiles(figure)
    bold = {text for text, _, artist in texts(figure) if artist.get_weight() == "bold"}
    assert bold == {"germany", "german"}
    assert to_hex(kept.get_facecolor()) == style.tint("i") and kept.get_linewidth() == 0 < due.get_linewidth()
    for tile, word in ((kept, "germany"), (due, "german")):
        (box,) = [box for text, box, _ in texts(figure) if text == word]
        around = tile.get_window_extent()
        assert around.x0 <= box.x0 and box.x1 <= around.x1 and around.y0 < box.y0 and box.y1 < around.y1


def test_letters_of_two_rows_stand_under_each_other():
    figure = examples.tokens({"input": list("abc__"), "target": list("__abc")})
    x = [a.get_position()[0] for _, _, a in texts(figure) if a.get_horizontalalignment() == "center"]
    np.testing.assert_allclose(x[:5], x[5:])


def test_bars_are_the_numbers_given():
    values = np.array([0.5, -1.0, 0.25])
    figure = examples.series({"one": values, "two": 2 * values}, {"two": [1]})
    one, two = figure.axes
    np.testing.assert_array_equal([bar.get_height() for bar in one.patches], values)
    assert [to_hex(bar.get_facecolor()) == style.colour("i") for bar in two.patches] == [False, True, False]
    plain = to_hex(one.patches[0].get_facecolor())
    assert min(style.contrast(plain, style.PAPER), style.contrast(style.on_dark(plain), style.DARK_PAPER)) >= 3
    assert one.get_ylim() == two.get_ylim() and touching(texts(figure)) == []
    assert [list(line.get_xdata()) for line in two.get_lines() if line.get_marker() == "^"] == [[1]]


@pytest.mark.parametrize("call, message", [
    (lambda: examples.tokens({"a": ["b"]}, kept={"c": [0]}), "kept: 'c' is none of"),
    (lambda: examples.tokens({"a": ["b"]}, due={"a": [1]}), r"due\['a'\]: \[1\], expected indices from 0 to 0"),
    (lambda: examples.series({"a": [1, 2], "b": [1]}), r"rows: sequences of \[1, 2\] steps"),
    (lambda: examples.series({}), "rows: sequences of"),
    (lambda: examples.series({"a": [1, np.nan]}), r"rows\['a'\]: has values that are not finite"),
    (lambda: examples.series({"a": [1.0]}, {"a": [3]}), r"marked\['a'\]"),
])
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
