"""A small chapter that keeps every rule, for tests to break in one way at a time."""

import nbformat
from nbformat import v4

ALT = "A line that climbs from one to three over three steps, with dots at each."


def printed(text):
    """A cell's output: ``text`` on stdout."""
    return v4.new_output("stream", name="stdout", text=text)


def figure_cell(number):
    """A cell that shows figure ``number``, with caption, alt text and a picture."""
    settings = {"figure": {"caption": "A line.", "name": number}, "image": {"alt": ALT}}
    metadata = {"tags": [number, "hide-input"], "mystnb": settings}
    picture = v4.new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"})
    source = f"figures.modules.module({number!r})\nplt.show()"
    return v4.new_code_cell(source, metadata=nbformat.from_dict(metadata), outputs=[picture])


def good_chapter():
    """A notebook without a fault: 22 code cells, 4 figures, about 2,400 words."""
    cells = [
        v4.new_markdown_cell("# A chapter\n\n(P9.1)=\n## A point\n\n" + "One more word of prose. " * 480),
        v4.new_code_cell("import matplotlib.pyplot as plt\nfrom lstm_course import figures\nfrom lstm_course.claims import claim"),
        *[figure_cell(f"F9.{k}") for k in range(1, 5)],
        v4.new_code_cell('claim("C9.1", "it holds", True, "0.12", n="8 seeds")', metadata=nbformat.from_dict({"tags": ["C9.1"]}),
                         outputs=[printed("✓ C9.1 it holds [measured 0.12] n: 8 seeds\n")]),
        *[v4.new_code_cell(f"print({k})", outputs=[printed(f"{k}\n")]) for k in range(16)],
        v4.new_markdown_cell("## Exercises\n\n```{exercise} Try it\n:label: E9-1\n" + "Words that do not count. " * 500 + "\n```"),
    ]
    for count, cell in enumerate((c for c in cells if c.cell_type == "code"), start=1):
        cell.execution_count = count
    return v4.new_notebook(cells=cells)


def code(notebook, k):
    """The ``k``-th code cell: 0 imports, 1 to 4 show figures, 5 makes a claim, 6 and on print."""
    return [c for c in notebook.cells if c.cell_type == "code"][k]
