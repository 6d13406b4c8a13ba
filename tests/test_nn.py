"""The torch layers compute what torch.nn's do, and what the engine does: values, gradients, shapes, keys, packing."""

import numpy as np
import pytest
import torch
from layers import as_tuple, double, every_layer, make
from torch.nn.utils.rnn import pack_sequence

from lstm_course.gradcheck import relative_error
from lstm_course.recurrence import unroll

NAMESAKES = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {})]


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def states(layer, rows, batch, size):
    drawn = tuple(torch.randn(rows, batch, size, **double) for _ in layer.cell.State._fields)
    return drawn if len(drawn) > 1 else drawn[0]


def everything(layer, x, hx, weights):
    """Output, last states and all gradients of ⟨weights, outputs⟩."""
    x = x.clone().requires_grad_()
    hx = tuple(s.clone().requires_grad_() for s in as_tuple(hx))
    layer.zero_grad()
    output, last = layer(x, hx if len(hx) > 1 else hx[0])
    results = (output, *as_tuple(last))
    sum((w * r).sum() for w, r in zip(weights, results)).backward()
    return [r.detach() for r in results] + [x.grad, *(s.grad for s in hx), *(p.grad for p in layer.parameters())]


@pytest.mark.parametrize("name, options", NAMESAKES)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch_first", [False, True])
def test_values_and_gradients_equal_torch(name, options, layers, bidirectional, bias, batch_first):
    options = dict(
        num_layers=layers, bidirectional=bidirectional, bias=bias, batch_first=batch_first, **options, **double
    )
    ours, theirs = make(name, 3, 4, **options), getattr(torch.nn, name)(3, 4, **options)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [p.shape for p in ours.parameters()] == [p.shape for p in theirs.parameters()]
    ours.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 6, 3, **double)
    hx = states(ours, layers * (1 + bidirectional), 2 if batch_first else 6, 4)
    weights = [torch.randn(2, 6, 4 * (1 + bidirectional), **double), *(torch.randn_like(s) for s in as_tuple(hx))]
    pairs = zip(everything(ours, x, hx, weights), everything(theirs, x, hx, weights), strict=True)
    assert max(relative_error(a, b) for a, b in pairs) < 1e-9


@pytest.mark.parametrize("name, options", NAMESAKES)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("sorted_by_length", [False, True])
def test_packed_sequences_equal_torch(name, options, bidirectional, sorted_by_length):
    options = dict(num_layers=2, bidirectional=bidirectional, **options, **double)
    ours, theirs = make(name, 3, 4, **options), getattr(torch.nn, name)(3, 4, **options)
    ours.load_state_dict(theirs.state_dict())
    lengths = (7, 4, 2) if sorted_by_length else (4, 7, 2)
    sequences = [torch.randn(n, 3, **double) for n in lengths]
    hx, results = states(ours, 2 * (1 + bidirectional), 3, 4), []
    for layer in (ours, theirs):
        leaves = [s.clone().requires_grad_() for s in sequences]
        packed, last = layer(pack_sequence(leaves, enforce_sorted=sorted_by_length), hx)
        (packed.data.pow(2).sum() + sum(s.sum() for s in as_tuple(last))).backward()
        results.append([packed.data.detach(), *(s.detach() for s in as_tuple(last)), *(s.grad for s in leaves)])
        assert torch.equal(packed.batch_sizes, pack_sequence(sequences, enforce_sorted=sorted_by_length).batch_sizes)
    assert max(relative_error(a, b) for a, b in zip(*results)) < 1e-12


@pytest.mark.parametrize("name, options", NAMESAKES)
def test_it_trains_to_the_same_losses(name, options):
    x, target, losses = torch.randn(12, 8, 3, **double), torch.randn(12, 8, 4, **double), []
    first = getattr(torch.nn, name)(3, 4, **options, **double)
    second = make(name, 3, 4, **options, **double)
    second.load_state_dict(first.state_dict())
    for layer in (first, second):
        optimiser, seen = torch.optim.Adam(layer.parameters(), 1e-2), []
        for _ in range(30):
            optimiser.zero_grad()
            loss = (layer(x)[0] - target).pow(2).mean()
            loss.backward()
            optimiser.step()
            seen.append(loss.item())
        losses.append(seen)
    assert losses[0][-1] < losses[0][0]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-9)


@every_layer
def test_unbatched_and_batch_first(name):
    layer = make(name, 3, 4, 2, **double)
    first = make(name, 3, 4, 2, batch_first=True, **double)
    first.load_state_dict(layer.state_dict())
    x = torch.randn(5, 2, 3, **double)
    output, last = layer(x)
    flipped, same = first(x.transpose(0, 1))
    assert torch.equal(flipped.transpose(0, 1), output)
    one, end = layer(x[:, 1])
    assert torch.allclose(one, output[:, 1], atol=1e-14)
    for a, b, c in zip(as_tuple(end), as_tuple(last), as_tuple(same)):
        assert torch.allclose(a, b[:, 1], atol=1e-14) and torch.equal(b, c)


@every_layer
def test_the_layer_is_the_engine(name):
    layer = make(name, 3, 4, 2, **double)
    x = torch.randn(5, 2, 3, **double)
    below, hidden = None, x
    for k, cell in enumerate(layer.cells):
        params = cell.Params(*(p.detach() for p in layer.params(k)))
        run = unroll(cell, params, hidden, c_below=below if cell.needs_c_below else None)
        below, hidden = run.c, run.h
    assert torch.allclose(layer(x)[0], hidden, atol=1e-14)


@every_layer
@pytest.mark.parametrize("bias", [True, False])
def test_parameters_round_trip(name, bias):
    layer, other = (make(name, 3, 4, 2, bidirectional=True, bias=bias, **double) for _ in range(2))
    for k in range(2):
        for reverse in (False, True):
            other.set_params(layer.params(k, reverse), k, reverse)
    x = torch.randn(5, 2, 3, **double)
    assert torch.allclose(layer(x)[0], other(x)[0], atol=1e-14)


@every_layer
def test_packed_variants_equal_their_sequences_one_by_one(name):
    layer = make(name, 3, 4, 2, bidirectional=True, **double)
    sequences = [torch.randn(n, 3, **double) for n in (3, 6, 1)]
    packed, last = layer(pack_sequence(sequences, enforce_sorted=False))
    padded, lengths = torch.nn.utils.rnn.pad_packed_sequence(packed)
    assert lengths.tolist() == [3, 6, 1]
    for k, sequence in enumerate(sequences):
        output, end = layer(sequence)
        assert torch.allclose(padded[: len(sequence), k], output, atol=1e-14)
        assert all(torch.allclose(a[:, k], b, atol=1e-14) for a, b in zip(as_tuple(last), as_tuple(end)))


@every_layer
def test_two_chunks_equal_one_run(name):
    layer = make(name, 3, 4, 2, **double)
    x = torch.randn(9, 2, 3, **double)
    first, state = layer(x[:5])
    second, _ = layer(x[5:], state, start=5)
    assert torch.allclose(torch.cat([first, second]), layer(x)[0], atol=1e-14)
