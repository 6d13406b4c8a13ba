"""The sentences: a second, much simpler reader parses them and must agree with every annotation."""

import numpy as np
import pytest

from lstm_course import tasks

HE, SHE = "boy king man uncle brother monk".split(), "girl queen woman aunt sister nun".split()
THEY = "boys kings men uncles brothers monks girls queens women aunts sisters nuns".split()
PRONOUNS = {"he": "he his himself".split(), "she": "she her herself".split(), "they": "they their themselves".split()}
BARE = "sing run sleep laugh love see know praise".split()


@pytest.fixture(scope="module")
def text():
    return tasks.sentences(400, 80, np.random.default_rng(0))


def read(words):
    """For each word of a document its role, its subject's kind and the distance to it, by rules of thumb.

    The rules know the forms above and one thing about the grammar: a person named in a sentence is its subject
    unless a pronoun, or another person, came before in this sentence.
    """
    kind, at, fresh, echo, found = None, None, True, False, []
    for t, word in enumerate(words):
        role = "other"
        if word == ".":
            fresh = True
        elif word in HE + SHE + THEY:
            role = "subject" if fresh else "attractor"
            if fresh:
                kind = "he" if word in HE else "she" if word in SHE else "they"
                at, fresh, echo = t, False, False
        elif word in sum(PRONOUNS.values(), []):
            which = next(k for k, forms in PRONOUNS.items() if word in forms)
            assert which == kind, f"{word} after a subject that is {kind}: {words}"
            role, fresh, echo = ("pronoun", "possessive", "reflexive")[PRONOUNS[which].index(word)], False, True
        elif word in BARE or word.removesuffix("s") in BARE:
            assert (word in BARE) == (kind == "they"), f"{word} after a subject that is {kind}: {words}"
            role, echo = "echo" if echo else "verb", True
        found.append((role, kind, None if at is None else t - at))
    return found


def test_a_reader_with_a_few_rules_agrees_with_every_annotation(text):
    for k in range(text.words.shape[1]):
        for t, (role, kind, since) in enumerate(read(tasks.words_of(text.words[:, k]))):
            assert tasks.ROLES[text.role[t, k]] == role
            assert text.since[t, k] == (-1 if since is None else since)
            assert text.number[t, k] == (-1 if kind is None else kind == "they")
            assert text.gender[t, k] == (tasks.GENDERS.index(kind) if kind in tasks.GENDERS else -1)


def test_twins_exchange_number_or_gender_and_are_there_where_something_agrees(text):
    vocabulary = np.array(tasks.VOCABULARY)
    for role, other in {"verb": {}, "pronoun": {"he": "she"}, "possessive": {"his": "her"}, "reflexive": {"himself": "herself"}}.items():
        here = text.role == tasks.ROLES.index(role)
        pairs = other | {b: a for a, b in other.items()} or {v: v + "s" for v in BARE} | {v + "s": v for v in BARE}
        for word, twin in set(zip(text.words[here], text.twin[here])):
            if twin == -1:
                assert vocabulary[word] in PRONOUNS["they"]
            else:
                assert vocabulary[twin] == pairs[vocabulary[word]]
    silent = np.isin(text.role, [tasks.ROLES.index(role) for role in ("other", "subject", "attractor")])
    assert (text.twin[silent] == -1).all()


def test_the_latest_person_is_the_one_last_named(text):
    for k in range(text.words.shape[1]):
        latest = -1
        for t, word in enumerate(tasks.words_of(text.words[:, k])):
            latest = int(word in THEY) if word in HE + SHE + THEY else latest
            assert text.latest[t, k] == latest


def test_subjects_and_attractors_are_balanced(text):
    subject, attractor = (text.role == tasks.ROLES.index(role) for role in ("subject", "attractor"))
    n = subject.sum()
    assert n > 1000
    assert abs(text.number[subject].mean() - 0.5) < 4 * 0.5 / np.sqrt(n)
    single = subject & (text.gender >= 0)
    assert abs(text.gender[single].mean() - 0.5) < 4 * 0.5 / np.sqrt(single.sum())
    opposite = text.latest[attractor] != text.number[attractor]
    assert abs(opposite.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(opposite))
    counts = np.bincount(text.words[single], minlength=len(tasks.VOCABULARY))
    assert (counts[[tasks.VOCABULARY.index(noun) for noun in HE + SHE]] > 0.5 * single.sum() / 12).all()


def test_a_subject_lives_for_one_to_five_sentences():
    text = tasks.sentences(50, 400, np.random.default_rng(1))
    stop, lives = tasks.VOCABULARY.index("."), []
    for k in range(50):
        starts = np.flatnonzero(text.role[:, k] == tasks.ROLES.index("subject"))
        lives += [int((text.words[a:b, k] == stop).sum()) for a, b in zip(starts, starts[1:])]
    counts = np.bincount(lives)
    assert counts[0] == 0 and len(counts) == 6
    assert np.abs(counts[1:] / len(lives) - 0.2).max() < 4 * np.sqrt(0.16 / len(lives))


def test_the_word_the_announces_no_subject(text):
    the, subject = tasks.VOCABULARY.index("the"), tasks.ROLES.index("subject")
    first = (text.words[1:-1] == the) & (text.words[:-2] == tasks.VOCABULARY.index("."))
    share = (text.role[2:][first] == subject).mean()
    assert 0.3 < share < 0.8


def test_the_same_seed_gives_the_same_text_and_another_seed_another():
    draw = lambda seed: tasks.sentences(5, 30, np.random.default_rng(seed))
    assert all((a == b).all() for a, b in zip(draw(3), draw(3)))
    assert (draw(3).words != draw(4).words).any()
    longer = tasks.sentences(1, 60, np.random.default_rng(5))
    assert (tasks.sentences(1, 30, np.random.default_rng(5)).words == longer.words[:30]).all()


def test_task_and_due_speak_of_the_next_word(text):
    inputs, targets = text.task
    assert (inputs == text.words[:-1]).all() and (targets == text.words[1:]).all()
    verbs = text.due("verb", "echo")
    assert verbs.shape == targets.shape
    assert {tasks.VOCABULARY[k] for k in targets[verbs]} == {*BARE, *(verb + "s" for verb in BARE)}
    assert not np.isin(targets[~verbs], targets[verbs]).any()


def test_words_can_be_written_and_read():
    sentence = "the girl near the kings sings"
    assert tasks.words_of(tasks.word_indices(sentence)[:, 0]) == sentence.split()
    with pytest.raises(ValueError, match="text must be made of words of VOCABULARY, but it has .'robot'."):
        tasks.word_indices("the robot sings")
    with pytest.raises(ValueError, match="no words"):
        tasks.word_indices(" ")


@pytest.mark.parametrize("n, length, rng, error, match", [
    (0, 40, np.random.default_rng(0), ValueError, "n must be at least 1"),
    (3, 1, np.random.default_rng(0), ValueError, "length must be at least 2"),
    (3, 4.0, np.random.default_rng(0), TypeError, "length must be an integer"),
    (3, 40, 0, TypeError, "rng must be a numpy.random.Generator"),
])
def test_wrong_arguments_are_named(n, length, rng, error, match):
    with pytest.raises(error, match=match):
        tasks.sentences(n, length, rng)


def test_unknown_roles_are_named(text):
    with pytest.raises(ValueError, match="roles must be one of"):
        text.due("noun")
