"""Change the engine in every small way there is, and see that the tests notice.

    make mutants

mutmut makes the mutants (a sign, a constant, an argument, an operator, …) of ``lstm_course/cells`` and
``recurrence.py`` and runs the engine's tests against each. One that survives must be listed, with the reason why it
changes nothing one could test, in ``tests/equivalent_mutants.toml``; any other makes this script fail.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTMUT = Path(sys.executable).with_name("mutmut")


def mutmut(*words):
    return subprocess.run([MUTMUT, *words], cwd=ROOT, capture_output=True, text=True).stdout


def survivors():
    """Names of the mutants that no test caught."""
    lines = (line.strip().rpartition(": ") for line in mutmut("results").splitlines())
    return [name for name, _, verdict in lines if verdict in ("survived", "no tests", "suspicious")]


def change(name):
    """What a mutant changes: (cell or function, line before, line after)."""
    diff = mutmut("show", name).splitlines()
    removed = [line[1:].strip() for line in diff if line.startswith("-") and not line.startswith("---")]
    added = [line[1:].strip() for line in diff if line.startswith("+") and not line.startswith("+++")]
    return name.rpartition("__mutmut_")[0], " ".join(removed), " ".join(added)


def listed():
    """The equivalent mutants: {(where, before, after): reason}."""
    entries = tomllib.loads((ROOT / "tests/equivalent_mutants.toml").read_text("utf8"))["mutant"]
    return {(e["where"], e["before"], e["after"]): e["reason"] for e in entries}


def main():
    subprocess.run([MUTMUT, "run", "--max-children", "2"], cwd=ROOT, check=True)
    known, new = listed(), []
    for name in survivors():
        if change(name) not in known:
            new.append(name)
            print(name, *change(name)[1:], sep="\n    ")
    if new:
        sys.exit(f"{len(new)} mutants survive and are not listed as equivalent")
    print("Every mutant is caught, or listed as equivalent.")


if __name__ == "__main__":
    main()
