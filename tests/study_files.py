"""Small studies on disk, and ways to look at what is stored, for the tests of the study's machinery."""

import os
import subprocess
import sys
from pathlib import Path

from lstm_course import study

ROOT = Path(__file__).resolve().parents[1]
TWO_STAGES = """
experiment = "toy_experiments:walk"
seeds = { first = 100, number = 5, block = 3 }

[sweep]
seeds = { first = 0, number = 2 }
settings = { lr = [0.1, 0.5, 1.0] }
best = ["-distance", "solved"]

[settings]
drift = [0.0, 0.1]

[[grid]]
length = [3, 4]

[[grid]]
length = 7
pause = 0.0
"""


def written(folder, text=TWO_STAGES):
    """The study of that text, in a file of that folder."""
    path = folder / "toy.toml"
    path.write_text(text, "utf8")
    return study.load(path)


def slow(units, pause):
    """A study of so many units, each of ``pause`` seconds."""
    return (f'experiment = "toy_experiments:walk"\nseeds = {{ first = 0, number = {units}, block = 1 }}\n'
            f"[[grid]]\nlength = 3\npause = {pause}\n")


def stored(plan):
    """Name → (inode, time of writing, text) of each unit's file."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns, path.read_text("utf8")) for path in plan.folder.glob("*.csv")}


def collected(plan):
    """Collect, and return the table's text."""
    study.collect(plan)
    return plan.table.read_text("utf8")


def command(name, path, *options):
    """The command line in a process of its own, warnings being errors. It prints into a file, which workers may keep open."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    log = path.with_name(f"log{len(list(path.parent.glob('log*')))}")
    with open(log, "w", encoding="utf8") as file:
        process = subprocess.Popen([sys.executable, "-W", "error", "-m", "lstm_course.study", name, path, *map(str, options)],
                                   env=os.environ | {"PYTHONPATH": paths}, stdout=file, stderr=subprocess.STDOUT)
    process.log = log
    return process


def said(process):
    """The exit code of a command, when it has ended, and what it printed."""
    return process.wait(timeout=60), process.log.read_text("utf8")
