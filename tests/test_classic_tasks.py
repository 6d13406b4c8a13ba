"""The classic tasks: what their docstrings promise, measured; chance levels by the best rule of somebody who lacks the memory."""

import re

import numpy as np
import pytest
from lstm_course import tasks, training
from lstm_course.experiments import settings
from lstm_course.models import Reader
from lstm_course.tasks.adding import BASELINE, CLOSE, FORMS
from scipy.stats import norm

INNER = "B(?:TS*X(?:S|XTAIL)|PTAIL)E".replace("TAIL", "(?:T*VPX)*T*V(?:V|PS)")  # P X leads back to where T* V begins
STRING = re.compile(f"BT{INNER}TE|BP{INNER}PE")
DRAWS = {
    "adding": lambda rng: tasks.adding(40, 30, rng),
    "adding, unit": lambda rng: tasks.adding(40, 30, rng, form="unit"),
    "copying": lambda rng: tasks.copying(40, 12, rng),
    "latch": lambda rng: tasks.latch(40, 12, rng),
    "noise-free lag": lambda rng: tasks.noise_free_lag(40, 9, rng),
    "Reber strings": lambda rng: tasks.embedded_reber(40, rng),
    "Reber stream": lambda rng: tasks.reber_stream(40, 30, rng),
    "temporal order": lambda rng: tasks.temporal_order(40, 30, rng),
}


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_seed_decides_all(draw):
    first, again, other = draw(rng()), draw(rng()), draw(np.random.default_rng(1))
    for a, b in zip(first, again):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first.inputs, other.inputs)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_every_task_can_be_fitted(draw):
    data = draw(rng())
    real = data.targets.dtype.kind == "f"
    width = data.inputs.shape[2] if data.inputs.ndim == 3 else int(data.inputs.max()) + 1
    outputs, loss = (1, training.squared_error) if real else (int(data.targets.max()) + 1, training.cross_entropy)
    history = training.fit(lambda: Reader(settings.layer("RNN"), width, 4, outputs), getattr(data, "task", data), steps=2, seeds=[0], loss=loss)
    assert np.isfinite(history.loss).all()


def test_adding_is_the_sum_of_the_marked():
    values, marks = np.moveaxis(tasks.adding(2000, 50, rng()).inputs, 2, 0)
    targets = tasks.adding(2000, 50, rng()).targets
    assert values.min() < -0.99 and values.max() > 0.99 and set(np.unique(marks)) == {-1, 0, 1}
    assert ((marks == -1).sum(axis=0) == 2).all() and (marks[[0, -1]] == -1).all() and ((marks == 1).sum(axis=0) == 2).all()
    np.testing.assert_allclose(targets[0], 0.5 + (values * (marks == 1)).sum(axis=0) / 4, atol=1e-6)
    where = np.sort(np.nonzero(marks.T == 1)[1].reshape(2000, 2), axis=1)
    assert set(where[:, 0]) == set(range(1, 10)) and set(where[:, 1]) <= set(range(2, 24)) and where[:, 1].max() == 23


