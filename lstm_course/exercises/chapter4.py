"""The exercises of chapter 4."""

import numpy as np

from .. import cells
from ..ops import sigmoid
from ..recurrence import unroll
from . import Exercise, reports, values

GRADIENTS = ("x", "state.h", "state.c", "params.W", "params.U", "params.b")


def _one_step(step):
    cell, rng = cells.LSTM(5, 8), np.random.default_rng(0)
    params, x, (h, c) = cell.init(rng), rng.normal(size=(3, 5)), rng.normal(size=(2, 3, 8))
    h, c = step(params, x, h, c)
    return {"h": h, "c": c}


def _step(order="ifgo", candidate=np.tanh, show=np.tanh, keep=lambda f: f, bias=1):
    """One step of the LSTM, right as it stands; each argument is a way to get it wrong."""

    def step(params, x, h, c):
        a = dict(zip(order, np.split(x @ params.W.T + h @ params.U.T + bias * params.b, 4, axis=-1)))
        i, f, o = (sigmoid(a[name]) for name in "ifo")
        c = keep(f) * c + i * candidate(a["g"])
        return o * show(c), c

    return step


def _wrong_at_one(answer):
    return {f"{kind}, {name}": float(name in set(answer[kind])) for kind in "AB" for name in GRADIENTS}


def _stream(params):
    """What a cell shows of the first section's stream, and of the one with boy and girl exchanged."""
    value = np.array([0.1, -1, 0.2, 0.1, 0, 0.1, 1, -0.4, -0.3, -0.4])
    marks = np.zeros((10, 2))
    marks[[1, 6], 0], marks[9, 1] = 1, 1
    found = {}
    for name, sign in (("girl", 1), ("boy", -1)):
        h = unroll(cells.LSTM(3, 1), params, np.column_stack([sign * value, marks])[:, None]).h.ravel()
        found[f"silent before \"and\" (last subject a {name})"] = np.abs(h[:-1]) < 0.01
        found[f"sign at \"and\" (last subject a {name})"] = np.sign(h[-1]) * (abs(h[-1]) > 0.05)
        found[f"strong enough at \"and\" (last subject a {name})"] = abs(h[-1]) > 0.7
    return found


def _story(scale=10, i=(20, -10), f=(-20, 10), o=(20, -10)):
    W = np.array([[0, i[0], 0], [0, f[0], 0], [scale, 0, 0], [0, 0, o[0]]], dtype=float)
    return cells.LSTM.Params(W, np.zeros((4, 1)), np.array([i[1], f[1], 0, o[1]], dtype=float))


def _one_gate(change):
    """What fixing the forget gate of unit 2 does to every gate, and to the parameters that were given."""
    cell, rng = cells.LSTM(3, 5), np.random.default_rng(0)
    params, x = cell.init(rng), rng.normal(size=(6, 2, 3))
    kept = [p.copy() for p in params]
    trace = unroll(cell, change(cell, params, "f", 2, 1.5), x).trace
    untouched = np.mean([np.array_equal(a, b) for a, b in zip(params, kept)])
    return {"your function leaves the given params as they were": untouched, "f": trace.f, "i": trace.i, "g": trace.g, "o": trace.o}


def _fixer(rows=lambda cell, gate, unit: cell.rows(gate).start + unit, recurrent=True, copy=np.array):
    def change(cell, params, gate, unit, bias):
        W, U, b = map(copy, params)
        row = rows(cell, gate, unit)
        W[row], b[row] = 0, bias
        if recurrent:
            U[row] = 0
        return cell.Params(W, U, b)

    return change


def _slopes(slopes):
    rng = np.random.default_rng(0)
    c, f, g = rng.normal(size=6), rng.uniform(0.05, 0.95, 6), rng.uniform(-0.9, 0.9, 6)
    da_f, da_g = slopes(c, f, g)
    return {"the slope for a_f": da_f, "the slope for a_g": da_g}


