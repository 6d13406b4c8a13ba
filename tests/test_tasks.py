"""The tasks: what their docstrings promise, measured."""

import numpy as np
import pytest

from lstm_course import tasks
from lstm_course.tasks import gap as gap_module
from lstm_course.tasks.movies import _CLOSE_UP_PROBABILITY, _SCENE_PROBABILITY


@pytest.fixture(scope="module")
def movie():
    return tasks.movies(400, 30, np.random.default_rng(0))


def test_movies_have_the_stated_shapes_and_types(movie):
    assert movie.frames.shape == (30, 400, 256) and movie.frames.dtype == np.float32
    for part in movie[1:]:
        assert part.shape == (30, 400)
    assert movie.ambiguous.dtype == bool
    assert set(np.unique(movie.labels)) == set(range(len(tasks.ACTIVITIES)))


def test_the_activity_follows_from_picture_and_scene(movie):
    scenes = {"swimming": "beach", "sun-bathing": "beach", "bathing": "bathroom", "sleeping": "bedroom"}
    for activity, scene in scenes.items():
        here = movie.labels == tasks.ACTIVITIES.index(activity)
        assert movie.ambiguous[here].all()
        assert (movie.scene[here] == tasks.SCENES.index(scene)).all()
    clear = np.isin(movie.labels, [tasks.ACTIVITIES.index(a) for a in ("nobody", "walking")])
    assert (clear == ~movie.ambiguous).all()
    assert ((movie.distance == 0) == (movie.labels == 0)).all()


def test_scenes_last_from_three_to_twelve_close_ups(movie):
    assert (movie.distance[0] == 0).all()
    stays = movie.distance[1:] > 0
    assert (movie.distance[1:][stays] == movie.distance[:-1][stays] + 1).all()
    assert (movie.scene[1:][stays] == movie.scene[:-1][stays]).all()
    lengths = movie.distance[:-1][~stays]
    assert lengths.min() == 3 and lengths.max() == 12


@pytest.mark.parametrize("readings", [("swimming", "bathing"), ("sun-bathing", "sleeping")])
def test_ambiguous_pictures_are_even_and_do_not_betray_their_scene(movie, readings):
    one, other = (movie.frames[movie.labels == tasks.ACTIVITIES.index(a)] for a in readings)
    n = len(one) + len(other)
    assert abs(len(one) / n - 0.5) < 0.05  # clusters of up to 12 frames; exact in expectation, see the next test
    spread = np.sqrt(one.var(axis=0) / len(one) + other.var(axis=0) / len(other))
    assert np.abs((one.mean(axis=0) - other.mean(axis=0)) / spread).max() < 5
    bright_one, bright_other = one.max(axis=1).mean(), other.max(axis=1).mean()
    assert abs(bright_one - bright_other) < 0.02


def test_the_two_readings_have_equal_probability_exactly():
    joint = _SCENE_PROBABILITY[:, None] * _CLOSE_UP_PROBABILITY
    for close_up in (0, 1):
        first, second = joint[joint[:, close_up] > 0, close_up]
        assert first == pytest.approx(second, abs=1e-15)


def test_clear_pictures_differ(movie):
    kinds = [movie.frames[(movie.labels == 0) & (movie.scene == s)].mean(axis=0) for s in range(3)]
    kinds += [movie.frames[movie.labels == k].mean(axis=0) for k in (1, 3, 5)]
    for i in range(6):
        for j in range(i):
            assert np.linalg.norm(kinds[i] - kinds[j]) > 1.5


def test_shuffling_keeps_frames_with_their_labels(movie):
    mixed = tasks.shuffle_frames(movie, np.random.default_rng(1))
    key, mixed_key = movie.frames[..., 0], mixed.frames[..., 0]
    assert not (key == mixed_key).all()
    order, mixed_order = key.argsort(axis=0), mixed_key.argsort(axis=0)
    for before, after in zip(movie[1:], mixed[1:]):
        assert (np.take_along_axis(before, order, 0) == np.take_along_axis(after, mixed_order, 0)).all()


def test_shapes_have_no_mean_and_stand_everywhere():
    data = tasks.shapes(4000, np.random.default_rng(0))
    assert data.images.shape == (4000, 144) and data.images.dtype == np.float32
    for k in range(len(tasks.SHAPES)):
        of_class = data.images[data.labels == k]
        assert len(of_class) == pytest.approx(1000, abs=120)
        assert np.abs(of_class.mean(axis=0)).max() < 0.12
        brightest = of_class[of_class.sum(axis=1) > 0]
        assert (brightest > 0.5).any(axis=0).sum() > 80


def test_a_shape_is_its_mask_and_sign():
    data = tasks.shapes(200, np.random.default_rng(3), noise=0)
    pixels = np.abs(data.images).sum(axis=1)
    expected = {"square": 16, "cross": 9, "triangle": 11, "bar": 10}
    for image, label, count in zip(data.images, data.labels, pixels):
        assert count == expected[tasks.SHAPES[label]]
        assert len(set(np.sign(image[image != 0]))) == 1


