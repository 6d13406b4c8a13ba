"""Training without a gate (C4.6): is a gate needed that the network never had?"""

import numpy as np

from .. import cells, initialization, models, nn, tasks
from ..analysis.memory import gate_fixed, opened
from ..training import fit, one_cycle


def gate_removed(seeds, *, gate=None, forget_bias=1.0, steps=800, lr=0.02, batch=8, units=32, documents=2000):
    """Chapter 4's language model, trained with one ``gate``, "i", "f" or "o", held at 1 from the first step to the last, or with all.

    A gate at 1 is a bias so large that the sigmoid is exactly 1 and its gradient exactly 0: training cannot bring the gate back.
    Without f the cell is that of 1997. The rest is the chapter's: its sentences, its weights of the loss, its penalty.
    Returns shares of words preferred to their twins in other documents, one number for each seed; chance is ½: ``gender``
    (pronouns, possessives and reflexives of a singular subject), ``verb``, and ``lured`` (verbs after an attractor of the
    other number, where the nearest noun is always wrong) in 100 documents of 60 words; ``gender_long`` and ``verb_long``
    in the last 60 words of 600, fifteen times the words of a document in training. Raises ValueError for an unknown gate.
    """
    rng = np.random.default_rng(0)
    train, test, long = (tasks.sentences(n, length, rng) for n, length in ((documents, 41), (100, 61), (100, 601)))
    size, weight = len(tasks.VOCABULARY), np.where(train.twin[1:] >= 0, 10, 1).astype(np.float32)
    init = without(gate, forget_bias)
    history = fit(lambda: models.OpenLanguageModel(nn.LSTM, size, units, init=init), (*train.task, weight), steps=steps, seeds=seeds,
                  lr=lr, batch=batch, clip=1.0, schedule=one_cycle, loss=models.quiet_cross_entropy(size, 0.2))  # fmt: skip
    nets = [opened(model) for model in history.models]
    verbs = test.due("verb")
    asked = {"gender": _gendered(test), "verb": verbs, "lured": verbs & (test.latest[1:] != test.number[1:])}
    asked_late = {"gender_long": _late(_gendered(long)), "verb_long": _late(long.due("verb"))}
    return _shares(nets, test, asked) | _shares(nets, long, asked_late)


def without(gate, forget_bias):
    """The ``init`` of an LSTM that starts at ``forget_bias`` and, unless ``gate`` is None, never has that gate."""

    def init(params, rng):
        cell = cells.LSTM(params.W.shape[1], params.U.shape[1])
        params = initialization.forget_bias(cell, params, forget_bias)
        return params if gate is None else gate_fixed(cell, params, gate, 1)

    return init


def _shares(nets, text, asked):
    """For each mask (T − 1, n) the share of its words that a net prefers to their twins: {name: (K,)}."""
    right = [net.prefers(net.run(text.words[:-1]).h, text.words[1:], text.twin[1:]) for net in nets]
    return {name: np.array([r[where].mean() for r in right]) for name, where in asked.items()}


def _gendered(text):
    return text.due("pronoun", "possessive", "reflexive") & (text.twin[1:] >= 0)


def _late(where, words=60):
    """Only the last ``words`` steps of a mask."""
    return where & (np.arange(len(where)) >= len(where) - words)[:, None]