def test_adding_in_the_unit_form_has_one_mark_in_each_half():
    task = tasks.adding(2000, 51, rng(), form="unit")
    values, marks = np.moveaxis(task.inputs, 2, 0)
    assert values.min() >= 0 and values.max() <= 1 and set(np.unique(marks)) == {0, 1}
    assert (marks[:25].sum(axis=0) == 1).all() and (marks[25:].sum(axis=0) == 1).all() and marks.sum(axis=1).all()
    np.testing.assert_allclose(task.targets[0], (values * marks).sum(axis=0), atol=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_the_best_constant_has_the_stated_error(form):
    targets = tasks.adding(40_000, 22, rng(), form=form).targets[0]
    errors = (targets - targets.mean()) ** 2
    assert abs(errors.mean() - BASELINE[form]) < 4 * errors.std() / 200
    if form == "signed":
        share = (np.abs(targets - 0.5) < CLOSE).mean()
        assert share == pytest.approx(0.1536, abs=4 * np.sqrt(0.154 * 0.846 / 40_000))


def test_copying_asks_for_what_was_read_in_its_order():
    task = tasks.copying(3000, 17, rng())
    assert task.inputs.shape == task.targets.shape == (37, 3000)
    np.testing.assert_array_equal(task.inputs[:10], task.targets[27:])
    assert (task.targets[:27] == 8).all() and (task.inputs[26] == 9).all()
    assert (np.delete(task.inputs[10:], 16, axis=0) == 8).all()
    np.testing.assert_array_equal(task.recall[1], task.inputs[:10])
    for symbols in task.inputs[:10]:
        assert np.bincount(symbols, minlength=8) == pytest.approx(np.full(8, 375), abs=90)


def test_copying_without_a_memory_costs_what_is_stated():
    targets = tasks.copying(500, 100, rng()).targets
    probability = np.where(np.arange(120)[:, None] < 110, targets == 8, (targets < 8) / 8)
    assert -np.log(probability).mean() == pytest.approx(tasks.memoryless_loss(100), abs=1e-12)
    assert tasks.memoryless_loss(100) == pytest.approx(0.1733, abs=5e-5)


def test_temporal_order_is_where_it_should_be():
    task = tasks.temporal_order(4000, 100, rng())
    assert (task.inputs[0] == 0).all() and (task.inputs[-1] == 1).all() and (task.inputs[1:-1] >= 2).all()
    assert ((task.inputs >= 6).sum(axis=0) == 2).all()
    where = np.nonzero(task.inputs.T >= 6)[1].reshape(4000, 2)
    assert set(where[:, 0]) == set(range(10, 21)) and set(where[:, 1]) == set(range(50, 61))
    for k in range(50):
        text = "".join(tasks.ORDER_SYMBOLS[i] for i in task.inputs[:, k])
        assert tasks.ORDERS[task.targets[0, k]] == re.sub("[^XY]", "", text)


def test_temporal_order_is_balanced_and_half_known_from_the_second():
    task = tasks.temporal_order(8000, 20, rng())
    assert np.bincount(task.targets[0], minlength=4) == pytest.approx(np.full(4, 2000), abs=160)
    assert best_share(task.targets[0], task.targets[0] % 2) == pytest.approx(0.5, abs=0.03)
    assert best_share(task.targets[0], (task.inputs == 6).sum(axis=0)) == pytest.approx(0.75, abs=0.03)  # XY, YX: the same counts


def test_the_lag_has_two_sequences_that_end_as_they_begin():
    task = tasks.noise_free_lag(1000, 6, rng())
    whole = np.concatenate([task.inputs, task.targets[-1:]])
    np.testing.assert_array_equal(task.inputs[1:], task.targets[:-1])
    assert {tuple(column) for column in whole.T} == {(5, 0, 1, 2, 3, 4, 5), (6, 0, 1, 2, 3, 4, 6)}
    assert best_share(task.answer[1][0], task.inputs[-1]) == pytest.approx(0.5, abs=0.06)
    assert best_share(task.targets[:-1].ravel(), task.inputs[:-1].ravel()) == 1
    assert tasks.noise_free_lag(4, 1, rng()).inputs.shape == (1, 4)


def test_the_latch_is_known_from_its_first_inputs_and_no_other():
    task = tasks.latch(20_000, 12, rng(), L=3, noise=1.5)
    x, sign = task.inputs[..., 0], 2 * task.targets[0] - 1
    right = norm.cdf(np.sqrt(3) / 1.5)
    assert (np.sign(x[:3].sum(axis=0)) == sign).mean() == pytest.approx(right, abs=4 * np.sqrt(right * (1 - right) / 20_000))
    assert (np.sign(x[3:].sum(axis=0)) == sign).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(20_000))
    assert abs(sign.mean()) < 4 / np.sqrt(20_000)
    assert tasks.latch(5, 4, rng(), noise=0).inputs[..., 0].T.tolist() == [[s, s, s, 0] for s in 2 * tasks.latch(5, 4, rng()).targets[0] - 1]


def letters(indices):
    return "".join(tasks.REBER[k] for k in indices)


