"""F4.9: the LSTM's step and its conveyor belt, moving, on the numbers of a run.

Both functions take what `recurrence.unroll` returned and give back a `Motion`, which a notebook shows: inline SVG and
a short script, no network, no library. It starts paused. Python writes every number it will show, from the trace;
the script only chooses which to show (`page/frames.js`) and moves them (`page/player.js`).
"""

import html
import json
from pathlib import Path

import numpy as np

from . import style, svg
from .diagram import Label
from .specs import TOP, lstm

PAGE = Path(__file__).parent / "page"
GATES = ("i", "f", "g", "o")
TAPS = ["h_prev", "x", "merge", "copy_f", "copy_i", "copy_g"]
STAGES = (
    ("arrive", ["c_prev", "h_prev", "x"], ["c_prev", "h_prev", "x"],
     "{word}What is there: the old cell state c = {c_prev}, the old hidden state h = {h_prev}, and the new input."),
    ("forget", [*TAPS[:4], "f", "keep", "c_prev"], ["f", "keep"],
     "{word}Forget: the gate says f = {f}. Of the old cell state {c_prev}, {keep} is kept."),
    ("input", [*TAPS, "i", "g", "write"], ["i", "g", "write"],
     "{word}Input and candidate: g = {g} could be written, the gate lets in i = {i} of it: {write} will be added."),
    ("update", ["c_prev", "keep", "f", "i", "g", "write", "add", "copy_c", "c"], ["c"],
     "{word}Update: {keep} kept and {write} added give the new cell state c = {c}."),
    ("output", [*TAPS, "o", "add", "copy_c", "c", "tanh_c", "show", "copy_h", "h", "h_up"], ["o", "tanh_c", "h"],
     "{word}Output: tanh squashes the cell state to {tanh_c}, the gate shows o = {o} of that: h = {h} leaves."),
)  # fmt: skip
BELT = (
    ("arrive", ["c_prev"], "{word}The belt brings the old cell state, one bar for each cell."),
    ("forget", ["f", "keep"], "{word}Each bar is multiplied by its forget gate. Kept: {keep}."),
    ("write", ["write"], "{word}Input gate times candidate will be added. Written: {write}."),
    ("update", ["c"], "{word}Kept and written together are the new cell state: {c}."),
    ("show", ["tanh_c", "o", "h"], "{word}Squashed by tanh, times the output gate. Shown: {h}."),
)


def look():
    """The style sheet of what moves, with the book's colours for both themes."""
    return (PAGE / "motion.css").read_text("utf8").replace("LIGHT", svg.palette()).replace("DARK", svg.palette(dark=True))


class Motion:
    """A moving picture: `data` is what its script reads, `_repr_html_` what a notebook shows."""

    def __init__(self, picture, data, label):
        self.picture, self.data, self.label = picture, data, label

    def _repr_html_(self):
        script = "\n".join((PAGE / name).read_text("utf8") for name in ("frames.js", "player.js"))
        last = len(self.data["stages"]) * self.data["steps"] - 1
        return (
            f"<style>{look()}</style>"
            f'<div class="motion" role="group" aria-label="{html.escape(self.label)}"'
            f' data-motion="{html.escape(json.dumps(self.data))}">{self.picture}'
            '<div class="controls" hidden><button type="button" class="back">Back</button>'
            '<button type="button" class="play">Play</button><button type="button" class="forth">Next</button>'
            f'<input type="range" min="0" max="{last}" value="0" step="1" aria-label="{html.escape(self.label)}: moment"></div>'
            '<p class="says" aria-live="polite"></p></div>'
            f"<script>(function () {{\n{script}\n}})();</script>"
        )


def number(value):
    """Three digits after the point and a true minus sign; a rounded zero has none."""
    text = f"{value:.3f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "\u2212")


