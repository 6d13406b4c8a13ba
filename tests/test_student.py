"""The student form: no solution is left, nothing else is lost, and an empty cell waits where code was."""

import nbformat
import pytest
import student
from nbformat import v4
from test_chapters import CHAPTERS

EXERCISE = "````{exercise} Try\n:label: E9-1\n\nWhat?\n\n```{dropdown} Hint\nThink.\n```\n````"
SHORT = "````{solution} E9-1\n:class: dropdown\n\nThe secret.\n\n```text\nmore of it\n```\n````"
START, END = "````{solution-start} E9-2\n:class: dropdown\n````", "````{solution-end}\n````"


def form(*sources):
    cells = [v4.new_markdown_cell(s) if s.startswith(("`", "#", "w")) else v4.new_code_cell(s, execution_count=1) for s in sources]
    return [(c.cell_type, c.source) for c in student.student_form(v4.new_notebook(cells=cells)).cells]


def test_solutions_go_and_exercises_stay():
    assert form("# A", EXERCISE, SHORT, "x = 1") == [("markdown", "# A"), ("markdown", EXERCISE), ("code", "x = 1")]


def test_a_solution_with_code_leaves_an_empty_cell():
    found = form(EXERCISE, START, "secret = 2\ncheck(\"9.2\", secret)", "words that explain", "more = 3", END, "## Next")
    assert found == [("markdown", EXERCISE), ("code", "# Your answer\n# check(\"9.2\", secret)"), ("markdown", "## Next")]


def test_an_end_and_a_start_in_one_cell():
    found = form(START, "a = 1", END + "\n\n" + EXERCISE + "\n\n" + START, "b = 2", END)
    assert [kind for kind, _ in found] == ["code", "markdown", "code"] and EXERCISE in found[1][1]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapters_lose_their_solutions_only(path):
    before = nbformat.read(path, as_version=4)
    exercises = sum(c.source.count("{exercise") for c in before.cells if c.cell_type == "markdown")
    after = student.student_form(before)
    text = "\n".join(c.source for c in after.cells if c.cell_type == "markdown")
    assert "{solution" not in text and text.count("{exercise") == exercises
    assert not any(c.get("outputs") for c in after.cells)


def test_the_command_writes_every_chapter(tmp_path):
    student.main(tmp_path / "student")
    assert {p.name for p in (tmp_path / "student").iterdir()} == {p.name for p in CHAPTERS}
