"""The student form of the chapters: everything but the solutions, and an empty cell where one stood.

    make student        writes _build/student/*.ipynb
"""

import re
import shutil
from pathlib import Path

import nbformat

import chapters

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = re.compile(r"^(`{3,}|:{3,})\{solution\}.*?^\1\s*$\n?", re.MULTILINE | re.DOTALL)
GATE = re.compile(r"^(?:`{3,}|:{3,})\{solution-(start|end)\}.*?^(?:`{3,}|:{3,})\s*$\n?", re.MULTILINE | re.DOTALL)
CHECK = re.compile(r"^ *(check\(.*)$", re.MULTILINE)


def student_form(notebook):
    """``notebook`` without its solutions and outputs; where a solution with code stood, an empty cell waits."""
    kept, inside, checks = [], False, []
    for cell in notebook.cells:
        if cell.cell_type == "code" and inside:
            checks += CHECK.findall(cell.source)
        elif cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            kept.append(cell)
        else:
            first, *rest = GATE.split(cell.source)
            texts, gates = [first, *rest[1::2]], [None, *rest[::2]]
            for gate, text in zip(gates, texts):
                if gate == "end":
                    kept.append(_empty(checks))
                if gate is not None:
                    inside, checks = gate == "start", []
                text = SOLUTION.sub("", text).strip()
                if text and not inside:
                    kept.append(nbformat.v4.new_markdown_cell(text))
    notebook.cells = kept
    return chapters.tidy(notebook)


def _empty(checks):
    lines = ["# Your answer", *(f"# {line}" for line in checks)]
    return nbformat.v4.new_code_cell("\n".join(lines))


def main(out=ROOT / "_build" / "student"):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for path in chapters.chapters():
        nbformat.write(student_form(nbformat.read(path, as_version=4)), out / path.name)
    print(f"The chapters without solutions are in {out}")


if __name__ == "__main__":
    main()
