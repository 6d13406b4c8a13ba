"""How large a difference is, and what it comes from: changed pairs, effect sizes, shares of variance, a mixed model.

Tables are pandas data frames with a row for each run, as a study collects them. The arithmetic is statsmodels'.
"""

import itertools
import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import mixedlm
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from .statistics import Interval


class Changes(NamedTuple):
    """What a change did to pairs of runs: how many it made true, how many false, and the p-value of that."""

    won: int
    lost: int
    p: float


def changes(before, after):
    """What became of each run: :class:`Changes` between two rows of bools (n,) that belong together pair by pair.

    ``p`` is that of the sign test, which for pairs of bools is McNemar's (1947), exact: the chance that as many coins as
    there are changed pairs fall at least as unevenly. It is 1 where no pair has changed.
    """
    before, after = _bools(before=before, after=after)
    if len(before) != len(after):
        raise ValueError(f"before and after must be pairs, but they have {len(before)} and {len(after)} values")
    won, lost = int((after & ~before).sum()), int((before & ~after).sum())
    return Changes(won, lost, float(stats.binomtest(won, won + lost).pvalue) if won + lost else 1.0)


def difference(first, second, confidence=0.95):
    """The share of true values in ``first`` minus that in ``second``, arrays of bools, with the interval of Newcombe (1998)."""
    first, second = _bools(first=first, second=second)
    low, high = confint_proportions_2indep(first.sum(), len(first), second.sum(), len(second), method="newcomb", alpha=1 - confidence)
    return Interval(float(first.mean() - second.mean()), float(low), float(high))


def cohens_h(first, second):
    """2 arcsin √p − 2 arcsin √q of two shares: an effect size that does not depend on n. 0.2 is called small, 0.8 large (Cohen 1988)."""
    p, q = (float(np.mean(values)) for values in (first, second))
    return 2 * np.arcsin(np.sqrt(p)) - 2 * np.arcsin(np.sqrt(q))


def shares_of_variance(table, outcome, factors):
    """What share of the variance of ``outcome`` each of ``factors`` accounts for (η²), alone and together: a Series that sums to 1.

    ``factors`` are names of columns whose every combination occurs equally often; "seeds" is what remains within a
    combination. An interaction, such as "model × lr", is what the two do together beyond what each does. Raises
    ValueError for a table that is not balanced.
    """
    return _shares(_cube(table, outcome, factors), factors)


def resampled_shares(table, outcome, factors, over, rng, resamples=1000):
    """The shares of variance of ``resamples`` tables, drawn from this one (bootstrap): a DataFrame with a row for each.

    ``over`` says what is drawn anew, with replacement: the levels of one of the factors, such as "task", each with all its
    runs; or "seeds", the runs within each combination. Quantiles of a difference of two columns are its interval. Those of
    one column may lie beside its share where the levels or seeds are few: what is drawn twice looks like an interaction.
    """
    cube = _cube(table, outcome, factors)
    if over not in (*factors, "seeds"):
        raise ValueError(f"over must be one of {', '.join(factors)} or seeds, but it is {over!r}")
    if over == "seeds":
        drawn = (np.take_along_axis(cube, rng.integers(cube.shape[-1], size=cube.shape), axis=-1) for _ in range(resamples))
    else:
        axis = list(factors).index(over)
        drawn = (cube.take(rng.integers(cube.shape[axis], size=cube.shape[axis]), axis=axis) for _ in range(resamples))
    return pd.DataFrame([_shares(each, factors) for each in drawn])


def _cube(table, outcome, factors):
    """``outcome`` as an array with an axis for each of ``factors``, and a last one for the runs of a combination."""
    factors = list(factors)
    _columns(table, [outcome, *factors])
    levels = [table[factor].nunique() for factor in factors]
    counts = table.groupby(factors).size()
    if counts.nunique() != 1 or len(counts) != np.prod(levels):
        raise ValueError(f"table must have every combination of {', '.join(factors)} equally often, but it has from {counts.min()} to {counts.max()}")
    return table.sort_values(factors)[outcome].to_numpy(dtype=float).reshape(*levels, -1)


def _shares(cube, factors):
    """An effect is the mean over all other axes, less the effects that it contains; what is left within the last axis is the seeds'."""
    effects, axes = {}, range(len(factors))
    for part in (part for k in range(len(axes) + 1) for part in itertools.combinations(axes, k)):
        others = tuple(set(range(cube.ndim)) - set(part))
        effects[part] = cube.mean(axis=others, keepdims=True) - sum(effects[less] for less in effects if set(less) < set(part))
    squares = {" × ".join(factors[axis] for axis in part): np.mean(effect**2) for part, effect in effects.items() if part}
    return pd.Series(squares | {"seeds": cube.var(axis=-1).mean()}) / cube.var()


def mixed_model(table, outcome, factors, groups):
    """How far each level of each of ``factors`` lies from the mean of ``outcome``: factor → (level → Interval).

    A linear mixed model: the factors are fixed effects, added up; ``groups``, the name of a column such as "task", is a
    random one. Each group has its own mean, and its own deviation at every level of each factor, so that what is said
    holds for groups like these and not for these alone. It is fitted by restricted maximum likelihood; the intervals are
    normal ones, a little narrow where groups are few. Raises ValueError for unknown columns, and if the fit does not converge.
    """
    _columns(table, [outcome, *factors, groups])
    terms = {factor: f"C(Q('{factor}'), Sum)" for factor in factors}
    own = {factor: f"0 + C(Q('{factor}'))" for factor in factors}
    model = mixedlm(f"outcome ~ {' + '.join(terms.values())}", _with_outcome(table, outcome), groups=table[groups], re_formula="1", vc_formula=own)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is asked below; the rest is about variances that are zero
        fit = model.fit(reml=True, method="powell")  # the methods that use a gradient give up near such a zero
    if not fit.converged:
        raise ValueError(f"the mixed model of {outcome} by {', '.join(factors)} within {groups} does not converge")
    return {factor: _deviations(fit, term, sorted(table[factor].unique())) for factor, term in terms.items()}


def _deviations(fit, term, levels):
    """Level → Interval. With sum coding all levels but the last have a coefficient, and the last is minus their sum."""
    mine = [name.startswith(term) for name in fit.fe_params.index]
    contrasts = np.zeros((len(levels), len(mine)))
    contrasts[:-1, np.flatnonzero(mine)] = np.eye(len(levels) - 1)
    contrasts[-1, np.flatnonzero(mine)] = -1
    test = fit.t_test(contrasts)
    return {level: Interval(*map(float, row)) for level, row in zip(levels, np.column_stack([test.effect, test.conf_int()]))}


def _bools(**rows):
    """The rows as arrays (n,) of bools, or a TypeError that names the one that is none."""
    rows = {name: np.asarray(values) for name, values in rows.items()}
    for name, values in rows.items():
        if values.dtype != bool or values.ndim != 1 or not len(values):
            raise TypeError(f"{name} must be a row of bools, but it is {values!r}")
    return rows.values()


def _with_outcome(table, outcome):
    """The table with a column "outcome" of floats; bools count 1 and 0."""
    return table.assign(outcome=table[outcome].astype(float))


def _columns(table, names):
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, but it is a {type(table).__name__}")
    if missing := [name for name in names if name not in table]:
        raise ValueError(f"table has no column {', '.join(missing)}; its columns are {', '.join(table)}")
