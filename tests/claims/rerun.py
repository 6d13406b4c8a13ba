"""Run a page again under other conditions and see which of its claims still hold."""

import re
from typing import NamedTuple

import chapter_rules as rules
import nbformat
from nbclient import NotebookClient

# A claim that fails is shown as any error is, and its cell goes on: the claims after it are judged, too.
EACH_BY_ITSELF = """
from IPython import get_ipython
from lstm_course import claims

def claim(*args, judge=claims.claim, **kwargs):
    try:
        judge(*args, **kwargs)
    except claims.ClaimError:
        get_ipython().showtraceback()

claims.claim = claim
"""
HELD = re.compile(r"^✓ (C\d+\.\d+\w?) (.+?) \[measured ", re.MULTILINE)


class Outcome(NamedTuple):
    """``held``: (number, statement) of the claims that were printed; ``failed``: the messages of those that were not;
    ``broken``: what else went wrong, as (first line of the cell, error)."""

    held: list
    failed: list
    broken: list


def rerun(path, prelude):
    """Run the chapter at ``path`` in a fresh kernel, after the source ``prelude``; an :class:`Outcome`.

    A cell that raises does not stop the page. Of exercises and solutions only the cells with claims are run.
    """
    cells = [nbformat.v4.new_code_cell(EACH_BY_ITSELF + prelude), *claiming(path)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    NotebookClient(notebook, timeout=600, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    printed = "".join(rules.printed(cell) for cell in cells)
    errors = [(rules.first_line(cell), o) for cell in cells for o in cell.outputs if o.output_type == "error"]
    return Outcome(
        HELD.findall(printed),
        [error.evalue for _, error in errors if error.ename == "ClaimError"],
        [(line, f"{error.ename}: {error.evalue}") for line, error in errors if error.ename != "ClaimError"],
    )


def claiming(path):
    """The cells of a chapter's main text, and those of its solutions that make a claim."""
    chapter = rules.load(path)
    return [cell for cell in chapter.code if cell in chapter.counted or "claim(" in cell.source]


def claimed(path):
    """(number, statement) of every claim that the stored page holds."""
    return HELD.findall("".join(map(rules.printed, claiming(path))))


def named(claims, name):
    """The claims that ``name`` means: a number, and where it has several claims the first words after it."""
    return [claim for claim in claims if re.match(rf"{re.escape(name)}\b", claim)]
