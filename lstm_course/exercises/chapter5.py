"""The exercises of chapter 5."""

import numpy as np

from . import Exercise, values


def _scanned(combine_initial=True, order=1, carry=True):
    """A right or wrong scan by halves: (keep, write, initial) → all h."""

    def from_zero(keep, write):
        if len(keep) == 1:
            return write
        half = len(keep) // 2
        first, second = from_zero(keep[:half], write[:half]), from_zero(keep[half:], write[half:])
        flows = np.cumprod(keep[half:][::order], axis=0)[::order]
        return np.concatenate([first, second + carry * flows * first[-1]])

    def scan(keep, write, initial):
        return from_zero(keep, write) + combine_initial * np.cumprod(keep, axis=0) * initial

    return scan


def _try_scan(scan):
    found = {}
    for T in (1, 2, 7, 12):
        rng = np.random.default_rng(T)
        keep, write, initial = rng.uniform(0, 1, (T, 3)), rng.normal(size=(T, 3)), rng.normal(size=3)
        found[f"h for T = {T}"] = scan(keep, write, initial)
    return found


EXERCISES = {
    "5.9": Exercise(
        "two linear steps joined to one",
        values("k", "w"),
        {"k": 0.125, "w": -0.75},
        {
            "You joined them in the wrong order: the second step comes last, so its factor meets what the first wrote.":
                {"k": 0.125, "w": 0.5},
            "The two writes were added as they are, but what the first step wrote is multiplied by the second's factor.":
                {"k": 0.125, "w": 0.0},
            "Factors multiply; you added them.": {"k": 0.75, "w": -0.75},
        },
    ),
    "5.10": Exercise(
        "a scan by halves",
        _try_scan,
        _scanned(),
        {
            "The initial state is missing: at T = 1 the answer is k h + w, not w.": _scanned(combine_initial=False),
            "The end of the first half does not reach the second: each half is solved, but as if nothing came before.":
                _scanned(carry=False),
            "The factors are multiplied from the wrong end: the first step of the second half meets one factor, the last meets all.":
                _scanned(order=-1),
        },
        tolerance=1e-9,
    ),
}  # fmt: skip
