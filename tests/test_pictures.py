"""The pictures the chapters store: a third of the weight, and the eye sees no difference."""

import base64
import io

import chapters
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pictures
import pytest
from lstm_course.figures import curves, modules, networks, style
from nbformat import v4
from PIL import Image

NOISE = np.random.default_rng(0).normal(size=(10, 16, 16))
DRAWN = {
    "chain": lambda: modules.chain("lstm"),
    "output": lambda: modules.module("lstm", focus="output"),
    "depth gate": modules.depth_gated,
    "clockwork": modules.clockwork,
    "unrolled": networks.rolled_unrolled,
    "activations": curves.activations,
    "frames": lambda: curves.frames(NOISE, ["bathing"] * 10),
    "heatmap": lambda: curves.heatmap(NOISE[0], list("abcdefghijklmnop"), ["word"] * 16),
}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def saved(figure, **how):
    file = io.BytesIO()
    figure.savefig(file, format="png", **how)
    return file.getvalue()


def opened(png):
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_light_and_looks_the_same_on_both_pages(name):
    heavy = saved(DRAWN[name]())
    light = pictures.slim(heavy)
    assert len(light) <= pictures.LIGHT and len(light) < 0.55 * len(heavy)
    before, after = opened(heavy), opened(light)
    assert after.size == before.size and after.mode == "P"
    np.testing.assert_allclose(after.info["dpi"], (144, 144), atol=0.1)
    old, new = (np.asarray(picture.convert("RGBA")) for picture in (before, after))
    np.testing.assert_array_equal(new[old[..., 3] == 0][:, 3], 0)  # what was clear is clear
    for ground in (0.0, 255.0):
        error = pictures.composed(old, ground) - pictures.composed(new, ground)
        assert np.sqrt((error**2).mean()) < 2 and np.abs(error).max() < 64


def test_flat_colours_stay_exactly_as_they_are():
    old = np.asarray(opened(heavy := saved(DRAWN["chain"]())).convert("RGBA"))
    new = np.asarray(opened(pictures.slim(heavy)).convert("RGBA"))
    shades, _, counts = pictures.shades_of(old)
    for shade in shades[np.argsort(-counts)[:40]]:
        found = np.unique(new[(old == shade).all(-1)], axis=0)
        np.testing.assert_allclose(pictures.places(found), pictures.places(shade[None]), atol=1e-9)


def test_the_same_picture_gives_the_same_bytes_and_a_second_pass_changes_nothing():
    heavy = saved(DRAWN["output"]())
    assert pictures.slim(heavy) == pictures.slim(saved(DRAWN["output"]())) == pictures.slim(pictures.slim(heavy))


def test_a_picture_that_would_lose_keeps_its_shades():
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 4), dtype=np.uint8), "RGBA").save(file, "PNG")
    assert pictures.slim(file.getvalue()) == file.getvalue()


def test_a_chapter_stores_the_light_picture():
    heavy = saved(DRAWN["output"]())
    cell = v4.new_code_cell("", outputs=[v4.new_output("display_data", {"image/png": base64.b64encode(heavy).decode()})])
    stored = chapters.tidy(v4.new_notebook(cells=[cell])).cells[0].outputs[0].data["image/png"]
    assert base64.b64decode(stored) == pictures.slim(heavy)


def test_a_picture_has_on_the_page_the_width_it_was_drawn_for():
    with style.context():
        png = saved(curves.activations())
    assert pictures.page_width(png) == pictures.page_width(pictures.slim(png)) == "614px"  # 6.4 inches, 96 pixels each
    cell = v4.new_code_cell(metadata={"mystnb": {"image": {"alt": "two plots"}}})
    cell.outputs = [v4.new_output("display_data", {"image/png": base64.b64encode(png).decode()})]
    assert chapters.tidy(v4.new_notebook(cells=[cell])).cells[0].metadata.mystnb.image.width == "614px"
