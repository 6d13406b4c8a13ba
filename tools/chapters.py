"""Run the chapters and store their outputs, or hold them against the rules of the house.

    python tools/chapters.py                      run all chapters in place
    python tools/chapters.py chapters/4_lstm.ipynb
    python tools/chapters.py --check              run nothing, only judge

What is stored depends on the sources alone: no timestamps, stable cell ids, one kernelspec, of the metadata only
what the book reads, and pictures with a palette (a third of their weight) at the width they were drawn for.
"""

import argparse
import base64
import hashlib
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

import chapter_rules
import pictures

ROOT = Path(__file__).resolve().parents[1]
KEPT_CELL_METADATA = ("tags", "mystnb")
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def chapters():
    """Paths of all chapters, in the order of their names."""
    return sorted((ROOT / "chapters").glob("*.ipynb"))


def tidy(notebook):
    """Keep only what the book reads; give an id, made from its source, to each cell that lacks its own."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    seen = set()
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: cell.metadata[k] for k in KEPT_CELL_METADATA if k in cell.metadata})
        name, again = cell.get("id"), 0
        while not name or name in seen:
            name = hashlib.sha256(f"{again} {cell.source}".encode()).hexdigest()[:8]
            again += 1
        cell["id"] = name
        seen.add(name)
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                light = pictures.slim(base64.b64decode(output.data["image/png"]))
                output.data["image/png"] = base64.b64encode(light).decode()
                if "image" in cell.metadata.get("mystnb", {}):
                    cell.metadata.mystnb.image["width"] = pictures.page_width(light)
    return notebook


def run(path, timeout=120):
    """Execute the notebook at ``path`` in a fresh kernel and write it back; returns the seconds it took.

    An exception in a cell is raised (nbclient's CellExecutionError) and nothing is written.
    """
    notebook = tidy(nbformat.read(path, as_version=4))
    began = time.perf_counter()
    NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    seconds = time.perf_counter() - began
    nbformat.write(tidy(notebook), path)
    return seconds


def main(arguments=None):
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="chapters (default: all)")
    parser.add_argument("--check", action="store_true", help="judge the stored chapters, run nothing")
    options = parser.parse_args(arguments)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")

    failed = False
    for path in options.paths or chapters():
        if not options.check:
            print(f"{path.name}: {run(path.resolve()):.1f} s", flush=True)
        for problem in chapter_rules.problems(chapter_rules.load(path)):
            failed = True
            print(f"{path.name}: {problem}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
