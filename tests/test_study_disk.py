"""Studies and the disk: files that were cut off, disks that are full, folders that must not be written to."""

import os
import subprocess
from contextlib import contextmanager

import pytest
from study_files import collected, slow, stored, written
from toy_experiments import walk

from lstm_course import study
from lstm_course.study import store
from lstm_course.study.__main__ import main


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Nobody pulls the plug in these tests, and a busy disk takes its time."""
    monkeypatch.setattr("lstm_course.study.store.os.fsync", lambda descriptor: None)


def cut(path, how):
    text = path.read_text("utf8")
    path.write_text({"mid-number": text[:-2], "whole row": text[:text.rindex("\n", 0, -1) + 1], "empty": "", "noise": "\0\n"}[how], "utf8")


@pytest.mark.parametrize("how, message", [
    ("mid-number", "is cut off or damaged"), ("whole row", "has lost some of its rows"), ("empty", "is cut off"), ("noise", "is cut off")])
def test_a_cut_file_is_named_and_the_rest_stays(tmp_path, capsys, how, message):
    plan = written(tmp_path)
    study.run(plan)
    victim = sorted(plan.folder.glob("*.csv"))[3]
    whole = victim.read_text("utf8")
    cut(victim, how)
    damaged = stored(plan)
    assert main(["run", str(plan.path)]) == 2
    said = capsys.readouterr().err
    assert message in said and victim.stem in said and "Remove it" in said
    assert stored(plan) == damaged
    victim.unlink()
    assert main(["run", str(plan.path)]) == 0
    assert victim.read_text("utf8") == whole and len(stored(plan)) == plan.size


def test_a_cut_table_is_named(tmp_path, capsys):
    plan = written(tmp_path)
    study.run(plan)
    collected(plan)
    cut(plan.table, "mid-number")
    assert main(["check", str(plan.path)]) == 2
    assert "toy.csv is cut off" in capsys.readouterr().err


def test_a_file_is_on_the_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("lstm_course.study.store.os.fsync", lambda descriptor: seen.append(os.fstat(descriptor).st_size))
    monkeypatch.setattr("lstm_course.study.store.os.replace", lambda new, path: seen.append((new.name, path.name)))
    store.write(tmp_path / "a.csv", ["key"], [["b"]])
    assert seen == [len("key\nb\n"), ("a.csv.new", "a.csv")]


@contextmanager
def disk(folder, options, monkeypatch, error):
    """``folder`` on a small disk of its own where one can be mounted; elsewhere writing to it raises ``error``."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True).returncode == 0 if os.geteuid() == 0 else False
    try:
        if not mounted:
            monkeypatch.setattr("lstm_course.study.store.open", error, raising=False)
        yield
    finally:
        monkeypatch.undo()
        if mounted:
            subprocess.run(["umount", folder], check=True)


def full(monkeypatch, room):
    """An ``open`` that finds the disk full after ``room`` files."""
    left = iter(range(room))

    def opened(path, mode="r", **options):
        if "w" in mode and next(left, None) is None:
            raise OSError(28, "No space left on device", path)
        return open(path, mode, **options)

    return opened


def test_a_full_disk_is_told_and_what_was_stored_stays(tmp_path, monkeypatch, capsys):
    folder, elsewhere = tmp_path / "toy", tmp_path / "elsewhere"
    for made in (folder, elsewhere):
        made.mkdir()
    plan = written(tmp_path, slow(60, pause=0.0))
    with disk(folder, "size=128k,nr_inodes=100", monkeypatch, full(monkeypatch, room=20)):
        assert main(["run", str(plan.path)]) == 2
        said = capsys.readouterr().err
        assert "No space left on device" in said and "What was stored before is whole" in said
        before = stored(plan)
        assert 5 < len(before) < 60 and all(text.endswith("\n") for _, _, text in before.values())
        assert list(folder.glob("*.new")) == []
        for name, (_, _, text) in before.items():
            (elsewhere / name).write_text(text, "utf8")
    for path in elsewhere.glob("*"):  # a larger disk
        path.rename(folder / path.name)
    kept = stored(plan)
    assert main(["run", str(plan.path)]) == 0
    assert kept.items() <= stored(plan).items() and len(stored(plan)) == 60


def test_a_folder_that_must_not_be_written_to_is_told_before_anything_runs(tmp_path, monkeypatch, capsys):
    plan = written(tmp_path)
    plan.folder.mkdir()
    monkeypatch.setattr("toy_experiments.np.random.default_rng", None)  # walk would fail
    plan.folder.chmod(0o500)
    with disk(plan.folder, "ro", monkeypatch, None):
        assert main(["run", str(plan.path)]) == 2
    assert f"cannot write in {plan.folder}: " in capsys.readouterr().err
    plan.folder.chmod(0o700)
