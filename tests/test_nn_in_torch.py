"""The torch layers live with the rest of torch: functional transforms, autocast, compile, copies, hooks, dropout."""

import copy
import pickle

import pytest
import torch
from layers import as_tuple, double, every_layer, make
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn.utils.rnn import pack_padded_sequence

from lstm_course import nn, ops
from lstm_course.cells import LSTM
from lstm_course.gradcheck import relative_error


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


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
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("packed", [False, True])
def test_a_last_state_can_be_detached_in_place(name, layers, packed):
    x = torch.randn(5, 2, 3, **double)
    _, last = make(name, 3, 4, layers, **double)(pack_padded_sequence(x, [5, 3]) if packed else x)
    for state in as_tuple(last):
        assert state.requires_grad and not state.detach_().requires_grad  # as truncated training does


@every_layer
@pytest.mark.parametrize("B", [2, ops.MANY + 1])
def test_a_last_state_is_contiguous_with_and_without_members(name, B):
    layer, x = make(name, 3, 4), torch.randn(3, 5, B, 3)
    flat = lambda x: [state.view(-1) for state in as_tuple(layer(x)[1])]  # noqa: E731  view raises if it cannot
    for together, each in zip(vmap(flat)(x), zip(*map(flat, x))):
        torch.testing.assert_close(together, torch.stack(each))


@every_layer
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True}, {"batch_first": True}], ids=str)
@pytest.mark.parametrize("what", ["output", "last"])
def test_a_result_changed_in_place_within_the_graph_is_right_or_raises(name, options, what):
    layer, x = make(name, 3, 4, **options, **double), torch.randn(5, 2, 3, requires_grad=True, **double)
    chosen = lambda: as_tuple(layer(x)[what == "last"])  # noqa: E731
    weights = [torch.randn_like(r) for r in chosen()]
    loss = lambda results: sum((w * r).sum() for w, r in zip(weights, results))  # noqa: E731
    (expected,) = torch.autograd.grad(loss([3 * r for r in chosen()]), x)
    try:
        (found,) = torch.autograd.grad(loss([r.mul_(3) for r in chosen()]), x)
    except RuntimeError as error:
        assert "modified by an inplace operation" in str(error)
    else:
        assert relative_error(found, expected) < 1e-14


@every_layer
def test_torchs_own_check_of_every_gradient(name):
    """Two layers, both directions: x, the first states and every parameter, by torch.autograd.gradcheck."""
    layer = make(name, 3, 4, 2, bidirectional=True, **double)
    names, weights = zip(*layer.named_parameters())
    states = [torch.randn(4, 2, 4, requires_grad=True, **double) for _ in layer.cell.State._fields]

    def results(x, *rest):
        hx, parameters = rest[: len(states)], dict(zip(names, rest[len(states) :]))
        output, last = functional_call(layer, parameters, (x, hx if len(hx) > 1 else hx[0]))
        return output, *as_tuple(last)

    x = torch.randn(4, 2, 3, requires_grad=True, **double)
    assert torch.autograd.gradcheck(results, (x, *states, *weights), fast_mode=True)


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


@every_layer
def test_no_recurrent_module_or_kernel_of_torch_is_called(name, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a recurrent kernel of torch was called")

    for kernel in ("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"):
        monkeypatch.setattr(torch._VF, kernel, refuse, raising=False)
        monkeypatch.setattr(torch, kernel, refuse)
    for module in (torch.nn.RNNBase, torch.nn.RNNCellBase):
        monkeypatch.setattr(module, "__init__", refuse)
    with pytest.raises(AssertionError, match="recurrent kernel"):
        torch.nn.LSTM(3, 4)
    layer = make(name, 3, 4, 2, bidirectional=True)
    layer(torch.randn(5, 2, 3))[0].sum().backward()
