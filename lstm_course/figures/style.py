"""The look of every picture in the book: one colour per quantity, one typeface, one width.

A quantity has the same colour in diagrams, curves and heat-maps. GRU's z keeps, as f does, and its n is a
candidate, as g is: each shares the colour of the LSTM part whose work it does. The hues start from Okabe and
Ito's set and were moved until readers with protanopia, deuteranopia or tritanopia can tell them apart.

Figures have no ground of their own. They are drawn for a light page; on a dark one the book's style sheet
applies `invert(1) hue-rotate(180deg)`, which swaps light and dark and leaves the hue. `on_dark` computes it.
"""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex, to_rgb

PAPER, DARK_PAPER = "#ffffff", "#14181e"
INK, QUIET, FAINT, GRID, PANEL = "#22262b", "#777c83", "#c3c7cc", "#dfe1e4", "#eff1f4"

COLOURS = {
    "i": "#2fa479",  # input gate
    "f": "#e5722b",  # forget gate
    "g": "#714a04",  # candidate
    "o": "#ab78df",  # output gate
    "c": "#1943ab",  # cell state
    "h": "#2670b4",  # hidden state
    "x": "#404347",  # input
    "d": "#985b7c",  # depth gate
    "r": "#469aa8",  # reset gate
    "z": "#e5722b",  # update gate of the GRU: keeps, as f does
    "n": "#714a04",  # candidate of the GRU, as g
    "ink": INK,
}
SERIES = ("#1943ab", "#e5722b", "#2fa479", "#985b7c", "#ab78df", "#714a04", "#404347")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
NETS = ("RNN", "LSTM", "GRU", "attention", "coupled", "Clockwork")  # the net that has a place of SERIES for its own

TEXT = 11.0  # points, in figures drawn at their own width
SMALL = 9.5
PAGE_WIDTH = 7.0  # inches: the text column, 672 px at 96 dpi

RC = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.dpi": 144,
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "mathtext.fontset": "stix",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": TEXT,
    "axes.titlelocation": "left",
    "axes.labelsize": TEXT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "lines.solid_capstyle": "round",
    "figure.constrained_layout.use": True,
}


def context():
    """The book's rcParams for the length of a `with` block; nothing leaks out of it."""
    return plt.rc_context(RC)


def colour(role):
    """The hexadecimal colour of a quantity ("i", "f", …, "ink"); a colour of its own passes through."""
    return COLOURS.get(role) or to_hex(role)


def mix(one, other, share):
    """`share` of colour `one`, the rest of colour `other`, in sRGB; hexadecimal."""
    return to_hex(share * np.array(to_rgb(one)) + (1 - share) * np.array(to_rgb(other)))


def tint(role):
    """The pale fill of a box of this role."""
    return mix(colour(role), PAPER, 0.08 if role in ("ink", "x") else 0.17)


@cache
def text_colour(role):
    """The role's colour, mixed with ink until text in it reads 4.5:1 in its own box, on the light page and on the dark one."""
    for share in np.linspace(1, 0, 41):
        shade = mix(colour(role), INK, share)
        if min(contrast(shade, tint(role)), contrast(on_dark(shade), DARK_PAPER)) >= 4.5:
            return shade
    raise ValueError(f"role {role!r}: no shade of {colour(role)} reads as text on both pages")


def linear(rgb):
    """sRGB components in [0, 1] → linear light."""
    rgb = np.asarray(rgb, dtype=float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    dark, light = sorted(float(linear(to_rgb(c)) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


HUE_ROTATE_180 = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])


def on_dark(c):
    """What the browser makes of a colour under `invert(1) hue-rotate(180deg)` (CSS Filter Effects 1, sRGB)."""
    return to_hex(np.clip(HUE_ROTATE_180 @ (1 - np.array(to_rgb(c))), 0, 1))
