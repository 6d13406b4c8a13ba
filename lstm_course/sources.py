"""The models' files as text: what a variant changes, printed from the code that runs."""

import difflib
import inspect
import re


def equations(model):
    """The equations at the top of a cell's file, a line each, single-spaced and without their numbers.

    ``model`` is a class of ``lstm_course.cells``.
    """
    numbered = re.compile(r" +(\S.*\S) +\(\d+\)")
    lines = inspect.getdoc(_module(model)).splitlines()
    return [" ".join(found[1].split()) for found in map(numbered.fullmatch, lines) if found]


def step_code(model):
    """The code of a cell's ``step``, a line each, without indents and comments."""
    _module(model)
    return [line.split("  #")[0].strip() for line in inspect.getsource(model.step).splitlines()]


def diff(old, new):
    """What turns the lines ``old`` into the lines ``new``, as text: "-" marks what goes, "+" what comes."""
    return "\n".join(line for line in difflib.ndiff(old, new) if line[0] in "+-")


def _module(model):
    if not inspect.isclass(model) or not hasattr(model, "step"):
        raise TypeError(f"model must be a class of lstm_course.cells, got {model!r}")
    return inspect.getmodule(model)
