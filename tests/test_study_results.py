"""Reading a collected table: types, defaults, reported rows only, and clear errors."""

import numpy as np
import pytest
from study_files import TWO_STAGES, written
from toy_experiments import walk

from lstm_course import study
from lstm_course.study import results

UNEQUAL = TWO_STAGES.replace("pause = 0.0", "pause = 0.001")


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_course.study.store.os.fsync", lambda descriptor: None)
    plan = written(tmp_path, UNEQUAL)
    study.run(plan)
    study.collect(plan)
    return results.load("toy", tmp_path)


def test_a_row_for_each_reported_seed_with_types_and_defaults(table):
    assert len(table) == 6 * 5 and set(table.stage) == {"reported"} and sorted(set(table.seed)) == [100, 101, 102, 103, 104]
    assert [table[name].dtype.kind for name in ("length", "seed", "drift", "end", "solved")] == ["i", "i", "f", "f", "b"]
    assert set(table[table.length == 7].pause) == {0.001} and set(table[table.length < 7].pause) == {0.0}


def test_configurations_keep_their_seeds_and_their_order(table):
    ends = results.by_configuration(table, "end", "drift", "length")
    assert list(ends) == [(0.0, 3), (0.0, 4), (0.1, 3), (0.1, 4), (0.0, 7), (0.1, 7)]
    for (drift, length), found in ends.items():
        np.testing.assert_allclose(found, walk(range(100, 105), drift=drift, length=length)["end"], rtol=1e-6)
    assert list(results.by_configuration(table[table.drift == 0.1], "end", "length")) == [3, 4, 7]


@pytest.mark.parametrize("measure, settings, match", [
    ("speed", ["drift", "length"], "no column speed; its columns are key"), ("end", ["drift", "width"], "no column width"),
    ("end", ["drift"], "drift leaves seeds that occur twice"), ("end", [], "none leaves seeds that occur twice"),
])
def test_what_cannot_be_grouped_is_named(table, measure, settings, match):
    with pytest.raises(ValueError, match=match):
        results.by_configuration(table, measure, *settings)


def test_a_missing_study_or_table_is_named(tmp_path):
    with pytest.raises(study.StudyError, match="cannot read .*nothing.toml"):
        results.load("nothing", tmp_path)
    plan = written(tmp_path)
    with pytest.raises(study.StudyError, match="toy.csv is not there. `python -m lstm_course.study run"):
        results.load("toy", tmp_path)
    plan.table.write_text("key,stage\nabc", "utf8")
    with pytest.raises(study.StudyError, match="cut off or damaged"):
        results.load("toy", tmp_path)


def test_the_books_studies_are_found():
    assert (results.STUDIES / "counting.toml").exists()
