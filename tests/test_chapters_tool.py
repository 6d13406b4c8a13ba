"""``make chapters``: what is stored depends on the sources alone."""

import chapters
import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import v4


def small_notebook(path, *sources):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    for cell in notebook.cells:
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
        cell.metadata["collapsed"] = True
    nbformat.write(notebook, path)
    return path


def test_a_run_stores_outputs_without_time(tmp_path):
    path = small_notebook(tmp_path / "page.ipynb", "a = 1", "print(a)\nprint(a + 1)")
    chapters.run(path)
    first = path.read_text("utf8")
    notebook = nbformat.reads(first, as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert [output.text for output in notebook.cells[1].outputs] == ["1\n2\n"]
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert notebook.metadata.kernelspec.name == "python3"
    chapters.run(path)
    assert path.read_text("utf8") == first


def test_a_failing_cell_is_raised_and_nothing_is_written(tmp_path):
    path = small_notebook(tmp_path / "page.ipynb", "1 / 0")
    before = path.read_text("utf8")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        chapters.run(path)
    assert path.read_text("utf8") == before


def test_cells_get_ids_made_from_their_sources_and_keep_their_own():
    notebook = v4.new_notebook(cells=[v4.new_code_cell("a = 1", id="mine"), v4.new_code_cell("b"), v4.new_code_cell("b")])
    for cell in notebook.cells[1:]:
        del cell["id"]
    ids = [cell.id for cell in chapters.tidy(notebook).cells]
    assert ids[0] == "mine" and len(set(ids)) == 3
    assert ids == [cell.id for cell in chapters.tidy(notebook).cells]


def test_check_names_the_fault_and_fails(tmp_path, capsys):
    path = small_notebook(tmp_path / "page.ipynb", "a = 1")
    assert chapters.main(["--check", str(path)]) == 1
    assert "page.ipynb: 1 code cells were not run" in capsys.readouterr().out
