"""The palette: readable on the light page and on the dark one, and told apart by colour-blind readers."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from lstm_course.figures import style

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Ottosson's OKLab, in which equal distances look about equally large.
LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

TOGETHER = ("i", "f", "g", "o", "c", "h", "x", "d"), ("r", "z", "n", "h", "x"), ("i", "f", "g", "o", "c", "h", "ink")
LEAST = 0.08


def seen(colour, sight):
    light = np.clip(SIGHT[sight] @ style.linear(to_rgb(colour)), 0, 1)
    return LAB @ np.cbrt(LMS @ light)


def nearest(colours, sight):
    """The smallest OKLab distance between two of the colours, and which two."""
    pairs = itertools.combinations(colours, 2)
    return min((float(np.linalg.norm(seen(a, sight) - seen(b, sight))), a, b) for a, b in pairs)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("group", [*TOGETHER, style.SERIES])
def test_colours_that_meet_in_a_figure_are_told_apart(group, page, sight):
    colours = [style.colour(role) for role in group]
    colours = colours if page == "light" else [style.on_dark(c) for c in colours]
    distance, one, two = nearest(colours, sight)
    assert distance >= LEAST, (one, two)


def test_red_and_green_of_one_lightness_are_refused():
    assert nearest(["#b8504a", "#6d7a3a"], "usual")[0] > LEAST > nearest(["#b8504a", "#6d7a3a"], "deuteranopia")[0]


@pytest.mark.parametrize("role", style.COLOURS)
def test_graphics_stand_out_3_to_1_and_text_4_5_to_1(role):
    for shade, least in ((style.colour(role), 3.0), (style.text_colour(role), 4.5)):
        assert style.contrast(shade, style.PAPER) >= least
        assert style.contrast(style.on_dark(shade), style.DARK_PAPER) >= least
        assert style.contrast(style.on_dark(shade), "#121212") >= least


@pytest.mark.parametrize("role", style.COLOURS)
def test_ink_reads_in_every_box(role):
    fill = style.tint(role)
    assert style.contrast(style.INK, fill) >= 4.5
    assert style.contrast(style.text_colour(role), fill) >= 4.5
    assert style.contrast(style.on_dark(style.INK), style.on_dark(fill)) >= 4.5


def test_series_stand_out_on_both_pages():
    for shade in style.SERIES:
        assert style.contrast(shade, style.PAPER) >= 3
        assert style.contrast(style.on_dark(shade), style.DARK_PAPER) >= 3


def test_contrast_and_the_dark_filter_are_the_published_ones():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert style.on_dark("#ffffff") == "#000000"
    assert style.on_dark("#000000") == "#ffffff"
    assert style.contrast("#f0e442", "#ffffff") < 3  # Okabe and Ito's yellow would fail
    with pytest.raises(ValueError):
        style.colour("no such role")
