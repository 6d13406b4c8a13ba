"""A small English in which a subject, once named, governs verbs and pronouns for sentences to come::

    the girl near the kings often sings . in the morning she paints her house . the rain fell . she laughs because she …

    document   paragraphs, one after the other, cut at ``length`` words
    paragraph  a first sentence, which names the subject, then 0–4 further sentences (each number equally likely)
    first      [frame] the SUBJECT [near|with|behind the ATTRACTOR] [adverb] predicate .
    further    [frame] he|she|they [adverb] predicate .                       with probability 3/4
               the rain fell .  and others that speak of nobody                with probability 1/4
    predicate  verb [place] | verb and [adverb] verb | verb because he|she|they verb
               | verb his|her|their thing | verb himself|herself|themselves | verb the ATTRACTOR
    frame      in the morning, when the rain fell on the old house by the sea, … (2 to 11 words)

Subjects are singular or plural with probability ½ each, the singular ones female or male with ½ each, whatever
the attractors are. So chance is ½ for the choice between a verb's two forms, and ½ for the choice between she and
he. Impersonal sentences and frames begin with "the", too, or contain it: the word alone announces no subject.
The story of a subject whose gender and number a network must keep is Olah's (*Understanding LSTM Networks*, 2015);
attractors are those of Linzen, Dupoux & Goldberg (*Assessing the ability of LSTMs to learn syntax-sensitive
dependencies*, TACL 2016).
"""

from typing import NamedTuple

import numpy as np

from . import _checks

GENDERS, NUMBERS = ("he", "she"), ("singular", "plural")
ROLES = ("other", "subject", "attractor", "verb", "echo", "pronoun", "possessive", "reflexive")

_MALE = {"boy": "boys", "king": "kings", "man": "men", "uncle": "uncles", "brother": "brothers", "monk": "monks"}
_FEMALE = {"girl": "girls", "queen": "queens", "woman": "women", "aunt": "aunts", "sister": "sisters", "nun": "nuns"}
_NOUNS = (tuple(_MALE), tuple(_FEMALE), tuple((_MALE | _FEMALE).values()))  # he, she, they
_PRONOUNS = {"pronoun": ("he", "she", "they"), "possessive": ("his", "her", "their"),
             "reflexive": ("himself", "herself", "themselves")}  # fmt: skip
_STATES = tuple((verb + "s", verb) for verb in "sing run sleep laugh".split())  # singular, plural
_ACTIONS = tuple((verb + "s", verb) for verb in "love see know praise".split())
_ADVERBS, _THINGS = "often never always".split(), "house garden dog".split()
_BESIDE = ("near", "with", "behind")
_PLACES = [words.split() for words in ("in the garden", "at home", "by the sea")]
_FRAMES = [words.split() for words in (
    "at night", "in the morning", "after the rain", "when the bell rang", "when the rain fell on the old house by the sea",
)]  # fmt: skip
_IMPERSONAL = [words.split() for words in (
    "it was late", "the rain fell", "the bell rang", "the sun rose", "the rain fell on the sea at night", "it was late in the garden",
)]  # fmt: skip

VOCABULARY = tuple(sorted({
    "the", "and", "because", ".", *_BESIDE, *_ADVERBS, *_THINGS,
    *(word for group in (*_NOUNS, *_PRONOUNS.values(), *_STATES, *_ACTIONS, *_PLACES, *_FRAMES, *_IMPERSONAL) for word in group),
}))  # fmt: skip
_INDEX = {word: k for k, word in enumerate(VOCABULARY)}


class Sentences(NamedTuple):
    """``n`` documents of ``T`` words, time first: every array is (T, n) int, and says something of the word there.

    - ``words``: indices into ``VOCABULARY``
    - ``role``: index into ``ROLES``. A *verb* agrees with a noun, perhaps across an attractor; an *echo* is a verb
      that follows a pronoun, or another verb of its own sentence
    - ``gender``: of the current subject: index into ``GENDERS``; −1 for plurals, and before the first subject
    - ``number``: of the current subject: index into ``NUMBERS``; −1 before the first subject
    - ``since``: words since the current subject, which itself has 0; −1 before the first
    - ``latest``: number of the latest person named, subject or attractor: the answer of a reader who takes the
      nearest noun
    - ``twin``: what would stand here were the subject of the other number (verb, echo), or of the other gender
      (pronouns of a singular subject); −1 elsewhere. Between word and twin chance is ½
    """

    words: np.ndarray
    role: np.ndarray
    gender: np.ndarray
    number: np.ndarray
    since: np.ndarray
    latest: np.ndarray
    twin: np.ndarray

    @property
    def task(self):
        """(inputs, targets) for ``fit``: each word and the next, both (T − 1, n)."""
        return self.words[:-1], self.words[1:]

    def due(self, *roles):
        """(T − 1, n) bool: after these inputs a word with one of the ``roles`` comes."""
        for role in roles:
            _checks.choice("roles", role, ROLES)
        return np.isin(self.role[1:], [ROLES.index(role) for role in roles])