def quantities(run, member):
    """{name: (T, H)} of everything a step of the LSTM computes, its two products included, for one sequence."""
    if not {*GATES, "tanh_c"} <= set(getattr(run.trace, "_fields", ())):
        raise ValueError(f"run: a {type(run.trace).__name__} with {getattr(run.trace, '_fields', None)}, expected an LSTM's")
    if run.h.ndim != 3 or not 0 <= member < run.h.shape[1]:
        raise ValueError(f"member: {member}, and h has shape {run.h.shape}; expected (T, B, H) and 0 ≤ member < B")
    found = {name: np.asarray(values)[:, member] for name, values in run.trace._asdict().items()}
    for name in "ch":
        start = np.asarray(getattr(run.initial_state, name))[member]
        found[f"{name}_prev"] = np.concatenate([start[None], found[name][:-1]])
    found["keep"], found["write"] = found["f"] * found["c_prev"], found["i"] * found["g"]
    return found


def prefixes(words, steps):
    """What a sentence about each step begins with."""
    if words is not None and len(words) != steps:
        raise ValueError(f"words: {len(words)} of them, expected one for each of the {steps} steps")
    return [f"Step {t + 1}{f', “{words[t]}”' if words is not None else ''}. " for t in range(steps)]


def step(run, *, unit=0, member=0, words=None):
    """F4.9, first part: one cell of an LSTM, its numbers appearing along the diagram, step by step.

    run: what `unroll` returned for an LSTM, h (T, B, H). unit: which of the H cells; member: which of the B
    sequences. words: T names of the inputs (a number is shown where the input has one feature). Returns a Motion.
    """
    values, steps = quantities(run, member), len(run.h)
    if not 0 <= unit < run.h.shape[2]:
        raise ValueError(f"unit: {unit}, expected 0 to {run.h.shape[2] - 1}")
    numbers = {name: [number(v) for v in column[:, unit]] for name, column in values.items()}
    numbers["word"] = prefixes(words, steps)
    single = np.asarray(run.x)[:, member, 0] if run.x.shape[-1] == 1 else None
    numbers["x"] = list(words) if words is not None else [""] * steps if single is None else [number(v) for v in single]
    stages = [{"name": name, "lit": lit, "shows": shows, "says": says} for name, lit, shows, says in STAGES]
    label = f"The LSTM's step on real numbers, cell {unit + 1}"
    diagram, places = numbered()
    seen = "The LSTM's module. Its parts light up in turn, and the numbers appear at its gates and states; the text below says them."
    picture = svg.svg(diagram, places, {name: numbers[name][0] for name in places}, seen)
    return Motion(picture, {"steps": steps, "stages": stages, "numbers": numbers}, label)


def numbered():
    """The LSTM's diagram with room for numbers in the layers, and where each number stands: {node name: (x, y)}."""
    diagram = lstm()
    layers = [diagram.node(name) for name in GATES]
    signs = [Label(n.text, (n.at[0], n.at[1] + 0.11), owner=n.name, font=style.TEXT) for n in layers]
    nodes = tuple(n._replace(text="", size=(0.57, 0.44)) if n in layers else n for n in diagram.nodes)
    places = {n.name: (n.at[0], n.at[1] - 0.09) for n in layers}
    places |= {name: np.add(diagram.node(name).at, (0, -0.39)) for name in ("c_prev", "h_prev", "c", "h")}
    places |= {"x": (1.76, 0.38), "keep": (1.46, TOP + 0.35), "write": (3.08, 2.50), "tanh_c": (3.45, 2.31)}
    labels = [label._replace(at=np.add(label.at, (0.06, 0.04))) if label.owner == "o" else label for label in diagram.labels]
    return diagram._replace(nodes=nodes, labels=(*labels, *signs)), places


PITCH, PANEL, HALF = 62, 78, 36  # of the boxes on the belt, of the panels below it, half a panel's height


def frame(left, top, width, half):
    """A box with its line of zero."""
    box = f'<rect class="frame" x="{left}" y="{top}" width="{width}" height="{2 * half}" rx="5"/>'
    zero = f'<path d="M{left + 3},{top + half}h{width - 6}" style="stroke:var(--faint);stroke-width:1"/>'
    return box + zero


