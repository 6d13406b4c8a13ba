"""The exercises of chapter 3."""

import numpy as np

from . import Exercise, values

# The latch a_t = w tanh(a_{t−1}) + u_t, h_t = tanh(a_t)


def _rest(w):
    """Its resting place a > 0 without input."""
    a = w
    for _ in range(500):
        a = w * np.tanh(a)
    return a


def _at_rest(w, a=None, weight=None, steps=0):
    """Resting place, slope there, first step with less than a millionth left; or one of them gone wrong."""
    a = _rest(w) if a is None else a
    slope = (w if weight is None else weight) * (1 - np.tanh(a) ** 2)
    return {"a": a, "slope": slope, "steps": steps or np.ceil(np.log(1e-6) / np.log(slope))}


def _threshold(w):
    return np.sqrt(w * (w - 1)) - np.arccosh(np.sqrt(w))


def _pushes(threshold, times=1):
    """What each bit bears with the bias 0.2, and the bias that leaves one bit; the bias acts ``times`` over."""
    return {"plus": threshold + 0.2 * times, "minus": threshold - 0.2 * times, "bias": threshold / abs(times)}


def _strengths(answer):
    return {f"share at strength {s}": answer(s) for s in (0.3, 0.7, 1.5, 1.95, 2.5, 4.0)}


def _overwrites(least, before=0.0):
    """An answer by which strengths above ``least`` overwrite everything, and others the share ``before``."""
    return lambda strength: 1.0 if strength > least else before


def _path(w, h, inputs):
    """h_0 … h_T."""
    states = [h]
    for u in inputs:
        states.append(np.tanh(w * states[-1] + u))
    return np.array(states)


def _reaches(answer):
    draw = np.random.default_rng(37).uniform
    cases = {f"{T} steps, w = {w}": (w, 0.6, draw(-0.5, 0.2, T)) for T, w in ((1, 2.0), (2, 1.5), (6, 2.0))}
    return {name: answer(*case) for name, case in cases.items()}


# Jacobians and clipping


def _sigmoid_jacobians(slope, rows=True, late=True):
    """An answer with a slope as a function of (h_t, a_t), on the rows of U or its columns, at the new state or the old."""

    def answer(W, U, x):
        h, found = np.zeros(len(U)), []
        for x_t in x:
            a = W @ x_t + U @ h
            before, h = h, 1 / (1 + np.exp(-a))
            phi = slope(h if late else before, a)
            found.append(phi[:, None] * U if rows else U * phi)
        return np.array(found)

    return answer


def _multiplied(answer):
    rng = np.random.default_rng(35)
    W, U, x = rng.normal(size=(3, 2)), rng.normal(size=(3, 3)), rng.normal(size=(4, 2))
    return {"Jacobians": answer(W, U, x)}


def _edge(strength):
    """ρ at which a wide random tanh net neither loses nor gains gradient, its inputs W x ~ N(0, strength²).

    With many units a is normal with a variance that the next step repeats, v = ρ² E[tanh² a] + strength², and the
    gradient's squared length changes by ρ² E[(1 − tanh² a)²] a step: Molgedey, Schuchhardt & Schuster (1992).
    """
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    low, high = 1.0, 4.0
    for _ in range(30):
        rho, v = (low + high) / 2, 1.0
        for _ in range(200):
            v = rho**2 * weight @ np.tanh(np.sqrt(v) * z) ** 2 + strength**2
        grows = rho**2 * weight @ (1 - np.tanh(np.sqrt(v) * z) ** 2) ** 2 > 1
        low, high = (low, rho) if grows else (rho, high)
    return rho


def _norm(gradients):
    return np.sqrt(sum((g**2).sum() for g in gradients))


def _clipped(answer):
    rng = np.random.default_rng(38)
    long = [rng.normal(size=(3, 2)), rng.normal(size=4)]
    short = [0.01 * g for g in long]
    found = {f"{name} gradient": answer([g.copy() for g in g_s], 1.0) for name, g_s in (("long", long), ("short", short))}
    return {f"{name}, array {k}": part for name, parts in found.items() for k, part in enumerate(parts)}


_U_STAR = _threshold(2.0)

