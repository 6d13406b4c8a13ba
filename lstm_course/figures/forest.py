"""Tables as pictures: a point and its interval for every model on every task."""

import numpy as np

from . import style
from .canvas import canvas


def forest(values, rows, columns, *, xlabel="", limits=None, level=None):
    """F4.12 and F5.6: models (rows) by tasks or gaps (columns), each a point with its interval.

    values: (R, C, 3): value, low, high; three nan where nothing was measured, drawn as a dash. rows, columns: R and C
    names. limits: (low, high) of all columns, or None for one scale a column. level: a number, dotted in every
    column, as chance. Returns the Figure.
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(rows), len(columns), 3):
        raise ValueError(f"values: shape {values.shape}, expected ({len(rows)}, {len(columns)}, 3)")
    middle, low, high = np.moveaxis(values, 2, 0)
    if ((middle < low) | (middle > high)).any():
        raise ValueError("values: a value lies outside its interval; the last axis is value, low, high")
    with style.context():
        wide = 0.2 + 0.09 * max(map(len, rows))
        size = min(style.PAGE_WIDTH, wide + 1.7 * len(columns)), 0.95 + 0.32 * len(rows)
        figure, panels = canvas(*size, len(columns), sharey=True, squeeze=False)
        for k, (axes, column) in enumerate(zip(panels.flat, columns)):
            for r in range(0, len(rows), 2):
                axes.axhspan(r - 0.5, r + 0.5, color=style.PANEL, linewidth=0, zorder=0)
            for r, (value, below, above) in enumerate(values[:, k]):
                if np.isnan(value):
                    axes.text(0.5, r, "\u2013", transform=axes.get_yaxis_transform(), ha="center", va="center", color=style.INK)
                    continue
                axes.plot((below, above), (r, r), color=style.SERIES[0], linewidth=2.2, zorder=2, solid_capstyle="butt")
                axes.plot(value, r, "o", color=style.SERIES[0], markeredgecolor=style.PAPER, markersize=7, zorder=3, clip_on=False)
            if level is not None:
                axes.axvline(level, color=style.QUIET, linestyle=":", linewidth=1.6, zorder=1)
            axes.set(title=column, ylim=(len(rows) - 0.5, -0.5))
            if limits:
                room = 0.04 * (limits[1] - limits[0])
                axes.set_xlim(limits[0] - room, limits[1] + room)
            axes.set_yticks(range(len(rows)), rows)
            axes.locator_params(axis="x", nbins=3)
            axes.xaxis.set_major_formatter("{x:g}")
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="y", visible=False)
            axes.spines["left"].set_visible(False)
        below = figure.supxlabel(xlabel, size=style.TEXT)
        figure.draw_without_rendering()
        below.set_x((panels.flat[0].get_position().x0 + panels.flat[-1].get_position().x1) / 2)
    return figure
