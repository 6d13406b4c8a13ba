"""Who is timed: each function takes a ``Setting`` and returns ``go(backward)``, which runs once.

``go`` returns h (T, B, H) and, with ``backward``, the gradient of x: enough to see that all compute the same thing.
Contenders that are not installed are left out by name.
"""

import importlib.util
import sys
from typing import Any, NamedTuple

import numpy as np
import torch

from lstm_course import cells, nn
from lstm_course.recurrence import bptt, unroll


class Setting(NamedTuple):
    """Float32 arrays for one size: params of the cell, x (T, B, D) and the upstream gradient dh (T, B, H)."""

    kind: str
    cell: Any
    params: Any
    x: np.ndarray
    dh: np.ndarray


def setting(kind, T, B, H, seed=0):
    """A random ``Setting`` with D = H; ``kind`` is the name of a cell class."""
    rng, cell = np.random.default_rng(seed), getattr(cells, kind)(H, H)
    params = cell.Params(*(p.astype(np.float32) for p in cell.init(rng)))
    return Setting(kind, cell, params, *rng.normal(size=(2, T, B, H)).astype(np.float32))


def ours_numpy(s):
    def go(backward):
        run = unroll(s.cell, s.params, s.x)
        return run.h, bptt(s.cell, s.params, run, s.dh).x if backward else None

    return go


def _module(s, forward, module):
    """``go`` for a torch module: ``forward(x)`` gives h."""
    x, dh = torch.from_numpy(s.x).requires_grad_(), torch.from_numpy(s.dh)

    def go(backward):
        if not backward:
            with torch.no_grad():
                return forward(x), None
        module.zero_grad()
        x.grad = None
        h = forward(x)
        h.backward(dh)
        return h, x.grad

    return go


def _loaded(layer, s):
    """A torch.nn layer or cell with the setting's weights; torch's second bias is 0, or the GRU's b_hn."""
    hidden = np.zeros_like(s.params.b)
    if s.kind == "GRU":
        hidden[2 * s.cell.hidden_size :] = s.params.b_hn
    for weight, value in zip(layer.parameters(), (s.params.W, s.params.U, s.params.b, hidden)):
        weight.data = torch.from_numpy(value.copy())
    return layer


def ours_layer(s):
    layer = getattr(nn, s.kind)(s.cell.input_size, s.cell.hidden_size)
    layer.set_params(s.params)
    return _module(s, lambda x: layer(x)[0], layer)


def torch_nn(s):
    layer = _loaded(getattr(torch.nn, s.kind)(s.cell.input_size, s.cell.hidden_size), s)
    return _module(s, lambda x: layer(x)[0], layer)


def torch_cell_loop(s):
    """A Python loop over torch.nn.LSTMCell."""
    cell = _loaded(torch.nn.LSTMCell(s.cell.input_size, s.cell.hidden_size), s)

    def forward(x):
        state, hs = None, []
        for x_t in x.unbind(0):
            state = cell(x_t, state)
            hs.append(state[0])
        return torch.stack(hs)

    return _module(s, forward, cell)


def tutorial_loop(s):
    """The usual tutorial: one Linear for each gate, on input and state side by side."""
    D, H = s.cell.input_size, s.cell.hidden_size
    gates = torch.nn.ModuleList(torch.nn.Linear(D + H, H) for _ in range(4))
    for gate, W, U, b in zip(gates, *(np.split(p, 4) for p in s.params)):
        gate.weight.data = torch.from_numpy(np.concatenate([W, U], 1))
        gate.bias.data = torch.from_numpy(b.copy())

    def forward(x):
        h = c = x.new_zeros(x.shape[1], H)
        hs = []
        for x_t in x.unbind(0):
            both = torch.cat([x_t, h], 1)
            i, f, g, o = (gate(both) for gate in gates)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            hs.append(h)
        return torch.stack(hs)

    return _module(s, forward, gates)


def labml(s):
    """labml-nn's annotated LSTM."""
    from labml_nn.lstm import LSTM

    layer = LSTM(s.cell.input_size, s.cell.hidden_size, 1)
    cell = layer.cells[0]
    cell.input_lin.weight.data = torch.from_numpy(s.params.W.copy())
    cell.hidden_lin.weight.data = torch.from_numpy(s.params.U.copy())
    cell.hidden_lin.bias.data = torch.from_numpy(s.params.b.copy())
    return _module(s, lambda x: layer(x)[0], layer)


def _vanilla(package, path):
    """A package's plain back end, without importing its kernels."""
    root = importlib.util.find_spec(package).submodule_search_locations[0]
    folder = f"{root}/{path}"
    spec = importlib.util.spec_from_file_location(
        f"{package}_vanilla", f"{folder}/__init__.py", submodule_search_locations=[folder]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class _Weights(torch.nn.Module):
    def __init__(self, params):
        super().__init__()
        self.W, self.U, self.b = (torch.nn.Parameter(torch.from_numpy(p.copy())) for p in params)


def xlstm(s):
    """The plain LSTM back end of the xlstm package."""
    vanilla, w, H = _vanilla("xlstm", "blocks/slstm/src/vanilla"), _Weights(s.params), s.cell.hidden_size
    point = vanilla.slstm_pointwise_function_registry["lstm"]

    def forward(x):
        states = x.new_zeros(2, x.shape[1], H)
        return vanilla.slstm_forward(x @ w.W.T, states, w.U[None], w.b, point)[0][0, 1:]

    return _module(s, forward, w)


def flashrnn(s):
    """The plain LSTM back end of the flashrnn package."""
    vanilla, w, H = _vanilla("flashrnn", "flashrnn/vanilla"), _Weights(s.params), s.cell.hidden_size
    point = vanilla.flashrnn_pointwise_function_registry["lstm"]

    def forward(x):
        T, B, _ = x.shape
        Wx = (x @ w.W.T).view(T, B, 4, 1, H)
        R = w.U.view(4, H, H).permute(2, 0, 1)[None]
        states = x.new_zeros(1, B, 2, 1, H)
        return vanilla.flashrnn_forward(Wx, states, R, w.b.view(4, 1, H), point)[0][:, :, 0, 0]

    return _module(s, forward, w)


def jax_scan(s):
    """lax.scan under jit: compiled, so not a readable contender but the yardstick of what a compiler gains."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    W, U, b, x, dh = map(jnp.asarray, (*s.params, s.x, s.dh))
    H = s.cell.hidden_size

    def forward(W, U, b, x):
        def step(state, a_x):
            h, c = state
            i, f, g, o = jnp.split(a_x + h @ U.T, 4, axis=-1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zero = jnp.zeros((x.shape[1], H), x.dtype)
        return lax.scan(step, (zero, zero), x @ W.T + b)[1]

    run = jax.jit(forward)
    both = jax.jit(lambda W, U, b, x: (lambda h, pull: (h, pull(dh)))(*jax.vjp(forward, W, U, b, x)))

    def go(backward):
        if not backward:
            return run(W, U, b, x).block_until_ready(), None
        h, gradients = both(W, U, b, x)
        return h.block_until_ready(), gradients[3].block_until_ready()

    return go


READABLE = {
    "loop over nn.LSTMCell": torch_cell_loop,
    "tutorial loop, a Linear a gate": tutorial_loop,
    "labml-nn": labml,
    "xlstm, plain": xlstm,
    "flashrnn, plain": flashrnn,
}
COMPILED = {"jax, lax.scan under jit": jax_scan}
