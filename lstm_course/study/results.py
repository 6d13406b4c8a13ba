"""What a study found, for a page to read: its collected table as a pandas data frame, and the seeds of each configuration.

::

    table = load("counting")                         # studies/counting.csv, a row for each seed
    by_configuration(table, "reach", "model")        # {"RNN": (16,) array, "LSTM": …}
"""

import inspect
from contextlib import suppress
from pathlib import Path

import pandas as pd

from . import grid, store
from .errors import StudyError

STUDIES = Path(__file__).resolve().parents[2] / "studies"


def load(name, folder=STUDIES, stage="reported"):
    """The rows of ``folder``/``name``.csv of a ``stage``, "reported" or "selection": a DataFrame with a column for each setting and result.

    A setting that a configuration leaves out has the experiment's default. Raises StudyError where the study or its
    table is missing or damaged.
    """
    plan = grid.load(Path(folder) / f"{name}.toml")
    if not plan.table.exists():
        raise StudyError(f"{plan.table} is not there. `python -m lstm_course.study run {plan.path}` computes what it holds, and `collect` writes it")
    defaults = {key: each.default for key, each in inspect.signature(grid.experiment(plan.experiment)).parameters.items()}
    rows = [row for row in store.read(plan.table) if row["stage"] == stage]
    return pd.DataFrame([{key: _value(cell) if cell else defaults[key] for key, cell in row.items()} for row in rows])


def by_configuration(table, measure, *settings):
    """{configuration: ``measure`` of its seeds}, in the order of the table; a configuration is the value of the one setting, or a tuple.

    Raises ValueError for columns that the table lacks, and where ``settings`` do not tell the configurations apart:
    several results would have the same seed.
    """
    if missing := [name for name in (measure, *settings) if name not in table]:
        raise ValueError(f"table has no column {', '.join(missing)}; its columns are {', '.join(table)}")
    if not settings or table.duplicated([*settings, "seed"]).any():
        raise ValueError(f"settings must tell the table's configurations apart, but {', '.join(settings) or 'none'} leaves seeds that occur twice")
    groups = table.groupby(list(settings), sort=False)[measure]
    return {key if len(settings) > 1 else key[0]: values.to_numpy() for key, values in groups}


def _value(text):
    """A cell: a truth value, a number, or else the text itself."""
    if text in ("True", "False"):
        return text == "True"
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text
