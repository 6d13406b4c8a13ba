"""Curves and bars; the pictures and heat-maps of `fields` can be called from here too.

Every function takes arrays, never models, and returns the Figure.
Curves are labelled where they end, not in a legend. A dictionary gives names to curves: `{"RNN": y, …}`. A name
that is a quantity of `style.COLOURS` ("f", "c", …) has that quantity's colour, one that begins with a net of
`style.NETS` that net's; others take what is left of the series' colours and markers, in order.
"""

import re

import numpy as np

from . import style
from .canvas import array, canvas
from .fields import frames, gates_over, heatmap, hidden_responses, timeline  # noqa: F401
from .forest import forest  # noqa: F401


def look(names):
    """{name: (colour, marker)}: quantities in their own colour, the rest in the series' order."""
    rest = [name for name in names if name not in style.COLOURS]
    if len(rest) > len(style.SERIES):
        raise ValueError(f"curves: {len(rest)} names, at most {len(style.SERIES)} can be told apart")
    free, series = dict(enumerate(zip(style.SERIES, style.MARKERS))), {}
    own = {net: place for place, net in enumerate(style.NETS)}
    for name in rest:
        place = own.get(re.split("[ ,]", name)[0])
        if place in free:
            series[name] = free.pop(place)
    for name in rest:
        if name not in series:
            series[name] = free.pop(min(free))
    return {name: series.get(name) or (style.COLOURS[name], "") for name in names}


def spread(wanted, gap, low=-np.inf):
    """Places as near to the increasing `wanted` as they can be, `gap` apart or more, none below `low`."""
    places = np.array(wanted, dtype=float)
    for _ in range(500):
        short = np.maximum(gap - np.diff(places), 0) / 2
        if short.max(initial=0) < 0.01 and places[0] >= low:
            break
        places[:-1] -= short
        places[1:] += short
        places[0] = max(places[0], low)
    return places


def label_ends(axes, ends, shades):
    """Write each name at the right edge, at the height where its curve ends, moved until no two names touch.

    ends: {name: y at the right end}, in data units. Call it when the limits of the axes are final.
    """
    axes.figure.draw_without_rendering()
    line = 1.25 * style.TEXT * axes.figure.dpi / 72
    names = sorted(ends, key=ends.get)
    pixels = spread([axes.transData.transform((0.5, ends[name]))[1] for name in names], line, axes.bbox.y0)
    heights = axes.transData.inverted().transform([(0, y) for y in pixels])[:, 1]
    for name, height in zip(names, heights):
        axes.annotate(
            f"${name}$" if name in style.COLOURS else name,
            (1, height), xycoords=axes.get_yaxis_transform(), xytext=(7, 0), textcoords="offset points",
            color=style.text_colour(shades[name]), va="center", annotation_clip=False,
        )  # fmt: skip


def named(kind, curves, length):
    """The dictionary `curves` with its values checked: each (length,)."""
    if not curves:
        raise ValueError(f"{kind}: empty, expected at least one curve")
    return {name: array(f"{kind}[{name!r}]", y, (length,)) for name, y in curves.items()}


