"""Chapter 1's network against finite differences and autograd."""

import numpy as np
import pytest
import torch

from lstm_course.feedforward import FeedForward, Params, cross_entropy, softmax
from lstm_course.gradcheck import finite_differences, relative_error


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("B, D, H, K", [(1, 1, 1, 2), (6, 3, 5, 4)])
def test_gradients(activation, B, D, H, K):
    rng = np.random.default_rng(0)
    net = FeedForward(D, H, K, activation)
    params, x, labels = net.init(rng), rng.normal(size=(B, D)), rng.integers(0, K, B)
    trace = net.forward(params, x)
    loss, dy = cross_entropy(trace.y, labels)
    ours = net.backward(params, x, trace, dy)

    def at(x=x, **changed):
        return cross_entropy(net.forward(params._replace(**changed), x).y, labels)[0]

    leaves = [torch.from_numpy(p).requires_grad_() for p in params]
    inputs = torch.from_numpy(x).requires_grad_()
    scores = net.forward(Params(*leaves), inputs).y
    judged = torch.nn.functional.cross_entropy(scores, torch.from_numpy(labels))
    assert loss == pytest.approx(judged.item(), rel=1e-12)
    judged.backward()
    for field, gradient, leaf in zip(params._fields, ours.params, leaves):
        slopes = finite_differences(lambda v: at(**{field: v}), getattr(params, field))  # noqa: B023
        assert relative_error(gradient, slopes) < 1e-6
        assert relative_error(gradient, leaf.grad) < 1e-10
    assert relative_error(ours.x, finite_differences(at, x)) < 1e-6
    assert relative_error(ours.x, inputs.grad) < 1e-10


def test_softmax_does_not_overflow():
    q = softmax(np.array([[1000.0, 0.0], [0.0, -1000.0]]))
    np.testing.assert_allclose(q, [[1, 0], [1, 0]])
    loss, _ = cross_entropy(np.array([[0.0, 1000.0]]), np.array([0]))
    assert loss == pytest.approx(1000.0)
