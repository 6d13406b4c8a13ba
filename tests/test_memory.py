"""What a run keeps, and for how long: bytes counted, not seconds."""

import gc
import tracemalloc

import numpy as np
import pytest
import torch
from engine import CELLS, case

from lstm_course import nn

T, B, H = 50, 16, 64
BLOCK = T * B * 4 * H * 4  # bytes of the four gates of a run, float32


def layer_and_input():
    return nn.LSTM(H, H), torch.randn(T, B, H)


@pytest.fixture
def traced():
    """Bytes that NumPy holds: the traces of a run on the CPU are its arrays."""
    gc.collect()
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()


def test_discarded_forwards_leave_nothing(traced):
    layer, x = layer_and_input()
    layer(x)
    before = traced()
    for _ in range(40):
        layer(x)
    assert traced() - before < 0.1 * BLOCK  # without the garbage collector's help: no cycle through ctx


def test_a_graph_that_is_kept_is_kept_and_freed_by_backward(traced):
    layer, x = layer_and_input()
    before = traced()
    output, _ = layer(x)
    assert 1.0 * BLOCK < traced() - before < 2.0 * BLOCK  # gates, c, tanh c and h: 7/4 of the block
    output.sum().backward()
    weights = sum(4 * p.numel() for p in layer.parameters())
    assert traced() - before < 0.3 * BLOCK + weights  # the output itself, and the gradients


def test_no_trace_without_gradients(traced):
    layer, x = layer_and_input()
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            before = traced()
            kept = layer(x)[0]
            assert traced() - before < 0.3 * BLOCK  # the output itself
        del kept


def test_peak_memory_of_a_step_is_a_small_multiple_of_the_gates(traced):
    layer, x = layer_and_input()
    tracemalloc.reset_peak()
    before = traced()
    layer(x)[0].sum().backward()
    assert tracemalloc.get_traced_memory()[1] - before < 5 * BLOCK


LIMITS = {"lstm": (1.8, 5), "gru": (1.3, 4), "rnn": (0.3, 1), "slstm": (2.5, 7)}  # of a run, and with its gradients


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("B, H", [(8, 48), (24, 24)])
def test_memory_is_at_most_the_stated_constant_times_the_gates(name, B, H, traced):
    """What a further T steps take, in units of T·B·4H numbers: the weights do not count."""
    held, peak = [], []
    for length in (40, 120):
        some = case(CELLS[name](H, H), length, B, np.random.default_rng(0)).map(lambda a: a.astype(np.float32))
        some.gradients()
        before = traced()
        run = some.run()
        held.append(traced() - before)
        del run
        tracemalloc.reset_peak()
        before = traced()
        some.gradients()
        peak.append(tracemalloc.get_traced_memory()[1] - before)
    unit = (120 - 40) * B * 4 * H * 4
    most_held, most_peak = LIMITS.get(name, LIMITS["slstm"])
    assert (held[1] - held[0]) / unit < most_held
    assert (peak[1] - peak[0]) / unit < most_peak
