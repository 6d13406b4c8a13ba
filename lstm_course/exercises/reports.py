"""A probe for exercises that end in a report: counts out of so many runs, each with its 95 % interval."""

import numpy as np

from ..analysis.statistics import share

KINDS = {
    "Wilson": lambda k, n: share(k, n)[1:],
    "normal": lambda k, n: (k / n - 1.96 * _error(k, n), k / n + 1.96 * _error(k, n)),
    "one error": lambda k, n: (k / n - _error(k, n), k / n + _error(k, n)),
    "doubled": lambda k, n: share(2 * k, 2 * n)[1:],
}


def _error(k, n):
    return np.sqrt(k / n * (1 - k / n) / n)


def interval(*names, n):
    """A probe of ``{"runs": {name: (count, low, high)}}``: which of KINDS the worst interval is, by its place; 4 for none.

    ``names``: the models that must be reported; ``n``: how many runs of each there are.
    """

    def probe(answer):
        worst = 0
        for name in names:
            count, low, high = answer["runs"][name]
            if not 0 <= count <= n:
                raise ValueError(f"{name}: {count} of {n} runs cannot be")
            ends = [kind(count, n) for kind in KINDS.values()]
            worst = max(worst, next((k for k, known in enumerate(ends) if np.allclose(known, (low, high), atol=0.006)), len(KINDS)))
        return {"the interval": worst}

    return probe


def report(kind, *names, n, count=5):
    """An answer with intervals of a kind: for the right one and the wrong ones."""
    return {"runs": {name: (count, *KINDS[kind](count, n)) for name in names}}


def wrong(*names, n, **more):
    """The usual wrong reports, each under what to say of it. ``more``: what an answer has besides its runs."""
    sayings = {
        "normal": f"These are intervals of the normal approximation. With {n} runs they are too narrow, and at 0 or {n} of {n} they have "
                  f"no width. Use statistics.share(count, {n}).",
        "one error": "This is one standard error to either side, which covers the true share two times in three. Report 95 %.",
        "doubled": f"These are intervals for {2 * n} runs. {n} seeds are {n} runs, however many sequences each has read.",
    }  # fmt: skip
    return {saying: report(kind, *names, n=n) | more for kind, saying in sayings.items()}
