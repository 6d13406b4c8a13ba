"""The gap: a clue, then filler, then a question that only the clue answers.

``gap_documents``  "i grew up in france . the clouds are in the sky . … i speak fluent" → "french"
``gap_symbols``    the same without words: a symbol, blanks, a query

In both, *gap* is the number of words between the clue and the answer. It is also the number of steps for which
a model that reads word by word must keep the clue. There are 8 clues, equally likely, so chance is 1/8 = .125.
The example sentence is Olah's (*Understanding LSTM Networks*, 2015); lags between a symbol and the question
about it are the oldest test of recurrent nets (Hochreiter & Schmidhuber 1997, section 5).
"""

from typing import NamedTuple

import numpy as np

from . import _checks

COUNTRIES = ("france", "spain", "italy", "germany", "poland", "greece", "turkey", "japan")
LANGUAGES = ("french", "spanish", "italian", "german", "polish", "greek", "turkish", "japanese")
CLUE, QUESTION = "i grew up in".split(), "i speak fluent".split()
FILLER = [sentence.split() for sentence in (  # by length, from 1 to 7 words
    "so", "yes .", "well then .", "it rains .", "time flies .", "the sun shines .", "a dog is barking .", "the tea was cold .",
    "we went to the market .", "the clouds are in the sky .", "the birds sit on the roof .", "there was snow on the hills .",
)]
WORDS = COUNTRIES + LANGUAGES + tuple(sorted({word for part in (CLUE, QUESTION, *FILLER) for word in part}))


class GapTask(NamedTuple):
    """``n`` sequences of ``T`` words or symbols, time first.

    inputs   (T, n) int, what the model reads
    targets  (S, n) int, what it should say at the last S steps; the last row is the answer
    gap      (n,) int, words between clue and answer
    """

    inputs: np.ndarray
    targets: np.ndarray
    gap: np.ndarray

    @property
    def answer(self):
        """(inputs, answers): the task for ``fit`` and ``accuracy`` when only the answer counts. Answers (1, n)."""
        return self.inputs, self.targets[-1:]


def gap_documents(n, gap, rng):
    """Draw ``n`` documents whose every next word is to be predicted (S = T), as :class:`GapTask` with indices into ``WORDS``.

    ``gap`` is an int, at least 3 ("i speak fluent" stands between), or one for each document, shape (n,). All
    documents are as long as the longest gap needs: a shorter gap has filler before the clue. Chance on the
    answer is 1/8. Raises TypeError or ValueError for arguments outside their range.
    """
    n, rng = _checks.positive_int("n", n), _checks.generator(rng)
    gap = _gaps(n, gap, least=len(QUESTION))
    country = rng.integers(len(COUNTRIES), size=n)
    length = len(CLUE) + 1 + gap.max() + 1
    text = np.empty((n, length + _LONGEST), dtype=int)
    rows, start = np.arange(n)[:, None], gap.max() - gap
    question = length - 1 - len(QUESTION)

    # In reading order, since filler is written with padding, which what follows overwrites.
    _write_filler(text, np.zeros(n, dtype=int), start, rng)
    text[rows, start[:, None] + np.arange(len(CLUE) + 2)] = _indices([*CLUE, COUNTRIES[0], "."])
    text[rows, start[:, None] + len(CLUE)] = country[:, None]
    _write_filler(text, start + len(CLUE) + 2, np.full(n, question), rng)
    text[:, question:length - 1] = _indices(QUESTION)
    text[:, length - 1] = len(COUNTRIES) + country
    return GapTask(text[:, :length - 1].T.copy(), text[:, 1:length].T.copy(), gap)


def gap_symbols(n, gap, rng, *, symbols=8, filler="blank"):
    """Draw ``n`` sequences: a symbol, ``gap`` − 1 fillers, a query at which the symbol is due (S = 1), as :class:`GapTask`.

    Symbols are 0 … ``symbols`` − 1, the blank is ``symbols``, the query ``symbols`` + 1. ``filler`` is "blank"
    or "random" (symbols that mean nothing). ``gap`` is an int, at least 1, or one for each sequence, shape
    (n,); shorter gaps have blanks before the symbol. Chance is 1 / ``symbols``. Raises TypeError or ValueError
    for arguments outside their range.
    """
    n, rng = _checks.positive_int("n", n), _checks.generator(rng)
    symbols, gap = _checks.positive_int("symbols", symbols, minimum=2), _gaps(n, gap, least=1)
    _checks.choice("filler", filler, ("blank", "random"))
    symbol = rng.integers(symbols, size=n)
    inputs = np.full((gap.max() + 1, n), symbols)
    if filler == "random":
        inputs = np.where(np.arange(len(inputs))[:, None] > gap.max() - gap, rng.integers(symbols, size=inputs.shape), inputs)
    inputs[gap.max() - gap, np.arange(n)] = symbol
    inputs[-1] = symbols + 1
    return GapTask(inputs, symbol[None], gap)


def as_text(indices):
    """The words of one document: ``as_text(task.inputs[:, 0])``."""
    return " ".join(WORDS[i] for i in indices)


_LONGEST = len(FILLER[-1])


def _indices(sentence):
    return [WORDS.index(word) for word in sentence]


_SENTENCE = np.array([_indices(s + [s[-1]] * (_LONGEST - len(s))) for s in FILLER])  # padded to one length
_LENGTH = np.array([len(s) for s in FILLER])
_FITTING = np.searchsorted(_LENGTH, np.arange(_LONGEST + 1), side="right")  # how many sentences have at most k words


def _write_filler(text, position, end, rng):
    """Write random sentences into each row of ``text`` from ``position`` up to ``end``, filling it exactly."""
    while len(row := np.flatnonzero(position < end)):
        left = np.minimum((end - position)[row], _LONGEST)
        pick = rng.integers(left > 1, _FITTING[left])  # the one word "so" only where nothing else fits
        text[row[:, None], position[row, None] + np.arange(_LONGEST)] = _SENTENCE[pick]
        position[row] += _LENGTH[pick]


def _gaps(n, gap, least):
    gaps = np.asarray(gap)
    if gaps.dtype.kind not in "iu":
        raise TypeError(f"gap must be an integer or an array of them, but it is {gap!r}")
    if gaps.shape not in ((), (n,)):
        raise ValueError(f"gap must be one number or one for each sequence, shape ({n},), but its shape is {gaps.shape}")
    if gaps.min() < least:
        raise ValueError(f"gap must be at least {least}, but the smallest is {gaps.min()}")
    return np.broadcast_to(gaps, (n,)).astype(int)
