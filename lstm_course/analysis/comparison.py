"""How large a difference is, and what it comes from: effect sizes, shares of variance, a mixed model.

Tables are pandas data frames with a row for each run, as a study collects them. The arithmetic is statsmodels'.
"""

import warnings

import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm, ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from .statistics import Interval


def difference(first, second, confidence=0.95):
    """The share of true values in ``first`` minus that in ``second``, arrays of bools, with the interval of Newcombe (1998)."""
    first, second = np.asarray(first), np.asarray(second)
    for name, values in (("first", first), ("second", second)):
        if values.dtype != bool or values.ndim != 1 or not len(values):
            raise TypeError(f"{name} must be a row of bools, but it is {values!r}")
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
    _columns(table, [outcome, *factors])
    counts = table.groupby(list(factors)).size()
    if counts.nunique() != 1 or len(counts) != np.prod([table[factor].nunique() for factor in factors]):
        raise ValueError(f"table must have every combination of {', '.join(factors)} equally often, but it has from {counts.min()} to {counts.max()}")
    crossed = " * ".join(f"C(Q('{factor}'))" for factor in factors)
    squares = anova_lm(ols(f"outcome ~ {crossed}", _with_outcome(table, outcome)).fit(), typ=1)["sum_sq"]
    names = {f"C(Q('{factor}'))": factor for factor in factors}
    squares.index = [" × ".join(names.get(part, "seeds") for part in term.split(":")) for term in squares.index]
    return squares / squares.sum()


def mixed_model(table, outcome, factors, groups):
    """How far each level of each of ``factors`` lies from the mean of ``outcome``: factor → (level → Interval).

    A linear mixed model: the factors are fixed effects, added up; ``groups``, the name of a column such as "task", is a
    random one, so that what is said holds for tasks like these. It is fitted by restricted maximum likelihood. Raises
    ValueError for unknown columns, and if the fit does not converge.
    """
    _columns(table, [outcome, *factors, groups])
    terms = {factor: f"C(Q('{factor}'), Sum)" for factor in factors}
    model = mixedlm(f"outcome ~ {' + '.join(terms.values())}", _with_outcome(table, outcome), groups=table[groups])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is asked below, and warns at its first method already
        fit = model.fit(reml=True)
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


def _with_outcome(table, outcome):
    """The table with a column "outcome" of floats; bools count 1 and 0."""
    return table.assign(outcome=table[outcome].astype(float))


def _columns(table, names):
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, but it is a {type(table).__name__}")
    if missing := [name for name in names if name not in table]:
        raise ValueError(f"table has no column {', '.join(missing)}; its columns are {', '.join(table)}")
