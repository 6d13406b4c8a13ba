"""The torch layers: the same as torch.nn's in values, gradients, shapes, keys and errors; the variants alike."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn.utils.rnn import pack_sequence

from lstm_course import nn
from lstm_course.gradcheck import relative_error
from lstm_course.recurrence import unroll

LAYERS = ["RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "CoupledLSTM", "GRU", "DepthGatedLSTM", "ClockworkRNN"]
NAMESAKES = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {})]
every_layer = pytest.mark.parametrize("name", LAYERS)
double = {"dtype": torch.float64}


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def make(name, *args, **options):
    return getattr(nn, name)(*args, **options)


def as_tuple(state):
    return state if isinstance(state, tuple) else (state,)


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
    options = dict(num_layers=layers, bidirectional=bidirectional, bias=bias, batch_first=batch_first, **options, **double)
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


@every_layer
def test_members_of_a_vmap_are_the_models_themselves(name):
    models = [make(name, 3, 4, 2, **double) for _ in range(3)]
    stacked, _ = stack_module_state(models)
    x = torch.randn(6, 2, 3, **double)
    together = vmap(lambda p, x: functional_call(models[0], p, (x,))[0], (0, None))(stacked, x)
    together.pow(2).sum().backward()
    per_member = vmap(grad(lambda p: functional_call(models[0], p, (x,))[0].pow(2).sum()))
    functional = per_member({k: v.detach() for k, v in stacked.items()})
    for k, model in enumerate(models):
        output = model(x)[0]
        output.pow(2).sum().backward()
        assert torch.allclose(together[k], output, atol=1e-14)
        for key, parameter in model.named_parameters():
            assert relative_error(stacked[key].grad[k], parameter.grad) < 1e-12, key
            assert relative_error(functional[key][k], parameter.grad) < 1e-12, key


@every_layer
def test_vmap_over_inputs_and_twice(name):
    layer = make(name, 3, 4, **double)
    x = torch.randn(2, 3, 6, 2, 3, **double)
    twice = vmap(vmap(lambda x: layer(x)[0]))(x)
    slopes = vmap(vmap(grad(lambda x: layer(x)[0].pow(2).sum())))(x)
    for j in range(2):
        for k in range(3):
            leaf = x[j, k].clone().requires_grad_()
            layer(leaf)[0].pow(2).sum().backward()
            assert torch.allclose(twice[j, k], layer(x[j, k])[0], atol=1e-14)
            assert relative_error(slopes[j, k].detach(), leaf.grad) < 1e-12


@every_layer
def test_second_derivatives_raise(name):
    layer, x = make(name, 3, 4, **double), torch.randn(5, 2, 3, requires_grad=True, **double)
    (first,) = torch.autograd.grad(layer(x)[0].pow(2).sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="second derivatives are not available"):
        first.sum().backward()


@every_layer
def test_changing_an_output_in_place_raises(name):
    layer = make(name, 3, 4, **double)
    output, _ = layer(torch.randn(5, 2, 3, **double))
    with torch.no_grad():
        output.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


@every_layer
def test_nothing_is_kept_without_gradients(name):
    layer = make(name, 3, 4)
    with torch.no_grad():
        output, _ = layer(torch.randn(5, 2, 3))
    assert output.grad_fn is None
    with torch.inference_mode():
        assert layer(torch.randn(5, 2, 3))[0].is_inference()


@every_layer
def test_copies_and_pickles(name):
    layer = make(name, 3, 4, 2)
    x = torch.randn(5, 2, 3)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert torch.equal(other(x)[0], layer(x)[0])


@every_layer
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_types_and_to(name, dtype):
    layer, x = make(name, 3, 4), torch.randn(5, 2, 3)
    wide = layer(x)[0]
    output, _ = layer.to(dtype)(x.to(dtype))
    output.float().pow(2).sum().backward()
    assert output.dtype == dtype and all(p.grad.dtype == dtype for p in layer.parameters())
    assert (output - wide).abs().max() < 0.05


@every_layer
def test_autocast(name):
    encoder, layer = torch.nn.Linear(3, 3), make(name, 3, 4)
    x = torch.randn(5, 2, 3)
    with torch.autocast("cpu", torch.bfloat16):
        hidden = encoder(x)
        output, _ = layer(hidden)
    assert hidden.dtype == torch.bfloat16
    assert torch.allclose(output.float(), layer(hidden.float())[0], atol=1e-6)


class Tagger(torch.nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.encoder, self.layer = torch.nn.Linear(3, 3, **double), layer

    def forward(self, x):
        return self.layer(torch.relu(self.encoder(x)))[0] * 2


@pytest.mark.parametrize("name", ["LSTM", "ClockworkRNN"])
@pytest.mark.filterwarnings("ignore:The .grad attribute")  # dynamo looks at what crosses a graph break
def test_compile_gives_equal_numbers(name):
    model, x = Tagger(make(name, 3, 4, **double)), torch.randn(5, 2, 3, **double)
    expected = model(x)
    expected.sum().backward()
    gradient = model.layer.weight_hh_l0.grad.clone()
    model.zero_grad()
    output = torch.compile(model, backend="eager")(x)
    output.sum().backward()
    assert torch.equal(output, expected) and torch.equal(model.layer.weight_hh_l0.grad, gradient)


def test_hooks_run():
    layer, seen = make("LSTM", 3, 4), []
    layer.register_forward_hook(lambda module, args, output: seen.append(output[0].shape))
    layer.weight_hh_l0.register_hook(lambda gradient: seen.append(gradient.shape))
    layer(torch.randn(5, 2, 3))[0].sum().backward()
    assert seen == [(5, 2, 4), (16, 4)]


def test_input_gradient_only_when_needed(monkeypatch):
    from lstm_course.cells import LSTM

    calls = []
    original = LSTM.input_gradient
    monkeypatch.setattr(LSTM, "input_gradient", lambda *args: calls.append(1) or original(*args))
    layer, x = make("LSTM", 3, 4), torch.randn(5, 2, 3)
    layer(x)[0].sum().backward()
    assert not calls
    layer(x.requires_grad_())[0].sum().backward()
    assert calls and x.grad is not None


@every_layer
def test_dropout_between_layers_only(name):
    layer = make(name, 3, 64, 2, dropout=0.5)
    x = torch.randn(5, 2, 3)
    assert not torch.equal(layer(x)[0], layer(x)[0])
    layer.eval()
    assert torch.equal(layer(x)[0], layer(x)[0])
    with pytest.warns(UserWarning, match="num_layers=1"):
        make(name, 3, 64, dropout=0.5)


def test_depth_gate_keys():
    layer = nn.DepthGatedLSTM(3, 4, 2)
    extra = [k for k in layer.state_dict() if "_d_" in k or "_c_" in k]
    assert extra == ["weight_d_l1", "bias_d_l1", "weight_c_l1", "weight_c_below_l1"]
    assert dict(nn.PeepholeLSTM(3, 4).named_parameters())["weight_p_l0"].shape == (3, 4)


def test_clockwork_weights_start_masked():
    layer = nn.ClockworkRNN(3, 8)
    mask = torch.from_numpy(layer.cells[0].mask())
    assert torch.all(layer.weight_hh_l0[mask == 0] == 0) and torch.all(layer.weight_hh_l0[mask == 1] != 0)
