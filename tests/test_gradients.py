"""Every hand-derived gradient against two judges: finite differences, and autograd through the plain step."""

import numpy as np
import pytest
import torch
from engine import CELLS, case, through_step
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course import gradcheck
from lstm_course.gradcheck import named, relative_error

SIZES = [(1, 1, 1, 1), (1, 3, 2, 6), (2, 1, 3, 4), (2, 3, 1, 3), (7, 1, 2, 1), (7, 3, 4, 6)]  # T, B, D, H


def worst(errors):
    return max(errors.items(), key=lambda item: item[1])


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("T, B, D, H", SIZES)
def test_finite_differences(name, T, B, D, H):
    some = case(CELLS[name](D, H), T, B, np.random.default_rng(T + 10 * B))
    slopes = gradcheck.cell_gradients(
        some.cell,
        some.params,
        some.x,
        some.state,
        some.dh,
        some.dstate,
        dc=some.dc,
        c_below=some.c_below,
        start=some.start,
    )
    by_hand = named(some.gradients())
    assert by_hand.keys() == slopes.keys()
    field, error = worst({k: relative_error(by_hand[k], slopes[k]) for k in slopes})
    assert error < 1e-6, field


@pytest.mark.parametrize("members", [(), (2,), (2, 3)])
@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("T, B, D, H", SIZES)
def test_autograd_through_step(name, T, B, D, H, members):
    some = case(CELLS[name](D, H), T, B, np.random.default_rng(T + 10 * B), members).map(torch.from_numpy)
    by_hand, judged = named(some.gradients()), through_step(some)
    field, error = worst({k: relative_error(by_hand[k], judged[k]) for k in judged})
    assert error < 1e-10, field


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(sorted(CELLS)),
    T=st.integers(1, 6),
    B=st.integers(1, 4),
    D=st.integers(1, 5),
    H=st.integers(1, 6),
    start=st.integers(0, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_shape(name, T, B, D, H, start, seed):
    some = case(CELLS[name](D, H), T, B, np.random.default_rng(seed), start=start).map(torch.from_numpy)
    by_hand, judged = named(some.gradients()), through_step(some)
    field, error = worst({k: relative_error(by_hand[k], judged[k]) for k in judged})
    assert error < 1e-9, field


@pytest.mark.parametrize("name", CELLS)
def test_the_check_itself_says_when_a_gradient_is_wrong(name):
    class Forgetful(type(CELLS[name](3, 6))):
        def carry(self, U, local, d, t):
            super().carry(U, local, d, t)
            d.h[...] = 0  # the well-known bug: nothing is carried from step to step

    right = CELLS[name](3, 6)
    right.__class__ = Forgetful
    errors = gradcheck.check(right, np.random.default_rng(0))
    assert max(errors.values()) > 1e-2
    assert max(gradcheck.check(CELLS[name](3, 6), np.random.default_rng(0)).values()) < 1e-6


def test_finite_differences_of_a_known_function():
    value = np.array([[0.3, -1.2], [2.0, 0.1]])
    assert relative_error(gradcheck.finite_differences(lambda v: np.sin(v).sum(), value), np.cos(value)) < 1e-9


def test_relative_error():
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.2])) == pytest.approx(0.2 / 2.2)
    with pytest.raises(ValueError, match=r"a has shape \(2,\), b \(3,\)"):
        relative_error(np.zeros(2), np.zeros(3))
