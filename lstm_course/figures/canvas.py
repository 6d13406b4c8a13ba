"""What curves and fields share: checked arrays, the book's axes; and saving any figure for print."""

import matplotlib.pyplot as plt
import numpy as np


def array(name, values, shape):
    """`values` as a float array of `shape`, where None leaves an axis free; ValueError names what is wrong."""
    values = np.asarray(values, dtype=float)
    if values.ndim != len(shape) or any(want not in (None, have) for want, have in zip(shape, values.shape)):
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
        raise ValueError(f"{name}: shape {values.shape}, expected {wanted}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: has values that are not finite")
    return values


def canvas(width=5.4, height=3.2, columns=1, rows=1, **how):
    """A figure of the book and its axes (an array of axes when there are several)."""
    return plt.subplots(rows, columns, figsize=(width, height), **how)


LICENCE = "CC BY 4.0, the lstm_course authors"


def save(figure, path):
    """Write a Figure for print: `path` ends in .svg or .pdf, or .png for 300 dots an inch.

    The licence of the book's text stands in the file. The same figure gives the same file: no date, no random names.
    """
    kind = str(path).rsplit(".", 1)[-1]
    notes = {
        "svg": {"Date": None, "Rights": LICENCE},
        "pdf": {"CreationDate": None, "Subject": LICENCE},
        "png": {"Copyright": LICENCE},
    }
    if kind not in notes:
        raise ValueError(f"path: {str(path)!r} ends in none of .svg, .pdf, .png")
    with plt.rc_context({"svg.hashsalt": "lstm_course"}):
        figure.savefig(path, metadata=notes[kind], dpi=300)
