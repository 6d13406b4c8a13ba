"""Bad input gets an error that names the argument, what it has and what was expected."""

import numpy as np
import pytest
import torch
from engine import case

from lstm_course import cells, claims, feedforward, initialization, nn, ops
from lstm_course.recurrence import bptt, unroll

rng = np.random.default_rng(0)
LSTM, DEPTH = case(cells.LSTM(3, 4), 5, 2, rng), case(cells.DepthGatedLSTM(3, 4), 5, 2, rng)
P = LSTM.params


def go(some=LSTM, **changed):
    return some._replace(**changed).run()


def back(**changed):
    some = LSTM._replace(**changed)
    return bptt(some.cell, some.params, LSTM.run(), some.dh, some.dstate, dc=some.dc)


BAD = {
    "x of rank 2": (lambda: go(x=LSTM.x[0]), ValueError, r"x has shape \(2, 3\), expected \(T, …, B, 3\)"),
    "x too wide": (
        lambda: go(x=np.zeros((5, 2, 7))),
        ValueError,
        r"x has shape \(5, 2, 7\), expected a last axis of 3",
    ),
    "no steps": (
        lambda: go(x=np.zeros((0, 2, 3))),
        ValueError,
        r"x has shape \(0, 2, 3\): T = 0 steps, expected at least 1",
    ),
    "a list for x": (lambda: go(x=[[[0.0] * 3]]), TypeError, "x must be a NumPy array or a torch tensor, got list"),
    "integer x": (
        lambda: go(x=np.zeros((5, 2, 3), int)),
        TypeError,
        "x must hold floating-point numbers, got dtype int64",
    ),
    "NaN in x": (lambda: go(x=np.full((5, 2, 3), np.nan)), ValueError, r"x holds NaN, shape \(5, 2, 3\)"),
    "integer weights": (
        lambda: go(params=P._replace(W=np.ones((16, 3), int))),
        TypeError,
        r"params.W must hold floating",
    ),
    "NaN weights": (
        lambda: go(params=P._replace(U=np.full((16, 4), np.nan))),
        ValueError,
        r"params.U holds NaN, shape \(16, 4\)",
    ),
    "wrong U": (
        lambda: go(params=P._replace(U=np.ones((4, 16)))),
        ValueError,
        r"params.U has shape \(4, 16\), expected \(…, 16, 4\)",
    ),
    "wrong b": (
        lambda: go(params=P._replace(b=np.ones(4))),
        ValueError,
        r"params.b has shape \(4,\), expected \(…, 16\)",
    ),
    "two params": (lambda: go(params=tuple(P)[:2]), TypeError, r"params must be Params\(W, U, b\), got 2 arrays"),
    "mixed types": (
        lambda: go(params=P._replace(b=P.b.astype(np.float32))),
        TypeError,
        "params.b has dtype float32, x has float64",
    ),
    "mixed libraries": (
        lambda: go(params=P._replace(b=torch.zeros(16))),
        TypeError,
        "params.b is an array of torch, x one of numpy",
    ),
    "wrong state": (
        lambda: go(state=(np.zeros((2, 4)), np.zeros((2, 5)))),
        ValueError,
        r"state.c has shape \(2, 5\), expected \(…, 2, 4\)",
    ),
    "half a state": (lambda: go(state=np.zeros((2, 4))), TypeError, r"state must be State\(h, c\), got ndarray"),
    "batches differ": (
        lambda: go(state=(np.zeros((3, 4)),) * 2),
        ValueError,
        r"state.h has shape \(3, 4\), expected \(…, 2, 4\)",
    ),
    "members differ": (
        lambda: go(x=np.zeros((5, 2, 2, 3)), params=P._replace(b=np.zeros((3, 16)))),
        ValueError,
        "the ensemble axes and B of x, params, state and c_below do not fit together",
    ),
    "c_below missing": (lambda: go(DEPTH, c_below=None), ValueError, "c_below: DepthGatedLSTM needs the cell states"),
    "c_below unread": (lambda: go(c_below=DEPTH.c_below), ValueError, "c_below: LSTM does not read"),
    "c_below short": (lambda: go(DEPTH, c_below=DEPTH.c_below[:4]), ValueError, "c_below has 4 steps, x has 5"),
    "c_below narrow": (
        lambda: go(DEPTH, c_below=np.zeros((5, 2, 3))),
        ValueError,
        r"c_below has shape \(5, 2, 3\), expected a last axis of 4",
    ),
    "negative start": (lambda: go(start=-1), ValueError, "start must be an integer of 0 or more, got -1"),
    "no cell": (lambda: unroll("LSTM", P, LSTM.x), TypeError, "cell must be a cell of lstm_course.cells, got str"),
    "dh of wrong shape": (
        lambda: back(dh=np.zeros((5, 2, 3))),
        ValueError,
        r"dh has shape \(5, 2, 3\), expected \(5, 2, 4\)",
    ),
    "dc without c": (
        lambda: bptt(cells.RNN(3, 4), *_rnn(), dc=LSTM.dc),
        ValueError,
        "dc: RNN has no cell state, expected None",
    ),
    "dstate of wrong shape": (
        lambda: back(dstate=(np.zeros((2, 4)), np.zeros((3, 4)))),
        ValueError,
        r"dstate.c has shape \(3, 4\)",
    ),
    "size of zero": (lambda: cells.LSTM(3, 0), ValueError, "hidden_size must be a positive integer, got 0"),
    "size of 2.0": (lambda: cells.LSTM(2.0, 3), ValueError, "input_size must be a positive integer, got 2.0"),
    "init without a generator": (
        lambda: cells.LSTM(3, 4).init(0),
        TypeError,
        "rng must be a numpy.random.Generator, got int",
    ),
    "unknown gate": (
        lambda: cells.LSTM(3, 4).rows("z"),
        ValueError,
        r"gate must be one of \('i', 'f', 'g', 'o'\), got 'z'",
    ),
    "nonlinearity": (lambda: cells.RNN(3, 4, "gelu"), ValueError, "nonlinearity must be 'tanh' or 'relu', got 'gelu'"),
    "reset": (lambda: cells.GRU(3, 4, reset="never"), ValueError, "reset must be 'after' or 'before', got 'never'"),
    "periods do not divide": (
        lambda: cells.ClockworkRNN(3, 4, (2, 3)),
        ValueError,
        r"each dividing the next, got \(2, 3\)",
    ),
    "periods shrink": (lambda: cells.ClockworkRNN(3, 4, (2, 1)), ValueError, r"periods must increase, .* got \(2, 1\)"),
    "periods of zero": (
        lambda: cells.ClockworkRNN(3, 4, (0, 1)),
        ValueError,
        r"periods must be positive integers, got \(0, 1\)",
    ),
    "periods repeat": (lambda: cells.ClockworkRNN(3, 4, (2, 2)), ValueError, r"periods must increase, .* got \(2, 2\)"),
    "periods that are not integers": (
        lambda: cells.ClockworkRNN(3, 4, (1, 2.0)),
        ValueError,
        r"periods must be positive integers, got \(1, 2.0\)",
    ),
    "periods that are truth values": (
        lambda: cells.ClockworkRNN(3, 4, (True, 2)),
        ValueError,
        r"periods must be positive integers, got \(True, 2\)",
    ),
    "periods and size": (lambda: cells.ClockworkRNN(3, 5, (1, 2)), ValueError, "must divide hidden_size = 5, got 2"),
    "forget bias of an RNN": (
        lambda: initialization.forget_bias(cells.RNN(3, 4), cells.RNN(3, 4).init(rng), 1.0),
        ValueError,
        "cell must have a forget gate, or be a GRU; RNN has",
    ),
    "forget bias of a gate that writes": (
        lambda: initialization.forget_bias(cells.MinGRU(3, 4), cells.MinGRU(3, 4).init(rng), 1.0),
        ValueError,
        "cell must have a forget gate, or be a GRU; MinGRU has",
    ),
    "chrono": (
        lambda: initialization.chrono(LSTM.cell, P, 2, rng),
        ValueError,
        "longest must be more than 2 steps, got 2",
    ),
    "radius of a stack": (
        lambda: initialization.scaled_to_radius(P, 1.0),
        ValueError,
        r"params.U has shape \(16, 4\), expected \(H, H\)",
    ),
    "activation": (
        lambda: feedforward.FeedForward(3, 4, 2, "gelu"),
        ValueError,
        "activation must be one of .* got 'gelu'",
    ),
    "net's x": (lambda: _net(np.zeros((2, 5))), ValueError, r"x has shape \(2, 5\), expected \(B, 3\)"),
    "labels": (
        lambda: feedforward.cross_entropy(np.zeros((2, 3)), np.zeros(3, int)),
        ValueError,
        r"labels has shape \(3,\), expected \(2,\)",
    ),
    "claim of an array": (
        lambda: claims.claim("C0", "s", np.ones(2) > 0, "e", n="1"),
        TypeError,
        "holds must be one truth value",
    ),
    "claim of a word": (
        lambda: claims.claim("C0", "s", "yes", "e", n="1"),
        TypeError,
        "holds must be one truth value, got 'yes'",
    ),
    "claim without evidence": (
        lambda: claims.claim("C0", "s", True, "", n="1"),
        TypeError,
        "evidence must be one line of text",
    ),
    "claim without n": (
        lambda: claims.claim("C0", "s", True, "e", n=""),
        TypeError,
        "n must be one line of text",
    ),
    "claim with half a verdict": (
        lambda: claims.claim("C0", "s", True, "e", n="1", folklore="fire is wet"),
        ValueError,
        "verdict must be one of",
    ),
    "layer: proj_size": (lambda: nn.LSTM(3, 4, proj_size=2), ValueError, "proj_size must be 0"),
    "layer: sizes": (lambda: nn.LSTM(3, 4.0), TypeError, "hidden_size should be of type int, got: float"),
    "layer: dropout": (
        lambda: nn.LSTM(3, 4, dropout=2),
        ValueError,
        r"dropout should be a number in range \[0, 1\], got 2",
    ),
    "layer: bias": (lambda: nn.LSTM(3, 4, bias=1), TypeError, "bias should be of type bool, got: int"),
    "layer: no layers": (lambda: nn.LSTM(3, 4, 0), ValueError, "num_layers must be greater than zero, got 0"),
    "layer: rank": (
        lambda: nn.LSTM(3, 4)(torch.zeros(3)),
        ValueError,
        "LSTM: Expected input to be 2D or 3D, got 1D instead",
    ),
    "layer: width": (lambda: nn.LSTM(3, 4)(torch.zeros(5, 2, 7)), RuntimeError, "Expected 3, got 7"),
    "layer: type": (lambda: nn.LSTM(3, 4)(torch.zeros(5, 2, 3).double()), ValueError, "does not match weight dtype"),
    "layer: no steps": (
        lambda: nn.LSTM(3, 4)(torch.zeros(0, 2, 3)),
        RuntimeError,
        "sequence length to be larger than 0",
    ),
    "layer: state": (
        lambda: nn.LSTM(3, 4)(torch.zeros(5, 2, 3), (torch.zeros(1, 3, 4),) * 2),
        RuntimeError,
        r"Expected hidden size \(1, 2, 4\) for hx \(h\), got \(1, 3, 4\)",
    ),
    "layer: half a state": (
        lambda: nn.LSTM(3, 4)(torch.zeros(5, 2, 3), torch.zeros(1, 2, 4)),
        RuntimeError,
        r"hx must be \(h, c\), got 1 tensor",
    ),
    "layer: bias it lacks": (
        lambda: nn.LSTM(3, 4, bias=False).set_params(P),
        ValueError,
        "params holds a bias other than zero",
    ),
}


