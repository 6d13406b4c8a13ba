"""``fit``: members of an ensemble are what they would be alone, and learn."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from lstm_course import initialization, minibatches, models, nn, tasks, training
from lstm_course.training import accuracy, correct, fit

torch.set_num_threads(1)


def symbols(rng, gap=4, n=16):
    return tasks.gap_symbols(n, gap, rng).answer


def reader(layer=nn.RNN):
    return lambda: models.LanguageModel(layer, 10, 12, last=1)


MOVIE = tasks.movies(40, 8, np.random.default_rng(0))
SHAPES = tasks.shapes(300, np.random.default_rng(0))
CASES = {
    "rnn, fresh data": (reader(), symbols, {}),
    "lstm, clipped, scheduled": (reader(nn.LSTM), symbols, dict(clip=0.05, schedule=training.one_cycle)),
    "tagger, epochs, mask": (
        lambda: models.Tagger(nn.RNN, 256, 8, 6, encoder_size=8), (MOVIE.frames, MOVIE.labels, MOVIE.ambiguous), dict(batch=16)),
    "feed-forward, sgd": (lambda: models.PerFrame(144, 8, 4), SHAPES, dict(optimiser="sgd", clip=0.1)),
}


@pytest.mark.parametrize("case", CASES)
def test_member_k_of_eight_is_what_it_is_alone(case):
    model, data, options = CASES[case]
    rates = np.linspace(0.002, 0.02, 8)
    together = fit(model, data, steps=12, seeds=range(8), lr=rates, **options)
    assert together.loss.shape == together.gradient.shape == (12, 8) and np.ptp(together.loss[0]) > 0
    for k in (0, 5):
        alone = fit(model, data, steps=12, seeds=[k], lr=rates[k], **options)
        np.testing.assert_allclose(alone.loss[:, 0], together.loss[:, k], rtol=2e-4)
        for name, weights in alone.models.parameters.items():
            torch.testing.assert_close(weights[0], together.models.parameters[name][k], rtol=2e-3, atol=2e-5)


def test_a_member_that_has_solved_stops_and_the_others_go_on():
    validation = symbols(np.random.default_rng(9), gap=2, n=200)
    options = dict(steps=150, check_every=10, validation=validation, target=0.99)
    easy = lambda rng: symbols(rng, gap=2)  # noqa: E731
    together = fit(reader(), easy, lr=[0.0, 2e-2, 3e-3], seeds=range(3), **options)
    assert together.solved.tolist() == [False, True, True]
    assert together.steps[0] == 150 and together.steps[1] < together.steps[2] < 150
    for k in (1, 2):
        end = together.steps[k]
        for record in (together.loss, together.gradient):
            assert np.isnan(record[end:, k]).all() and not np.isnan(record[:end, k]).any()
        assert together.score[together.checks == end, k] >= 0.99
        assert np.isnan(together.score[together.checks > end, k]).all()
    assert not np.isnan(together.score[:, 0]).any()
    np.testing.assert_array_equal(accuracy(together.models, validation) >= 0.99, together.solved)
    alone = fit(reader(), easy, lr=3e-3, seeds=[2], **options)
    assert alone.steps[0] == together.steps[2]
    np.testing.assert_allclose(alone.loss[:20, 0], together.loss[:20, 2], rtol=1e-3)


@pytest.mark.parametrize("optimiser, reference", [("adam", torch.optim.Adam), ("sgd", torch.optim.SGD)])
@pytest.mark.parametrize("clip", [None, 0.02])
def test_the_optimisers_are_torchs(optimiser, reference, clip):
    batches = [symbols(np.random.default_rng(k)) for k in range(10)]
    stream = iter(batches)
    history = fit(reader(nn.LSTM), lambda rng: next(stream), steps=10, seeds=[3], lr=0.01, optimiser=optimiser, clip=clip)

    torch.manual_seed(3)
    model = reader(nn.LSTM)()
    steps = reference(model.parameters(), lr=0.01)
    for inputs, targets in batches:
        steps.zero_grad()
        F.cross_entropy(model(torch.as_tensor(inputs)).flatten(0, 1), torch.as_tensor(targets).flatten()).backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        steps.step()
    for name, weights in model.state_dict().items():
        torch.testing.assert_close(history.models.parameters[name][0], weights, rtol=1e-4, atol=1e-6)


def test_clipping_is_per_member_and_over_all_arrays():
    gradients = {"a": torch.tensor([[3.0, 0.0], [0.3, 0.0]]), "b": torch.tensor([4.0, 0.4])}
    clipped = training.clip_members(gradients, 1.0)
    torch.testing.assert_close(clipped["a"], torch.tensor([[0.6, 0.0], [0.3, 0.0]]))
    torch.testing.assert_close(clipped["b"], torch.tensor([0.8, 0.4]))


def test_masked_targets_do_not_count():
    other = np.where(MOVIE.ambiguous, MOVIE.labels, 0)
    assert (other != MOVIE.labels).any()
    one, same, unmasked = (
        fit(lambda: models.PerFrame(256, 4, 6), data, steps=5, seeds=range(2)).loss
        for data in ((MOVIE.frames, MOVIE.labels, MOVIE.ambiguous), (MOVIE.frames, other, MOVIE.ambiguous), MOVIE[:2]))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, unmasked)


def test_an_epoch_shows_every_example_once():
    batches = minibatches.epochs(10, 3, np.random.default_rng(0))
    first, second = ([next(batches) for _ in range(3)] for _ in range(2))
    for epoch in (first, second):
        assert len(set(np.concatenate(epoch))) == 9
    assert np.concatenate(first).tolist() != np.concatenate(second).tolist()


def test_members_differ_in_weights_and_order_and_a_seed_decides_both():
    runs = [fit(lambda: models.PerFrame(144, 4, 4), SHAPES, steps=3, seeds=seeds) for seeds in ([4, 7], [4, 7], [7, 4])]
    np.testing.assert_array_equal(runs[0].loss, runs[1].loss)
    np.testing.assert_allclose(runs[0].loss, runs[2].loss[:, ::-1], rtol=1e-5)
    assert runs[0].loss[0, 0] != runs[0].loss[0, 1]


def test_the_global_generator_is_left_alone():
    torch.manual_seed(1)
    fit(reader(), symbols, steps=1, seeds=[0])
    drawn = torch.rand(())
    torch.manual_seed(1)
    assert torch.rand(()) == drawn


def test_a_member_is_a_module_with_the_same_answers():
    history = fit(reader(), symbols, steps=3, seeds=range(3))
    inputs = symbols(np.random.default_rng(1))[0]
    outputs = history.models(inputs)
    assert outputs.shape == (3, 1, 16, 10) and len(list(history.models)) == 3
    for k, model in enumerate(history.models):
        torch.testing.assert_close(model(torch.as_tensor(inputs)), outputs[k])
    with pytest.raises(IndexError, match="member 3 of an ensemble of 3"):
        history.models[3]


def test_correct_and_accuracy_agree_with_counting():
    history = fit(lambda: models.PerFrame(256, 8, 6), MOVIE[:2], steps=20, seeds=range(2))
    right = correct(history.models, MOVIE)
    assert right.shape == (2, *MOVIE.labels.shape)
    answer = history.models[1](torch.as_tensor(MOVIE.frames)).argmax(-1).numpy()
    np.testing.assert_array_equal(right[1], answer == MOVIE.labels)
    np.testing.assert_allclose(accuracy(history.models, MOVIE[:2]), right.mean(axis=(1, 2)))
    loss = [F.cross_entropy(model(torch.as_tensor(MOVIE.frames)).flatten(0, 1), torch.as_tensor(MOVIE.labels).flatten()) for model in history.models]
    np.testing.assert_allclose(accuracy(history.models, MOVIE[:2], training.cross_entropy), torch.stack(loss).detach(), rtol=1e-5)
    masked = accuracy(history.models, (MOVIE.frames, MOVIE.labels, MOVIE.ambiguous))
    np.testing.assert_allclose(masked, right[:, MOVIE.ambiguous].mean(axis=1))


def test_last_reads_out_the_end_only():
    torch.manual_seed(0)
    whole = models.LanguageModel(nn.LSTM, 10, 6)
    end = models.LanguageModel(nn.LSTM, 10, 6, last=2)
    end.load_state_dict(whole.state_dict())
    words = torch.as_tensor(symbols(np.random.default_rng(0))[0])
    torch.testing.assert_close(end(words), whole(words)[-2:])
    answers = symbols(np.random.default_rng(0))
    runs = [fit(lambda: models.LanguageModel(nn.RNN, 10, 6, last=last), answers, steps=4, seeds=[0]).loss for last in (None, 1)]
    np.testing.assert_allclose(*runs, rtol=1e-5)


def test_init_changes_the_first_weights_of_the_recurrent_layer():
    torch.manual_seed(0)
    plain = models.LanguageModel(nn.RNN, 10, 12)
    torch.manual_seed(0)
    made = models.LanguageModel(nn.RNN, 10, 12, init=initialization.orthogonal)
    torch.testing.assert_close(made.recurrent.weight_ih_l0, plain.recurrent.weight_ih_l0)
    U = made.recurrent.weight_hh_l0.detach()
    torch.testing.assert_close(U @ U.T, torch.eye(12), rtol=0, atol=1e-5)
    tagger = lambda: models.Tagger(nn.RNN, 256, 8, 6, init=initialization.orthogonal)  # noqa: E731
    members = fit(tagger, MOVIE[:2], steps=1, seeds=range(2), lr=0).models
    assert not torch.allclose(*members.parameters["recurrent.weight_hh_l0"])


def test_one_cycle_rises_and_falls():
    factors = np.array([training.one_cycle(p) for p in np.linspace(0, 1, 101)])
    assert factors[0] == 0 and factors[30] == 1 and factors[-1] == pytest.approx(0)
    assert (np.diff(factors[:31]) > 0).all() and (np.diff(factors[30:]) < 0).all()


def test_the_gradients_norms_are_autograds_before_clipping():
    data = symbols(np.random.default_rng(0))
    history = fit(reader(nn.LSTM), data, steps=2, batch=16, seeds=[3, 4], lr=0.0, clip=1e-3)
    assert history.gradient.shape == (2, 2) and (history.gradient > 0.02).all()
    for k, model in enumerate(history.models):
        F.cross_entropy(model(torch.as_tensor(data[0])).flatten(0, 1), torch.as_tensor(data[1]).flatten()).backward()
        norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
        np.testing.assert_allclose(history.gradient[:, k], norm, rtol=1e-4)


def test_a_number_is_right_within_a_tolerance():
    x = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    line = (x, x @ np.float32([1, -2, 3]))
    history = fit(lambda: torch.nn.Linear(3, 1), line, steps=400, seeds=[0, 1], lr=[0.0, 0.05], loss=training.squared_error,
                  validation=line, target=0.95, score=training.within(0.05), check_every=10)
    assert history.solved.tolist() == [False, True] and history.steps[0] == 400 > history.steps[1]
    off = np.abs(history.models(x)[..., 0].numpy() - line[1])
    np.testing.assert_array_equal(correct(history.models, line, training.within(0.05)), off < 0.05)
    np.testing.assert_allclose(accuracy(history.models, line, training.squared_error), (off**2).mean(axis=1), rtol=1e-5)
    with pytest.raises(ValueError, match="tolerance must be positive, but it is 0"):
        training.within(0)


def test_squared_error_fits_a_line():
    x = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    line = (x, x @ np.float32([1, -2, 3]))
    history = fit(lambda: torch.nn.Linear(3, 1), line, steps=400, seeds=[0, 1], lr=0.05, loss=training.squared_error)
    assert (history.loss[-1] < 1e-3).all()
    torch.testing.assert_close(history.models.parameters["weight"][0], torch.tensor([[1.0, -2.0, 3.0]]), rtol=0, atol=0.02)


@pytest.mark.parametrize("change, error, message", [
    (dict(model=models.PerFrame(144, 4, 4)), TypeError, "model must be a function"),
    (dict(steps=0), ValueError, "steps must be at least 1, but it is 0"),
    (dict(seeds=8), TypeError, "seeds must be several ints"),
    (dict(seeds=[]), ValueError, "the number of seeds"),
    (dict(optimiser="rmsprop"), ValueError, "optimiser must be 'adam' or 'sgd'"),
    (dict(clip=0), ValueError, "clip must be positive"),
    (dict(target=0.9), ValueError, "validation and target go together"),
    (dict(data=SHAPES.images), TypeError, "data must be"),
    (dict(data=(SHAPES.images[1:], SHAPES.labels)), ValueError, r"targets \(300,\) and inputs \(299, 144\)"),
    (dict(data=(*SHAPES, np.ones(3))), ValueError, r"mask must have the targets' shape \(300,\)"),
    (dict(model=lambda: torch.nn.BatchNorm1d(144)), ValueError, "buffers"),
])
def test_bad_arguments_are_named(change, error, message):
    arguments = dict(model=lambda: models.PerFrame(144, 4, 4), data=SHAPES, steps=1) | change
    with pytest.raises(error, match=message):
        fit(arguments.pop("model"), arguments.pop("data"), **arguments)