EXERCISES = {
    "4.1": Exercise(
        "a third step by pencil",
        values("g", "c", "h"),
        {"g": 0.729, "c": 0.585, "h": 0.053},
        {
            "The candidate reads h of the step before, not c: what was shown, not what was kept.": {"g": 0.814, "c": 0.594, "h": 0.053},
            "The input gate is nearly shut at this step: the candidate is written with a weight of 0.1.": {"g": 0.729, "c": 1.241, "h": 0.085},
            "Nobody asks at step 3: the output gate is back at 0.1.": {"g": 0.729, "c": 0.585, "h": 0.474},
            "The weight of h in the candidate is U_g = 2.": {"g": 0.433, "c": 0.555, "h": 0.050},
        },
        tolerance=0.002,
    ),
    "4.2": Exercise(
        "a forget bias for a half-life of 50 steps",
        values("bias"),
        {"bias": 4.27},
        {
            "This is the gate itself, σ(b). The question is for b: take the inverse of the sigmoid.": {"bias": 0.986},
            "This forgets the factor ln 2: after 1/(1 − f) steps 1/e is left, not one half.": {"bias": 3.90},
            "The sign is turned: a negative bias shuts the gate.": {"bias": -4.27},
        },
        tolerance=0.012,
    ),
    "4.3": Exercise(
        "one step of the LSTM",
        _one_step,
        _step(),
        {
            "The blocks are read in the order i, f, o, g. Here, as in PyTorch, it is i, f, g, o.": _step(order="ifog"),
            "The blocks are read in the order f, i, g, o. Here the input gate comes first.": _step(order="figo"),
            "The candidate is squashed by a sigmoid; it needs a tanh, so that it can be negative.": _step(candidate=sigmoid),
            "h shows c itself: equation (6) puts c through tanh first.": _step(show=lambda c: c),
            "The forget gate is used the wrong way round: f = 1 keeps.": _step(keep=lambda f: 1 - f),
            "The bias is missing.": _step(bias=0),
        },
        tolerance=1e-9,
    ),
    "4.4": Exercise(
        "which gradients two buggy passes get wrong at T = 1",
        _wrong_at_one,
        {"A": {"state.h", "state.c"}, "B": {"state.c"}},
        {
            "At T = 1 nothing is carried to the weights or the input: their gradients are right. Only what the first state receives is wrong.":
                {"A": set(GRADIENTS), "B": set(GRADIENTS)},
            "Even with one step something is carried: the gradient for the initial state. Both classes spoil it.": {"A": set(), "B": set()},
            "A drops both messages, for h and for c; B spoils only the one for c.": {"A": {"state.h", "state.c"}, "B": {"state.h", "state.c"}},
            "You have exchanged the two classes.": {"A": {"state.c"}, "B": {"state.h", "state.c"}},
        },
        praise="Right. At T = 3 all six are wrong in both.",
    ),
    "4.5": Exercise(
        "the stream of the first section, in an LSTM's weights",
        _stream,
        _story(),
        {
            "Your cell speaks when nobody asks: the output gate must open at `asked` alone.": _story(o=(0, 20)),
            "The old subject is never let go: boy and girl cancel. The forget gate must shut at `subject`.": _story(f=(0, 10)),
            "Every word is written: small values pile up after the subject. The input gate must open at `subject` alone.": _story(i=(0, 10)),
            "The sign is right, but too weak: make the candidate saturate, so that a subject is written as ±1.": _story(scale=1),
            "After a boy it says the wrong thing or nothing: what is written at `asked` must not be the same for both.":
                cells.LSTM.Params(np.array([[0, 20, 20], [0, -20, 0], [10, 0, 10], [0, 0, 20.0]]), np.zeros((4, 1)), np.array([-10, 10, 0, -10.0])),
        },
    ),
    "4.6": Exercise(
        "one gate of one unit, fixed",
        _one_gate,
        _fixer(),
        {
            "The whole gate is fixed, in all units. One row is enough: rows.start + unit.": _fixer(rows=lambda cell, gate, unit: cell.rows(gate)),
            "That row belongs to the input gate: the unit's number counts from the start of the gate's own rows.":
                _fixer(rows=lambda cell, gate, unit: unit),
            "The gate still hears h: its row of U must be zero as well.": _fixer(recurrent=False),
        },
        tolerance=1e-9,
        praise="Right. Did the first subject and the later ones come out as you predicted?",
    ),
    "4.7": Exercise(
        "two outputs that count, backwards by pencil",
        values("dc_1", "dc_0"),
        {"dc_1": 0.674, "dc_0": 0.0674},
        {
            "The loss's own gradient at step 1 is missing: ε_1 is 1 now.": {"dc_1": 0.605, "dc_0": 0.0605},
            "The message along the belt is missing: δc_1 has two parts.": {"dc_1": 0.0787, "dc_0": 0.0079},
            "ε_1 is a gradient for h_1. Before it reaches c_1 it is multiplied by o_1 (1 − tanh² c_1).": {"dc_1": 1.605, "dc_0": 0.1605},
            "From c_1 to c_0 the gradient is multiplied by f_1 = 0.1, not by f_2.": {"dc_1": 0.674, "dc_0": 0.607},
        },
        tolerance=0.0015,
    ),
    "4.8": Exercise(
        "the slopes of the coupled update",
        _slopes,
        lambda c, f, g: ((c - g) * f * (1 - f), (1 - f) * (1 - g * g)),
        {
            "f stands in the equation twice: when it keeps more it also writes less.": lambda c, f, g: (c * f * (1 - f), (1 - f) * (1 - g * g)),
            "The sign is turned: a larger f moves the cell towards its old value.": lambda c, f, g: ((g - c) * f * (1 - f), (1 - f) * (1 - g * g)),
            "The slope of the sigmoid, f (1 − f), is missing.": lambda c, f, g: (c - g, (1 - f) * (1 - g * g)),
            "The candidate is written with 1 − f, not with f.": lambda c, f, g: ((c - g) * f * (1 - f), f * (1 - g * g)),
        },
        tolerance=1e-9,
    ),
    "4.9": Exercise(
        "what is right when the only gender unit is held",
        values("a", "b", "turned"),
        {"a": 0.5, "b": 0.5, "turned": 1.0},
        {
            "In (b) the net always says he, which is right for half of the subjects.": {"a": 0.5, "b": 0.0, "turned": 1.0},
            "Held at the other gender's mean the unit says the wrong thing every time, for both genders.": {"a": 0.5, "b": 0.5, "turned": 0.5},
            "In (a) nothing tells the genders apart any more: half are right by luck.": {"a": 0.0, "b": 0.5, "turned": 1.0},
        },
        tolerance=0.01,
    ),
    "4.10": Exercise(
        "a count of nets without the penalty, with its interval",
        reports.interval("nets", n=8),
        reports.report("Wilson", "nets", n=8),
        reports.wrong("nets", n=8),
        praise="Right: an interval that eight runs can bear. Does it overlap with that of this page?",
    ),
}  # fmt: skip
