"""What a study runs: its TOML file as configurations, blocks of seeds and units of work.

::

    experiment = "supervised"                       # a name in lstm_course.experiments, or "module:function"
    seeds = { first = 100, number = 10, block = 5 } # two units of five seeds for each configuration

    [sweep]                                         # optional: settings chosen on other seeds, for each configuration
    seeds = { first = 0, number = 4 }
    settings = { lr = [0.001, 0.01] }
    best = ["solved", "-steps"]                     # most solved; among equals, fewest steps

    [settings]                                      # for all grids
    model = ["LSTM", "GRU"]

    [[grid]]                                        # lists are crossed, grids are added up
    task = "adding"
    length = [30, 60]

Where what belongs together is to be crossed with other such things, each kind is an axis. These are four configurations::

    [[axes.task]]
    task = "adding"
    steps = 1000
    [[axes.task]]
    task = "gap"
    steps = 400

    [[axes.model]]
    model = "RNN"
    start = "orthogonal"
    [[axes.model]]
    model = "LSTM"
    start = "chrono"
"""

import inspect
import itertools
import math
import tomllib
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from . import keys
from .errors import StudyError

_PLAIN = (str, int, float, bool)


class Unit(NamedTuple):
    """One configuration with one block of seeds.

    experiment  its name
    config      ((setting, value), …), sorted by setting
    seeds       (K,) ints
    stage       "selection" or "reported"; it says what the result is for and does not change it
    """

    experiment: str
    config: tuple
    seeds: tuple
    stage: str = "reported"

    @property
    def key(self):
        """The unit's name: 20 hexadecimal digits."""
        return keys.key(self.experiment, self.config, self.seeds)

    def __str__(self):
        seeds = f"seeds {self.seeds[0]} to {self.seeds[-1]}"
        return ", ".join([f"{name} = {value!r}" for name, value in self.config] + [seeds])


class Sweep(NamedTuple):
    """Settings that are chosen for each configuration, on ``blocks`` of seeds that are not reported.

    ``best`` names results: the mean over these seeds decides, the larger being better, or with a minus sign the
    smaller; the next name decides among equals, and after the last the first of ``choices``.
    """

    choices: list
    blocks: list
    best: list


class Study(NamedTuple):
    """A study's file, read and checked. ``configs`` are dictionaries; ``sweep`` is None where nothing is chosen."""

    path: Path
    experiment: str
    configs: list
    blocks: list
    sweep: Sweep | None

    @property
    def size(self):
        """How many units there are in all."""
        trials = len(self.sweep.choices) * len(self.sweep.blocks) if self.sweep else 0
        return len(self.configs) * (trials + len(self.blocks))

    @property
    def folder(self):
        """Where the results of its units are stored."""
        return self.path.with_suffix("")

    @property
    def table(self):
        """Where they are collected."""
        return self.path.with_suffix(".csv")

    @property
    def cost_table(self):
        """What each unit cost, beside it."""
        return self.path.with_name(self.path.stem + "_cost.csv")

    def trials(self, config):
        """The units that choose the swept settings of a configuration: a list for each choice, in their order."""
        return [[self._unit({**config, **choice}, block, "selection") for block in self.sweep.blocks] for choice in self.sweep.choices]

    def units(self, results):
        """All units that can be named from ``results`` (``store.rows``: Unit → rows or None), those of the sweep first.

        A configuration's reported units have a name when its sweep is done.
        """
        selection, reported = [], []
        for config in self.configs:
            chosen = {}
            if self.sweep:
                trials = self.trials(config)
                selection += itertools.chain.from_iterable(trials)
                rows = [[row for unit in units for row in results(unit) or [None]] for units in trials]
                if None in itertools.chain.from_iterable(rows):
                    continue
                chosen = self.sweep.choices[_best(rows, self.sweep.best, self.path)]
            reported += [self._unit({**config, **chosen}, block, "reported") for block in self.blocks]
        return selection + reported

    def _unit(self, config, seeds, stage):
        return Unit(self.experiment, tuple(sorted(config.items())), tuple(seeds), stage)


def load(path):
    """A study's file as a :class:`Study`. Raises StudyError for a file that cannot be read, an unknown experiment or
    setting, and values that the experiment's own ``check`` refuses.
    """
    path = Path(path)
    try:
        text = tomllib.loads(path.read_text("utf8"))
    except OSError as error:
        raise StudyError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} is no TOML: {error}") from None
    _known(text, ("experiment", "seeds", "sweep", "settings", "axes", "grid"), path)
    blocks = _blocks(text.get("seeds"), f"{path}: seeds")
    sweep = _sweep(text["sweep"], path, blocks) if "sweep" in text else None
    study = Study(path, text.get("experiment", ""), _configs(text, path), blocks, sweep)
    _check(study)
    return study


def experiment(name):
    """The function of that name: one of ``lstm_course.experiments.EXPERIMENTS``, or "module:function" for one's own."""
    module, colon, attribute = str(name).partition(":")
    if not colon:
        from ..experiments import EXPERIMENTS
        if name not in EXPERIMENTS:
            raise StudyError(f"experiment must be one of {', '.join(sorted(EXPERIMENTS))}, or 'module:function', but it is {name!r}")
        return EXPERIMENTS[name]
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise StudyError(f"experiment {name!r} cannot be imported: {error}") from None


