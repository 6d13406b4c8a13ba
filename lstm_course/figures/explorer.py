"""The gate explorer: turn the four pre-activations and the old cell state, and see what the LSTM makes of them.

The page computes one cell of the LSTM by itself (`page/cell.js`); a test holds it to the NumPy cell at 1e-12.
`sentence`, a trained language model to operate on, and `gradients`, measured curves, have modules of their own.
"""

import html

import numpy as np

from . import svg
from .explorer_gradients import gradients
from .explorer_sentence import sentence
from .motion import PAGE, look, number, numbered

__all__ = ["Explorer", "gates", "gradients", "sentence"]
INPUTS = {
    "a_f": ("forget gate, before σ", "f", 1.0), "a_i": ("input gate, before σ", "i", 0.5),
    "a_g": ("candidate, before tanh", "g", -0.8), "a_o": ("output gate, before σ", "o", 1.5),
    "c_prev": ("old cell state", "c", 0.9),
}  # fmt: skip
SEEN = "The LSTM's module with a number at each gate and state; the stronger a value, the brighter its wire."


class Explorer:
    """Sliders beside the LSTM's diagram; `_repr_html_` is what a notebook shows. `start`: values of INPUTS."""

    def __init__(self, **start):
        if unknown := set(start) - set(INPUTS):
            raise ValueError(f"start: {sorted(unknown)}, expected some of {list(INPUTS)}")
        if far := {name: value for name, value in start.items() if not -6 <= value <= 6}:
            raise ValueError(f"start: {far}, expected values from -6 to 6")
        self.start = {name: start.get(name, value) for name, (_, _, value) in INPUTS.items()}

    def values(self):
        """What the module computes at the start: {node name: number}, by the equations of `cells/lstm.py`."""
        a = self.start
        i, f, o = (1 / (1 + np.exp(-a[name])) for name in ("a_i", "a_f", "a_o"))
        g, keep = np.tanh(a["a_g"]), f * a["c_prev"]
        c = keep + i * g
        return {"i": i, "f": f, "g": g, "o": o, "c_prev": a["c_prev"], "keep": keep, "write": i * g,
                "c": c, "tanh_c": np.tanh(c), "h": o * np.tanh(c)}  # fmt: skip

    def _repr_html_(self):
        diagram, places = numbered()
        places = {name: at for name, at in places.items() if name not in ("x", "h_prev")}
        picture = svg.svg(diagram, places, {name: number(value) for name, value in self.values().items()}, SEEN)
        rows = "".join(
            f'<label><span style="color:var(--{role}-text)">{html.escape(words)}</span>'
            f'<input type="range" min="-6" max="6" step="0.1" value="{self.start[name]}" data-input="{name}"><output></output></label>'
            for name, (words, role, _) in INPUTS.items()
        )
        script = "\n".join((PAGE / name).read_text("utf8") for name in ("cell.js", "explorer.js"))
        lines = '<p class="equation"></p>' * 2
        return (
            f'<style>{look()}</style><div class="motion explorer" role="group" aria-label="Gate explorer">{picture}'
            f'<div class="controls sliders" hidden>{rows}</div><div aria-live="polite">{lines}</div></div>'
            f"<script>(function () {{\n{script}\n}})();</script>"
        )


def gates(**start):
    """The gate explorer of chapter 4. start: where the sliders stand, `a_f=`, `a_i=`, `a_g=`, `a_o=`, `c_prev=`."""
    return Explorer(**start)
