"""The command line: ``python -m lstm_course.study run studies/NAME.toml --jobs 2``."""

import argparse
import sys

from . import StudyError, check, collect, load, run, status

_DONE, _STALE, _ERROR, _INTERRUPTED = 0, 1, 2, 130


def main(arguments=None):
    """Do as asked and return the exit code: 0 done, 1 a stale table, 2 an error that the user can mend, 130 stopped by Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m lstm_course.study", description="Run, resume, collect and check studies.")
    parser.add_argument("command", choices=("run", "status", "collect", "check"))
    parser.add_argument("studies", nargs="+", metavar="study.toml")
    parser.add_argument("--jobs", type=int, default=1, help="processes on this machine (default 1)")
    parser.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="a Dask scheduler, whose workers are used instead")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, but it is {options.jobs}")
    try:
        return max(_do(options, load(path)) for path in options.studies)
    except StudyError as error:
        print(f"error: {error}", file=sys.stderr)
        return _ERROR
    except KeyboardInterrupt:
        print("stopped: what was finished is stored, and the same command goes on from there", file=sys.stderr)
        return _INTERRUPTED


def _do(options, study):
    if options.command == "run":
        run(study, jobs=options.jobs, scheduler=options.scheduler)
    if options.command == "collect":
        collect(study)
    complaints = check(study) if options.command == "check" else []
    for line in complaints or [status(study)]:
        print(line)
    return _STALE if complaints else _DONE


if __name__ == "__main__":
    sys.exit(main())