def test_every_string_is_of_the_grammar_and_none_is_missing():
    task = tasks.embedded_reber(3000, rng())
    strings = [letters(task.inputs[:1, k]) + letters(task.targets[task.mask[:, k], k]) for k in range(3000)]
    assert all(STRING.fullmatch(string) for string in strings)
    assert np.mean([len(string) for string in strings]) == pytest.approx(12, abs=0.3)
    assert {s for s in strings if len(s) == 9} == {a + inner + a[1] + "E" for a in ("BT", "BP") for inner in ("BTXSE", "BPVVE")}
    assert np.mean([string[1] == "T" for string in strings]) == pytest.approx(0.5, abs=0.04)
    assert (task.inputs[1:][~task.mask[:-1]] == 6).all() and not task.outer[~task.mask].any()
    short = tasks.embedded_reber(50, rng(), longest=9)
    assert short.inputs.shape == (8, 50) and short.mask.all()


def test_a_stream_is_strings_and_nothing_else():
    task = tasks.reber_stream(20, 600, rng())
    assert task.mask.all() and (task.inputs[1:] == task.targets[:-1]).all()
    for k in range(20):
        text = letters(task.inputs[:, k])
        rest = STRING.sub("", text)
        assert len(rest) < 60 and text.endswith(rest)


def test_what_is_legal_is_what_follows_with_probability_one_half():
    task = tasks.reber_stream(400, 300, rng())
    assert task.legal[np.arange(300)[:, None], np.arange(400), task.targets].all()
    count = task.legal.sum(axis=2)
    assert set(np.unique(count)) == {1, 2}
    pairs = task.legal[count == 2]
    for legal in np.unique(pairs, axis=0):
        chosen = task.targets[count == 2][(pairs == legal).all(axis=1)]
        assert (chosen == legal.argmax()).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(chosen)))


def test_three_letters_tell_all_but_the_outer_letter():
    task = tasks.reber_stream(400, 300, rng())
    recent = task.inputs[2:] + 7 * task.inputs[1:-1] + 49 * task.inputs[:-2]
    legal = (task.legal[2:] << np.arange(7)).sum(axis=2)
    outer = task.outer[2:]
    assert best_share(legal[~outer], recent[~outer]) == 1
    assert best_share(task.targets[2:][outer], recent[outer]) == pytest.approx(0.5, abs=0.03)
    for k in range(20):
        for t in np.flatnonzero(task.outer[:, k]):
            string = letters(task.inputs[:t + 1, k]).rsplit("EB", 1)[-1].removeprefix("B")
            assert string[0] == tasks.REBER[task.targets[t, k]] and len(string) >= 6


def best_share(answers, evidence):
    """The share of right answers of the best rule that looks at the evidence alone."""
    table = np.zeros((int(evidence.max()) + 1, int(answers.max()) + 1))
    np.add.at(table, (evidence, answers), 1)
    return table.max(axis=1).sum() / len(answers)


@pytest.mark.parametrize("call, error, message", [
    (lambda r: tasks.adding(0, 30, r), ValueError, "n must be at least 1"),
    (lambda r: tasks.adding(3, 21, r), ValueError, "T must be at least 22"),
    (lambda r: tasks.adding(3, 1, r, form="unit"), ValueError, "T must be at least 2"),
    (lambda r: tasks.adding(3, 30, r, form="mod 2"), ValueError, "form must be one of"),
    (lambda r: tasks.adding(3, 30, 7), TypeError, "rng must be a numpy.random.Generator, but it is a int"),
    (lambda r: tasks.copying(3, 0, r), ValueError, "T must be at least 1"),
    (lambda r: tasks.copying(3, 2.5, r), TypeError, "T must be an integer"),
    (lambda r: tasks.temporal_order(3, 9, r), ValueError, "T must be at least 10"),
    (lambda r: tasks.noise_free_lag(3, 0, r), ValueError, "p must be at least 1"),
    (lambda r: tasks.noise_free_lag(True, 4, r), TypeError, "n must be an integer"),
    (lambda r: tasks.latch(3, 2, r), ValueError, "T must be at least 3"),
    (lambda r: tasks.latch(3, 9, r, L=0), ValueError, "L must be at least 1"),
    (lambda r: tasks.latch(3, 9, r, noise=-0.1), ValueError, "noise must not be negative"),
    (lambda r: tasks.embedded_reber(3, r, longest=8), ValueError, "longest must be at least 9"),
    (lambda r: tasks.embedded_reber(3, None), TypeError, "rng must be"),
    (lambda r: tasks.reber_stream(3, 0, r), ValueError, "T must be at least 1"),
])
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(rng())
