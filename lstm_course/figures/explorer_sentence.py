"""The sentence explorer: a trained language model in the page, which reads what is typed and can be operated on.

Its weights, its vocabulary and its gender unit come from `data/sentence.safetensors`, which `tools/explorers.py` makes.
The page runs the network by itself (`page/language.js`); a test holds it to `recurrence.unroll`.
"""

import base64
import html
import json
from functools import cache
from pathlib import Path

import numpy as np
from safetensors import safe_open

from .. import cells
from ..analysis import memory
from .motion import PAGE, look

STORED = Path(__file__).parent / "data" / "sentence.safetensors"
START = "the girl sings because"
PICKS = (
    START, "the girl near the kings sings because", "the boy sings . the girl sleeps because",
    "the queen with the monks often praises", "the man behind the aunts knows . it was late . at night",
    "when the rain fell on the old house by the sea the nun with the uncles", "the sisters near the king run and always",
)  # fmt: skip
COLUMNS = {"f": "forget gate", "i": "input gate", "g": "candidate", "o": "output gate", "c": "cell state"}


@cache
def stored():
    """(net, about): the network as `memory.Opened`, float32, and what the file says of it: words, unit, he, she, …"""
    with safe_open(STORED, framework="np") as file:
        about, arrays = json.loads(file.metadata()["about"]), {name: file.get_tensor(name) for name in file.keys()}
    cell = cells.LSTM(arrays["W"].shape[1], arrays["U"].shape[1])
    params = cell.Params(*(arrays[name] for name in cell.Params._fields))
    return memory.Opened(cell, params, arrays["embedding"], arrays["V"], arrays["b_y"]), about


def probabilities(net, h):
    """Of every word as the next one: h (…, H) → (…, vocabulary)."""
    scores = h @ net.V.T + net.b
    up = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return up / up.sum(axis=-1, keepdims=True)


class SentenceExplorer:
    """A text to read and a unit to change; `_repr_html_` is what a notebook shows. `text`: words of the vocabulary."""

    def __init__(self, text=START):
        self.net, self.about = stored()
        words, unknown = text.split(), set(text.split()) - set(self.about["words"])
        if not words or unknown:
            raise ValueError(f"text: {sorted(unknown) or 'no words'}, expected words of the grammar, separated by spaces")
        self.text, self.indices = text, np.array([[self.about["words"].index(word)] for word in words])

    def next_words(self, value=None):
        """The probability of each word after the text, perhaps with c of the gender unit held at a value: {word: number}."""
        changed = () if value is None else memory.clamped(self.net.cell, self.net.params, self.about["unit"], value, 1)
        found = probabilities(self.net, self.net.run(self.indices, *changed).h[-1, 0])
        return dict(zip(self.about["words"], map(float, found)))

    def data(self):
        """What the page's script reads."""
        net = self.net
        arrays = {**net.params._asdict(), "embedding": net.embedding, "V": net.V, "b_y": net.b}
        packed = {name: base64.b64encode(array.astype("<f4").tobytes()).decode() for name, array in arrays.items()}
        kept = {name: self.about[name] for name in ("words", "unit", "he", "she")}
        return {**kept, "hidden": net.cell.hidden_size, "text": self.text, "weights": packed}

    def _repr_html_(self):
        script = "\n".join((PAGE / name).read_text("utf8") for name in ("parts.js", "language.js", "sentence.js"))
        style = "".join((PAGE / name).read_text("utf8") for name in ("asks.css", "sentence.css"))
        return (
            f'<style>{look()}{style}</style><div class="motion asks sentences" role="group" aria-label="Sentence explorer"'
            f' data-language="{html.escape(json.dumps(self.data()))}">{self._still()}{self._controls()}</div>'
            f"<script>(function () {{\n{script}\n}})();</script>"
        )

    def _still(self):
        """What stands there without a script: the next words as read, and with the gender unit at its mean for he, for she."""
        unit = self.about["unit"]
        rows = [self.next_words(), *(self.next_words(self.about[name][unit]) for name in ("he", "she"))]
        likely = sorted(rows[0], key=lambda word: -max(row[word] for row in rows))[:6]
        head = "".join(f'<th scope="col">{words}</th>' for words in ("next word", "as read", "held at he", "held at she"))
        body = "".join(
            f'<tr><th scope="row">{html.escape(word)}</th>' + "".join(f"<td>{row[word]:.2f}</td>" for row in rows) + "</tr>"
            for word in likely
        )
        title = f"After “{html.escape(self.text)}”, and with unit {unit} held at its mean for each gender"
        return f'<table class="still"><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def _controls(self):
        """The parts that the script fills, hidden until it does."""
        picks = '<option value="">your own</option>' + "".join(f"<option>{html.escape(pick)}</option>" for pick in PICKS)
        keeps = self.about["unit"]
        units = "".join(
            f'<option value="{k}"{" selected" if k == keeps else ""}>{k}{", gender" if k == keeps else ""}</option>'
            for k in range(self.net.cell.hidden_size)
        )
        gates = "".join(
            f'<th scope="col" style="color:var(--{gate}-text)"><abbr title="{words}">{gate}</abbr></th>' for gate, words in COLUMNS.items()
        )
        known, size = html.escape(" ".join(self.about["words"])), len(self.about["words"])
        parts = (PAGE / "sentence.html").read_text("utf8")
        return parts.format(picks=picks, units=units, gates=gates, known=known, size=size, hidden=self.net.cell.hidden_size)


def sentence(text=START):
    """The sentence explorer of chapter 4. text: what it reads first, words of the course's grammar. Raises ValueError."""
    return SentenceExplorer(text)
