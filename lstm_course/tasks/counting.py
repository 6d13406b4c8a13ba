"""Strings that only a counter can continue: aⁿbⁿ, aⁿXbⁿ, aⁿbⁿcⁿ, each closed by a full stop.

A model reads such a string symbol by symbol and says the next one. How many a there will be nobody can know; from
the first b on (aⁿXbⁿ: from the X on) every symbol is *determined*, the full stop included, and only these count. A
string is right when all of them are. Trained on short strings, a model is then asked about longer ones.

Chance: who remembers nothing but the last symbol says b after b, and is right at most determined symbols but at no
end, so no string is right. Who counts the b but not the a must guess where they end: with n uniform on 1 … N that
is right in a share 1/N of strings. Source: Gers & Schmidhuber (*LSTM recurrent networks learn simple context-free
and context-sensitive languages*, 2001); aⁿXbⁿ is Chen's (*Exploring LSTMs*, 2017).
"""

from typing import NamedTuple

import numpy as np

from . import _checks

COUNT_SYMBOLS = ("a", "b", "c", "X", ".")
LANGUAGES = {"ab": ("a", "b"), "aXb": ("a", "X", "b"), "abc": ("a", "b", "c")}


class Counting(NamedTuple):
    """Strings, time first: every array is (T, number of strings). Shorter strings are followed by full stops.

    - ``inputs``: indices into ``COUNT_SYMBOLS``, what the model reads
    - ``targets``: indices, what comes next
    - ``determined``: bool, whether this next symbol follows from what was read
    - ``balance``: int, the a's read so far minus the b's, the present symbol included: what a counter holds
    """

    inputs: np.ndarray
    targets: np.ndarray
    determined: np.ndarray
    balance: np.ndarray

    @property
    def task(self):
        """(inputs, targets, mask) for ``fit`` and ``accuracy``, the mask being ``determined``."""
        return self.inputs, self.targets, self.determined


def counting(n, longest, rng, *, language="ab"):
    """Draw ``n`` strings of a ``language`` ("ab", "aXb" or "abc"), their counts uniform on 1 … ``longest``: a :class:`Counting`.

    All are as long as the longest count needs. Raises TypeError or ValueError for arguments outside their range.
    """
    n, rng = _checks.positive_int("n", n), _checks.generator(rng)
    longest = _checks.positive_int("longest", longest)
    return counted(rng.integers(1, longest + 1, size=n), language=language, longest=longest)


def counted(counts, *, language="ab", longest=None):
    """The strings with these ``counts``, (n,) int, in their order: a :class:`Counting`; nothing is drawn.

    The arrays are as long as a count of ``longest`` needs, the greatest of ``counts`` unless given. Raises TypeError
    or ValueError for arguments outside their range.
    """
    counts = np.asarray(counts)
    if counts.dtype.kind not in "iu":
        raise TypeError(f"counts must be integers, but their type is {counts.dtype}")
    if counts.ndim != 1 or not counts.size or counts.min() < 1:
        raise ValueError(f"counts must be a row of integers from 1 on, but they are {counts!r}")
    parts = LANGUAGES[_checks.choice("language", language, LANGUAGES)]
    longest = _checks.positive_int("longest", counts.max() if longest is None else longest, minimum=counts.max())
    length = np.array([np.where([part == "X" for part in parts], 1, count) for count in counts])  # (n, parts)
    ends = length.cumsum(axis=1)
    T = sum(1 if part == "X" else longest for part in parts)
    t = np.arange(T + 1)[:, None]
    part = (t[..., None] >= ends).sum(axis=-1)  # (T + 1, n), the number of parts being the full stop's
    text = np.array([COUNT_SYMBOLS.index(symbol) for symbol in (*parts, ".")])[part]
    inputs, targets = text[:-1], text[1:]
    known = (part[:-1] >= 1) & (t[:-1] < ends[:, -1])
    balance = ((inputs == COUNT_SYMBOLS.index("a")).astype(int) - (inputs == COUNT_SYMBOLS.index("b"))).cumsum(axis=0)
    return Counting(inputs, targets, known, balance)
