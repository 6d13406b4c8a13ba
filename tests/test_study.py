"""Studies: the file, the choice of rates, keys, and the table."""

import numpy as np
import pytest
from study_files import TWO_STAGES, collected, stored, written
from toy_experiments import walk

from lstm_course import study
from lstm_course.study import grid, keys, store
from lstm_course.study.__main__ import main


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Nobody pulls the plug in these tests, and a busy disk takes its time."""
    monkeypatch.setattr("lstm_course.study.store.os.fsync", lambda descriptor: None)


def table(plan):
    return store.read(plan.table)


def test_lists_are_crossed_and_grids_added(tmp_path):
    plan = written(tmp_path)
    assert [tuple(config.items()) for config in plan.configs] == [
        (("drift", 0.0), ("length", 3)), (("drift", 0.0), ("length", 4)), (("drift", 0.1), ("length", 3)), (("drift", 0.1), ("length", 4)),
        (("drift", 0.0), ("length", 7), ("pause", 0.0)), (("drift", 0.1), ("length", 7), ("pause", 0.0))]
    assert [list(block) for block in plan.blocks] == [[100, 101, 102], [103, 104]]
    assert plan.size == 6 * (3 + 2) and len(plan.units(lambda unit: None)) == 6 * 3


def test_axes_are_crossed(tmp_path):
    plan = written(tmp_path, """
        experiment = "toy_experiments:walk"
        seeds = { first = 0, number = 1 }
        settings = { pause = 0.0, drift = 9.0 }
        axes.length = [{ length = 3, lr = 0.1 }, { length = [4, 5], lr = 0.2 }]
        axes.drift = [{ drift = 0.5 }, {}]
        """)
    found = [(config["length"], config["lr"], config["drift"]) for config in plan.configs]
    assert found == [(3, 0.1, 0.5), (3, 0.1, 9.0), (4, 0.2, 0.5), (5, 0.2, 0.5), (4, 0.2, 9.0), (5, 0.2, 9.0)]


def test_the_table_is_what_the_experiment_returns(tmp_path):
    plan = written(tmp_path)
    study.run(plan)
    collected(plan)
    rows = [row for row in table(plan) if row["stage"] == "reported"]
    assert len(rows) == 6 * 5 and len(table(plan)) == 6 * (3 * 2 + 5)
    assert list(rows[0]) == ["key", "stage", "drift", "length", "lr", "pause", "seed", "solved", "end", "distance", "steps"]
    for row in rows:
        alone = walk([int(row["seed"])], length=int(row["length"]), drift=float(row["drift"]), lr=float(row["lr"]))
        assert float(row["end"]) == pytest.approx(float(alone["end"][0]), rel=1e-6) and row["solved"] == str(alone["solved"][0])
        assert row["pause"] == ("0" if row["length"] == "7" else "") and row["steps"] == row["length"]
    costs = store.read(plan.cost_table)
    assert len(costs) == plan.size and all(float(row["cpu_seconds"]) >= 0 and row["numpy"] == np.__version__ for row in costs)


def test_the_rate_is_chosen_on_the_seeds_that_are_not_reported(tmp_path):
    plan = written(tmp_path)
    study.run(plan)
    collected(plan)
    assert {row["lr"] for row in table(plan) if row["stage"] == "reported"} == {"0.5"}
    stages = {stage: {row["seed"] for row in table(plan) if row["stage"] == stage} for stage in ("selection", "reported")}
    assert stages == {"selection": {"0", "1"}, "reported": {"100", "101", "102", "103", "104"}}


@pytest.mark.parametrize("names, best", [
    (["solved"], 1), (["-loss"], 0), (["solved", "-loss"], 1), (["solved", "loss"], 2), (["same"], 0), (["same", "-steps"], 2)])
def test_the_best_is_decided_by_means_in_the_order_of_their_names(names, best):
    rows = [[{"solved": s, "loss": loss, "same": "1", "steps": steps} for s, loss, steps in column] for column in (
        [("True", "0.1", "9"), ("False", "0.1", "9")],
        [("True", "0.3", "5"), ("True", "0.1", "9")],
        [("True", "0.4", "5"), ("True", "0.2", "5")],
        [("False", "nan", "5"), ("True", "0.0", "9")])]
    assert grid._best(rows, names, "study.toml") == best


def test_a_finished_study_computes_nothing_and_its_table_is_enough(tmp_path, monkeypatch):
    plan = written(tmp_path)
    study.run(plan)
    before = collected(plan)
    monkeypatch.setattr("toy_experiments.np.random.default_rng", None)  # walk would fail
    kept = stored(plan)
    study.run(plan)
    assert stored(plan) == kept
    for path in plan.folder.glob("*"):
        path.unlink()
    study.run(plan)
    assert stored(plan) == {} and collected(plan) == before and study.check(plan) == []
    assert "30 of 30" in study.status(plan)


def test_a_grown_study_runs_only_what_is_new(tmp_path):
    plan = written(tmp_path)
    study.run(plan)
    before = stored(plan)
    grown = written(tmp_path, TWO_STAGES.replace("length = 7", "length = [7, 9]"))
    study.run(grown)
    assert before.items() <= stored(grown).items() and len(stored(grown)) == len(before) + 2 * 5


def test_a_key_depends_on_everything_a_result_depends_on(monkeypatch):
    unit = grid.Unit("toy_experiments:walk", (("drift", 0.0), ("length", 3)), (1, 2))
    others = [unit._replace(experiment="toy_experiments:short"), unit._replace(config=(("drift", 0.1), ("length", 3))),
              unit._replace(seeds=(1, 3)), unit._replace(seeds=(2, 1))]
    assert len({unit.key, *(other.key for other in others)}) == 5
    assert unit._replace(stage="selection").key == unit.key == grid.Unit(*unit).key
    before = unit.key
    monkeypatch.setattr(keys, "__version__", "0.0.0")
    assert unit.key != before


def test_a_worker_with_other_sources_is_refused(tmp_path):
    from lstm_course.study.runner import compute

    unit = written(tmp_path).units(lambda unit: None)[0]
    assert compute(unit, unit.key)[0] == unit
    with pytest.raises(study.StudyError, match="other sources"):
        compute(unit, "0" * 20)


def hashed(tmp_path, monkeypatch, text):
    """The hash of a module with that text, as the only one of its package."""
    (tmp_path / "changing.py").write_text(text, "utf8")
    monkeypatch.syspath_prepend(tmp_path)
    for cached in (keys._tree, keys._hash, keys._imports, keys._closure):
        cached.cache_clear()
    return keys._hash(("changing",))


def test_words_do_not_count_as_sources_and_code_does(tmp_path, monkeypatch):
    code = 'def f(x):\n    """Doubled."""\n    return 2 * x  # twice\n'
    before = hashed(tmp_path, monkeypatch, code)
    for same in (code.replace("Doubled", "Two times"), code.replace("  # twice", "\n\n"), '"""A module."""\n' + code):
        assert hashed(tmp_path, monkeypatch, same) == before
    for other in (code.replace("2", "3"), code.replace("f(x)", "f(x, y=1)"), code.replace('"""Doubled."""', "x = -x")):
        assert hashed(tmp_path, monkeypatch, other) != before


def toml(change=("", "")):
    return TWO_STAGES.replace(*change) if change[0] else change[1]


@pytest.mark.parametrize("change, message", [
    (("", "seeds = ["), "is no TOML"),
    (("toy_experiments:walk", "walks"), "experiment must be one of .* or 'module:function', but it is 'walks'"),
    (("toy_experiments:walk", "toy_experiments:run"), "experiment 'toy_experiments:run' cannot be imported"),
    (("toy_experiments:walk", "no_such_module:walk"), "cannot be imported: No module named"),
    (("length = 7", "lengths = 7"), "missing a required argument: 'length'.* the settings are length, drift, lr, pause"),
    (("pause = 0.0", "speed = 0.0"), "got an unexpected keyword argument 'speed'"),
    (("pause = 0.0", "lr = 0.1"), "lr is swept, so no grid may set it"),
    (("length = 7\npause = 0.0", "length = 3"), "two grids give the same configuration"),
    (("length = 7", "length = {}"), "length must be a string, a number, a truth value or a list of them"),
    (("length = 7", "length = []"), "length must be a string"),
    (("seeds = { first = 100", "number = { first = 100"), "number is not one of experiment, seeds"),
    (("first = 100", "first = 1"), r"sweep.seeds must be other seeds than the reported ones, but both have \[1\]"),
    (("number = 5", "number = 0"), "seeds must be whole numbers"),
    (("block = 3", "blocks = 3"), "seeds must be { first"),
    (('best = ["-distance", "solved"]', "best = []"), "sweep.best must be names of results"),
    (("", 'experiment = "toy_experiments:walk"\nseeds = { first = 0, number = 1 }\nsweep = 3'), "sweep must be a table, but it is 3"),
    (("[[grid]]\nlength = 7", "[grid]\nlength = 7"), "is no TOML"),
    (("[[grid]]\nlength = 7", "[[axes.more]]\nlength = 7"), "two axes set length"),
    (("[[grid]]\nlength = 7", "[axes]\nlength = 7"), r"axes \[\[axes.NAME\]\] tables"),
])
def test_a_wrong_file_is_refused_before_anything_runs(tmp_path, capsys, change, message):
    with pytest.raises(study.StudyError, match=message):
        written(tmp_path, toml(change))
    assert main(["run", str(tmp_path / "toy.toml")]) == 2
    assert capsys.readouterr().err.startswith("error: ") and not (tmp_path / "toy").exists()


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["run", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("experiment, settings, message", [
    ("refuses", 'model = ["Transformer"]', "model must be one of RNN, LSTM, but it is 'Transformer', in the unit model = 'Transformer', seeds 0 to 2"),
    ("short", "", "must return 3 values of 'loss'"),
])
def test_what_the_experiment_refuses_is_told_with_its_unit(tmp_path, capsys, experiment, settings, message):
    text = f'experiment = "toy_experiments:{experiment}"\nseeds = {{ first = 0, number = 3 }}\n[[grid]]\n{settings}\n'
    plan = written(tmp_path, text)
    assert main(["run", str(plan.path)]) == 2
    assert message in capsys.readouterr().err and stored(plan) == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bug_in_an_experiment_is_no_users_error(tmp_path, jobs):
    plan = written(tmp_path, 'experiment = "toy_experiments:fails"\nseeds = { first = 0, number = 3 }\n')
    with pytest.raises(KeyError) as error:
        study.run(plan, jobs=jobs)
    assert "in the unit seeds 0 to 2" in error.value.__notes__


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_keep_clear_of_settings_and_what_is_said_is_passed_on(tmp_path, capfd, jobs):
    plan = written(tmp_path, 'experiment = "toy_experiments:talks"\nseeds = { first = 7, number = 2, block = 1 }\n[[grid]]\nsteps = 10\n')
    assert main(["run", str(plan.path), "--jobs", str(jobs)]) == 0
    collected(plan)
    assert [(row["steps"], row["final_steps"]) for row in table(plan)] == [("10", "17"), ("10", "18")]
    assert sorted(capfd.readouterr().err.split("\n")[:-1]) == ["", "", "spoken 7", "spoken 8"]


def test_no_process_is_too_few(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["run", str(written(tmp_path).path), "--jobs", "0"])
    assert "--jobs must be at least 1" in capsys.readouterr().err


def test_an_unknown_result_cannot_decide(tmp_path):
    with pytest.raises(study.StudyError, match="sweep.best names 'accuracy', but the results are .*distance"):
        study.run(written(tmp_path, TWO_STAGES.replace('"-distance"', '"accuracy"')))


def test_nothing_is_collected_before_the_end(tmp_path):
    plan = written(tmp_path)
    with pytest.raises(study.StudyError, match="30 of 30 units are missing"):
        study.collect(plan)
    study.run(plan)
    next(plan.folder.glob("*.csv")).unlink()
    with pytest.raises(study.StudyError, match="units are missing"):
        study.collect(plan)
    assert not plan.table.exists()


def test_a_stale_table_is_noticed(tmp_path, capsys):
    plan = written(tmp_path)
    assert study.check(plan) == [f"{plan.table} is not there"]
    study.run(plan)
    collected(plan)
    assert study.check(plan) == [] and main(["check", str(plan.path)]) == 0
    longer = written(tmp_path, TWO_STAGES.replace("length = 7", "length = 8"))
    assert [line.split(" units")[0] for line in study.check(longer)] == ["10 of 30", "10"]
    capsys.readouterr()
    assert main(["check", str(plan.path)]) == 1 and "10 of 30 units are not in" in capsys.readouterr().out


def test_a_table_of_other_sources_is_stale(tmp_path, monkeypatch):
    plan = written(tmp_path)
    study.run(plan)
    collected(plan)
    monkeypatch.setattr(keys, "_hash", lambda names: "other")
    assert [line.split(" units")[0] for line in study.check(plan)] == ["30 of 30", "30"]
