"""The rules of the house for a chapter, each a function from a chapter to its complaints.

``problems(load(path))`` lists what is wrong, in words a writer can act on. The limits are
those of CONTRIBUTING.md, "A chapter". A page whose name has no chapter's number is an appendix: it may be as long as it needs to.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

import chapter_prose

ROOT = Path(__file__).resolve().parents[1]
CODE_CELLS = (20, 30)
FIGURES = (4, 8)
WORDS = (2000, 2800)
MEDIAN_LINES = 6
MOST_LINES = 25
ALT_CHARACTERS = 40
FOCUS_FIGURES = {"F4.5", "F4.6", "F4.7", "F4.8"}  # four steps of one picture
PLOTTERS = {"plt", "pyplot", "ax", "axs", "axes", "axis", "fig", "figure", "matplotlib", "mpl", "sns"}
VOLATILE = {
    "a memory address": re.compile(r"\b0x[0-9a-f]{6,}"),
    "a timestamp": re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d"),
    "a progress bar": re.compile(r"\d+%\|.*\||\d(?:it/s|s/it)\b"),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|Users)/"),
}


@dataclass(frozen=True)
class Chapter:
    """A notebook, and its code cells that are neither exercise nor solution."""

    name: str
    notebook: nbformat.NotebookNode
    counted: tuple

    @property
    def code(self):
        return [c for c in self.notebook.cells if c.cell_type == "code" and c.source.strip()]

    @property
    def markdown(self):
        return [c for c in self.notebook.cells if c.cell_type == "markdown"]


def load(source, name=None):
    """A ``Chapter`` from a path or from a notebook in memory."""
    if isinstance(source, (str, Path)):
        name, source = Path(source).stem, nbformat.read(source, as_version=4)
    inside = chapter_prose.main_cells(source.cells)
    counted = tuple(c for c in inside if c.cell_type == "code" and c.source.strip())
    return Chapter(name or "9_synthetic", source, counted)


def tags(cell):
    return cell.metadata.get("tags", [])


def lines(cell):
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def first_line(cell):
    return repr(next((line for line in cell.source.splitlines() if line.strip()), "")[:60])


def tree(cell):
    """The cell's syntax tree, magics turned into calls."""
    return ast.parse(TransformerManager().transform_cell(cell.source))


def printed(cell):
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


@cache
def package_definitions(package=ROOT / "lstm_course"):
    """Names of all public functions and classes at the top of the package's files."""
    definitions = (ast.FunctionDef, ast.ClassDef)
    found = set()
    for path in package.rglob("*.py"):
        body = ast.parse(path.read_text("utf8")).body
        found |= {node.name for node in body if isinstance(node, definitions) and not node.name.startswith("_")}
    return found


# --- how it was run -------------------------------------------------------------------------


def was_run_in_order(chapter):
    counts = [c.execution_count for c in chapter.code]
    if None in counts:
        yield f"{counts.count(None)} code cells were not run (make chapters)"
    elif counts != list(range(1, len(counts) + 1)):
        yield f"cells were not run once, in order, in a fresh kernel: {counts}"


def has_its_outputs(chapter):
    for cell in chapter.code:
        calls = {ast.unparse(n.func) for n in ast.walk(tree(cell)) if isinstance(n, ast.Call)}
        if "remove-output" in tags(cell):
            continue
        shown = any("image/png" in o.get("data", {}) for o in cell.outputs)
        top_level = {ast.unparse(n.value.func) for n in tree(cell).body
                     if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)}
        if "plt.show" in calls and not shown:
            yield f"a figure was stripped from {first_line(cell)}"
        if {"print", "claim"} & top_level and not printed(cell):
            yield f"the printed output was stripped from {first_line(cell)}"


def is_quiet(chapter):
    for cell in chapter.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{first_line(cell)} stored an error: {output.ename}"
            if output.get("name") == "stderr":
                yield f"{first_line(cell)} wrote to stderr"


def is_timeless(chapter):
    for cell in chapter.notebook.cells:
        if "execution" in cell.metadata:
            yield f"{first_line(cell)} stored timestamps in its metadata (use make chapters)"
    for cell in chapter.code:
        text = printed(cell) + "".join(o.data.get("text/plain", "") for o in cell.outputs if "data" in o)
        for what, pattern in VOLATILE.items():
            if pattern.search(text):
                yield f"{first_line(cell)} stored {what}"
        html = any("text/html" in o.get("data", {}) for o in cell.outputs)
        if html and "nbval-ignore-output" not in tags(cell):
            yield f"{first_line(cell)} stored HTML, which is compared byte for byte: tag it nbval-ignore-output"


# --- its code -------------------------------------------------------------------------------


def uses_the_package(chapter):
    nodes = [n for cell in chapter.code for n in ast.walk(tree(cell))]
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
    if not any(name.split(".")[0] == "lstm_course" for name in names):
        yield "nothing is imported from lstm_course"


