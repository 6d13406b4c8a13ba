"""Implementations that are not ours: torch.nn, the ONNX operators, torchrecurrent, and the papers word for word."""

import numpy as np
import onnxruntime
import pytest
import torch
import torchrecurrent
from onnx import TensorProto, helper

from lstm_course import cells
from lstm_course.gradcheck import relative_error
from lstm_course.recurrence import bptt, unroll

T, B, D, H = 7, 3, 4, 5


def order(array, gates, wanted):
    """Blocks of rows stacked as ``gates``, restacked as ``wanted``."""
    blocks = dict(zip(gates, np.split(array, len(gates))))
    return np.concatenate([blocks[gate] for gate in wanted])


@pytest.mark.parametrize("make, theirs", [
    (cells.RNN, torch.nn.RNN), (cells.LSTM, torch.nn.LSTM), (cells.GRU, torch.nn.GRU),
])  # fmt: skip
@pytest.mark.parametrize("T, B, D, H", [(1, 1, 1, 1), (7, 3, 4, 5), (3, 1, 1, 6)])
def test_torch_nn(make, theirs, T, B, D, H):
    """Values and all gradients of the engine itself, in float64."""
    rng, cell = np.random.default_rng(0), make(D, H)
    params, x, dh = cell.init(rng), rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    layer = theirs(D, H, dtype=torch.float64)
    n = 2 * H
    hidden_bias = np.zeros_like(params.b)
    if make is cells.GRU:
        hidden_bias[n:] = params.b_hn
    for weight, value in zip(layer.parameters(), (params.W, params.U, params.b, hidden_bias)):
        weight.data = torch.from_numpy(value)
    leaf = torch.from_numpy(x).requires_grad_()
    output, _ = layer(leaf)
    output.backward(torch.from_numpy(dh))
    run = unroll(cell, params, x)
    gradients = bptt(cell, params, run, dh)
    assert relative_error(run.h, output.detach()) < 1e-12
    W, U, b_ih, b_hh = (weight.grad for weight in layer.parameters())
    pairs = [(gradients.x, leaf.grad), (gradients.params.W, W), (gradients.params.U, U), (gradients.params.b, b_ih)]
    if make is cells.GRU:
        pairs.append((gradients.params.b_hn, b_hh[n:]))
    assert max(relative_error(ours, theirs) for ours, theirs in pairs) < 1e-9


def onnx_run(operator, x, weights, **attributes):
    """Y (T, B, H) of one ONNX recurrent operator in float32; ``weights`` by input position."""
    names = {0: "X", 1: "W", 2: "R", 3: "B", 7: "P"}
    arrays = {0: x} | {k: v[None] for k, v in weights.items()}
    inputs = [names[k] if k in arrays else "" for k in range(max(arrays) + 1)]
    node = helper.make_node(operator, inputs, ["Y"], hidden_size=H, **attributes)
    infos = [helper.make_tensor_value_info(names[k], TensorProto.FLOAT, v.shape) for k, v in arrays.items()]
    out = helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None] * 4)
    model = helper.make_model(helper.make_graph([node], "g", infos, [out]), opset_imports=[helper.make_opsetid("", 14)])
    model.ir_version = 8
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {names[k]: v.astype(np.float32) for k, v in arrays.items()})[0][:, 0]


def setting(cell):
    rng = np.random.default_rng(1)
    return cell.init(rng), rng.normal(size=(T, B, D))


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_onnx_rnn(nonlinearity):
    cell = cells.RNN(D, H, nonlinearity)
    p, x = setting(cell)
    weights = {1: p.W, 2: p.U, 3: np.concatenate([p.b, 0 * p.b])}
    theirs = onnx_run("RNN", x, weights, activations=[{"tanh": "Tanh", "relu": "Relu"}[nonlinearity]])
    assert relative_error(unroll(cell, p, x).h, theirs) < 1e-6


def test_onnx_lstm_with_peepholes():
    cell = cells.PeepholeLSTM(D, H)
    p, x = setting(cell)
    W, U, b = (order(a, "ifgo", "iofg") for a in p[:3])
    weights = {1: W, 2: U, 3: np.concatenate([b, 0 * b]), 7: np.concatenate([p.p[0], p.p[2], p.p[1]])}
    assert relative_error(unroll(cell, p, x).h, onnx_run("LSTM", x, weights)) < 1e-6


def test_onnx_lstm_with_coupled_gates():
    """``input_forget=1`` computes f = 1 − i: our f gate's weights, negated, are its i gate's."""
    cell = cells.CoupledLSTM(D, H)
    p, x = setting(cell)
    W, U, b = (np.concatenate([-a[:H], a]) for a in p)
    W, U, b = (order(a, "ifgo", "iofg") for a in (W, U, b))
    theirs = onnx_run("LSTM", x, {1: W, 2: U, 3: np.concatenate([b, 0 * b])}, input_forget=1)
    assert relative_error(unroll(cell, p, x).h, theirs) < 1e-6


@pytest.mark.parametrize("reset", ["after", "before"])
def test_onnx_gru(reset):
    cell = cells.GRU(D, H, reset=reset)
    p, x = setting(cell)
    hidden = np.zeros_like(p.b)
    if reset == "after":
        hidden[2 * H :] = p.b_hn
    W, U, b, hidden = (order(a, "rzn", "zrn") for a in (p.W, p.U, p.b, hidden))
    theirs = onnx_run("GRU", x, {1: W, 2: U, 3: np.concatenate([b, hidden])}, linear_before_reset=int(reset == "after"))
    assert relative_error(unroll(cell, p, x).h, theirs) < 1e-6