def _check(study):
    """Every configuration against the experiment's signature and its own ``check``."""
    function, seen = experiment(study.experiment), set()
    signature = inspect.signature(function)
    check = getattr(function, "check", lambda **config: None)
    choices = study.sweep.choices if study.sweep else [{}]
    with_first = [(config, choices[0]) for config in study.configs]
    for config, choice in with_first + [(config, choice) for config in study.configs[:1] for choice in choices[1:]]:
        try:
            signature.bind((), **config | choice)
            check(**config | choice)
        except (TypeError, ValueError) as error:
            known = ", ".join(list(signature.parameters)[1:])
            raise StudyError(f"{study.path}: {error}, in the configuration {config | choice}; the settings are {known}") from None
    for config in study.configs:
        if overlap := set(config) & set(choices[0]):
            raise StudyError(f"{study.path}: {', '.join(overlap)} is swept, so no grid may set it")
        identity = tuple(sorted(config.items()))
        if identity in seen:
            raise StudyError(f"{study.path}: two grids give the same configuration {config}")
        seen.add(identity)


def _configs(text, path):
    """Each table of an axis with each of all others; [[grid]] is an axis too, [settings] what they all share."""
    common, axes = text.get("settings", {}), text.get("axes", {})
    tables = [*axes.values(), text.get("grid", [{}])] if isinstance(axes, dict) else [axes]
    if not all(isinstance(axis, list) for axis in tables) or not all(isinstance(table, dict) for axis in ([common], *tables) for table in axis):
        raise StudyError(f"{path}: settings must be a [settings] table, grids [[grid]] and axes [[axes.NAME]] tables")
    configs = []
    for chosen in itertools.product(*tables):
        names = [name for table in chosen for name in table]
        if twice := {name for name in names if names.count(name) > 1}:
            raise StudyError(f"{path}: two axes set {', '.join(sorted(twice))}")
        configs += _crossed(dict(itertools.chain(common.items(), *(table.items() for table in chosen))), path)
    return configs


def _sweep(text, path, reported):
    _known(text, ("seeds", "settings", "best"), f"{path}: sweep")
    choices = _crossed(text.get("settings", {}), path)
    blocks, best = _blocks(text.get("seeds"), f"{path}: sweep.seeds"), text.get("best")
    if not isinstance(best, list) or not best or not all(isinstance(name, str) and name.removeprefix("-") for name in best):
        raise StudyError(f"{path}: sweep.best must be names of results such as ['solved', '-steps'], but it is {best!r}")
    if both := set(itertools.chain(*blocks)) & set(itertools.chain(*reported)):
        raise StudyError(f"{path}: sweep.seeds must be other seeds than the reported ones, but both have {sorted(both)}")
    return Sweep(choices, blocks, best)


def _blocks(text, where):
    """{first, number, block} as a list of ranges of at most ``block`` seeds."""
    if not isinstance(text, dict) or not {"first", "number"} <= set(text) <= {"first", "number", "block"}:
        raise StudyError(f"{where} must be {{ first = …, number = …, block = … }}, but it is {text!r}")
    first, number, block = text["first"], text["number"], text.get("block", text["number"])
    if any(isinstance(n, bool) or not isinstance(n, int) for n in (first, number, block)) or first < 0 or number < 1 or block < 1:
        raise StudyError(f"{where} must be whole numbers, first at least 0, the others at least 1, but it is {text!r}")
    return [range(k, min(k + block, first + number)) for k in range(first, first + number, block)]


def _crossed(grid, path):
    """A dictionary of values and lists as a list of dictionaries of values."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in grid.items()}
    for name, values in lists.items():
        if not values or not all(isinstance(value, _PLAIN) for value in values):
            raise StudyError(f"{path}: {name} must be a string, a number, a truth value or a list of them, but it is {grid[name]!r}")
    return [dict(zip(lists, values)) for values in itertools.product(*lists.values())]


def _known(text, names, where):
    if not isinstance(text, dict):
        raise StudyError(f"{where} must be a table, but it is {text!r}")
    for name in text:
        if name not in names:
            raise StudyError(f"{where}: {name} is not one of {', '.join(names)}")


def _best(rows, names, path):
    """Which list of ``rows`` is best by the results ``names``: its number. What is not a number is worst."""

    def merit(rows):
        means = []
        for name in names:
            sign, column = (-1, name[1:]) if name.startswith("-") else (1, name)
            if column not in rows[0]:
                raise StudyError(f"{path}: sweep.best names {column!r}, but the results are {', '.join(rows[0])}")
            mean = sum(number(row[column]) for row in rows) / len(rows)
            means.append(-math.inf if math.isnan(mean) else sign * mean)
        return means

    return max(range(len(rows)), key=lambda k: merit(rows[k]))


def number(text):
    """A cell of a table as a float; truth values count 1 and 0."""
    return {"True": 1.0, "False": 0.0}[text] if text in ("True", "False") else float(text)
