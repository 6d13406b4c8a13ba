"""The embedded Reber grammar: strings in which the second letter comes back as the last but one.

``embedded_reber``  one string a sequence (Hochreiter & Schmidhuber 1997, experiment 1)
``reber_stream``    string after string without a sign where one ends (Gers, Schmidhuber & Cummins 2000)

    B T [B T S X X V V E] T E          the part in brackets is a string of Reber's grammar, a walk through this graph:

    0 ─B→ 1;  1 ─T→ 2, 1 ─P→ 3;  2 ─S→ 2, 2 ─X→ 4;  3 ─T→ 3, 3 ─V→ 5;  4 ─X→ 3, 4 ─S→ 6;  5 ─P→ 4, 5 ─V→ 6;  6 ─E→ end

Where two letters can follow, both have probability ½. At least five letters stand between the outer letter and its
return, and they show nothing of it: who has forgotten it has ½ there. What else can follow is seen from the last three
letters. In the stream the memory must also be *emptied*: nothing outside the letters says that a string is over.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

REBER = ("B", "T", "P", "S", "X", "V", "E")
_INNER = {0: ("B1",), 1: ("T2", "P3"), 2: ("S2", "X4"), 3: ("T3", "V5"), 4: ("X3", "S6"), 5: ("P4", "V6"), 6: ("E7",)}


class ReberTask(NamedTuple):
    """``n`` sequences of ``T`` letters, time first; ``task`` is what ``fit`` takes.

    inputs   (T, n) int, index into ``REBER``
    targets  (T, n) int, the letter after each
    mask     (T, n) bool, false behind the end of a string
    legal    (T, n, 7) bool, which letters the grammar lets follow
    outer    (T, n) bool, whether the outer letter is due next
    """

    inputs: np.ndarray
    targets: np.ndarray
    mask: np.ndarray
    legal: np.ndarray
    outer: np.ndarray

    @property
    def task(self):
        """(inputs, targets, mask) for ``fit`` and ``accuracy``."""
        return self.inputs, self.targets, self.mask


def reber_stream(n, T, rng):
    """Draw ``n`` streams of ``T`` letters, each beginning with a string, as :class:`ReberTask`; the mask is true everywhere.

    Raises TypeError or ValueError for arguments outside their range.
    """
    n, T, rng = _checks.positive_int("n", n), _checks.positive_int("T", T), _checks.generator(rng)
    states, letters = _walk(n, T + 1, rng)
    return _task(states, letters, np.ones((T, n), dtype=bool))


def embedded_reber(n, rng, *, longest=40):
    """Draw ``n`` strings of at most ``longest`` letters, as :class:`ReberTask` with T = ``longest`` − 1.

    Strings have 9 letters or more, 12 on average; a longer one is drawn again, which at 40 happens once in 18,000
    strings. Behind a string stand E's, which the mask leaves out. Raises TypeError or ValueError for arguments
    outside their range.
    """
    n, rng = _checks.positive_int("n", n), _checks.generator(rng)
    longest = _checks.positive_int("longest", longest, minimum=9)
    states, letters = _walk(n, longest + 1, rng)
    while (too_long := (states[1:] > 0).all(axis=0)).any():
        states[:, too_long], letters[:, too_long] = _walk(too_long.sum(), longest + 1, rng)
    mask = (states[1:-1] > 0).cumprod(axis=0, dtype=bool)
    letters[1:-1][~mask] = REBER.index("E")
    return _task(states[:-1], letters[:-1], mask)


def _task(states, letters, mask):
    due = states[1:]
    return ReberTask(letters[:-1], letters[1:], mask, _LEGAL[due] & mask[..., None], np.isin(due, _OUTER) & mask)


def _walk(n, T, rng):
    """``n`` walks through the whole grammar: state before each of ``T`` letters, and the letter, both (T, n). State 0 begins a string."""
    states, letters = np.zeros((T, n), dtype=int), np.empty((T, n), dtype=int)
    state = states[0]
    for t, pick in enumerate(rng.integers(2, size=(T, n))):
        states[t], letters[t], state = state, _LETTER[state, pick], _NEXT[state, pick]
    return states, letters


def _automaton():
    """The whole grammar: states × 2 equally likely moves → letter, and next state; and where the outer letter is due."""
    graph = {"begin": ("B open",), "open": ("T T0", "P P0"), "close": ("E begin",)}
    for outer in "TP":
        graph |= {f"{outer}{state}": tuple(f"{move[0]} {outer}{move[1]}" for move in moves) for state, moves in _INNER.items()}
        graph[f"{outer}7"] = (f"{outer} close",)
    moves = np.array([[move.split() for move in (moves * 2)[:2]] for moves in graph.values()])  # (states, 2, letter and state)
    names = list(graph)
    letters, following = np.vectorize(REBER.index)(moves[..., 0]), np.vectorize(names.index)(moves[..., 1])
    return letters, following, [names.index("T7"), names.index("P7")]


_LETTER, _NEXT, _OUTER = _automaton()
_LEGAL = (_LETTER[:, :, None] == np.arange(len(REBER))).any(axis=1)  # (states, 7)
