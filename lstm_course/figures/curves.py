"""Curves, bars, frames and heat-maps. Every function takes arrays, never models, and returns the Figure.

Curves are labelled where they end, not in a legend. A dictionary gives names to curves: `{"RNN": y, …}`. A name
that is a quantity of `style.COLOURS` ("f", "c", …) has that quantity's colour; others take the series' colours
and markers in order.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from . import style


def array(name, values, shape):
    """`values` as a float array of `shape`, where None leaves an axis free; ValueError names what is wrong."""
    values = np.asarray(values, dtype=float)
    if values.ndim != len(shape) or any(want not in (None, have) for want, have in zip(shape, values.shape)):
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
        raise ValueError(f"{name}: shape {values.shape}, expected {wanted}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: has values that are not finite")
    return values


def look(names):
    """{name: (colour, marker)}: quantities in their own colour, the rest in the series' order."""
    rest = [name for name in names if name not in style.COLOURS]
    if len(rest) > len(style.SERIES):
        raise ValueError(f"curves: {len(rest)} names, at most {len(style.SERIES)} can be told apart")
    series = dict(zip(rest, zip(style.SERIES, style.MARKERS)))
    return {name: series.get(name) or (style.COLOURS[name], "") for name in names}


def canvas(width=5.4, height=3.2, columns=1, rows=1, **how):
    """A figure of the book and its axes (an array of axes when there are several)."""
    return plt.subplots(rows, columns, figsize=(width, height), **how)


def spread(wanted, gap):
    """Places as near to the increasing `wanted` as they can be with at least `gap` between neighbours."""
    places = np.array(wanted, dtype=float)
    for _ in range(500):
        short = np.maximum(gap - np.diff(places), 0) / 2
        if short.max(initial=0) < 1e-6:
            break
        places[:-1] -= short
        places[1:] += short
    return places


def label_ends(axes, ends, shades):
    """Write each name at the right edge, at the height where its curve ends, moved until no two names touch.

    ends: {name: y at the right end}, in data units. Call it when the limits of the axes are final.
    """
    axes.figure.draw_without_rendering()
    line = 1.25 * style.TEXT * axes.figure.dpi / 72
    names = sorted(ends, key=ends.get)
    pixels = spread([axes.transData.transform((0.5, ends[name]))[1] for name in names], line)
    heights = axes.transData.inverted().transform([(0, y) for y in pixels])[:, 1]
    for name, height in zip(names, heights):
        axes.annotate(
            f"${name}$" if name in style.COLOURS else name,
            (1, height), xycoords=axes.get_yaxis_transform(), xytext=(5, 0), textcoords="offset points",
            color=style.text_colour(shades[name]), va="center", annotation_clip=False,
        )  # fmt: skip


def lines(x, curves, xlabel, ylabel, *, title="", xscale="linear", yscale="linear", ylim=None, markers=True):
    """Named curves over one x, each labelled at its end.

    x: (N,). curves: {name: (N,)}. ylim: (low, high) or None. Returns the Figure.
    """
    x = array("x", x, (None,))
    curves = {name: array(f"curves[{name!r}]", y, (len(x),)) for name, y in curves.items()}
    with style.context():
        figure, axes = canvas()
        shades = {}
        for name, (shade, marker) in look(curves).items():
            axes.plot(x, curves[name], color=shade, marker=marker if markers else "", clip_on=False, zorder=3)
            shades[name] = shade
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
        axes.set_xlim(x.min(), x.max())
        if ylim:
            axes.set_ylim(*ylim)
        label_ends(axes, {name: y[-1] for name, y in curves.items()}, shades)
    return figure


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


def _picture(axes, image, limit):
    axes.imshow(image, cmap="gray", vmin=-limit, vmax=limit, interpolation="nearest")
    axes.set(xticks=(), yticks=())
    axes.grid(False)
    for side in axes.spines.values():
        side.set(visible=True, color=style.FAINT)