EXERCISES = {
    "3.1": Exercise(
        "the resting place of the latch with w = 1.5, the slope there, and the first step with under a millionth left",
        values("a", "slope", "steps"),
        _at_rest(1.5),
        {
            "1.142 is where a = 1 goes in one step. A resting place goes to itself: apply the map again, until nothing moves.":
                _at_rest(1.5, a=1.5 * np.tanh(1.0)),
            "The slope lacks its factor w: the step is w tanh a, so its slope is w (1 − tanh² a).": _at_rest(1.5, weight=1.0),
            "After 14 steps 2.2 millionths are left. The first step with less than one is the next.": _at_rest(1.5, steps=14),
            "Two logarithms are mixed: a millionth is 10^−6, and its natural logarithm is −13.8, not −6.": _at_rest(1.5, steps=7),
        },
        tolerance=0.006,
    ),
    "3.2": Exercise(
        "the steady pushes that the bits + and − bear with b = 0.2, and the bias from which only one is kept",
        values("plus", "minus", "bias"),
        _pushes(_U_STAR),
        {
            "The two bits are exchanged: a positive bias helps the bit +.": _pushes(_U_STAR, -1),
            "The bias does count: it enters a at every step, as a steady push does.": dict(plus=_U_STAR, minus=_U_STAR, bias=_U_STAR),
            "The bias is not multiplied by w: it is added outside tanh, beside the input.": _pushes(_U_STAR, 2),
            "u* asks for arccosh √w, with the root: cosh a = √w where the curve touches.":
                _pushes(np.sqrt(2) - np.arccosh(2.0)),
        },
        tolerance=0.006,
    ),
    "3.3": Exercise(
        "the share of the 56 pairs in which the second country is read, as a function of the strength of writing",
        _strengths,
        _overwrites(_rest(2.0)),
        {
            "The second country seems to meet an empty memory. It must be written into the state that the first one left.":
                _overwrites(0.0),
            "u* is for a push that lasts. One word pushes once, and must carry a past 0 in one step.": _overwrites(_U_STAR),
            "The state pulls back with 2 tanh a, at rest 1.915 and not 2: the largest value is never reached.": _overwrites(2.0),
            "At low strength this gives 1/8, so pairs of equal countries are among the pairs: there the second is read for free.":
                _overwrites(_rest(2.0), before=1 / 8),
            "This counts how often the first country is read.": lambda strength: 1.0 - (strength > _rest(2.0)),
        },
    ),
    "3.4": Exercise(
        "the largest singular value and the spectral radius of U, and the norms of its first four powers",
        values("sigma", "rho", "norms"),
        dict(sigma=1.0, rho=0.5, norms=[1, 0.25, 0.25, 0.0625]),
        {
            "Your norms are σ_max^k, which is the bound. The norm of the product is that of U^k: multiply U out.":
                dict(sigma=1.0, rho=0.5, norms=[1, 1, 1, 1]),
            "Your norms are ρ^k. That is the growth in the long run; single steps may do better or worse.":
                dict(sigma=1.0, rho=0.5, norms=[0.5, 0.25, 0.125, 0.0625]),
            "The eigenvalues are on the diagonal of a triangular matrix only. Here λ² = 0.25.":
                dict(sigma=1.0, rho=0.0, norms=[1, 0.25, 0.25, 0.0625]),
            "0.25 is the eigenvalue of U². That of U is its root.": dict(sigma=1.0, rho=0.25, norms=[1, 0.25, 0.25, 0.0625]),
        },
        tolerance=0.005,
    ),
    "3.5": Exercise(
        "the Jacobians of h_t = σ(W x_t + U h_{t−1}) at every step, from h_0 = 0",
        _multiplied,
        _sigmoid_jacobians(lambda h, a: h * (1 - h)),
        {
            "1 − h² is the slope of tanh. The sigmoid's is h (1 − h).": _sigmoid_jacobians(lambda h, a: 1 - h**2),
            "The slopes stand on the wrong side: row j of U is scaled by the slope of unit j. In NumPy, slope[:, None] * U.":
                _sigmoid_jacobians(lambda h, a: h * (1 - h), rows=False),
            "The slope was taken at h_{t−1}. The step bends at its own pre-activation, so it is h_t that counts.":
                _sigmoid_jacobians(lambda h, a: h * (1 - h), late=False),
            "h (1 − h) asks for h; here a was put in.": _sigmoid_jacobians(lambda h, a: a * (1 - a)),
            "The slopes are missing: these are copies of U.": _sigmoid_jacobians(lambda h, a: np.ones_like(a)),
        },
    ),
    "3.6": Exercise(
        "the spectral radius at which the factor is 1, for inputs of standard deviation 0.5 and 1",
        values("half", "one"),
        dict(half=_edge(0.5), one=_edge(1.0)),
        {
            "ρ = 1 is the edge of a network that is left alone. Measure it with the input on.": dict(half=1.0, one=1.0),
            "The edge moves the other way: input makes the slopes smaller, so a larger U is needed to make up for them.":
                dict(half=1 / _edge(0.5), one=1 / _edge(1.0)),
            "That is the upper end of the search. Where the factor is below 1, the edge lies above: move the lower end.":
                dict(half=3.0, one=3.0),
            "The two are exchanged: the stronger input moves the edge further.": dict(half=_edge(1.0), one=_edge(0.5)),
        },
        tolerance=0.2,
    ),
    "3.7": Exercise(
        "∂h_T/∂h_0 of the latch h_t = tanh(w h_{t−1} + u_t)",
        _reaches,
        lambda w, h, inputs: np.prod(w * (1 - _path(w, h, inputs)[1:] ** 2)),
        {
            "The slope was taken before the step, at h_{t−1}. It belongs to the state the step leads to, h_t.":
                lambda w, h, inputs: np.prod(w * (1 - _path(w, h, inputs)[:-1] ** 2)),
            "Each step multiplies by w as well: its slope is w (1 − h_t²).":
                lambda w, h, inputs: np.prod(1 - _path(w, h, inputs)[1:] ** 2),
            "The slopes were added. By the chain rule they are multiplied.":
                lambda w, h, inputs: np.sum(w * (1 - _path(w, h, inputs)[1:] ** 2)),
            "One slope was raised to the power T. The inputs move the state, and the slope changes with it.":
                lambda w, h, inputs: (w * (1 - h**2)) ** len(inputs),
        },
    ),
    "3.8": Exercise(
        "a gradient in several arrays, clipped to a length",
        _clipped,
        lambda gradients, most: [g * min(1, most / _norm(gradients)) for g in gradients],
        {
            "Each array was clipped by itself. That turns the direction: the length is that of all arrays together.":
                lambda gradients, most: [g * min(1, most / _norm([g])) for g in gradients],
            "Each entry was limited by itself. That turns the direction, as the large entries shrink and the small ones do not.":
                lambda gradients, most: [np.clip(g, -most, most) for g in gradients],
            "A short gradient was made longer. Clipping only shortens: the factor is at most 1.":
                lambda gradients, most: [g * most / _norm(gradients) for g in gradients],
            "The length is the root of the sum of squares; here the root is missing.":
                lambda gradients, most: [g * min(1, most / _norm(gradients) ** 2) for g in gradients],
        },
    ),
}
