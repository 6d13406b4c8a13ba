"""Conditions on what a page reads: the stored studies, and its own source."""

import numpy as np
from IPython import get_ipython

from lstm_course.study import results


def nets_alike():
    """Nothing sets the nets of a stored study apart: its outcomes, from the least to the largest, are dealt to them in turn."""
    def dealt(table, column, net):
        turn = np.random.default_rng(0).permutation(net.max() + 1)[net]
        return np.sort(table[column])[np.argsort(np.lexsort((turn, table.groupby(net).cumcount())))]

    _retell(dealt)


def nets_apart():
    """Every second net of a stored study has the largest outcome in all reported runs, and those between have the least."""
    def planted(table, column, net):
        extremes = np.where(net % 2, table[column].max(), table[column].min())
        return table[column].where(table["stage"] == "selection", extremes)

    _retell(planted)


def attention_sees_place():
    """A later step scores higher."""
    _rewrite("K @ q / np.sqrt(len(q))", "K @ q / np.sqrt(len(q)) + 0.1 * np.arange(len(K))")


def memory_squashed():
    """The mLSTM's matrix passes a tanh at every step, as the state of an RNN does."""
    _rewrite("keep * C + write * np.outer(v, k)", "np.tanh(keep * C + write * np.outer(v, k))")


def _retell(outcomes):
    """Stored studies hold ``outcomes(table, column, net)`` in each column that follows the seed; ``net`` numbers the configurations."""
    load = results.load

    def told(*args, **kwargs):
        table = load(*args, **kwargs)
        seed = table.columns.get_loc("seed")
        net = table.groupby(list(table.columns[2:seed]), sort=False, dropna=False).ngroup()
        return table.assign(**{column: outcomes(table, column, net) for column in table.columns[seed + 1 :]})

    results.load = told


def _rewrite(old, new):
    """Where a cell of the page says ``old`` it is run with ``new``: for what a page defines itself."""
    get_ipython().input_transformers_cleanup.append(lambda lines: [line.replace(old, new) for line in lines])
