"""What of a chapter is its main text: cells and words outside exercises, solutions, quizzes and glossaries."""

import re
from types import SimpleNamespace

ASIDES = {"exercise", "solution", "dropdown", "glossary", "bibliography", "toctree"}
ASIDE_HEADINGS = re.compile(r"^(exercises?|solutions?|quiz|check yourself|glossary)\b", re.IGNORECASE)
GATE = re.compile(r"^[`:]{3,}\{(exercise|solution)-(start|end)\}", re.MULTILINE)
FENCE = re.compile(r"^\s*(`{3,}|:{3,})\s*(?:\{([\w-]+)\})?(.*)$")
HEADING = re.compile(r"^(#+)\s+(.*)$")
WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")


def main_cells(cells):
    """The cells outside gated exercises and solutions and outside sections titled "Exercises" or the like."""
    kept, gated, aside = [], False, 0
    for cell in cells:
        if cell.cell_type == "markdown":
            text, gated, aside = main_text(cell.source, gated, aside)
            kept.append(SimpleNamespace(cell_type="markdown", source=text))
        elif not gated and not aside:
            kept.append(cell)
    return kept


def main_text(source, gated=False, aside=0):
    """The lines of ``source`` that are main text.

    ``gated``: inside an exercise or solution that another cell began; ``aside``: level of the
    heading of the aside one stands in, 0 for none. Returns the text and both as they stand after it.
    """
    kept, fences = [], []
    for line in source.splitlines():
        gate, fence, heading = GATE.match(line), FENCE.match(line), HEADING.match(line)
        if gate:
            gated = gate[2] == "start"
        if fence and fences and not fence[2] and not fence[3].strip() and len(fence[1]) >= len(fences[-1][0]):
            fences.pop()
            continue
        if fence:
            fences.append((fence[1], fence[2] or "code"))
            continue
        if heading and not fences:
            level = len(heading[1])
            if aside and level <= aside:
                aside = 0
            if not aside and ASIDE_HEADINGS.match(heading[2]):
                aside = level
        hidden = gated or aside or any(name in ASIDES or name in {"code", "code-block", "math", "eval-rst"} for _, name in fences)
        option = fences and re.match(r"^:[\w-]+:", line)
        if not hidden and not option:
            kept.append(line)
    return "\n".join(kept), gated, aside


def count_words(cells):
    """Words of prose: mathematics, code, targets and directive options left out."""
    text = "\n".join(c.source for c in main_cells(cells) if c.cell_type == "markdown")
    for pattern in (r"\$\$.*?\$\$", r"\$[^$]*\$", r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}"):
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    text = re.sub(r"^\([\w.:-]+\)=\s*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"\{[\w:-]+\}`([^`<]*)[^`]*`", r"\1", text)
    text = re.sub(r"\]\([^)]*\)", "] ", text)
    return len(WORD.findall(text))