def frames(images, labels, *, columns=5):
    """F1.3: frames of a movie, each with its label below.

    images: (N, rows, columns of pixels), any range, shown on one grey scale symmetric about 0. labels: N strings.
    Returns the Figure.
    """
    images = array("images", images, (None, None, None))
    if len(labels) != len(images):
        raise ValueError(f"labels: {len(labels)} of them, expected one for each of the {len(images)} images")
    rows = -(-len(images) // columns)
    with style.context():
        figure, grid = canvas(1.15 * columns, 1.42 * rows, columns, rows, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, image, label in zip(grid.flat, images, labels):
            axes.set_axis_on()
            _picture(axes, image, np.abs(images).max() or 1)
            axes.set_xlabel(label, size=style.SMALL)
    return figure


def hidden_responses(responses, units, classes):
    """F1.4: the mean activation of hidden units for each class, as a heat-map.

    responses: (units, classes), in the units of the activation. units, classes: their names. Returns the Figure.
    """
    return heatmap(responses, units, classes, label="mean activation")


def heatmap(values, rows, columns, *, label="", limits=None, notes=None, role="c"):
    """A matrix in colour: gates or cells (rows) over words or classes (columns).

    values: (R, C). rows, columns: R and C names. limits: (low, high); when low < 0 < high the scale runs through
    white at 0, else from white to the colour of `role`. notes: (R, C) strings written into the fields. Returns the Figure.
    """
    values = array("values", values, (len(rows), len(columns)))
    low, high = limits or ((-np.abs(values).max(), np.abs(values).max()) if values.min() < 0 else (0.0, values.max() or 1.0))
    ends = ["#9a4408", style.PAPER, style.colour(role)] if low < 0 else [style.PAPER, style.colour(role)]
    with style.context():
        figure, axes = canvas(min(7.0, 1.4 + 0.52 * len(columns)), 0.9 + 0.34 * len(rows))
        shown = axes.imshow(values, LinearSegmentedColormap.from_list("scale", ends), vmin=low, vmax=high, aspect="auto")
        axes.set_xticks(range(len(columns)), columns, rotation=35 if max(map(len, columns)) > 4 else 0, ha="right" if max(map(len, columns)) > 4 else "center")
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(length=0)
        axes.grid(False)
        axes.spines[:].set_visible(False)
        axes.set_xticks(np.arange(1, len(columns)) - 0.5, minor=True)
        axes.set_yticks(np.arange(1, len(rows)) - 0.5, minor=True)
        axes.grid(which="minor", color=style.PAPER, linewidth=1.5)
        axes.tick_params(which="minor", length=0)
        bar = figure.colorbar(shown, ax=axes, label=label, pad=0.02, aspect=14)
        bar.outline.set_visible(False)
        if notes is not None:
            for (r, c), value in np.ndenumerate(values):
                shade = style.mix(shown.to_rgba(value)[:3], style.PAPER, 1.0)
                ink = style.INK if style.contrast(style.INK, shade) >= 4.5 else style.PAPER
                axes.text(c, r, notes[r][c], ha="center", va="center", size=style.SMALL, color=ink)
    return figure


def timeline(images, truth, **predictions):
    """F2.3: a movie frame by frame, what it shows, and what each model says; right and wrong by colour and sign.

    images: (T, rows, columns of pixels). truth: T strings. predictions: model name → T strings (underscores in
    the names become spaces). Returns the Figure.
    """
    images = array("images", images, (None, None, None))
    steps = len(images)
    for name, said in {"truth": truth, **predictions}.items():
        if len(said) != steps:
            raise ValueError(f"{name}: {len(said)} labels, expected one for each of the {steps} frames")
    with style.context():
        figure = plt.figure(figsize=(min(7.0, 1.15 + 0.9 * steps), 1.3 + 0.46 * (1 + len(predictions))))
        grid = figure.add_gridspec(2, steps, height_ratios=(1, 0.42 * (1 + len(predictions)) + 0.1))
        for t, image in enumerate(images):
            axes = figure.add_subplot(grid[0, t])
            _picture(axes, image, np.abs(images).max() or 1)
        table = figure.add_subplot(grid[1, :])
        table.set(xlim=(-0.5, steps - 0.5), ylim=(len(predictions) + 0.5, -0.5), xticks=())
        table.set_yticks(range(1 + len(predictions)), ["truth", *(name.replace("_", " ") for name in predictions)])
        table.tick_params(length=0, labelsize=style.TEXT)
        table.grid(False)
        table.spines[:].set_visible(False)
        for row, said in enumerate((truth, *predictions.values())):
            for t, label in enumerate(said):
                right = label == truth[t]
                sign = "" if row == 0 else ("\u2713 " if right else "\u2717 ")
                role = "ink" if row == 0 else ("i" if right else "f")
                table.text(t, row, sign + label, ha="center", va="center", size=style.SMALL, color=style.text_colour(role),
                           weight="normal" if right else "bold")  # fmt: skip
    return figure
