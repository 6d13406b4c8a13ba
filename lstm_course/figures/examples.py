"""Examples of the tasks: texts whose words to keep and words that are due are marked, and sequences of numbers."""

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch
from matplotlib.textpath import TextPath

from . import style
from .canvas import array, canvas

_LINE, _GAP = 0.31, 0.14  # inches: a line of tiles, and what parts two rows
_BOLD = FontProperties(family=style.RC["font.family"], weight="bold")


def tokens(rows, kept=None, due=None, *, width=style.PAGE_WIDTH):
    """Texts in tiles, line by line, each under its name's label at the left.

    rows: {label: strings}, letters or words. kept: {label: their indices}, what must be remembered, filled in the colour
    of writing. due: {label: their indices}, where memory is asked for, framed. width: inches. Returns the Figure.
    """
    kept, due = _indices("kept", kept or {}, rows), _indices("due", due or {}, rows)
    indent = 0.25 + 0.088 * max(map(len, rows), default=0)
    placed, top = [], 0.0
    for label, words in rows.items():
        left, first = indent, top
        for k, word in enumerate(words):
            size = max(0.25, 0.14 + TextPath((0, 0), word, size=style.TEXT, prop=_BOLD).get_extents().width / 72)
            if left + size > width and left > indent:
                left, top = indent, top + _LINE
            placed.append((left, top, size, word, k in kept.get(label, ()), k in due.get(label, ())))
            left += size
        placed.append((None, first, 0, label, False, False))
        top += _LINE + _GAP
    with style.context():
        figure, axes = canvas(width, max(top - _GAP, _LINE), layout="none")
        axes.set_position((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(max(top - _GAP, _LINE), 0))
        axes.set_axis_off()
        for left, top, size, word, is_kept, is_due in placed:
            if left is None:
                axes.text(indent - 0.12, top + _LINE / 2, word, ha="right", va="center_baseline", size=style.SMALL, color="#5b6068")
                continue
            role = "i" if is_kept else "f" if is_due else "ink"
            if is_kept or is_due:
                box = FancyBboxPatch((left + 0.015, top + 0.02), size - 0.03, _LINE - 0.04, boxstyle="round,pad=0,rounding_size=0.04")
                box.set(facecolor=style.tint(role), edgecolor=style.colour(role), linewidth=1.4 if is_due else 0)
                axes.add_patch(box)
            weight = "bold" if is_kept or is_due else "normal"
            axes.text(left + size / 2, top + _LINE / 2, word, ha="center", va="center_baseline", weight=weight, color=style.text_colour(role))
    return figure


def series(rows, marked=None, *, xlabel="step", shared=True):
    """Sequences of numbers as bars about 0, one panel each; marked bars are coloured and pointed at.

    rows: {label: (T,)}, all of one length. marked: {label: indices}. shared: one scale for all panels. Returns the Figure.
    """
    lengths = {len(values) for values in rows.values()}
    if len(lengths) != 1:
        raise ValueError(f"rows: sequences of {sorted(lengths)} steps, expected at least one, all of one length")
    rows = {label: array(f"rows[{label!r}]", values, (None,)) for label, values in rows.items()}
    marked = _indices("marked", marked or {}, rows)
    with style.context():
        figure, column = canvas(6.4, 0.65 + 1.05 * len(rows), 1, len(rows), sharex=True, sharey=shared, squeeze=False)
        for axes, (label, values) in zip(column.flat, rows.items()):
            here = marked.get(label, ())
            shades = [style.colour("i") if k in here else style.mix(style.QUIET, style.PAPER, 0.85) for k in range(len(values))]
            axes.bar(np.arange(len(values)), values, 0.72, color=shades)
            axes.axhline(0, color=style.QUIET, linewidth=0.8)
            if here:  # an empty line has no extent, which the layout takes for an infinite one
                axes.plot(sorted(here), [0] * len(here), "^", color=style.colour("i"), transform=axes.get_xaxis_transform(), clip_on=False)
            axes.set_title(label, size=style.SMALL)
            axes.margins(x=0.02, y=0.15)
            axes.grid(axis="x", visible=False)
        column[-1, 0].set_xlabel(xlabel)
    return figure


def _indices(name, chosen, rows):
    """{label: set of indices}, each label and index among those of `rows`."""
    for label, indices in chosen.items():
        if label not in rows:
            raise ValueError(f"{name}: {label!r} is none of {sorted(rows)}")
        if any(not 0 <= k < len(rows[label]) for k in indices):
            raise ValueError(f"{name}[{label!r}]: {list(indices)}, expected indices from 0 to {len(rows[label]) - 1}")
    return {label: {int(k) for k in indices} for label, indices in chosen.items()}