def sentences(n, length, rng):
    """Draw ``n`` documents of ``length`` words as :class:`Sentences`; each begins with a first sentence.

    Raises TypeError or ValueError for arguments outside their range.
    """
    n, rng = _checks.positive_int("n", n), _checks.generator(rng)
    length = _checks.positive_int("length", length, minimum=2)
    table = np.array([_document(length, rng) for _ in range(n)])  # (n, T, fields)
    return Sentences(*np.ascontiguousarray(table.transpose(2, 1, 0)))


def word_indices(text):
    """The indices of a text's words, separated by spaces: (T, 1) int, ready for a model. Raises ValueError for unknown words."""
    unknown = [word for word in text.split() if word not in _INDEX]
    if unknown or not text.split():
        raise ValueError(f"text must be made of words of VOCABULARY, but it has {unknown or 'no words'}")
    return np.array([[_INDEX[word]] for word in text.split()])


def words_of(indices):
    """The words of one document, a list: ``words_of(text.words[:, 0])``."""
    return [VOCABULARY[k] for k in indices]


def _document(length, rng):
    """Rows (word, role, gender, number, since, latest, twin), one for each word."""
    writer = _Writer(rng)
    while len(writer.rows) < length:
        writer.first()
        for _ in range(writer.draw(5)):
            writer.further()
    return writer.rows[:length]


class _Writer:
    """Writes sentence after sentence, and beside each word what is true of it."""

    def __init__(self, rng):
        self.draws, self.rows = iter(()), []
        self.rng, self.kind, self.since, self.latest = rng, -1, -1, -1  # kind: 0 he, 1 she, 2 they

    def draw(self, k):
        """A number from 0 to k − 1; drawn in blocks, for speed."""
        while (u := next(self.draws, None)) is None:
            self.draws = iter(self.rng.random(256).tolist())
        return int(k * u)

    def pick(self, options):
        return options[self.draw(len(options))]

    def kind_of_person(self):
        return 2 if self.draw(2) else self.draw(2)

    def say(self, word, role="other", twin=None):
        self.since += self.since >= 0
        plural, known = self.kind == 2, self.kind >= 0
        self.rows.append((_INDEX[word], ROLES.index(role), -1 if plural else self.kind, int(plural) if known else -1,
                          self.since, self.latest, -1 if twin is None else _INDEX[twin]))  # fmt: skip

    def phrase(self, words):
        for word in words:
            self.say(word)

    def perhaps(self, options, of=3):
        """One of the phrases, in one of ``of`` cases."""
        if not self.draw(of):
            self.phrase(self.pick(options))

    def adverb(self):
        self.perhaps([[word] for word in _ADVERBS])

    def subject(self):
        self.say("the")
        self.kind, self.since = self.kind_of_person(), -1
        self.latest = int(self.kind == 2)
        noun = self.pick(_NOUNS[self.kind])
        self.say(noun, "subject")
        self.since = 0
        self.rows[-1] = (*self.rows[-1][:4], 0, *self.rows[-1][5:])

    def attractor(self):
        self.say("the")
        kind = self.kind_of_person()
        self.latest = int(kind == 2)
        self.say(self.pick(_NOUNS[kind]), "attractor")

    def verb(self, forms, role):
        plural = self.kind == 2
        self.say(forms[plural], role, forms[not plural])

    def stands_for(self, role):
        forms = _PRONOUNS[role]
        self.say(forms[self.kind], role, None if self.kind == 2 else forms[1 - self.kind])

    def first(self):
        self.perhaps(_FRAMES)
        self.subject()
        if self.draw(2):
            self.say(self.pick(_BESIDE))
            self.attractor()
        self.adverb()
        self.predicate("verb")

    def further(self):
        if not self.draw(4):
            self.phrase(self.pick(_IMPERSONAL))
            self.say(".")
            return
        self.perhaps(_FRAMES)
        self.stands_for("pronoun")
        self.adverb()
        self.predicate("echo")

    def predicate(self, role):
        kind = self.draw(6)
        self.verb(self.pick(_STATES if kind < 3 else _ACTIONS), role)
        if kind == 0:
            self.perhaps(_PLACES, of=2)
        elif kind == 1:
            self.say("and")
            self.adverb()
            self.verb(self.pick(_STATES), "echo")
        elif kind == 2:
            self.say("because")
            self.stands_for("pronoun")
            self.verb(self.pick(_STATES), "echo")
        elif kind == 3:
            self.stands_for("possessive")
            self.say(self.pick(_THINGS))
        elif kind == 4:
            self.stands_for("reflexive")
        else:
            self.attractor()
        self.say(".")
