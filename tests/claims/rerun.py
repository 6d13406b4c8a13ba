"""Run a page again under other conditions and see which of its claims still hold."""

import re
from typing import NamedTuple

import chapter_rules as rules
import nbformat
from nbclient import NotebookClient

HELD = re.compile(r"^✓ (C\d+\.\d+\w?) (.+?) \[measured ", re.MULTILINE)


class Outcome(NamedTuple):
    """``held``: (number, statement) of the claims that were printed; ``failed``: the messages of those that were not;
    ``broken``: what else went wrong, as (first line of the cell, error)."""

    held: list
    failed: list
    broken: list


def rerun(path, prelude):
    """Run the main text of the chapter at ``path`` in a fresh kernel, after the source ``prelude``; an :class:`Outcome`.

    A cell that raises does not stop the page. Exercises and solutions are left out: they make no claims.
    """
    chapter = rules.load(path)
    cells = [nbformat.v4.new_code_cell(prelude), *chapter.counted]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    NotebookClient(notebook, timeout=600, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    printed = "".join(rules.printed(cell) for cell in cells)
    errors = [(rules.first_line(cell), o) for cell in cells for o in cell.outputs if o.output_type == "error"]
    return Outcome(
        HELD.findall(printed),
        [error.evalue for _, error in errors if error.ename == "ClaimError"],
        [(line, f"{error.ename}: {error.evalue}") for line, error in errors if error.ename != "ClaimError"],
    )


def claimed(path):
    """(number, statement) of every claim that the stored page holds."""
    return HELD.findall("".join(map(rules.printed, rules.load(path).counted)))