def _rnn():
    some = case(cells.RNN(3, 4), 5, 2, np.random.default_rng(0))
    return some.params, some.run(), some.dh


def _net(x):
    net = feedforward.FeedForward(3, 4, 2)
    return net.forward(net.init(np.random.default_rng(0)), x)


@pytest.mark.parametrize("what", BAD)
def test_the_error_says_what_is_wrong(what):
    call, kind, message = BAD[what]
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("name, options", [("RNN", {}), ("LSTM", {}), ("GRU", {})])
@pytest.mark.parametrize("bad", [
    lambda m: m(torch.zeros(3)), lambda m: m(torch.zeros(5, 2, 7)), lambda m: m(torch.zeros(0, 2, 3)),
    lambda m: m(torch.zeros(5, 2, 3).double()), lambda m: m(torch.zeros(5, 2, 3), (torch.zeros(1, 3, 4),) * 2),
])  # fmt: skip
def test_error_types_are_those_of_torch(name, options, bad):
    raised = []
    for module in (torch.nn, nn):
        with pytest.raises(Exception) as caught:
            bad(getattr(module, name)(3, 4, **options))
        raised.append(caught.type)
    if not issubclass(raised[0], (AttributeError, TypeError)):  # torch.nn.RNN trips over a pair of states by accident
        assert raised[0] is raised[1]


@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_one_nan_is_found_and_infinity_is_not_taken_for_it(library, kind):
    a = np.full((4, 3), 1e4, kind)  # whose squares overflow in the smallest type
    a[1], a[2] = np.inf, -np.inf
    assert not ops.has_nan(library(a)) and not ops.has_nan(library(a[:0]))
    a[3, 1] = np.nan
    assert ops.has_nan(library(a)) and ops.has_nan(library(a)[:, 1])


def test_a_claim_prints_its_evidence_or_fails_with_it(capsys):
    claims.claim("C0.1", "water is wet", np.float64(0.9) > 0.5, "0.90", n="8 seeds", chance="1/2", folklore="fire is", verdict="does not hold")
    said = "✓ C0.1 water is wet [measured 0.90] n: 8 seeds; chance: 1/2\n  Folklore: fire is → does not hold\n"
    assert capsys.readouterr().out == said
    with pytest.raises(claims.ClaimError, match=r"✗ C0.1 water is wet \[measured 0.10\]"):
        claims.claim("C0.1", "water is wet", np.float64(0.1) > 0.5, "0.10", n="8 seeds")
