"""A study's results as one tidy table, a row for each seed of each unit; and whether a table is still true."""

from filelock import FileLock

from .errors import StudyError
from .grid import number
from .store import Store, write


def collect(study):
    """Write the study's table and its table of costs from what is stored. Raises StudyError while units are missing."""
    store = Store(study, study.folder)
    units, missing, _ = _progress(study, store)
    if missing:
        raise StudyError(f"{study.path}: {missing} of {study.size} units are missing. Run them before collecting")
    results = [row for unit in units for row in store.rows(unit)]
    costs = [{"key": unit.key, "stage": unit.stage, **dict(unit.config), "seeds": len(unit.seeds)} for unit in units]
    costs = [row | {name: value for name, value in store.cost(unit).items() if name not in row} for row, unit in zip(costs, units)]
    settings = dict.fromkeys(name for unit in units for name, _ in unit.config)
    study.folder.mkdir(parents=True, exist_ok=True)
    with FileLock(study.folder / "table.lock"):
        _write(study.table, ("key", "stage", *settings, "seed"), results)
        _write(study.cost_table, ("key", "stage", *settings, "seeds"), costs)


def check(study):
    """What is wrong with the collected table, as lines of text: none if it is what the present sources would give."""
    if not study.table.exists():
        return [f"{study.table} is not there"]
    store = Store(study, folder=None)
    units, missing, _ = _progress(study, store)
    superfluous = store.keys() - {unit.key for unit in units}
    found = []
    if missing:
        found.append(f"{missing} of {study.size} units are not in {study.table}: never run, or run with other settings, sources or version")
    if superfluous:
        found.append(f"{len(superfluous)} units in {study.table} are not of this study: other settings, sources or version")
    return found


def status(study):
    """How far a study is, in a line of text, with an estimate of what is left."""
    store = Store(study, study.folder)
    units, missing, seconds = _progress(study, store)
    done = study.size - missing
    line = f"{study.path}: {done} of {study.size} units are stored"
    if seconds and missing:
        line += f", {sum(seconds):.0f} s of CPU time. About {missing * sum(seconds) / len(seconds):.0f} s are left"
    return line


def _progress(study, store):
    """The units known so far, how many of all are missing, and the CPU seconds of those that are not."""
    units = study.units(store.rows)
    stored = [unit for unit in units if store.rows(unit) is not None]
    seconds = [number(store.cost(unit)["cpu_seconds"]) for unit in stored if store.cost(unit)]
    return units, study.size - len(stored), seconds


def _write(path, first, rows):
    """Rows as dictionaries, the columns ``first`` before the others; a cell that a row lacks is empty."""
    columns = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    write(path, columns, [[row.get(name, "") for name in columns] for row in rows])
