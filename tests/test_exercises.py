"""The checks of the exercises: the right answer passes, each listed wrong one is refused by name, nonsense is refused."""

import re
from pathlib import Path

import chapter_rules as rules
import numpy as np
import pytest
from lstm_course import exercises
from lstm_course.exercises import Exercise, check, exercise, judge

CHAPTERS = sorted((Path(__file__).resolve().parents[1] / "chapters").glob("[1-5]_*.ipynb"))


def numbers():
    modules = (__import__(f"lstm_course.exercises.chapter{k}", fromlist=["EXERCISES"]) for k in exercises.CHAPTERS)
    return [number for module in modules for number in module.EXERCISES]


def in_the_book():
    """Exercise number → the cells of its page, for every exercise labelled E4-2."""
    found = {}
    for path in CHAPTERS:
        chapter = rules.load(path)
        for label in rules.numbers(chapter):
            if label.startswith("E"):
                found[label[1:]] = [cell.source for cell in chapter.notebook.cells]
    return found


@pytest.mark.parametrize("number", numbers())
def test_the_right_answer_passes(number):
    assert judge(number, exercise(number).right).right


@pytest.mark.parametrize("number", numbers())
def test_wrong_answers_are_refused_by_the_name_of_the_misconception(number):
    one = exercise(number)
    assert len(one.wrong) >= 3
    for misconception, answer in one.wrong.items():
        verdict = judge(number, answer)
        assert (verdict.right, verdict.misconception) == (False, misconception)


@pytest.mark.parametrize("number", numbers())
def test_nonsense_is_refused_and_raises_nothing(number):
    def raises(*args, **kwargs):
        raise RuntimeError("oh")

    for answer in (None, "nonsense", raises, np.nan, {}, lambda *args, **kwargs: None):
        verdict = judge(number, answer)
        assert not verdict.right and verdict.says


def test_every_exercise_of_the_book_has_a_check_and_the_reverse():
    book = in_the_book()
    assert sorted(book) == sorted(numbers())
    for number, sources in book.items():
        calls = [s for s in sources if re.search(rf'check\("{re.escape(number)}"', s)]
        assert calls, f"nobody calls check(\"{number}\", …)"


def test_each_chapter_has_six_to_ten_exercises():
    for chapter in exercises.CHAPTERS:
        assert 6 <= sum(number[0] == chapter for number in numbers()) <= 10, chapter


TOY = Exercise("double it", lambda f: {"y": f(np.arange(3.0))}, lambda x: 2 * x, {"That is the square.": lambda x: x * x})


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.setattr(exercises, "exercise", lambda number: TOY)


@pytest.mark.parametrize("answer, says", [
    (lambda x: x + x, "Right."),
    (lambda x: x**2, "That is the square."),
    (lambda x: 2 * x[:2], "y has shape (2,), expected (3,)."),
    (lambda x: 2 * x + (x == 1), "y: 1 of 3 numbers differ, the first at [1], where it is 3."),
    (lambda x: x * np.nan, "y is not a number (NaN)."),
    (3, "Trying it out failed with TypeError: 'int' object is not callable"),
])
def test_a_verdict_says_what_is_wrong(toy, answer, says):
    assert judge("9.1", answer).says == says


def test_check_prints(toy, capsys):
    check("9.1", lambda x: 2 * x)
    check("9.1", lambda x: x * x)
    assert capsys.readouterr().out == "✓ 9.1 Right.\n✗ 9.1 That is the square.\n"


PENCIL = TOY._replace(probe=exercises.values("f", "c"), right={"f": 0.9, "c": 0.58}, tolerance=0.006, wrong={})


@pytest.mark.parametrize("answer, says", [
    ({"f": 0.9, "c": 0.585}, "Right."),
    ({"f": 0.9}, "c is missing; there is f."),
    ({"f": 0.9, "c": 0.7}, "c is too large: 0.7."),
    (0.9, "Trying it out failed with TypeError: expected dict(f=…, c=…), got float"),
])
def test_numbers_by_pencil(monkeypatch, answer, says):
    monkeypatch.setattr(exercises, "exercise", lambda number: PENCIL)
    assert judge("9.2", answer).says == says


@pytest.mark.parametrize("number", ["4", "9.1", "4.99", 4.3, "x.1"])
def test_an_unknown_number_is_named(number):
    with pytest.raises(ValueError, match="number must be"):
        exercise(number)