def cells_are_short(chapter):
    for cell in chapter.code:
        if lines(cell) > MOST_LINES:
            yield f"{first_line(cell)} has {lines(cell)} lines, at most {MOST_LINES} are allowed"
    if chapter.counted and median(map(lines, chapter.counted)) > MEDIAN_LINES:
        yield f"the median code cell has {median(map(lines, chapter.counted))} lines, at most {MEDIAN_LINES} are allowed"


def cells_are_counted(chapter):
    low, high = CODE_CELLS
    if not low <= len(chapter.counted) <= high:
        yield f"{len(chapter.counted)} code cells, {low} to {high} are allowed"


def plots_in_one_call(chapter):
    for cell in chapter.code:
        nodes = list(ast.walk(tree(cell)))
        calls = [ast.unparse(n.func) for n in nodes if isinstance(n, ast.Call)]
        drawing = [c for c in calls if c.split(".")[0] in PLOTTERS and c != "plt.show"]
        drawing += [c for c in calls if re.search(r"\.(plot|imshow|scatter|hist|bar|subplots|savefig)$", c)
                    and not c.startswith("figures.")]
        if drawing:
            yield f"{first_line(cell)} draws by itself ({drawing[0]}): figures/ does that"
        if sum(c.startswith("figures.") for c in calls) > 1:
            yield f"{first_line(cell)} calls figures/ more than once"
    for cell in chapter.code:
        if cell.source.rstrip().endswith(";"):
            yield f"{first_line(cell)} ends in a semicolon; end plots with plt.show()"


def defines_nothing_twice(chapter, known=None):
    known = package_definitions() if known is None else known
    for cell in chapter.code:
        for node in ast.walk(tree(cell)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in known:
                yield f"{node.name} is defined here, and in the package"


# --- its figures, its numbers, its length ---------------------------------------------------


def figure_settings(cell):
    """The figure's settings of a code cell, or None."""
    return cell.metadata.get("mystnb", {}).get("figure")


def figures_are_described(chapter):
    for cell in chapter.code:
        if any("image/png" in o.get("data", {}) for o in cell.outputs) or figure_settings(cell) is not None:
            settings = figure_settings(cell) or {}
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            if not settings.get("caption", "").strip():
                yield f"{first_line(cell)} shows a figure without a caption"
            if len(alt.strip()) <= ALT_CHARACTERS:
                yield f"{first_line(cell)} shows a figure whose alt text has {len(alt.strip())} characters, over {ALT_CHARACTERS} are needed"
            numbered = [t for t in tags(cell) if re.fullmatch(r"F\d\.\d+", t)]
            if numbered and settings.get("name") != numbered[0]:
                yield f"{first_line(cell)} is tagged {numbered[0]} and named {settings.get('name')}"


def figures_are_counted(chapter):
    found = [c for c in chapter.code if figure_settings(c) is not None]
    focus = sum(bool(FOCUS_FIGURES & set(tags(c))) for c in found)
    count = len(found) - max(focus - 1, 0)
    low, high = FIGURES
    if not low <= count <= high:
        yield f"{count} figures, {low} to {high} are allowed (the four steps F4.5 to F4.8 count as one)"


def numbers(chapter):
    """Every P, F, C and E number that the chapter carries, with how often."""
    found = Counter()
    for cell in chapter.code:
        found.update(t for t in tags(cell) if re.fullmatch(r"[FC]\d\.\d+", t))
    for cell in chapter.markdown:
        found.update(re.findall(r"^\((P\d\.\d+)\)=\s*$", cell.source, re.MULTILINE))
        found.update(f"E{a}.{b}" for a, b in re.findall(r"^:label: *E(\d)-(\d+)\s*$", cell.source, re.MULTILINE))
        found.update(re.findall(r"^:name: *(F\d\.\d+)\s*$", cell.source, re.MULTILINE))
    return found


def numbers_are_unique(chapter):
    for number, count in numbers(chapter).items():
        if count > 1:
            yield f"{number} is there {count} times"


def labels_have_no_dot(chapter):
    for cell in chapter.markdown:
        for label in re.findall(r"^:label: *(\S*\.\S*)\s*$", cell.source, re.MULTILINE):
            yield f"label {label}: a dot in it stops the script of the page's contents; write {label.replace('.', '-')}"


def has_its_length(chapter):
    words = chapter_prose.count_words(chapter.notebook.cells)
    low, high = WORDS
    if not low <= words <= high:
        yield f"{words} words of prose, {low} to {high} are allowed"


RULES = (
    was_run_in_order, has_its_outputs, is_quiet, is_timeless, uses_the_package, cells_are_short, cells_are_counted,
    plots_in_one_call, defines_nothing_twice, figures_are_described, figures_are_counted, numbers_are_unique, labels_have_no_dot, has_its_length,
)


COUNTS = (cells_are_counted, figures_are_counted, has_its_length)


def rules_for(name):
    """The rules by which the page of that name is judged: an appendix by all that count nothing."""
    return RULES if name[0].isdigit() else tuple(rule for rule in RULES if rule not in COUNTS)


def problems(chapter):
    """All complaints of all its rules."""
    return [complaint for rule in rules_for(chapter.name) for complaint in rule(chapter)]
