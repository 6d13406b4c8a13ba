"""Each rule for a chapter is broken once, in a notebook that keeps all others, and must say so."""

import chapter_prose
import chapter_rules as rules
import pytest
from nbformat import v4
from notebooks import code, figure_cell, good_chapter, printed


def complaints(notebook):
    return rules.problems(rules.load(notebook))


def test_a_good_chapter_has_no_problem():
    assert complaints(good_chapter()) == []


def unrun(nb):
    code(nb, 7).execution_count = None


def out_of_order(nb):
    code(nb, 7).execution_count, code(nb, 8).execution_count = 9, 8


def run_twice(nb):
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.execution_count += 22


def stripped_figure(nb):
    code(nb, 1).outputs = []


def stripped_claim(nb):
    code(nb, 5).outputs = []


def stripped_print(nb):
    code(nb, 6).outputs = []


def stderr(nb):
    code(nb, 6).outputs.append(v4.new_output("stream", name="stderr", text="oh\n"))


def stored_error(nb):
    code(nb, 6).outputs.append(v4.new_output("error", ename="ValueError", evalue="no", traceback=[]))


def timestamps(nb):
    code(nb, 6).metadata["execution"] = {"iopub.execute_input": "2026-01-01T10:00:00Z"}


def printed_time(nb):
    code(nb, 6).outputs = [printed("2026-01-01 10:00\n")]


def memory_address(nb):
    code(nb, 6).outputs = [printed("<object at 0x7f0a12345678>\n")]


def progress_bar(nb):
    code(nb, 6).outputs = [printed("100%|██████| 10/10 [00:01<00:00, 9.1it/s]\n")]


def somebodys_path(nb):
    code(nb, 6).outputs = [printed("/home/ada/book/data.csv\n")]


def html_output(nb):
    code(nb, 6).outputs = [v4.new_output("display_data", {"text/html": "<b>1</b>"}), printed("6\n")]


def no_package(nb):
    code(nb, 0).source = "import matplotlib.pyplot as plt"


def long_cell(nb):
    code(nb, 0).source += "\n" + "\n".join(f"a{k} = {k}" for k in range(23))


def long_median(nb):
    for k in range(6, 22):
        code(nb, k).source += "\n" + "\n".join(f"a{j} = {j}" for j in range(6))


def few_cells(nb):
    del nb.cells[-4:-1]


def own_plot(nb):
    code(nb, 6).source = "plt.plot([1, 2])\nprint(6)"


def own_axes(nb):
    code(nb, 6).source = "ax.set_title('a')\nprint(6)"


def method_plot(nb):
    code(nb, 6).source = "table.plot()\nprint(6)"


def two_figures(nb):
    code(nb, 1).source = "figures.curves.lines()\n" + code(nb, 1).source


def semicolon(nb):
    code(nb, 6).source = "print(6);"


def second_definition(nb):
    code(nb, 6).source = "def unroll(x):\n    return x\nprint(6)"


def no_alt(nb):
    code(nb, 1).metadata["mystnb"]["image"]["alt"] = "A line."


def no_caption(nb):
    code(nb, 1).metadata["mystnb"]["figure"]["caption"] = " "


def misnamed(nb):
    code(nb, 1).metadata["mystnb"]["figure"]["name"] = "F9.9"


def few_figures(nb):
    cell = code(nb, 1)
    cell.source, cell.outputs, cell.metadata = "print(1)", [printed("1\n")], type(cell.metadata)()


def duplicate_tag(nb):
    code(nb, 6).metadata["tags"] = ["C9.1"]


def duplicate_point(nb):
    nb.cells[0].source += "\n\n(P9.1)=\n## Again\n"


def dotted_label(nb):
    nb.cells[-1].source = nb.cells[-1].source.replace("E9-1", "E9.1")


def short_text(nb):
    nb.cells[0].source = nb.cells[0].source[:6000]


def long_text(nb):
    nb.cells[0].source += " more words" * 300


