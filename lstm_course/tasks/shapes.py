"""Shapes: small pictures that no linear read-out of the pixels can tell apart.

A square, a cross, a triangle or a bar stands anywhere in a 12 × 12 picture, bright on dark or dark on bright
with equal chance. Turning bright into dark turns a linear score w · x into −w · x: the class that wins on a
picture comes last on its negative, so with equal biases at most one of the two is read right. Linear read-outs
of the pixels stay near chance, which is 1/4. A hidden layer can find the shape, whatever its sign and place.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

SIDE = 12
SHAPES = ("square", "cross", "triangle", "bar")
_MASKS = np.array([[list(row) for row in shape.split()] for shape in (
    "##### #...# #...# #...# #####",
    "..#.. ..#.. ##### ..#.. ..#..",
    "..#.. ..#.. .#.#. .#.#. #####",
    "..... ..... ##### ##### .....",
)]) == "#"


class Shapes(NamedTuple):
    """``images`` (n, 144) float32, 12 × 12 grey values row by row; ``labels`` (n,) int, index into ``SHAPES``."""

    images: np.ndarray
    labels: np.ndarray


def shapes(n, rng, *, noise=0.1):
    """Draw ``n`` pictures of a shape at a random place with a random contrast sign, as :class:`Shapes`. Chance
    is 1/4.
    """
    n, rng = _checks.positive_int("n", n), _checks.generator(rng)
    if noise < 0:
        raise ValueError(f"noise must not be negative, but it is {noise}")
    labels = rng.integers(len(SHAPES), size=n)
    size = _MASKS.shape[-1]
    row, column = rng.integers(SIDE - size + 1, size=(2, n, 1, 1))
    inside = np.arange(size)
    images = noise * rng.standard_normal((n, SIDE, SIDE), dtype=np.float32)
    sign = rng.choice(np.float32([-1, 1]), size=(n, 1, 1))
    images[np.arange(n)[:, None, None], row + inside[:, None], column + inside] += sign * _MASKS[labels]
    return Shapes(images.reshape(n, -1), labels)
