"""Where results live: one CSV a unit, in one folder, named by the unit's key.

A file is written under another name, flushed to the disk, and then renamed; so under its own name it is whole or not
there. A process that wants to run a unit holds a lock on it, which the system takes back when the process dies; so two
processes on one folder share the work, and nothing is stale after a crash.
"""

import csv
import io
import json
import os
from contextlib import suppress

from filelock import FileLock, Timeout

from .errors import StudyError


class Store:
    """The results of a study: those already collected in its table, and, unless ``folder`` is None, those stored there."""

    def __init__(self, study, folder):
        self.folder, self._rows, self._costs, self._claims = folder, {}, {}, {}
        for path, kept in ((study.table, self._rows), (study.cost_table, self._costs)):
            for row in read(path) if path.exists() else ():
                kept.setdefault(row["key"], []).append(row)

    def rows(self, unit):
        """A unit's results, K dictionaries of strings, or None where there are none. Raises StudyError for damaged ones."""
        key = unit.key
        if key not in self._rows:
            if self.folder is None or not self._path(key).exists():
                return None
            self._rows[key] = read(self._path(key))
        if [row.get("seed") for row in self._rows[key]] != [str(seed) for seed in unit.seeds]:
            raise StudyError(f"{key}, the unit {unit}, has lost some of its rows, {_REMEDY.format(self.folder)}")
        return self._rows[key]

    def cost(self, unit):
        """What it took to compute a unit: a dictionary, empty where that was not noted."""
        if self.folder is not None:
            with suppress(OSError, ValueError):
                return json.loads(self._path(unit.key, ".json").read_text("utf8"))
        return self._costs.get(unit.key, [{}])[0]

    def keys(self):
        """The keys of all that was read so far."""
        return set(self._rows)

    def write(self, unit, results, cost):
        """Store ``results``, name → (K,) values."""
        columns = {"key": [unit.key] * len(unit.seeds), "stage": [unit.stage] * len(unit.seeds)}
        columns |= {name: [value] * len(unit.seeds) for name, value in unit.config}
        columns |= {"seed": unit.seeds} | results
        with suppress(OSError):  # a note, on which no result depends
            self._path(unit.key, ".json").write_text(json.dumps(cost), "utf8")
        write(self._path(unit.key), list(columns), zip(*columns.values()))

    def claim(self, unit):
        """Whether the unit is this process's to run: nobody else runs it, and it is not done."""
        lock = FileLock(self._path(unit.key, ".lock"), thread_local=False)  # joblib asks in one thread, is answered in another
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout:
            return False
        except OSError as error:
            raise StudyError(f"cannot write in {self.folder}: {error.strerror}. {_SAFE}") from None
        self._claims[unit.key] = lock
        if self._path(unit.key).exists():
            self.release(unit)
            return False
        return True

    def release(self, unit):
        """Let go of a unit, if it was claimed. Once it is done, nobody needs its lock."""
        if lock := self._claims.pop(unit.key, None):
            if self._path(unit.key).exists():
                self._path(unit.key, ".lock").unlink(missing_ok=True)
            lock.release()

    def _path(self, key, ending=".csv"):
        return self.folder / (key + ending)


_REMEDY = "so it cannot be trusted. Remove it from {}, and what it held is run again"
_SAFE = "What was stored before is whole: mend this and give the same command again"


def read(path):
    """A table as a list of dictionaries of strings. Raises StudyError where it cannot be read or its end is missing."""
    try:
        lines = path.read_text("utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"cannot read {path}: {error}") from None
    rows = list(csv.reader(io.StringIO(lines)))
    if not lines.endswith("\n") or len({len(row) for row in rows}) != 1 or "key" not in rows[0]:
        raise StudyError(f"{path} is cut off or damaged, {_REMEDY.format(path.parent)}")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def write(path, columns, rows):
    """A table, whole or not at all. Raises StudyError when the disk is full or must not be written to."""
    new = path.with_name(path.name + ".new")
    try:
        with open(new, "w", encoding="utf8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(columns)
            table.writerows([[_text(value) for value in row] for row in rows])
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise StudyError(f"cannot write {path}: {error.strerror}. {_SAFE}") from None


def _text(value):
    """A value of a table: floating-point numbers with seven digits, which is what a float32 holds."""
    return f"{value:.7g}" if isinstance(value, float) else str(value)
