"""Real data: digits and source text are what their docstrings promise."""

import ast
import pathlib
import sysconfig

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lstm_course import tasks
from lstm_course.tasks.source_text import LEARN, UNSEEN


@pytest.fixture(scope="module")
def rows():
    return tasks.digits(np.random.default_rng(0))


def test_every_digit_is_there_once_with_its_label(rows):
    images, labels = load_digits(return_X_y=True)
    key = np.arange(1.0, 65) ** 1.5  # a sum that tells the images apart
    known = dict(zip((images @ key).round(6), labels))
    found = [x.swapaxes(0, 1).reshape(-1, 64) for x, _ in rows]
    sums = np.concatenate([(x * 16.0 @ key).round(6) for x in found])
    assert sorted(sums) == sorted((images @ key).round(6))
    assert [known[s] for s in sums] == [*rows.train[1][0], *rows.test[1][0]]


def test_rows_and_pixels_are_the_same_pictures(rows):
    pixels = tasks.digits(np.random.default_rng(0), as_="pixels")
    for (r, label), (p, same) in zip(rows, pixels):
        assert (label == same).all() and label.shape == (1, r.shape[1])
        assert r.shape[0::2] == (8, 8) and p.shape[0::2] == (64, 1) and r.dtype == p.dtype == np.float32
        assert (r.transpose(1, 0, 2).reshape(-1, 64) == p[..., 0].T).all() and r.min() == 0 and r.max() == 1


def test_the_split_is_even_and_chance_is_a_tenth(rows):
    assert rows.test[1].shape == (1, 360) and rows.train[1].shape == (1, 1437)
    share = np.bincount(rows.test[1][0]) / 360
    assert np.abs(share - np.bincount(rows.train[1][0]) / 1437).max() < 2 / 360
    assert 0.1 <= share.max() < 0.105


def test_source_text_is_the_library_and_nothing_is_in_both_parts():
    assert not set(LEARN) & set(UNSEEN)
    text = tasks.text_of(tasks.characters("learn"))
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    assert text.startswith((library / "argparse.py").read_text()) and (library / "sched.py").read_text() in text
    ast.parse(text.replace("from __future__ import annotations", ""))
    learn, unseen = len(text), len(tasks.characters("unseen"))
    assert learn > 500_000 and unseen > 100_000
    with pytest.raises(ValueError, match="read-only"):
        tasks.characters("learn")[0] = 1


def test_only_newline_and_printable_ascii_are_left():
    assert len(tasks.CHARACTERS) == len(set(tasks.CHARACTERS)) == 96
    for part in ("learn", "unseen"):
        assert set(tasks.text_of(tasks.characters(part))) <= set(tasks.CHARACTERS)


def test_chance_of_who_knows_the_frequencies_only():
    p = np.bincount(tasks.characters("learn"), minlength=96) / len(tasks.characters("learn"))
    q = np.bincount(tasks.characters("unseen"), minlength=96) / len(tasks.characters("unseen"))
    assert -(q[q > 0] * np.log2(p[q > 0])).sum() == pytest.approx(4.5, abs=0.2)


def test_passages_stand_in_the_text_and_the_next_character_is_the_target():
    task = tasks.source_text(6, 50, np.random.default_rng(0), part="unseen")
    whole = tasks.text_of(tasks.characters("unseen"))
    assert task.inputs.shape == task.targets.shape == (50, 6)
    assert (task.inputs[1:] == task.targets[:-1]).all()
    assert all(tasks.text_of(task.inputs[:, k]) in whole for k in range(6))


@pytest.mark.parametrize("draw", [
    lambda rng: tasks.digits(rng).test[1], lambda rng: tasks.source_text(3, 60, rng).inputs,
])
def test_the_same_generator_gives_the_same_data(draw):
    one, same, other = (draw(np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert (one == same).all() and (one != other).any()


@pytest.mark.parametrize("call, error, message", [
    (lambda r: tasks.digits(0), TypeError, "rng must be"),
    (lambda r: tasks.digits(r, as_="columns"), ValueError, "as_ must be one of"),
    (lambda r: tasks.digits(r, test=1790), ValueError, "test must leave ten digits"),
    (lambda r: tasks.digits(r, test=3), ValueError, "test must be at least 10"),
    (lambda r: tasks.source_text(0, 5, r), ValueError, "n must be at least 1"),
    (lambda r: tasks.source_text(2, 5, r, part="test"), ValueError, "part must be one of"),
    (lambda r: tasks.source_text(2, 10**8, r), ValueError, "T must be less than"),
])
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(np.random.default_rng(0))