def lines(
    x, curves, xlabel, ylabel, *, title="", xscale="linear", yscale="linear", ylim=None, xticks=None, markers=True,
    bounds=None, bands=None, level=None, dodge=0.0,
):  # fmt: skip
    """Named curves over one x, each labelled at its end.

    x: (N,). curves: {name: (N,)}. bounds: {name: (N,)}, dashed in the colour of the curve of that name (grey where
    there is none). bands: {name: (low (N,), high (N,))}, drawn as vertical bars. level: (y, text), a dotted line
    across. ylim: (low, high). xticks: {place: text}. dodge: by how much neighbouring curves are set apart in x, so
    that their bars don't hide each other. Returns the Figure.
    """
    x = array("x", x, (None,))
    curves, bounds = named("curves", curves, len(x)), named("bounds", bounds, len(x)) if bounds else {}
    series = look(curves)
    ends, shades = {name: y[-1] for name, y in curves.items()}, {name: shade for name, (shade, _) in series.items()}
    with style.context():
        figure, axes = canvas()
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
        for k, (name, (shade, marker)) in enumerate(series.items()):
            here = x + dodge * (k - (len(series) - 1) / 2)
            leaves = bool(ylim) and not bands and not ylim[0] <= curves[name].min() <= curves[name].max() <= ylim[1]
            axes.plot(here, curves[name], color=shade, marker=marker if markers else "", markevery=max(1, len(x) // 12),
                      clip_on=leaves, zorder=3)  # fmt: skip
            if name in (bands or {}):
                low, high = (array(f"bands[{name!r}]", side, (len(x),)) for side in bands[name])
                axes.vlines(here, low, high, color=shade, linewidth=1.4, alpha=0.7, clip_on=False, zorder=2)
        for name, y in bounds.items():
            axes.plot(x, y, color=shades.get(name, style.QUIET), linestyle=(0, (5, 2.5)), linewidth=1.4, zorder=2)
        if level:
            axes.axhline(level[0], color=style.QUIET, linestyle=":", linewidth=1.6, zorder=1)
            ends[level[1]], shades[level[1]] = level[0], style.INK
        if xticks is not None:
            axes.set_xticks(list(xticks), list(xticks.values()))
            axes.set_xticks([], minor=True)
        elif xscale == "linear" and (x == x.round()).all():
            axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlim(x.min() - 1.5 * dodge * len(series), x.max() + 1.5 * dodge * len(series))
        if ylim:
            axes.set_ylim(*ylim)
        label_ends(axes, ends, shades)
    return figure


def gradient_norms(distance, norms_by_name, bounds=None):
    """F3.2: how large the gradient still is after so many steps back, on a logarithmic scale; bounds dashed.

    distance: (N,) steps. norms_by_name: {name: (N,)}, positive, relative to distance 0. bounds: {name: (N,)} or
    None, each in the colour of its name. Returns the Figure.
    """
    for name, norms in norms_by_name.items():
        if np.min(norms) <= 0:
            raise ValueError(f"norms_by_name[{name!r}]: {np.min(norms)} is not positive, as a logarithmic scale needs")
    return lines(distance, norms_by_name, "steps back", "gradient norm, relative", yscale="log", bounds=bounds)


def accuracy_by_gap(gaps, shares, chance=None, *, ylabel="share of runs that solve it"):
    """F3.3: shares by model against the gap, with their intervals.

    gaps: (G,) steps. shares: {model: (G,) or (3, G): share, low, high}, between 0 and 1. chance: a number or None.
    Returns the Figure.
    """
    middle, bands = {}, {}
    for name, values in shares.items():
        values = np.asarray(values, dtype=float)
        if values.shape not in ((len(gaps),), (3, len(gaps))):
            raise ValueError(f"shares[{name!r}]: shape {values.shape}, expected ({len(gaps)},) or (3, {len(gaps)})")
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"shares[{name!r}]: values from {values.min()} to {values.max()}, expected 0 to 1")
        middle[name] = values if values.ndim == 1 else values[0]
        if values.ndim == 2:
            bands[name] = values[1], values[2]
    return lines(
        np.arange(len(gaps)), middle, "gap (steps)", ylabel, ylim=(-0.04, 1.04), bands=bands, dodge=0.06,
        xticks={k: f"{gap:g}" for k, gap in enumerate(gaps)}, level=None if chance is None else (chance, "chance"),
    )  # fmt: skip


def half_life(kept, *, xlabel="steps"):
    """What is left of a stored value after so many steps, and where each curve passes one half.

    kept: {name: (N,)} for steps 0 … N − 1, starting at 1. Returns the Figure.
    """
    length = len(next(iter(kept.values())))
    return lines(np.arange(length), kept, xlabel, "share left", ylim=(0, 1.02), markers=False, level=(0.5, "one half"))


def loss_wall(weight, loss, walks):
    """F3.4: the loss along one weight (above), and where gradient descent stands after each step (below, step by step down).

    weight, loss: (N,), weight increasing. walks: {name: (K,) weights visited}. The dotted line marks the lowest loss.
    Returns the Figure.
    """
    weight, loss = array("weight", weight, (None,)), array("loss", loss, (len(weight),))
    with style.context():
        figure, (above, below) = canvas(3.5, 4.6, rows=2, sharex=True, height_ratios=(2, 3))  # a phone shows all of it
        above.plot(weight, loss, color=style.INK)
        for axes in (above, below):
            axes.axvline(weight[loss.argmin()], color=style.QUIET, linestyle=":", linewidth=1.6, zorder=1)
        for k, (name, (shade, marker)) in enumerate(look(walks).items()):
            path = array(f"walks[{name!r}]", walks[name], (None,))
            below.plot(path, np.arange(len(path)), color=shade, marker=marker, markersize=3.6 - 1.2 * k, linewidth=1.8 - 0.8 * k, zorder=3 + k)
            place = {"xytext": (14, 0), "textcoords": "offset points", "va": "center"}
            below.annotate(name, (path[-1], len(path) - 1), color=style.text_colour(shade), **place)
        above.set(ylabel="loss", xlim=(weight.min(), weight.max()))
        below.set(xlabel="weight", ylabel="step", ylim=below.get_ylim()[::-1])
    return figure


