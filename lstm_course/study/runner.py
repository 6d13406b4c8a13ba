"""The one loop that runs a study, over joblib's processes or a Dask cluster.

Workers compute and return; only the process that was started writes. So a cluster needs no shared disk, and whichever
worker dies takes nothing with it but the unit it was at, which is run again.
"""

import inspect
import io
import os
import sys
import threading
import time
from contextlib import closing, contextmanager, redirect_stderr
from platform import machine

import numpy as np
from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import BrokenProcessPool
from tqdm import tqdm

from .errors import StudyError
from .grid import experiment
from .store import Store

_ATTEMPTS = 5  # passes in a row in which a worker died and nothing was finished
_ANSWER = 10  # seconds within which a scheduler must answer
_ONE_AT_A_TIME = threading.Lock()  # torch's generator belongs to the process, and a Dask worker may have several threads


def run(study, *, jobs=1, scheduler=None, patience=1.0):
    """Run what is missing of a study, and store it: the :class:`Store`. Can be stopped at any moment, and called again.

    Parameters
    ----------
    study : as :func:`load` returns it
    jobs : how many processes, on this machine
    scheduler : address of a Dask scheduler, such as "tcp://10.0.0.1:8786"; then its workers are used, and ``jobs`` is not
    patience : seconds between looks at units that another process has claimed

    Raises StudyError for what the user can mend, which a ValueError of the experiment counts as. Its other errors are passed
    on, with a note that names the unit.
    """
    store, died = Store(study, study.folder), 0
    with _workers(jobs, scheduler) as (parallel, death), tqdm(total=study.size, disable=None, unit="unit") as bar:
        while missing := _missing(study, store, bar):
            before = bar.n
            try:
                with closing(parallel(_tasks(missing, store))) as finished:
                    for unit, results, cost, said in finished:
                        store.write(unit, results, cost)
                        store.release(unit)
                        bar.update()
                        if said:
                            tqdm.write(said, file=sys.stderr)
            except death as error:
                died = 0 if bar.n > before else died + 1
                if died == _ATTEMPTS:
                    raise StudyError(f"workers died {died} times without finishing a unit: {error}") from error
            finally:
                for unit in missing:
                    store.release(unit)
            if bar.n == before:
                time.sleep(patience)
    return store


def compute(unit, key):
    """Run a unit, wherever this is: the unit, its results (name → list of K values), its cost, and what it wrote to stderr.

    A result with the name of a setting, such as ``steps``, is called ``final_steps``.

    Raises StudyError if the unit's ``key`` is another here: this worker has other sources than those who sent it.
    """
    if unit.key != key:
        raise StudyError("a worker has other sources of lstm_course than the process that started the study")
    with _ONE_AT_A_TIME, redirect_stderr(io.StringIO()) as said:
        function, versions = experiment(unit.experiment), {"numpy": np.__version__}
        if torch := sys.modules.get("torch"):
            torch.set_num_threads(1)
            versions["torch"] = torch.__version__
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            results = function(unit.seeds, **dict(unit.config))
        except ValueError as error:
            raise StudyError(f"{error}, in the unit {unit}") from error
        except Exception as error:
            error.add_note(f"in the unit {unit}")
            raise
        cost = {"seconds": round(time.perf_counter() - wall, 3), "cpu_seconds": round(time.process_time() - cpu, 3)}
    settings = inspect.signature(function).parameters
    results = {f"final_{name}" if name in settings else name: np.asarray(values).tolist() for name, values in results.items()}
    for name, values in results.items():
        if not isinstance(values, list) or len(values) != len(unit.seeds):
            raise StudyError(f"{unit.experiment} must return {len(unit.seeds)} values of {name!r}, one for each seed, but it is {values!r}")
    return unit, results, cost | {"machine": machine()} | versions, said.getvalue()


def _missing(study, store, bar):
    """The units that are known and not stored. Sets the bar to the number of those that are."""
    units = study.units(store.rows)
    missing = [unit for unit in units if store.rows(unit) is None]
    bar.n = len(units) - len(missing)
    bar.refresh()
    return missing


def _tasks(units, store):
    """What joblib is to run: a unit is claimed when its turn comes, and left out when it is another process's."""
    return (delayed(compute)(unit, unit.key) for unit in units if store.claim(unit))


def _end_with(parent):
    """Let this worker end when the process that started it is gone. Left to itself it would wait for work."""

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _workers(jobs, scheduler):
    """A function that runs tasks and yields what each returns as it comes, and the error that means a worker died."""
    parallel = lambda tasks: Parallel(return_as="generator_unordered", batch_size=1)(tasks)  # noqa: E731
    if scheduler is None:
        with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1, initializer=_end_with, initargs=(os.getpid(),)):
            yield parallel, BrokenProcessPool
        return
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise StudyError("a scheduler needs Dask: pip install 'lstm-course[cluster]'") from None
    try:
        client = Client(scheduler, set_as_default=False, timeout=_ANSWER)
    except (OSError, ValueError) as error:
        raise StudyError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    with client, parallel_config(backend="dask", client=client):
        yield parallel, KilledWorker
