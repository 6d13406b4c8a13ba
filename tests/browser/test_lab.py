"""A chapter in a real JupyterLab: opened from its address, run from top to bottom by the menu, every cell without an error."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat.reader import NotJSONError

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "5_after_the_lstm.ipynb"
QUIET = {"LabApp": {"news_url": None, "check_for_updates_class": "jupyterlab.NeverCheckForUpdate"}}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(happens, seconds, what):
    """Ask four times a second; returns the first answer that is true, TimeoutError with ``what`` when the time is over."""
    end = time.monotonic() + seconds
    while not (answer := happens()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen in {seconds} s")
        time.sleep(0.25)
    return answer


@pytest.fixture
def lab(tmp_path):
    """(address with token, folder) of a JupyterLab that knows the package, over a chapter without its outputs."""
    notebook = nbformat.read(ROOT / "chapters" / CHAPTER, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    folder = tmp_path / "chapters"
    folder.mkdir()
    nbformat.write(notebook, folder / CHAPTER)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_lab_config.json").write_text(json.dumps(QUIET), "utf8")
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "RUNTIME")}
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
               f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}"]
    env = {**os.environ, **own, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    with open(tmp_path / "log", "w") as log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as server:
        def answers():
            assert server.poll() is None, (tmp_path / "log").read_text()
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={token}", timeout=2).status == 200
            except OSError:
                return False

        wait_until(answers, 60, "JupyterLab's answer")
        yield f"http://127.0.0.1:{port}/lab/tree/{CHAPTER}?token={token}", folder
        server.terminate()
        server.wait(30)


def counts_and_errors(path):
    """The execution counts of a saved notebook's code cells, and its errors."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    errors = [f"{o.ename}: {o.evalue}" for cell in cells for o in cell.outputs if o.output_type == "error"]
    return [cell.execution_count for cell in cells], errors


def test_a_chapter_runs_from_top_to_bottom(lab, chromium):
    address, folder = lab
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator("li[data-command='runmenu:run-all']").click()

    kernel = page.locator(".jp-Dialog .jp-mod-accept", has_text="Select")

    def ended():
        if kernel.is_visible():     # it may ask which kernel; the one it offers is the notebook's
            kernel.click()
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        try:
            counts, errors = counts_and_errors(folder / CHAPTER)
        except NotJSONError:        # in the middle of being saved
            return None
        return (counts, errors) if counts[-1] is not None or errors else None

    counts, errors = wait_until(ended, 120, "the end of the run")
    page.close()
    assert errors == [] and counts == list(range(1, len(counts) + 1))
