"""Answers to the book's exercises, checked in the notebook: ``check("4.3", my_step)``.

An exercise says how an answer is tried out (its *probe*), what the right answer gives, and which wrong answers
people give, each under the misconception behind it. A learner's answer is tried the same way. If it does what one of
the wrong answers does, the misconception is named; otherwise the first difference is described.

``chapter1`` … ``chapter5``  the exercises
"""

import importlib
from typing import Any, NamedTuple

import numpy as np

CHAPTERS = "12345"


class Exercise(NamedTuple):
    """One exercise.

    task       what is asked for, in one line
    probe      function answer → {name: number or array}: what the answer gives where it is tried out
    right      an answer that is right
    wrong      {misconception: an answer that has it}, at least three. The key is a sentence to the learner
    tolerance  how far a number may be from the right one, absolutely
    praise     what to say of a right answer; one line
    """

    task: str
    probe: Any
    right: Any
    wrong: dict
    tolerance: float = 1e-6
    praise: str = "Right."


class Verdict(NamedTuple):
    """What ``judge`` found: whether the answer is right, what to tell the learner, and the misconception, if known."""

    right: bool
    says: str
    misconception: str | None


def exercise(number):
    """The :class:`Exercise` with a number such as "4.3"."""
    if not isinstance(number, str) or number[:1] not in CHAPTERS or number[1:2] != ".":
        raise ValueError(f"number must be a chapter, a dot and a number, such as '4.3', but it is {number!r}")
    known = importlib.import_module(f".chapter{number[0]}", __name__).EXERCISES
    if number not in known:
        raise ValueError(f"number must be one of {', '.join(known)} in chapter {number[0]}, but it is {number!r}")
    return known[number]


def check(number, answer):
    """Say whether ``answer`` solves the exercise ``number``, and if not, what is wrong with it.

    What an answer must be (a number, a dict of numbers, a function …) stands in the exercise's text.
    """
    verdict = judge(number, answer)
    print(f"{'✓' if verdict.right else '✗'} {number} {verdict.says}")


def judge(number, answer):
    """The :class:`Verdict` that ``check`` prints. An answer that fails in whatever way is no error here."""
    one = exercise(number)
    expected = _numbers(one.probe(one.right))
    try:
        given = _numbers(one.probe(answer))
    except Exception as error:  # the learner's own code, or an answer that is no answer
        return Verdict(False, f"Trying it out failed with {type(error).__name__}: {error}", None)
    complaint = _difference(given, expected, one.tolerance)
    if complaint is None:
        return Verdict(True, one.praise, None)
    for misconception, wrong in one.wrong.items():
        if _difference(given, _numbers(one.probe(wrong)), one.tolerance) is None:
            return Verdict(False, misconception, misconception)
    return Verdict(False, complaint, None)


def values(*names):
    """A probe for answers worked out by pencil: a dict with these names, or a bare number where there is one name."""

    def probe(answer):
        if len(names) == 1 and not isinstance(answer, dict):
            answer = {names[0]: answer}
        if not isinstance(answer, dict):
            raise TypeError(f"expected dict({', '.join(f'{name}=…' for name in names)}), got {type(answer).__name__}")
        return {name: answer[name] for name in names if name in answer}

    return probe


def _numbers(found):
    return {name: np.asarray(value, dtype=float) for name, value in found.items()}


def _difference(given, expected, tolerance):
    """The first difference in words, or None."""
    for name, right in expected.items():
        if name not in given:
            return f"{name} is missing; there is {', '.join(given) or 'nothing'}."
        value = given[name]
        if value.shape != right.shape:
            return f"{name} has shape {value.shape}, expected {right.shape}."
        if np.isnan(value).any() and not np.isnan(right).any():
            return f"{name} is not a number (NaN)."
        far = ~np.isclose(value, right, rtol=0, atol=tolerance, equal_nan=True)
        if far.any():
            return _described(name, value, right, far)
    return None


def _described(name, value, right, far):
    if not right.shape:
        return f"{name} is {'too large' if value > right else 'too small'}: {value:.4g}."
    at = tuple(int(k) for k in np.argwhere(far)[0])
    where = ", ".join(map(str, at))
    return f"{name}: {far.sum()} of {far.size} numbers differ, the first at [{where}], where it is {value[at]:.4g}."
