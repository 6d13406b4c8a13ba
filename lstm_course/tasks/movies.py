"""Movies: a frame's meaning can depend on a frame that is long gone.

A movie is a stream of small grey pictures. An *establishing* frame shows where we are: a beach, a bathroom or a
bedroom. Some close-ups follow, then the next establishing frame comes, and so on. Each frame is labelled with
what somebody does in it. A close-up of somebody walking says so by itself. A close-up of somebody in the water
does not: at the beach that is swimming, in the bathroom it is bathing. Nor does one of somebody lying with
closed eyes: at the beach that is sun-bathing, in the bedroom sleeping.

Beaches are twice as common as either room, and rooms show their one ambiguous close-up twice as often, so both
readings of an ambiguous close-up have probability one half exactly, and the picture itself is drawn without
looking at the scene. From the frame alone nobody can do better than .5 on ambiguous frames; with the scene in
mind, 1.0 is possible on every frame.

The story is Chen's (*Exploring LSTMs*, 2017); the pictures and their statistics are this course's.
"""

from typing import NamedTuple

import numpy as np

from . import _checks

SIDE = 16
SCENES = ("beach", "bathroom", "bedroom")
ACTIVITIES = ("nobody", "swimming", "bathing", "sun-bathing", "sleeping", "walking")
CLOSE_UPS = ("water", "lying", "walking")

_SCENE_PROBABILITY = np.array([1 / 2, 1 / 4, 1 / 4])
_CLOSE_UP_PROBABILITY = np.array([  # water, lying, walking
    [1 / 3, 1 / 3, 1 / 3],  # beach
    [2 / 3, 0, 1 / 3],      # bathroom
    [0, 2 / 3, 1 / 3],      # bedroom
])
_ACTIVITY = np.array([  # scene × close-up → activity; −1: does not occur
    [1, 3, 5],
    [2, -1, 5],
    [-1, 4, 5],
])
_ESTABLISHING = -1


class Movies(NamedTuple):
    """``n`` movies of ``T`` frames, time first.

    frames     (T, n, 256) float32, 16 × 16 grey values, row by row, roughly −1 (dark) to 1 (bright)
    labels     (T, n) int, index into ``ACTIVITIES``; establishing frames are labelled "nobody"
    scene      (T, n) int, index into ``SCENES``: where the frame plays
    ambiguous  (T, n) bool, whether the frame's activity cannot be told without the scene
    distance   (T, n) int, frames since the establishing frame (which has 0)
    """

    frames: np.ndarray
    labels: np.ndarray
    scene: np.ndarray
    ambiguous: np.ndarray
    distance: np.ndarray


def movies(n, T, rng, *, noise=0.3, close_ups=(3, 12)):
    """Draw ``n`` movies of ``T`` frames, as :class:`Movies`.

    ``noise`` is the standard deviation of the pixel noise; ``close_ups`` the least and the greatest number of
    close-ups between two establishing frames. Chance on ambiguous frames is .5 without the scene. Raises
    TypeError or ValueError for arguments outside their range.
    """
    n, T = _checks.positive_int("n", n), _checks.positive_int("T", T)
    rng = _checks.generator(rng)
    low, high = close_ups
    if not 1 <= low <= high:
        raise ValueError(f"close_ups must be (least, greatest) with 1 <= least <= greatest, but it is {close_ups!r}")
    if noise < 0:
        raise ValueError(f"noise must not be negative, but it is {noise}")

    scene, close_up, distance = _stories(n, T, rng, low, high)
    labels = np.where(close_up == _ESTABLISHING, 0, _ACTIVITY[scene, close_up])
    ambiguous = (close_up == 0) | (close_up == 1)
    frames = noise * rng.standard_normal((T, n, SIDE * SIDE), dtype=np.float32)
    pictures = (*((close_up == _ESTABLISHING) & (scene == s) for s in range(3)), *(close_up == c for c in range(3)))
    for here, draw in zip(pictures, (_beach, _bathroom, _bedroom, _water, _lying, _walking)):
        frames[here] += draw(int(here.sum()), rng).reshape(-1, SIDE * SIDE)
    return Movies(frames, labels, scene, ambiguous, distance)


def shuffle_frames(movie, rng):
    """The same frames, each with its own label, in a random order within each movie: what is left when order is
    lost.
    """
    T, n = movie.labels.shape
    order = _checks.generator(rng).permuted(np.tile(np.arange(T)[:, None], (1, n)), axis=0)
    return Movies(*(np.take_along_axis(a, order[..., None] if a.ndim == 3 else order, axis=0) for a in movie))


