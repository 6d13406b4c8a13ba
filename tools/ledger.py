"""The ledger: every claim of the book, read from what the executed chapters printed.

A Sphinx extension with three parts. A ``{ledger}`` fence on a page becomes the list of claims; ``{{ claims }}`` and
``{{ disproved }}`` become their numbers; and each claim gets a target on its own page, so that
``{ref}`C3.1 <C3.1>` `` leads to the cell that measures it.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import nbformat
from docutils import nodes

from lstm_course.claims import VERDICTS

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```\{ledger\}\n```$", re.MULTILINE)
PRINTED = re.compile(
    r"^✓ (?P<number>C\d+\.\d+\w?) (?P<statement>.+) \[measured (?P<evidence>[^\]]*)\] n: (?P<n>.+?)(?:; chance: (?P<chance>.+))?$"
    r"(?:\n  Folklore: (?P<folklore>.+) → (?P<verdict>.+)$)?",
    re.MULTILINE,
)
TAG = re.compile(r"tag_(C\d+\.\d+\w?)")
PAGE = re.compile(r"file: chapters/(\w+)")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


class Claim(NamedTuple):
    """One printed claim, with the page's file and title. ``chance``, ``folklore`` and ``verdict`` are None where it has none."""

    page: str
    title: str
    number: str
    statement: str
    evidence: str
    n: str
    chance: str | None
    folklore: str | None
    verdict: str | None


def claims_of(notebook, page):
    """The claims an executed notebook printed, in order."""
    title = next(found[1] for c in notebook.cells if c.cell_type == "markdown" and (found := TITLE.search(c.source)))
    printed = (o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream")
    return [Claim(page, title, **found.groupdict()) for text in printed for found in PRINTED.finditer(text)]


def all_claims(folder=ROOT / "chapters"):
    """The claims of all chapters, in the order of the book."""
    order = PAGE.findall((ROOT / "_toc.yml").read_text("utf8"))
    paths = sorted(folder.glob("*.ipynb"), key=lambda path: order.index(path.stem))
    return [c for path in paths for c in claims_of(nbformat.read(path, as_version=4), path.stem)]


def numbers(claims):
    """What a sentence may quote: how many claims there are, and how much folklore met each verdict."""
    verdicts = Counter(c.verdict for c in claims)
    return {"claims": len(claims), "folklore": sum(verdicts[v] for v in VERDICTS), "disproved": verdicts["does not hold"],
            "conditional": verdicts["holds with a condition"], "confirmed": verdicts["holds"]}


def page_of(claims):
    """The list as MyST: the pages as sections, each claim a term and its evidence."""
    lines = []
    for page, title in dict.fromkeys((c.page, c.title) for c in claims):
        lines += ["", f"## {title}", "", f"Measured on {{doc}}`{page}`.", ""]
        for c in (c for c in claims if c.page == page):
            lines += [f"{{ref}}`{c.number} <{c.number}>` {_text(c.statement)}", f": Measured: {_text(c.evidence)}. n: {_text(c.n)}."
                      + (f" Chance: {_text(c.chance)}." if c.chance else "")]
            if c.folklore:
                lines += ["", f"  Folklore: {_text(c.folklore)} → **{c.verdict}**"]
            lines += [""]
    return "\n".join(lines)


def _text(words):
    """Words that MyST takes as they are."""
    return re.sub(r"([\\`*_{}\[\]<>$|~^])", r"\\\1", words).rstrip(".")


def quote_numbers(app, config):
    """``config-inited``: the numbers become substitutions."""
    config.myst_substitutions = {**config.myst_substitutions, **numbers(all_claims())}


def write_ledger(app, docname, source):
    """``source-read``: replace the fence by the list."""
    if FENCE.search(source[0]):
        source[0] = FENCE.sub(lambda _: page_of(all_claims()), source[0])


def mark_claims(app, doctree):
    """``doctree-read``: the cell that first carries a claim's tag becomes the target of its number."""
    labels = app.env.get_domain("std")
    for cell in doctree.findall(nodes.container):
        for number in (found[1] for found in map(TAG.fullmatch, cell["classes"]) if found):
            target = f"claim-{number.lower().replace('.', '-')}"
            cell["ids"].append(target)
            labels.anonlabels[number.lower()] = app.env.docname, target
            labels.labels[number.lower()] = app.env.docname, target, number


def setup(app):
    app.connect("config-inited", quote_numbers)
    app.connect("source-read", write_ledger)
    app.connect("doctree-read", mark_claims)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
