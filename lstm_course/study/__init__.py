"""Studies: many models × tasks × starts × seeds, on a laptop or a cluster, stopped and resumed at will.

A study is data: a TOML file that names an experiment and the settings to cross. Its unit of work is one configuration
with one block of seeds, and is a pure function of both; so it does not matter where or when a unit is run, and a stored
one is never run again. From a shell::

    python -m lstm_course.study run     studies/variants.toml --jobs 2
    python -m lstm_course.study run     studies/variants.toml --scheduler tcp://cluster:8786
    python -m lstm_course.study status  studies/variants.toml
    python -m lstm_course.study collect studies/variants.toml
    python -m lstm_course.study check   studies/variants.toml

``grid``    what is to be run: the file, its configurations, the choice of the learning rate
``keys``    a unit's name: a hash of its configuration, of the sources it uses and of the package's version
``store``   one file a unit, whole or not there, and claimed by one process at a time
``runner``  the one loop, over joblib's processes or a Dask cluster
``table``   all units as one tidy table, and whether a table is that of the present sources
``results``  such a table, read by a page
"""

from .errors import StudyError
from .grid import Study, Unit, load
from .runner import run
from .store import Store
from .table import check, collect, status

__all__ = ["Store", "Study", "StudyError", "Unit", "check", "collect", "load", "run", "status"]
