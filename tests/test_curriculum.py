"""What the course must teach is in ``curriculum.toml``; here it is held against the chapters."""

import tomllib
from collections import Counter
from pathlib import Path

import chapter_rules as rules
import pytest
from notebooks import good_chapter

HERE = Path(__file__).resolve().parent
CURRICULUM = tomllib.loads((HERE / "curriculum.toml").read_text("utf8"))


def faults(curriculum, carried):
    """What is missing, doubled, on another page, or unknown.

    ``curriculum``: page → number → {says, required}; ``carried``: page → Counter of numbers.
    """
    home = {number: page for page, entries in curriculum.items() for number in entries}
    where = {}
    for page, numbers in carried.items():
        for number, count in numbers.items():
            where.setdefault(number, []).extend([page] * count)
    for number, page in home.items():
        entry = curriculum[page][number]
        if entry["required"] and number not in where:
            yield f"{number} ({entry['says']}) is missing from {page}"
    for number, pages in where.items():
        if number not in home:
            yield f"{number} on {pages[0]} is not in curriculum.toml"
        elif pages != [home[number]]:
            yield f"{number} belongs once on {home[number]}, and is on {pages}"


def test_the_chapters_carry_the_curriculum():
    chapters = map(rules.load, sorted((HERE.parent / "chapters").glob("*.ipynb")))
    assert list(faults(CURRICULUM, {c.name: rules.numbers(c) for c in chapters})) == []


def test_the_curriculum_is_complete():
    counts = Counter(f"{number[0]}{number[1]}" for entries in CURRICULUM.values() for number in entries)
    assert counts == {
        "P1": 6, "P2": 7, "P3": 4, "P4": 10, "P5": 7, "F1": 4, "F2": 4, "F3": 4, "F4": 12, "F5": 6,
        "C1": 4, "C2": 5, "C3": 6, "C4": 8, "C5": 5, "E1": 7, "E2": 7, "E3": 8, "E4": 10, "E5": 10,
    }


TOY = {"nine": {"P9.1": {"says": "a point", "required": True}, "C9.1": {"says": "a claim", "required": False}}}


@pytest.mark.parametrize("carried, expected", [
    ({"nine": Counter({"P9.1": 1})}, []),
    ({"nine": Counter({"P9.1": 1, "C9.1": 1})}, []),
    ({"nine": Counter()}, ["P9.1 (a point) is missing from nine"]),
    ({"nine": Counter({"P9.1": 2})}, ["P9.1 belongs once on nine, and is on ['nine', 'nine']"]),
    ({"ten": Counter({"P9.1": 1})}, ["P9.1 belongs once on nine, and is on ['ten']"]),
    ({"nine": Counter({"P9.1": 1, "F9.9": 1})}, ["F9.9 on nine is not in curriculum.toml"]),
])
def test_faults_are_found(carried, expected):
    assert list(faults(TOY, carried)) == expected


def test_numbers_are_read_from_tags_targets_and_labels():
    expected = {"P9.1": 1, "F9.1": 1, "F9.2": 1, "F9.3": 1, "F9.4": 1, "C9.1": 1, "E9.1": 1}
    assert rules.numbers(rules.load(good_chapter())) == expected
