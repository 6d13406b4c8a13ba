"""Real text that every reader has: the source of Python's own library, character by character.

A fixed list of modules, chosen because they are old, pure Python and long enough: ``LEARN`` to learn from, ``UNSEEN``, other
modules, to be asked about. Whatever lies outside printable ASCII is left out, tabs become spaces, and lines end in a
newline, so 96 characters remain. The text still differs a little from one version of Python to the next, and so do
numbers measured on it; within one version it is the same everywhere.

Chance: 1/96 for a guess, log₂ 96 = 6.58 bits a character; who knows how frequent each character is, and nothing else,
needs about 4.5 bits. The idea of reading source code to see what a network finds in it is that of Karpathy, Johnson &
Fei-Fei (*Visualizing and understanding recurrent networks*, 2015).
"""

import pathlib
import sysconfig
from functools import cache
from typing import NamedTuple

import numpy as np

from . import _checks

LEARN = ("argparse", "bisect", "calendar", "cmd", "configparser", "copy", "csv", "difflib", "fractions", "functools", "gettext",
         "heapq", "ipaddress", "json/decoder", "json/encoder", "optparse", "pprint", "random", "sched", "tarfile", "textwrap")  # fmt: skip
UNSEEN = ("code", "colorsys", "fnmatch", "queue", "shlex", "statistics", "string/__init__", "zipfile/__init__")
CHARACTERS = "\n" + "".join(map(chr, range(32, 127)))


class SourceText(NamedTuple):
    """``n`` passages of ``T`` characters, time first: every array (T, n) int, indices into ``CHARACTERS``."""

    inputs: np.ndarray
    targets: np.ndarray


def source_text(n, T, rng, *, part="learn"):
    """Draw ``n`` passages of ``T`` characters, from anywhere in a ``part`` ("learn" or "unseen"): a :class:`SourceText`.

    Target of each character is the next. Raises TypeError or ValueError for arguments outside their range.
    """
    n, T, rng = _checks.positive_int("n", n), _checks.positive_int("T", T), _checks.generator(rng)
    text = characters(part)
    if T >= len(text):
        raise ValueError(f"T must be less than the {len(text)} characters of the part {part!r}, but it is {T}")
    window = text[rng.integers(len(text) - T, size=n) + np.arange(T + 1)[:, None]]
    return SourceText(window[:-1], window[1:])


@cache
def characters(part="learn"):
    """All characters of a ``part``, module after module: (length,) int, indices into ``CHARACTERS``; not to be written to."""
    modules = {"learn": LEARN, "unseen": UNSEEN}[_checks.choice("part", part, ("learn", "unseen"))]
    code = np.frombuffer("\n".join(map(_source, modules)).expandtabs(4).encode("ascii", "ignore"), np.uint8)
    index = np.full(128, -1)
    index[[ord(character) for character in CHARACTERS]] = np.arange(len(CHARACTERS))
    text = index[code]
    text = text[text >= 0]
    text.flags.writeable = False
    return text


def text_of(indices):
    """The characters as one string: ``text_of(passages.inputs[:, 0])``."""
    return "".join(CHARACTERS[k] for k in indices)


def _source(module):
    """The source of a module; what is a package in one version of Python and one file in another is found as either."""
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    file = library / f"{module}.py"
    if not file.exists() and module.endswith("/__init__"):
        file = library / f"{module.removesuffix('/__init__')}.py"
    return file.read_text(encoding="utf-8")
