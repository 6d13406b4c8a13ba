"""The exercises of chapter 5."""

import numpy as np

from .. import cells
from ..recurrence import unroll
from . import Exercise, reports, values


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


def _dives(params):
    """What an emptying counter does: frames with an open output gate, and dives held, in two movies."""
    found = {}
    for name, dives in (("ten dives in a row", np.ones(10)), ("with pauses", np.array([1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1]))):
        run = unroll(cells.PeepholeLSTM(1, 1), params, dives[:, None, None].astype(float))
        found[f"gate open, {name}"] = run.trace.o[:, 0, 0] > 0.5
        found[f"dives held, {name}"] = (4 * run.c[:, 0, 0]).round(2)
    return found


def _counter(b=(20, 45, 0, -45), p=(0, -40, 40)):
    W = np.array([[0], [0], [np.arctanh(0.25)], [0]])
    return cells.PeepholeLSTM.Params(W, np.zeros((4, 1)), np.array(b, dtype=float), np.array(p, dtype=float)[:, None])


def _shows(params):
    """What unit 2 of a GRU(3, 2) shows: sign at "and", silence elsewhere, for a boy then a girl and the reverse."""
    value = np.array([0.1, -1, 0.2, 0.1, 0, 0.1, 1, -0.4, -0.3, -0.4])
    marks = np.zeros((10, 2))
    marks[[1, 6], 0], marks[9, 1] = 1, 1
    found = {}
    for name, sign in (("boy, then girl", 1), ("girl, then boy", -1)):
        h = unroll(cells.GRU(3, 2), params, np.column_stack([sign * value, marks])[:, None]).h[:, 0, 1]
        found[f"silent before \"and\" ({name})"] = np.abs(h[:-1]) < 0.05
        found[f"sign at \"and\" ({name})"] = np.sign(h[-1]) * (abs(h[-1]) > 0.9)
    return found


def _two_units(W=(), b=None, U=((5, 0, 2),)):
    """The weights of the worked solution, with entries of W, b or U replaced."""
    entries = {(1, 2): 40, (2, 1): -20, (4, 0): 10} | dict(W)
    params = cells.GRU.Params(np.zeros((6, 3)), np.zeros((6, 2)), np.array(b or [0, -20, 10, -20, 0, 0], dtype=float), np.zeros(2))
    for at, weight in entries.items():
        params.W[at] = weight
    for row, column, weight in U:
        params.U[row, column] = weight
    return params


def _first_felt(kind):
    """The first step at which each module of kind(D, H) feels an input at step 1; −1 where none does."""
    cell, x = kind(3, 16), np.random.default_rng(0).normal(size=(20, 1, 3))
    params, other = cell.init(np.random.default_rng(1)), x.copy()
    other[1] += 1
    apart = np.abs(unroll(cell, params, other).h - unroll(cell, params, x).h)[:, 0].reshape(20, 4, 4).max(axis=2) > 0
    first = np.where(apart.any(axis=0), apart.argmax(axis=0), -1)
    return {"first step at which modules 1 to 4 feel step 1": first, "entries of U that may differ from zero": cell.mask().sum()}


def _masked(mask):
    """A Clockwork RNN with another mask over its four modules."""

    class Other(cells.ClockworkRNN):
        def mask(self):
            return np.kron(mask, np.ones((self.module_size,) * 2))

    return Other


MODELS = ("LSTM1997", "LSTM, bias 3", "GRU, bias 3")


def _report(answer):
    """The probe of a report with a prediction: both must be there."""
    if sorted(answer["predicted"]) != sorted(MODELS):
        raise ValueError(f"predicted must hold {MODELS}, the one of which you expect the most solved runs first, got {answer['predicted']!r}")
    return reports.interval(*MODELS, n=8)(answer)


