"""The parallel scan against the loop."""

import numpy as np
import pytest
import torch
from engine import case

from lstm_course import cells
from lstm_course.scan import scan, unroll_by_scan


@pytest.mark.parametrize("make", [cells.MinLSTM, cells.MinGRU])
@pytest.mark.parametrize("T", [1, 2, 3, 7, 8, 33])
@pytest.mark.parametrize("members", [(), (2,)])
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_scan_equals_loop(make, T, members, library):
    some = case(make(3, 4), T, 2, np.random.default_rng(T), members).map(library)
    np.testing.assert_allclose(unroll_by_scan(some.cell, some.params, some.x, some.state), some.run().h, atol=1e-13)
    from_zero = unroll_by_scan(some.cell, some.params, some.x)
    np.testing.assert_allclose(from_zero, some._replace(state=None).run().h, atol=1e-13)


def test_scan_is_differentiable_by_autograd_to_the_same_gradient():
    some = case(cells.MinGRU(3, 4), 9, 2, np.random.default_rng(0)).map(torch.from_numpy)
    W = some.params.W.clone().requires_grad_()
    h = unroll_by_scan(some.cell, some.params._replace(W=W), some.x, some.state)
    ((h * some.dh).sum() + (h[-1] * some.dstate.h).sum()).backward()
    torch.testing.assert_close(W.grad, some.gradients().params.W, atol=1e-12, rtol=0)


def test_scan_needs_a_linear_cell():
    cell = cells.GRU(3, 4)
    with pytest.raises(TypeError, match="got GRU: its gates see h"):
        unroll_by_scan(cell, cell.init(np.random.default_rng(0)), np.zeros((2, 1, 3)))
    with pytest.raises(ValueError, match=r"write has shape \(2, 1, 3\), expected \(3, 1, 3\)"):
        scan(np.zeros((3, 1, 3)), np.zeros((2, 1, 3)), np.zeros((1, 3)))