BROKEN = {
    unrun: "not run", out_of_order: "in order", run_twice: "fresh kernel", stripped_figure: "figure was stripped",
    stripped_claim: "printed output was stripped", stripped_print: "printed output was stripped", stderr: "wrote to stderr",
    stored_error: "stored an error: ValueError", timestamps: "timestamps in its metadata", printed_time: "stored a timestamp",
    memory_address: "memory address", progress_bar: "progress bar", somebodys_path: "path of one machine",
    html_output: "stored HTML", no_package: "nothing is imported from lstm_course", long_cell: "26 lines",
    long_median: "median code cell has 7", few_cells: "19 code cells", own_plot: "draws by itself (plt.plot)",
    own_axes: "draws by itself (ax.set_title)", method_plot: "draws by itself (table.plot)", two_figures: "more than once",
    semicolon: "semicolon", second_definition: "unroll is defined here", no_alt: "alt text has 7 characters",
    no_caption: "without a caption", misnamed: "named F9.9", few_figures: "3 figures", duplicate_tag: "C9.1 is there 2 times",
    duplicate_point: "P9.1 is there 2 times", dotted_label: "write E9-1", short_text: "words of prose", long_text: "words of prose",
}


@pytest.mark.parametrize("break_it", BROKEN, ids=lambda f: f.__name__)
def test_a_broken_chapter_is_refused_for_that_reason_alone(break_it):
    notebook = good_chapter()
    break_it(notebook)
    found = complaints(notebook)
    assert found and all(BROKEN[break_it] in complaint for complaint in found), found


def test_every_rule_is_broken_by_some_test():
    broken_rules = set()
    for break_it in BROKEN:
        notebook = good_chapter()
        break_it(notebook)
        broken_rules |= {rule for rule in rules.RULES if list(rule(rules.load(notebook)))}
    assert broken_rules == set(rules.RULES)


@pytest.mark.parametrize("break_it", BROKEN, ids=lambda f: f.__name__)
def test_an_appendix_keeps_every_rule_that_counts_nothing(break_it):
    notebook = good_chapter()
    break_it(notebook)
    counted = {few_cells, few_figures, short_text, long_text}
    assert bool(rules.problems(rules.load(notebook, "tasks"))) == (break_it not in counted)


def test_the_four_steps_of_the_lstm_count_as_one_figure():
    notebook = good_chapter()
    del notebook.cells[2:6]
    notebook.cells[2:2] = [figure_cell(f"F4.{k}") for k in range(1, 9)]
    assert list(rules.figures_are_counted(rules.load(notebook))) == []
    del notebook.cells[2:5]
    assert list(rules.figures_are_counted(rules.load(notebook))) == ["2 figures, 4 to 8 are allowed (the four steps F4.5 to F4.8 count as one)"]


@pytest.mark.parametrize("text, words", [
    ("Five plain words stand here.", 5),
    ("A gate's value, $f_t \\in (0, 1)$, stays.", 4),
    ("$$\nc_t = f_t c_{t-1}\n$$ (eq-c)\n\nAfter it.", 3),
    ("(P1.1)=\n## A heading counts", 3),
    ("See {cite:t}`olah2015` and [the page](notation.md).", 5),
    (":::{note}\n:class: tip\nA note counts.\n:::", 3),
    ("::::{dropdown} Solution\nNot this.\n:::{note}\nNor this.\n:::\n::::\nBut this.", 2),
    ("```python\nx = 1\n```\nOne.", 1),
    ("## Exercises\nNothing here.\n### Nor here\n## Summary\nThis again.", 3),
])
def test_words_of_the_main_text_are_counted(text, words):
    assert chapter_prose.count_words([v4.new_markdown_cell(text)]) == words


def test_gated_exercises_hide_the_cells_between_their_gates():
    cells = [
        v4.new_markdown_cell("Before."),
        v4.new_markdown_cell("```{solution-start} E1.1\n:class: dropdown\n```\nHidden."),
        v4.new_code_cell("hidden = 1"),
        v4.new_markdown_cell("```{solution-end}\n```"),
        v4.new_code_cell("shown = 1"),
    ]
    kept = chapter_prose.main_cells(cells)
    assert [c.source for c in kept if c.cell_type == "code"] == ["shown = 1"]
    assert chapter_prose.count_words(cells) == 1
