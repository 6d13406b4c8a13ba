"""Pictures made of fields: frames of a movie, the movie with what the models say, heat-maps. Arrays in, Figures out."""

import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyBboxPatch

from . import style
from .canvas import array, canvas


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
    white at 0, else from white to the colour of `role`. notes: (R, C) strings written into the fields, in place of a
    bar of the scale; the label stands above them. Returns the Figure.
    """
    values = array("values", values, (len(rows), len(columns)))
    most = np.abs(values).max() or 1.0
    low, high = limits or (-most if values.min() < 0 else 0.0, most)
    ends = ["#9a4408", style.PAPER, style.colour(role)] if low < 0 else [style.PAPER, style.colour(role)]
    slanted, wide = max(map(len, columns)) > 6, 0.09 * max(len(re.sub(r"[${}_\\]", "", row)) for row in rows)
    pitch = 0.36 if max(map(len, (*columns, *np.ravel(["0.00"] if notes is None else notes)))) < 3 else 0.54
    with style.context():
        size = min(style.PAGE_WIDTH, 0.25 + wide + pitch * len(columns) + 0.8 * (notes is None)), 0.9 + 0.34 * len(rows)
        figure, axes = canvas(*size)
        shown = axes.imshow(values, LinearSegmentedColormap.from_list("scale", ends), vmin=low, vmax=high, aspect="auto")
        slant = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
        axes.set_xticks(range(len(columns)), columns, **slant)
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(length=0)
        axes.grid(False)
        axes.spines[:].set(visible=True, color=style.GRID)
        axes.set_xticks(np.arange(1, len(columns)) - 0.5, minor=True)
        axes.set_yticks(np.arange(1, len(rows)) - 0.5, minor=True)
        axes.grid(which="minor", color=style.GRID, linewidth=1.2)
        axes.tick_params(which="minor", length=0)
        if notes is None:
            figure.colorbar(shown, ax=axes, label=label, pad=0.02, aspect=14).outline.set_visible(False)
        else:
            axes.set_title(label, size=style.TEXT)
            for (r, c), value in np.ndenumerate(values):
                dark = style.contrast(style.INK, shown.to_rgba(value)[:3]) < 4.5
                ink = style.PAPER if dark else style.INK
                axes.text(c, r, notes[r][c].replace("-", "\u2212"), ha="center", va="center", size=style.SMALL, color=ink)
    return figure


def gates_over(words, **quantities):
    """F4.10: gates and states word by word, one map a quantity, one row a cell, all over the same words.

    words: T strings. quantities: f=(T, H), i=…, o=…, c=…, h=…, as they stand in a Trace for one sequence; each in its
    own colour, gates on 0 to 1, g, c and h symmetric about a white 0. Returns the Figure.
    """
    maps = {name: array(name, values, (len(words), None)) for name, values in quantities.items()}
    if not maps:
        raise ValueError("quantities: none, expected some of f, i, g, o, c, h")
    if unknown := set(maps) - set(style.COLOURS):
        raise ValueError(f"quantities: {sorted(unknown)}, expected names among {sorted(style.COLOURS)}")
    cells = [values.shape[1] for values in maps.values()]
    with style.context():
        size = min(style.PAGE_WIDTH, 1.4 + 0.5 * len(words)), 0.75 + sum(0.30 + 0.16 * n for n in cells)
        figure, column = canvas(*size, 1, len(maps), sharex=True, squeeze=False, height_ratios=cells)
        for axes, (name, values) in zip(column.flat, maps.items()):
            gate = name in "fiordz"
            most = 1.0 if gate else np.abs(values).max() or 1.0
            below = style.colour("c") if name in "gn" else "#9a4408"  # brown beside brown would hide the sign
            ends = [style.PAPER, style.colour(name)] if gate else [below, style.PAPER, style.colour(name)]
            scale = LinearSegmentedColormap.from_list(name, ends)
            shown = axes.imshow(values.T, scale, vmin=0.0 if gate else -most, vmax=most, aspect="auto", interpolation="nearest")
            axes.set_ylabel(f"${name}$", rotation=0, labelpad=10, va="center", color=style.text_colour(name), size=style.TEXT + 3)
            axes.set_yticks([])
            axes.tick_params(length=0)
            axes.grid(False)
            axes.spines[:].set(visible=True, color=style.FAINT)
            ticks = (0, 1) if gate else (-most, 0, most)
            bar = figure.colorbar(shown, ax=axes, pad=0.015, aspect=8, ticks=ticks, format=lambda v, _: f"{v:.2g}".replace("-", "\u2212"))
            bar.outline.set_visible(False)
        column[-1, 0].set_xticks(range(len(words)), words, rotation=35, ha="right", rotation_mode="anchor")
    return figure


def timeline(images, truth, *, across=5, **predictions):
    """F2.3: a movie frame by frame, what it shows, and what each model says; right and wrong by colour and sign.

    images: (T, rows, columns of pixels). truth: T strings. predictions: model name → T strings (underscores in
    the names become spaces). across: frames side by side; the movie goes on in the next line. Returns the Figure.
    """
    images = array("images", images, (None, None, None))
    steps, bright = len(images), np.abs(images).max() or 1
    for name, said in {"truth": truth, **predictions}.items():
        if len(said) != steps:
            raise ValueError(f"{name}: {len(said)} labels, expected one for each of the {steps} frames")
    blocks, lines = -(-steps // across), 1 + len(predictions)
    with style.context():
        figure = plt.figure(figsize=(1.1 + 1.12 * across, (1.12 + 0.36 * lines) * blocks))
        grid = figure.add_gridspec(2 * blocks, across, height_ratios=(1.07, 0.36 * lines) * blocks)
        for t, image in enumerate(images):
            _picture(figure.add_subplot(grid[2 * (t // across), t % across]), image, bright)
        for block in range(blocks):
            cut = slice(block * across, (block + 1) * across)
            said = {name: labels[cut] for name, labels in predictions.items()}
            _answers(figure.add_subplot(grid[2 * block + 1, :]), truth[cut], said, across)
    return figure


def _answers(axes, truth, predictions, across):
    """A table of labels, a row for the truth and one for each model."""
    names = ["truth", *(name.replace("_", " ") for name in predictions)]
    axes.set(xlim=(-0.5, across - 0.5), ylim=(len(names) - 0.5, -0.5), xticks=())
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0, labelsize=style.TEXT)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    for row, said in enumerate((truth, *predictions.values())):
        for t, label in enumerate(said):
            right = label == truth[t]
            role = "ink" if row == 0 else "i" if right else "f"
            if row:
                shape = "round,pad=0,rounding_size=0.08"
                tile = FancyBboxPatch((t - 0.465, row - 0.36), 0.93, 0.72, boxstyle=shape, mutation_aspect=2.5)
                tile.set(facecolor=style.tint(role), edgecolor=style.colour(role), linewidth=0 if right else 1.4)
                axes.add_patch(tile)
                label = ("\u2713 " if right else "\u2717 ") + label
            axes.text(t, row, label, ha="center", va="center", size=style.SMALL, color=style.text_colour(role))
