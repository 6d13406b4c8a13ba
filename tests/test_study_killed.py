"""Processes that die: kill -9 of workers and of the main process, two processes at a time, a cluster."""

import os
import signal
import time
from contextlib import suppress

import numpy as np
import psutil
import pytest
from distributed import Client, LocalCluster
from study_files import TWO_STAGES, collected, command, said, slow, stored, written

from lstm_course import study

UNITS = 160


def undisturbed(folder, text, monkeypatch):
    """The table of a run that nothing disturbs, and that does not sleep."""
    folder.mkdir()
    plan = written(folder, text)
    with monkeypatch.context() as patch:
        patch.setattr("toy_experiments.time.sleep", lambda seconds: None)
        study.run(plan)
    return collected(plan)


def workers(process):
    """The running worker processes of a study's main process."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has just ended
            found += [child] if any("popen_loky" in argument for argument in child.cmdline()) else []
    return found


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_twenty_times_kill_9_and_every_row_is_there_once(tmp_path, monkeypatch):
    text, rng = slow(UNITS, pause=0.05), np.random.default_rng(0)
    expected = undisturbed(tmp_path / "undisturbed", text, monkeypatch)
    plan, kept, killed, process, seen = written(tmp_path, text), {}, {"main": 0, "worker": 0}, None, set()
    while sum(killed.values()) < 20:
        if process is None:
            process = command("run", plan.path, "--jobs", 2)
        enough = len(kept) + rng.integers(6)
        until(lambda: len(workers(process)) == 2 and len(stored(plan)) >= enough)
        time.sleep(rng.uniform(0, 0.1))
        alive = workers(process)
        seen.update(alive)
        victim = "worker" if rng.random() < 0.6 and alive else "main"
        assert process.poll() is None, "the run ended before it was killed often enough: make it longer"
        os.kill(alive[0].pid if victim == "worker" else process.pid, signal.SIGKILL)
        killed[victim] += 1
        if victim == "main":
            process.wait()
            process = None
        now = stored(plan)
        assert kept.items() <= now.items(), "a stored unit was lost, changed or run again"
        kept = now
    assert min(killed.values()) >= 5 and 0 < len(kept) < UNITS
    if process is None:
        process = command("run", plan.path, "--jobs", 2)
    code, printed = said(process)
    assert code == 0 and f"{UNITS} of {UNITS} units" in printed, printed
    assert kept.items() <= stored(plan).items() and len(stored(plan)) == UNITS
    assert collected(plan) == expected
    assert list(plan.folder.glob("*.new")) == []
    assert psutil.wait_procs(seen, timeout=20)[1] == [], "workers outlive the process that started them"


def test_two_processes_share_a_folder(tmp_path, monkeypatch):
    text = slow(40, pause=0.1)
    expected, plan = undisturbed(tmp_path / "undisturbed", text, monkeypatch), written(tmp_path, text)
    both = [command("run", plan.path) for _ in range(2)]
    until(lambda: len(stored(plan)) > 5)
    some = stored(plan)
    for process in both:
        code, printed = said(process)
        assert code == 0 and "40 of 40" in printed, printed
    assert some.items() <= stored(plan).items()
    assert collected(plan) == expected


def test_a_unit_whose_process_died_is_taken_over(tmp_path):
    plan = written(tmp_path, slow(3, pause=2.5))
    dies = command("run", plan.path)
    until(lambda: list(plan.folder.glob("*.lock")))
    dies.kill()
    dies.wait()
    fast = written(tmp_path, slow(3, pause=2.5))
    store = study.Store(fast, fast.folder)
    assert [store.claim(unit) for unit in fast.units(store.rows)] == [True] * 3
    assert [study.Store(fast, fast.folder).claim(unit) for unit in fast.units(store.rows)] == [False] * 3


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster


def test_a_dask_cluster_gives_the_same_table(tmp_path, monkeypatch, cluster):
    expected, plan = undisturbed(tmp_path / "undisturbed", TWO_STAGES, monkeypatch), written(tmp_path)
    study.run(plan, scheduler=cluster.scheduler_address)
    assert collected(plan) == expected
    (tmp_path / "joblib").mkdir()
    local = written(tmp_path / "joblib")
    study.run(local, jobs=2)
    assert collected(local) == expected


def test_a_cluster_runs_the_unit_of_a_killed_worker_again(tmp_path, monkeypatch, cluster):
    text = slow(12, pause=0.4)
    expected, plan = undisturbed(tmp_path / "undisturbed", text, monkeypatch), written(tmp_path, text)
    process = command("run", plan.path, "--scheduler", cluster.scheduler_address)
    until(lambda: len(stored(plan)) >= 2)
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
    code, printed = said(process)
    assert code == 0 and "12 of 12" in printed, printed
    assert collected(plan) == expected


def test_a_scheduler_that_does_not_answer_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_course.study.runner._ANSWER", 0.5)
    with pytest.raises(study.StudyError, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        study.run(written(tmp_path, slow(1, pause=0)), scheduler="tcp://127.0.0.1:9")
