"""Interventions and event averages: what they change is what they say, and nothing else."""

import numpy as np
import pytest
import torch

from lstm_course import cells, models, nn
from lstm_course.analysis import memory
from lstm_course.recurrence import unroll


@pytest.fixture
def drawn():
    cell, rng = cells.LSTM(3, 4), np.random.default_rng(0)
    return cell, cell.init(rng), rng.normal(size=(12, 5, 3)), rng


def stepped(cell, params, x, change):
    """The run by ``cell.step``, c replaced by ``change(c)`` in every step before h is computed: eq. (6) again."""
    state, seen = cell.zero_state(x.shape[1]), []
    state = state._replace(c=change(state.c))
    for a in cell.project(params, x):
        trace = cell.step(params, a, state)
        c = change(trace.c)
        state = cell.State(trace.o * np.tanh(c), c)
        seen.append(state)
    return map(np.array, zip(*seen))


def test_a_clamped_unit_keeps_its_value_and_the_others_hear_it(drawn):
    cell, params, x, _ = drawn
    run = unroll(cell, (changed := memory.clamped(cell, params, 2, 0.7, 5))[0], x, changed[1])

    def change(c):
        c = c.copy()
        c[:, 2] = 0.7
        return c

    h, c = stepped(cell, params, x, change)
    assert (run.c[..., 2] == 0.7).all()
    np.testing.assert_allclose(run.c, c, atol=1e-13)
    np.testing.assert_allclose(run.h, h, atol=1e-13)
    assert np.abs(run.c[..., :2] - unroll(cell, params, x).c[..., :2]).max() > 1e-3


def test_many_clamps_at_once_are_each_alone(drawn):
    cell, params, x, rng = drawn
    values = rng.normal(size=4)
    together, state = memory.clamped(cell, params, np.arange(4), values, 5)
    run = unroll(cell, together, x[:, None], state)
    for unit in range(4):
        alone, first = memory.clamped(cell, params, unit, values[unit], 5)
        np.testing.assert_allclose(run.h[:, unit], unroll(cell, alone, x, first).h, atol=1e-14)


def test_float32_stays_and_nothing_given_is_changed(drawn):
    cell, params, _, _ = drawn
    params = cell.Params(*(p.astype(np.float32) for p in params))
    before = params.b.copy()
    changed, state = memory.clamped(cell, params, 0, 1.0, 2)
    assert {p.dtype for p in (*changed, *state)} == {np.dtype(np.float32)}
    assert memory.gate_fixed(cell, params, "o", 0.5).b.dtype == np.float32
    assert (params.b == before).all()


@pytest.mark.parametrize("gate", ["i", "f", "o"])
@pytest.mark.parametrize("value", [0.0, 0.3, 1.0, [0.0, 0.2, 0.5, 1.0]])
def test_a_fixed_gate_has_its_value_and_the_other_rows_are_untouched(drawn, gate, value):
    cell, params, x, _ = drawn
    fixed = memory.gate_fixed(cell, params, gate, value)
    got = getattr(unroll(cell, fixed, x).trace, gate)
    np.testing.assert_allclose(got, np.broadcast_to(value, got.shape), atol=1e-15)
    for part, other in zip(fixed, params):
        untouched = np.ones(16, dtype=bool)
        untouched[cell.rows(gate)] = False
        assert (part[untouched] == other[untouched]).all()


def test_around_takes_the_stretch_of_each_event_and_leaves_out_the_ends():
    values = np.arange(20).reshape(10, 2)
    events = np.zeros((10, 2), dtype=bool)
    events[[0, 4, 9], [0, 1, 0]] = True
    np.testing.assert_array_equal(memory.around(values, events, 2, 1), [[5, 7, 9, 11]])
    np.testing.assert_array_equal(memory.around(values, events, 0, 0), [[0], [9], [18]])


def test_retention_is_the_product_over_the_event_and_the_word_before():
    f = np.array([[0.5], [0.2], [0.9], [1.0]])
    events = np.array([[False], [True], [False], [True]])
    np.testing.assert_allclose(memory.retention(f, events), [0.1, 0.9])


def test_an_opened_model_says_what_the_model_says():
    torch.manual_seed(0)
    model = models.LanguageModel(nn.LSTM, 11, 6, 4)
    net, words = memory.opened(model), np.random.default_rng(0).integers(11, size=(7, 3))
    logits = model(torch.as_tensor(words)).detach().numpy()
    run = net.run(words)
    np.testing.assert_allclose(run.h @ net.V.T + net.b, logits, atol=1e-6)
    word, twin = np.random.default_rng(1).integers(11, size=(2, 7, 3))
    better = np.take_along_axis(logits, word[..., None], -1) > np.take_along_axis(logits, twin[..., None], -1)
    assert (net.prefers(run.h, word, twin) == better[..., 0]).all()
    later = net.run(words[4:], state=net.run(words[:4]).state)
    np.testing.assert_allclose(later.h, run.h[4:], atol=1e-6)
    params, state = memory.clamped(net.cell, net.params, np.arange(6), 0.5, 3)
    assert (net.run(words, params, state).c[:, 2, :, 2] == 0.5).all()


def test_an_rnn_can_be_opened_too():
    model = models.LanguageModel(nn.RNN, 11, 6, 4)
    words = np.arange(5)[:, None]
    np.testing.assert_allclose(memory.opened(model).run(words).h, model.hidden(torch.as_tensor(words)).detach(), atol=1e-6)


def test_outputs_with_h_and_a_loss_that_reads_it():
    torch.manual_seed(0)
    model = models.OpenLanguageModel(nn.LSTM, 11, 6, 4)
    words = torch.randint(11, (7, 3))
    outputs, h = model(words), model.hidden(words)
    assert torch.equal(outputs[..., 11:], h)
    loss, plain = (models.quiet_cross_entropy(11, strength)(outputs, words) for strength in (0.5, 0.0))
    expected = torch.nn.functional.cross_entropy(outputs[..., :11].flatten(0, 1), words.flatten(), reduction="none")
    torch.testing.assert_close(plain.flatten(), expected)
    torch.testing.assert_close(loss - plain, 0.5 * h.abs().mean(-1))


def test_wrong_arguments_are_named(drawn):
    cell, params, _, _ = drawn
    with pytest.raises(ValueError, match="unit must be an int .* from 0 to 3, but it is 4"):
        memory.clamped(cell, params, 4, 0.0, 5)
    with pytest.raises(ValueError, match="unit must be"):
        memory.clamped(cell, params, 0.5, 0.0, 5)
    with pytest.raises(ValueError, match="gate must be 'i', 'f' or 'o' .* 'g'"):
        memory.gate_fixed(cell, params, "g", 0.5)
    with pytest.raises(ValueError, match="value from 0 to 1"):
        memory.gate_fixed(cell, params, "f", 1.5)
    with pytest.raises(ValueError, match="values .T, B. and events"):
        memory.around(np.zeros((4, 2)), np.zeros((4, 3), dtype=bool), 1, 1)
    with pytest.raises(ValueError, match="one layer"):
        memory.opened(models.LanguageModel(lambda d, h: nn.LSTM(d, h, num_layers=2), 11, 6, 4))