def bars_with_intervals(values, xlabel, *, level=None, xlim=None):
    """One horizontal bar a name, with its interval, the value written behind it.

    values: {name: value or (value, low, high)}. level: (x, text), a dotted line. Returns the Figure.
    """
    rows = {name: array(f"values[{name!r}]", np.atleast_1d(v), (None,)) for name, v in values.items()}
    for name, row in rows.items():
        if len(row) not in (1, 3):
            raise ValueError(f"values[{name!r}]: {len(row)} numbers, expected one or three (value, low, high)")
    digits = max(0, 2 - int(np.log10(max(1, *(row[0] for row in rows.values())))))
    with style.context():
        figure, axes = canvas(5.4, 0.9 + 0.36 * len(rows))
        for k, (name, row) in enumerate(rows.items()):
            axes.barh(k, row[0], height=0.6, color=style.mix(style.SERIES[0], style.PAPER, 0.4), edgecolor=style.SERIES[0])
            if len(row) == 3:
                axes.plot(row[1:], (k, k), color=style.INK, linewidth=1.6, solid_capstyle="butt")
            axes.annotate(
                f"{row[0]:.{digits}f}", (row.max(), k), xytext=(5, 0), textcoords="offset points", va="center", size=style.SMALL
            )
        if level:
            axes.axvline(level[0], color=style.QUIET, linestyle=":", linewidth=1.6)
            place = {"xytext": (0, 4), "textcoords": "offset points", "ha": "center"}
            axes.annotate(level[1], (level[0], -0.6), size=style.SMALL, **place)
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        axes.set(xlabel=xlabel, ylim=(len(rows) - 0.4, -0.6))
        axes.set_xlim(*(xlim or (0, 1.12 * max(row.max() for row in rows.values()))))
        if level:
            step_over(axes, axes.texts[: len(rows)], level[0])
    return figure


def step_over(axes, labels, x):
    """Set each of the `labels` that an upright line at `x` would strike to the right of it."""
    axes.figure.draw_without_rendering()
    line, points = axes.transData.transform((x, 0))[0], 72 / axes.figure.dpi
    for label in labels:
        box = label.get_window_extent()
        if box.x0 - 3 < line < box.x1 + 3:
            label.xyann = label.xyann[0] + (line - box.x0) * points + 4, 0


def activations(limit=6.0):
    """F1.2: σ, tanh and ReLU (left) and their derivatives (right) over [−limit, limit]. Returns the Figure."""
    a = np.linspace(-limit, limit, 481)
    sigmoid, tanh = 1 / (1 + np.exp(-a)), np.tanh(a)
    values = {r"$\sigma$": sigmoid, "tanh": tanh, "ReLU": np.maximum(a, 0)}
    slopes = {r"$\sigma$": sigmoid * (1 - sigmoid), "tanh": 1 - tanh**2, "ReLU": np.where(a > 0, 1.0, 0.0)}
    shades = dict(zip(values, style.SERIES))
    where = ({r"$\sigma$": (3.2, 0.70), "tanh": (-3.0, -0.75), "ReLU": (-0.9, 1.62)},
             {r"$\sigma$": (-3.0, 0.22), "tanh": (-2.5, 0.62), "ReLU": (2.6, 0.86)})  # fmt: skip
    with style.context():
        figure, both = canvas(6.4, 3.0, columns=2)
        for axes, curves, spots, title in zip(both, (values, slopes), where, ("value", "derivative")):
            for name, y in curves.items():
                axes.plot(a, y, color=shades[name], zorder=3)
                axes.text(*spots[name], name, color=style.text_colour(shades[name]), size=style.TEXT + 1, va="center")
            axes.set(xlabel="pre-activation $a$", title=title, xlim=(-limit, limit))
        both[0].set(ylim=(-1.15, 2.15), yticks=(-1, 0, 1, 2))
        both[1].set(ylim=(-0.06, 1.15), yticks=(0, 0.25, 0.5, 1), yticklabels=("0", "¼", "½", "1"))
    return figure
