"""Counting: a second reader, made of string methods, must agree with every array."""

import numpy as np
import pytest

from lstm_course import tasks

FORMS = {"ab": "{0}{1}", "aXb": "{0}X{1}", "abc": "{0}{1}{2}"}


def strings(rows):
    return ["".join(tasks.COUNT_SYMBOLS[k] for k in column) for column in rows.T]


@pytest.mark.parametrize("language", FORMS)
def test_strings_their_continuation_and_what_follows_from_what_was_read(language):
    counts = np.array([1, 4, 9, 2])
    task = tasks.counted(counts, language=language)
    for k, (n, read, said) in enumerate(zip(counts, strings(task.inputs), strings(task.targets))):
        word = FORMS[language].format("a" * n, "b" * n, "c" * n)
        assert read.rstrip(".") == word and said.rstrip(".") == word[1:]
        expected = np.zeros(len(read), dtype=bool)
        expected[n:len(word)] = True  # the b after the last a, or the X, is the first to tell n
        assert (task.determined[:, k] == expected).all()
        assert said[len(word) - 1] == "." and task.determined[len(word) - 1, k]
        assert list(task.balance[:, k]) == [read[: t + 1].count("a") - read[: t + 1].count("b") for t in range(len(read))]
    assert len(task.inputs) == len(FORMS[language].format("a" * 9, "b" * 9, "c" * 9))


def test_counts_are_uniform_and_all_strings_equally_long():
    task = tasks.counting(6000, 6, np.random.default_rng(0), language="abc")
    counts = (task.inputs == 0).sum(axis=0)
    assert np.bincount(counts) == pytest.approx([0, *[1000] * 6], abs=4 * np.sqrt(1000 * 5 / 6))
    assert task.inputs.shape == task.targets.shape == task.determined.shape == (18, 6000)
    assert tasks.counted([2, 3], longest=10).inputs.shape == (20, 2)


def test_chance_who_does_not_count_gets_no_string_right():
    inputs, targets, known = tasks.counting(500, 20, np.random.default_rng(0)).task
    b_after_b = np.where(inputs == 1, 1, 4)
    right = (b_after_b == targets) | ~known
    assert right[:-1][known[:-1]].mean() > 0.8 and not right.all(axis=0).any()


def test_chance_who_counts_only_the_b_gets_one_string_in_twenty_right():
    inputs, targets, known = tasks.counting(8000, 20, np.random.default_rng(0)).task
    guess = np.random.default_rng(1).integers(1, 21, size=8000)
    said = np.where((inputs == 1).cumsum(axis=0) >= guess, 4, 1)
    right = ((said == targets) | ~known).all(axis=0).mean()
    assert abs(right - 1 / 20) < 4 * np.sqrt(0.05 * 0.95 / 8000)


def test_the_same_generator_gives_the_same_strings():
    one, same, other = (tasks.counting(8, 20, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert all((a == b).all() for a, b in zip(one, same)) and (one.inputs != other.inputs).any()


@pytest.mark.parametrize("call, error, message", [
    (lambda r: tasks.counting(0, 5, r), ValueError, "n must be at least 1"),
    (lambda r: tasks.counting(3, 0, r), ValueError, "longest must be at least 1"),
    (lambda r: tasks.counting(3, 5, 0), TypeError, "rng must be a numpy.random.Generator"),
    (lambda r: tasks.counting(3, 5, r, language="ba"), ValueError, "language must be one of"),
    (lambda r: tasks.counted([1.5]), TypeError, "counts must be integers"),
    (lambda r: tasks.counted([]), TypeError, "counts must be integers"),
    (lambda r: tasks.counted([2, 0]), ValueError, "counts must be a row of integers from 1 on"),
    (lambda r: tasks.counted([2, 5], longest=4), ValueError, "longest must be at least 5"),
])
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(np.random.default_rng(0))
