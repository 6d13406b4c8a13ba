"""The gradient explorer: which network, how strong its weights and its input; how far back its gradient reaches.

Nothing is computed in the page. `data/gradients.json` holds the curves of 288 settings, in hundredths of log10, which
`tools/explorers.py` measures with `analysis.gradient_flow`; a test measures some of them again.
"""

import html
import json
from functools import cache
from pathlib import Path

import numpy as np

from . import svg
from .motion import PAGE, look, number

STORED = Path(__file__).parent / "data" / "gradients.json"
CELLS = {"tanh": "RNN with tanh", "sigmoid": "RNN with the sigmoid", "relu": "RNN with ReLU", "lstm": "LSTM"}
SLOPES = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0}  # the greatest slope of each activation
SLIDERS = {"radius": ("radii", "spectral radius of U"), "strength": ("strengths", "input, standard deviation"),
           "bias": ("biases", "forget bias, LSTM only")}  # fmt: skip
TOP, BOTTOM, DECADE, STEP = 6, -10, 16, 7  # powers of ten at the edges; pixels for a power of ten and for a step
LEFT, ABOVE, WIDTH, HEIGHT = 56, 36, 60 * STEP, DECADE * (TOP - BOTTOM)
SEEN = "Size of the gradient, in powers of ten, against steps back from 0 to 60. The text below says where it stands."


@cache
def stored():
    """The measured grid as `tools/explorers.py` has stored it, with what the page's script needs besides."""
    slopes = {"slopes": SLOPES, "names": CELLS, "top": TOP, "bottom": BOTTOM, "decade": DECADE, "step": STEP}
    return json.loads(STORED.read_text("utf8")) | slopes


def axes():
    """Ruled lines at every second power of ten, and the numbers and names of both axes, as SVG."""
    across = f'<text x="{LEFT + WIDTH / 2}" y="{ABOVE + HEIGHT + 46}" class="middle">steps back</text>'
    out = ['<text x="4" y="16">size of the gradient</text>', across]
    for power in range(BOTTOM, TOP + 1, 2):
        y = ABOVE + DECADE * (TOP - power)
        exponent = f'<tspan dy="-5" font-size="75%">{number(power)[:-4]}</tspan>'
        out.append(f'<path d="M{LEFT},{y}h{WIDTH}" class="{"one" if power == 0 else "rule"}"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 5}" class="end">10{exponent}</text>')
    for k in range(0, 61, 10):
        out.append(f'<text x="{LEFT + STEP * k}" y="{ABOVE + HEIGHT + 22}" class="middle">{k}</text>')
    return "".join(out)


class GradientExplorer:
    """A curve and three sliders; `_repr_html_` is what a notebook shows. `cell`: one of CELLS; the others: values of the grid."""

    def __init__(self, cell="tanh", radius=0.9, strength=1, bias=1):
        self.data, self.start = stored(), {"cell": cell, "radius": radius, "strength": strength, "bias": bias}
        for name, allowed in (("cell", CELLS), *((name, self.data[values]) for name, (values, _) in SLIDERS.items())):
            if self.start[name] not in allowed:
                raise ValueError(f"{name}: {self.start[name]!r}, expected one of {list(allowed)}")

    def curves(self):
        """Lowest, median and highest of the draws, for the LSTM also the path of c: lists of hundredths of log10, None for zero."""
        names = ("cell", "radius", "strength", *(["bias"] if self.start["cell"] == "lstm" else []))
        return self.data["curves"][" ".join(f"{self.start[name]:g}" if name != "cell" else self.start[name] for name in names)]

    def bound(self):
        """(slope · σ_max(U))^k of the draw with the greatest σ_max, or the LSTM's ∏f: hundredths of log10 at each distance."""
        if self.start["cell"] == "lstm":
            return self.curves()[3]
        each = SLOPES[self.start["cell"]] * self.data["largest"][self.data["radii"].index(self.start["radius"])]
        return [100 * k * float(np.log10(each)) for k in self.data["distances"]]

    def points(self, curve, start=True):
        """Pixels of a curve, as an SVG polyline wants them; zero lies below the edge."""
        pairs = [(0, 0)] * start + list(zip(self.data["distances"], curve))
        heights = [(k, 100 * BOTTOM - 100 if value is None else value) for k, value in pairs]
        return " ".join(f"{STEP * k:g},{DECADE * (TOP - value / 100):.2f}" for k, value in heights)

    def _picture(self):
        low, middle, high, *_ = self.curves()
        band = f'<polygon class="band" points="{self.points(low)} {" ".join(self.points(high).split()[::-1])}"/>'
        lines = f'<polyline class="kept" points=""/><polyline class="bound" points="{self.points(self.bound())}"/>'
        lines += f'<polyline class="median" points="{self.points(middle)}"/><path class="half" d=""/>'
        size = f'width="{WIDTH}" height="{HEIGHT}"'
        inner = f'<svg x="{LEFT}" y="{ABOVE}" {size} viewBox="0 0 {WIDTH} {HEIGHT}">{band}{lines}</svg>'
        view = f'viewBox="0 0 {LEFT + WIDTH + 14} {ABOVE + HEIGHT + 54}" role="img" aria-label="{html.escape(SEEN)}"'
        return f'<svg {view} class="plot">{axes()}{inner}</svg>'

    def _controls(self):
        options = "".join(
            f'<option value="{name}"{" selected" if name == self.start["cell"] else ""}>{words}</option>' for name, words in CELLS.items()
        )
        rows = f'<label class="ask"><span>Network</span><select class="cell">{options}</select></label>'
        for name, (values, words) in SLIDERS.items():
            at, last = self.data[values].index(self.start[name]), len(self.data[values]) - 1
            slider = f'<input type="range" class="{name}" min="0" max="{last}" step="1" value="{at}">'
            rows += f'<label class="ask"><span>{words}</span>{slider}<output></output></label>'
        return (PAGE / "gradients.html").read_text("utf8").format(rows=rows)

    def _repr_html_(self):
        read = lambda *names: "\n".join((PAGE / name).read_text("utf8") for name in names)  # noqa: E731
        words = ", ".join([CELLS[self.start["cell"]], f"spectral radius {self.start['radius']:g}", f"input {self.start['strength']:g}"])
        return (
            f"<style>{look()}{read('asks.css', 'gradients.css')}</style>"
            f'<div class="motion asks gradients" role="group" aria-label="Gradient explorer"'
            f' data-gradients="{html.escape(json.dumps(self.data, separators=(",", ":")))}">{self._picture()}'
            f'<p class="says">{html.escape(words)}</p>{self._controls()}</div>'
            f"<script>(function () {{\n{read('parts.js', 'reach.js', 'gradients.js')}\n}})();</script>"
        )


def gradients(cell="tanh", radius=0.9, strength=1, bias=1):
    """The gradient explorer of chapter 3.

    cell: "tanh", "sigmoid", "relu" or "lstm". radius, strength, bias: where the sliders stand at first, values of the
    grid in `data/gradients.json`. Raises ValueError for others.
    """
    return GradientExplorer(cell, radius, strength, bias)