def _stories(n, T, rng, low, high):
    """What happens in each frame: scene, close-up (−1 for an establishing frame) and distance, each (T, n)."""
    scene, close_up, distance = (np.zeros((T, n), dtype=int) for _ in range(3))
    here, left, since = np.zeros(n, dtype=int), np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    for t in range(T):
        new = left == 0
        here = np.where(new, rng.choice(3, size=n, p=_SCENE_PROBABILITY), here)
        left = np.where(new, rng.integers(low, high + 1, size=n), left - 1)
        since = np.where(new, 0, since + 1)
        kind = (rng.random((n, 1)) > _CLOSE_UP_PROBABILITY[here].cumsum(axis=1)[:, :2]).sum(axis=1)
        scene[t], close_up[t], distance[t] = here, np.where(new, _ESTABLISHING, kind), since
    return scene, close_up, distance


# The pictures: m drawings (m, 16, 16) at random positions. Rows count downwards.
_ROW, _COLUMN = np.mgrid[:SIDE, :SIDE].astype(np.float32)


def _somewhere(m, rng, low, high):
    return rng.uniform(low, high, size=(m, 1, 1)).astype(np.float32)


def _paint(picture, where, value):
    picture[...] = np.where(where, value, picture)


def _disc(row, column, radius):
    return (_ROW - row) ** 2 + (_COLUMN - column) ** 2 <= radius**2


def _box(top, left, height, width):
    return (_ROW >= top) & (_ROW < top + height) & (_COLUMN >= left) & (_COLUMN < left + width)


def _beach(m, rng):
    """Bright sky with a sun, a horizon, dark sea, grey sand."""
    picture = np.full((m, SIDE, SIDE), 0.4, dtype=np.float32)
    horizon = _somewhere(m, rng, 6, 9)
    _paint(picture, _ROW >= horizon, -0.8)
    _paint(picture, _ROW >= horizon + 4 + np.sin(_COLUMN / 3 + _somewhere(m, rng, 0, 6)), 0.1)
    _paint(picture, _disc(_somewhere(m, rng, 2, 3.5), _somewhere(m, rng, 3, 12), 2), 1.0)
    return picture


def _bathroom(m, rng):
    """A tiled wall and a white tub."""
    picture = np.full((m, SIDE, SIDE), 0.5, dtype=np.float32)
    shift = _somewhere(m, rng, 0, 4)
    _paint(picture, ((_ROW + shift) % 4 < 1) | ((_COLUMN + shift) % 4 < 1), -0.7)
    _paint(picture, _box(_somewhere(m, rng, 9, 11), _somewhere(m, rng, 1, 4), 4, 10), 1.0)
    return picture


def _bedroom(m, rng):
    """A dark room, a window with a cross, a bed with a pillow."""
    picture = np.full((m, SIDE, SIDE), -0.6, dtype=np.float32)
    top, left = _somewhere(m, rng, 9, 11), _somewhere(m, rng, 0, 3)
    _paint(picture, _box(top, left, 4, 12), 0.2)
    _paint(picture, _box(top - 2, left, 3, 4), 0.9)
    window = _somewhere(m, rng, 8, 10)
    _paint(picture, _box(1, window, 5, 5), 0.8)
    _paint(picture, _box(1, window + 2, 5, 1) | _box(3, window, 1, 5), -0.6)
    return picture


def _water(m, rng):
    """Waves and a head above them."""
    phase, level = _somewhere(m, rng, 0, 6), _somewhere(m, rng, 5, 9)
    waves = np.sin(1.5 * _ROW + np.sin(_COLUMN / 1.5 + phase))
    picture = np.where(_ROW >= level, 0.7 * np.sign(waves) - 0.2, 0.0).astype(np.float32)
    _paint(picture, _disc(level - 1, _somewhere(m, rng, 3, 12), 2.3), 0.9)
    return picture


def _lying(m, rng):
    """A head with a closed eye, and a body that lies."""
    picture = np.zeros((m, SIDE, SIDE), dtype=np.float32)
    row, left = _somewhere(m, rng, 5, 11), _somewhere(m, rng, 2, 4)
    _paint(picture, _box(row, left + 3, 3, 9), -0.8)
    _paint(picture, _disc(row, left + 1, 2.5), 0.9)
    _paint(picture, _box(row - 1, left, 1, 2), -0.9)
    return picture


def _walking(m, rng):
    """A head, an upright body, two legs apart."""
    picture = np.zeros((m, SIDE, SIDE), dtype=np.float32)
    top, middle = _somewhere(m, rng, 1, 3), _somewhere(m, rng, 5, 10)
    down = _ROW - top - 7
    _paint(picture, (down >= 0) & (down < 5) & (np.abs(np.abs(_COLUMN - middle) - down / 2) < 0.9), -0.8)
    _paint(picture, _box(top + 3, middle - 1.2, 5, 2.4), -0.8)
    _paint(picture, _disc(top + 1.5, middle, 1.9), 0.9)
    return picture
