"""The committed studies: their files are right, and their tables are what the present sources would give."""

from pathlib import Path

import pytest

from lstm_course import study

STUDIES = sorted((Path(__file__).resolve().parents[1] / "studies").glob("*.toml"))


def test_there_are_studies():
    assert STUDIES


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_a_stored_table_is_not_stale(path):
    """When this fails, results belong to other sources or settings than those that are here: `make studies`."""
    assert study.check(study.load(path)) == []