EXERCISES = {
    "5.1": Exercise(
        "the slope of a cell with a peephole",
        values("f", "slope", "stopped"),
        {"f": 0.881, "slope": 1.091, "stopped": 0.881},
        {
            "The weight p is missing from the second term: the gate moves p times as much as the cell.":
                {"f": 0.881, "slope": 0.986, "stopped": 0.881},
            "The forget gate receives p times the cell, which is 2, not 1.": {"f": 0.731, "slope": 1.124, "stopped": 0.731},
            "The second term is added: a larger cell opens the gate further, since p is positive.":
                {"f": 0.881, "slope": 0.671, "stopped": 0.881},
            "With the gradient stopped at the peephole, the gate counts as a constant: the second term goes.":
                {"f": 0.881, "slope": 1.091, "stopped": 1.091},
        },
        tolerance=0.006,
    ),
    "5.2": Exercise(
        "a second step of the GRU",
        values("n", "h", "direct"),
        {"n": 0.194, "h": 0.417, "direct": 0.368},
        {
            "z keeps and 1 − z writes: you have exchanged them.": {"n": 0.194, "h": 0.268, "direct": 0.123},
            "The reset gate halves what the candidate hears of the past; you have let it hear all.":
                {"n": 0.374, "h": 0.462, "direct": 0.368},
            "The reset gate does not touch the kept part: only the candidate sees r.": {"n": 0.194, "h": 0.233, "direct": 0.184},
            "The input is 0 now: W_n x adds nothing.": {"n": 0.459, "h": 0.483, "direct": 0.368},
        },
        tolerance=0.006,
    ),
    "5.3": Exercise(
        "a counter that empties itself after five dives",
        _dives,
        _counter(),
        {
            "Your forget gate opens on a full cell, and so empties a cell that is not yet full. The sign of its peephole is turned.":
                _counter((20, -45, 0, -45), (0, 40, 40)),
            "Your forget gate shuts too early: with b_f = 20 its threshold is at half a unit, two dives. Give it the output gate's threshold.":
                _counter((20, 20, 0, -45)),
            "Nothing empties the cell: the forget gate does not see it.": _counter((20, 20, 0, -45), (0, 0, 40)),
            "The input gate shuts together with the forget gate, so a dive in the frame of the emptying is lost.":
                _counter((45, 45, 0, -45), (-40, -40, 40)),
        },
    ),
    "5.4": Exercise(
        "a unit that shows its neighbour's state only when asked",
        _shows,
        _two_units(),
        {
            "Unit 2 speaks at every word: its reset gate is never shut, so its candidate always hears unit 1.":
                _two_units(b=[0, 20, 10, -20, 0, 0]),
            "Unit 2 never speaks: its candidate does not read unit 1. Which row of U_n, which column?": _two_units(U=()),
            "Unit 1 does not keep: its update gate must be open at every word but the subjects.": _two_units(b=[0, -20, -10, -20, 0, 0]),
            "Unit 2's reset gate opens at a subject and not at \"and\": it reads the mark in the wrong column.":
                _two_units({(1, 2): 0, (1, 1): 40}),
        },
    ),
    "5.5": Exercise(
        "a Clockwork RNN in which every module feeds every other",
        _first_felt,
        _masked(np.ones((4, 4))),
        {
            "This is still the old mask: slow feeds fast only, and modules 2 to 4 never hear of step 1.": cells.ClockworkRNN,
            "Now no module feeds another. Each hears only what falls on its own ticks.": _masked(np.eye(4)),
            "All modules feel it, but only along a chain: each still feeds the next slower one alone. Let every module feed every other.":
                _masked(np.eye(4) + np.eye(4, k=-1)),
        },
    ),
    "5.6": Exercise(
        "a prediction, three shares and their intervals",
        _report,
        reports.report("Wilson", *MODELS, n=8) | {"predicted": MODELS},
        reports.wrong(*MODELS, n=8, predicted=MODELS),
        praise="Right: three intervals that eight runs can bear. Now compare them with what you predicted.",
    ),
    "5.7": Exercise(
        "a timetable with three modules",
        values("at_0", "at_3", "at_4", "entries"),
        {"at_0": 12, "at_3": 8, "at_4": 4, "entries": 96},
        {
            "At step 0 every module runs: every period divides 0.": {"at_0": 4, "at_3": 8, "at_4": 4, "entries": 96},
            "U is not full: a module reads itself and slower ones only.": {"at_0": 12, "at_3": 8, "at_4": 4, "entries": 144},
            "A module reads itself, too: the blocks on the diagonal count.": {"at_0": 12, "at_3": 8, "at_4": 4, "entries": 48},
            "At step 3 two modules run, those of the periods 1 and 3.": {"at_0": 12, "at_3": 4, "at_4": 4, "entries": 96},
        },
    ),
    "5.8": Exercise(
        "how many seeds part two shares",
        values("n"),
        {"n": 24},
        {
            "At 8 seeds the intervals overlap: A reaches up to 0.86, B begins at 0.68.": {"n": 8},
            "At 16 seeds they still overlap, if only by a hair: 0.82 and 0.81.": {"n": 16},
            "They part earlier: try all multiples of 8.": {"n": 32},
        },
    ),
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
