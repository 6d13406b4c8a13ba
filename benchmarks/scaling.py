"""How a study grows: the same units on 1, 2, … processes of this machine, measured; and on more cores, on paper.

Run it on a machine that has nothing else to do: ``python benchmarks/scaling.py --write``.
"""

import argparse
import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from joblib import cpu_count

from lstm_course import study

ROOT = Path(__file__).resolve().parents[1]
UNITS = """
experiment = "supervised"
seeds = { first = 0, number = 400, block = 4 }

[[grid]]
task = "gap"
model = "LSTM"
steps = 250
lr = 0.0  # so that none is solved, and all take equally long
"""
CORES = (1, 2, 16, 64, 1024)
YEARS, RUNS = 15, 5400  # of CPU time, and runs: Greff et al. (2017), abstract


def seconds(processes):
    """The time in which the units are run by so many processes, their start included."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scaling.toml"
        path.write_text(UNITS, "utf8")
        plan = study.load(path)
        begin = time.perf_counter()
        study.run(plan, jobs=processes)
        return time.perf_counter() - begin


def measured():
    """Rows: processes, seconds, speed-up over one process."""
    processes = [1, *(2**k for k in range(1, cpu_count().bit_length()) if 2**k <= cpu_count())]
    times = [seconds(n) for n in processes]
    return [[n, f"{t:.0f}", f"{times[0] / t:.2f}"] for n, t in zip(processes, times)]


def on_paper(costs):
    """Rows: cores, and the time for the study whose costs these are, for 5,400 runs of its kind, and for those of Greff et al."""
    total = sum(float(unit["cpu_seconds"]) for unit in costs)
    each = total / sum(int(unit["seeds"]) for unit in costs)
    whole = (total, RUNS * each, YEARS * 365.25 * 86400)
    return [[cores, *(duration(cpu / cores) for cpu in whole)] for cores in CORES]


def duration(seconds):
    """In the largest unit of which there is at least one."""
    for unit, length in (("years", 365.25 * 86400), ("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="store the tables that the reference page shows")
    write = parser.parse_args().write
    with open(ROOT / "studies" / "variants_cost.csv", encoding="utf8", newline="") as file:
        costs = list(csv.DictReader(file))
    tables = {
        "scaling": [["processes", "seconds", "times as fast as one"], *measured()],
        "scaling_on_paper": [["cores", "our study", "5,400 of our runs", "the 5,400 runs of 2017"], *on_paper(costs)],
    }
    for name, rows in tables.items():
        print(name, *(", ".join(map(str, row)) for row in rows), sep="\n  ")
        if write:
            with open(ROOT / "benchmarks" / f"{name}.csv", "w", encoding="utf8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