@pytest.mark.parametrize("gap", [3, 4, 5, 6, 7, 10, 20, 57])
def test_exactly_gap_words_stand_between_country_and_language(gap):
    task = tasks.gap_documents(50, gap, np.random.default_rng(gap))
    for k in range(50):
        text = tasks.as_text(task.inputs[:, k]).split() + [tasks.WORDS[task.targets[-1, k]]]
        (clue,) = [i for i, word in enumerate(text) if word in gap_module.COUNTRIES]
        (answer,) = [i for i, word in enumerate(text) if word in gap_module.LANGUAGES]
        assert answer - clue - 1 == gap and answer == len(text) - 1
        assert gap_module.COUNTRIES.index(text[clue]) == gap_module.LANGUAGES.index(text[answer])
        assert text[clue - 4:clue] == "i grew up in".split() and text[-4:-1] == "i speak fluent".split()
        assert gap == 3 or text[clue + 1] == "."


def test_documents_are_made_of_whole_sentences():
    task = tasks.gap_documents(100, np.random.default_rng(1).integers(3, 40, size=100), np.random.default_rng(0))
    sentences = {" ".join(s) for s in gap_module.FILLER} | {"i grew up in X", "."}
    for k in range(100):
        text = " ".join("X" if w in gap_module.COUNTRIES else w for w in tasks.as_text(task.inputs[:, k]).split())
        text = text.removesuffix("i speak fluent").strip()
        for part in text.replace("so i", "so . i").replace(" .", " .|").split("|"):
            part = part.strip()
            known = {part, part.removesuffix(" ."), part.removeprefix("so . ")} & (sentences | {"i grew up in X .", "so .", ""})
            assert known, f"{part!r} in {text!r}"


def test_gaps_can_differ_between_documents():
    gaps = np.array([3, 8, 40])
    task = tasks.gap_documents(3, gaps, np.random.default_rng(0))
    assert task.inputs.shape == task.targets.shape == (45, 3)
    at = (task.inputs < 8).argmax(axis=0)
    assert (45 - at - 1 == gaps).all() and (task.gap == gaps).all()


def test_the_next_word_is_the_target_and_the_answer_the_last():
    task = tasks.gap_documents(5, 12, np.random.default_rng(0))
    assert (task.inputs[1:] == task.targets[:-1]).all()
    inputs, answers = task.answer
    assert inputs is task.inputs and answers.shape == (1, 5)
    assert ((answers >= 8) & (answers < 16)).all()


def test_clues_are_equally_likely():
    answers = tasks.gap_documents(8000, 5, np.random.default_rng(0)).answer[1] - 8
    assert np.bincount(answers[0], minlength=8) == pytest.approx(np.full(8, 1000), abs=150)


@pytest.mark.parametrize("filler", ["blank", "random"])
@pytest.mark.parametrize("gap", [1, 2, 9, np.array([1, 4, 9, 9])])
def test_gap_symbols_ask_for_the_symbol_gap_steps_ago(gap, filler):
    task = tasks.gap_symbols(4, gap, np.random.default_rng(0), filler=filler)
    T = len(task.inputs)
    assert T == np.max(gap) + 1 and task.targets.shape == (1, 4)
    assert (task.inputs[-1] == 9).all()
    assert (task.inputs[T - 1 - task.gap, np.arange(4)] == task.targets[0]).all()
    between = [task.inputs[T - task.gap[k]:-1, k] for k in range(4)]
    assert all((b == 8).all() if filler == "blank" else (b < 8).all() for b in between)


@pytest.mark.parametrize("draw", [
    lambda rng: tasks.movies(3, 10, rng), lambda rng: tasks.shapes(3, rng),
    lambda rng: tasks.gap_documents(3, 10, rng), lambda rng: tasks.gap_symbols(3, 10, rng, filler="random"),
])
def test_the_same_generator_gives_the_same_data(draw):
    one, same, other = (draw(np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert all((a == b).all() for a, b in zip(one, same))
    assert not (one[0] == other[0]).all()


@pytest.mark.parametrize("call, error, message", [
    (lambda r: tasks.movies(0, 10, r), ValueError, "n must be at least 1"),
    (lambda r: tasks.movies(2, 1.5, r), TypeError, "T must be an integer"),
    (lambda r: tasks.movies(2, 5, 3), TypeError, "rng must be a numpy.random.Generator"),
    (lambda r: tasks.movies(2, 5, r, close_ups=(4, 3)), ValueError, "close_ups"),
    (lambda r: tasks.movies(2, 5, r, noise=-1), ValueError, "noise"),
    (lambda r: tasks.shapes(2, r, noise=-1), ValueError, "noise"),
    (lambda r: tasks.gap_documents(2, 2, r), ValueError, "gap must be at least 3, but the smallest is 2"),
    (lambda r: tasks.gap_documents(2, 5.0, r), TypeError, "gap must be an integer"),
    (lambda r: tasks.gap_documents(2, np.array([3, 4, 5]), r), ValueError, r"shape \(2,\)"),
    (lambda r: tasks.gap_symbols(2, 0, r), ValueError, "gap must be at least 1"),
    (lambda r: tasks.gap_symbols(2, 5, r, symbols=1), ValueError, "symbols must be at least 2"),
    (lambda r: tasks.gap_symbols(2, 5, r, filler="noise"), ValueError, "filler must be one of"),
])
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(np.random.default_rng(0))