def step_by_step(cell, x):
    """h (T, B, H) of a torchrecurrent cell."""
    state, hs = None, []
    for x_t in torch.from_numpy(x):
        state = cell(x_t, state)
        hs.append(state[0].detach())
    return torch.stack(hs)


@pytest.mark.parametrize("make, theirs", [
    (cells.PeepholeLSTM, torchrecurrent.PeepholeLSTMCell), (cells.LSTM1997, torchrecurrent.OriginalLSTMCell),
])  # fmt: skip
def test_torchrecurrent(make, theirs):
    cell = make(D, H)
    p, x = setting(cell)
    other = theirs(D, H, dtype=torch.float64)
    values = {"weight_ih": p.W, "weight_hh": p.U, "bias_ih": p.b, "bias_hh": 0 * p.b}
    if make is cells.PeepholeLSTM:
        values["weight_ph"] = p.p.reshape(-1)
    assert values.keys() == dict(other.named_parameters()).keys()
    for name, value in values.items():
        getattr(other, name).data = torch.from_numpy(value)
    assert relative_error(unroll(cell, p, x).h, step_by_step(other, x)) < 1e-12


def literal_depth_gated(p, x, c_below, h, c):
    """Yao et al. (2015), equations 5 to 10 without peepholes in the base cell, one vector at a time."""
    sigma = lambda v: 1 / (1 + np.exp(-v))  # noqa: E731
    W_i, W_f, W_g, W_o = np.split(p.W, 4)
    U_i, U_f, U_g, U_o = np.split(p.U, 4)
    b_i, b_f, b_g, b_o = np.split(p.b, 4)
    hs = []
    for x_t, lower in zip(x, c_below):
        i = sigma(W_i @ x_t + U_i @ h + b_i)
        f = sigma(W_f @ x_t + U_f @ h + b_f)
        d = sigma(p.b_d + p.W_d @ x_t + np.diag(p.w_c) @ c + np.diag(p.w_l) @ lower)
        o = sigma(W_o @ x_t + U_o @ h + b_o)
        c = d * lower + f * c + i * np.tanh(W_g @ x_t + U_g @ h + b_g)
        h = o * np.tanh(c)
        hs.append(h)
    return np.array(hs)


def test_depth_gated_against_the_paper():
    cell = cells.DepthGatedLSTM(D, H)
    p, x = setting(cell)
    rng = np.random.default_rng(2)
    below, state = rng.normal(size=(T, B, H)), cell.State(rng.normal(size=(B, H)), rng.normal(size=(B, H)))
    ours = unroll(cell, p, x, state, c_below=below).h
    for k in range(B):
        theirs = literal_depth_gated(p, x[:, k], below[:, k], state.h[k], state.c[k])
        assert relative_error(ours[:, k], theirs) < 1e-14


def literal_clockwork(p, x, h, periods, start):
    """Koutník et al. (2014), section 3, unit by unit: a module runs when t MOD T_i = 0, reading those of longer periods."""
    size = len(h) // len(periods)
    period = [periods[unit // size] for unit in range(len(h))]
    hs = []
    for t, x_t in enumerate(x, start):
        new = h.copy()
        for unit in range(len(h)):
            if t % period[unit] == 0:
                read = sum(p.U[unit, other] * h[other] for other in range(len(h)) if period[other] >= period[unit])
                new[unit] = np.tanh(read + p.W[unit] @ x_t + p.b[unit])
        h = new
        hs.append(h)
    return np.array(hs)


@pytest.mark.parametrize("start", [0, 3])
def test_clockwork_against_the_paper(start):
    cell = cells.ClockworkRNN(D, 6, periods=(1, 2, 6))
    p, x = setting(cell)
    h = np.random.default_rng(3).normal(size=(B, 6))
    ours = unroll(cell, p, x, cell.State(h), start=start).h
    for k in range(B):
        assert relative_error(ours[:, k], literal_clockwork(p, x[:, k], h[k], cell.periods, start)) < 1e-14


def test_slstm_without_its_stabiliser():
    """Beck et al. (2024), equations 8 to 14, with the exponentials as they stand."""
    cell = cells.SLSTM(D, H)
    p, x = setting(cell)
    W_i, W_f, W_g, W_o = np.split(p.W, 4)
    U_i, U_f, U_g, U_o = np.split(p.U, 4)
    b_i, b_f, b_g, b_o = np.split(p.b, 4)
    sigma = lambda v: 1 / (1 + np.exp(-v))  # noqa: E731
    for k in range(B):
        h, c, s, hs = np.zeros(H), np.zeros(H), np.zeros(H), []
        for x_t in x[:, k]:
            i, f = np.exp(W_i @ x_t + U_i @ h + b_i), sigma(W_f @ x_t + U_f @ h + b_f)
            c = f * c + i * np.tanh(W_g @ x_t + U_g @ h + b_g)
            s = f * s + i
            h = sigma(W_o @ x_t + U_o @ h + b_o) * c / s
            hs.append(h)
        assert relative_error(unroll(cell, p, x).h[:, k], np.array(hs)) < 1e-13


def test_slstm_does_not_overflow():
    cell = cells.SLSTM(D, H)
    p, x = setting(cell)
    run = unroll(cell, p, 1e4 * x)
    assert np.all(np.isfinite(run.h)) and np.abs(run.h).max() <= 1 + 1e-12