def bars(values, limit, half, role, left, top, width, name=""):
    """One <rect> a cell; values: (H,). With a `name` the script moves them."""
    pitch, out = width / len(values), []
    for k, value in enumerate(values):
        long = max(abs(value) / limit * half, 0.75)
        y = top + half - (long if value >= 0 else 0)
        link = f' data-bar="{name}" data-unit="{k}" data-top="{top}"' if name else ""
        place = f'x="{left + (k + 0.18) * pitch:.1f}" y="{y:.1f}" width="{0.64 * pitch:.1f}" height="{long:.1f}"'
        out.append(f'<rect {place} style="fill:var(--{role});stroke:none"{link}/>')
    return "".join(out)


def conveyor(values, words, limit):
    """The belt: one box a step with the bars of its cell state; the script moves it."""
    out = ['<path d="M-9999,52H9999" style="stroke:var(--c);stroke-width:4"/>']
    for t, cells in enumerate(values["c"]):
        left = 240 + PITCH * t - 25
        name = svg.written((left + 25, 92), html.escape(words[t] if words is not None else f"{t + 1}"), 9.5, "ink")
        box = frame(left, 26, 50, 26) + bars(cells, limit, 26, "c", left, 26, 50)
        out.append(f'<g data-step="{t}">{box}{name}</g>')
    return f'<g data-slide="{PITCH}">{"".join(out)}</g>'


def equation(values, limit):
    """The panels of one step: c_prev ⊙ f = keep, + write = c; below it tanh c ⊙ o = h."""
    x = [6 + k * (PANEL + 19.5) for k in range(5)]
    panels = (
        ("c_prev", "$c_{t-1}$", "c", x[0], 134), ("f", "$f_t$", "f", x[1], 134), ("keep", "kept", "c", x[2], 134),
        ("write", "written", "g", x[3], 134), ("c", "$c_t$", "c", x[4], 134),
        ("tanh_c", "$\\tanh c_t$", "c", x[2], 246), ("o", "$o_t$", "o", x[3], 246), ("h", "$h_t$", "h", x[4], 246),
    )  # fmt: skip
    out = []
    for name, title, role, left, top in panels:
        text = svg.mathematics(title) if title[0] == "$" else title
        out.append(svg.written((left + PANEL / 2, top - 13), text, 12, role))
        out.append(frame(left, top, PANEL, HALF) + bars(values[name][0], limit, HALF, role, left, top, PANEL, name))
    for k, top, sign in (*((k, 134, sign) for k, sign in enumerate("⊙=+=")), (2, 246, "⊙"), (3, 246, "=")):
        out.append(svg.written((x[k] + PANEL + 9.75, top + HALF), sign, 14, "ink"))
    return "".join(out)


def belt(run, *, member=0, words=None):
    """F4.9, second part: a sequence on the conveyor belt; what is kept, written and shown, as bars.

    run: what `unroll` returned for an LSTM, h (T, B, H) with at most 8 cells. member, words: as in `step`.
    Returns a Motion.
    """
    values, steps = quantities(run, member), len(run.h)
    if run.h.shape[2] > 8:
        raise ValueError(f"run: {run.h.shape[2]} cells, at most 8 can be told apart as bars")
    seen = {name: values[name] for _, shows, _ in BELT for name in shows}
    numbers = {name: [", ".join(map(number, row)) for row in column] for name, column in seen.items()}
    numbers |= {"word": prefixes(words, steps), "done": ["yes"] * steps}
    limit = float(max(1.0, *(np.abs(column).max() for column in seen.values())))
    stages = [{"name": name, "lit": [], "shows": shows, "says": says} for name, shows, says in BELT]
    stages[3]["shows"] = [*stages[3]["shows"], "done"]
    label = "A sequence on the conveyor belt of the cell state"
    picture = conveyor(values, words, limit) + equation(values, limit)
    seen_as = "The cell states of all steps on a belt; below, bars for what is kept, written and shown. The text below says them."
    picture = f'<svg viewBox="0 0 480 330" role="img" aria-label="{seen_as}">{picture}</svg>'
    heights = {name: column.tolist() for name, column in seen.items()}
    data = {"steps": steps, "stages": stages, "numbers": numbers, "heights": heights, "limit": limit, "half": HALF}
    return Motion(picture, data, label)
