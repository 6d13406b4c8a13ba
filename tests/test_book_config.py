"""The book's settings: what is pinned, what is cited, and what the reference lists."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import book_extension
import pytest
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_NUMBER = {  # no DOI and no arXiv number was ever given to these; they have an address or a report's name
    "hochreiter1991": "school", "robinson1987": "number", "glorot2010": "url", "jozefowicz2015": "url",
    "olah2015": "url", "chen2017": "url",
}
BIBLIOGRAPHY = parse_file(ROOT / "references.bib").entries


def pins(name):
    lines = (ROOT / name).read_text("utf8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-e"))]


def canonical(requirement):
    return re.sub(r"[-_.]+", "-", re.split(r"[=<>!\[; ]", requirement)[0]).lower()


def test_everything_is_pinned_exactly_and_once():
    everything = pins("requirements.txt") + pins("constraints.txt")
    assert [line for line in everything if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    names = [canonical(line) for line in everything]
    assert sorted(names) == sorted(set(names))


def test_this_environment_is_the_pinned_one():
    found = {line: version(canonical(line)).split("+")[0] for line in pins("requirements.txt")}
    assert {line: have for line, have in found.items() if line.split("==")[1] != have} == {}


def test_the_package_installs_light_and_its_tests_are_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    assert {canonical(line) for line in project["dependencies"]} == {"numpy"}
    pinned = {canonical(line) for line in pins("requirements.txt") + pins("constraints.txt")}
    assert {canonical(line) for line in project["optional-dependencies"]["test"]} <= pinned


def test_no_script_of_ours_loads_on_every_page():
    assert list((ROOT / "_static").rglob("*.js")) == []


@pytest.mark.parametrize("key", sorted(BIBLIOGRAPHY))
def test_every_work_can_be_found(key):
    fields = BIBLIOGRAPHY[key].fields
    if key in WITHOUT_NUMBER:
        assert "doi" not in fields and "eprint" not in fields and fields[WITHOUT_NUMBER[key]]
    else:
        assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "")) or re.fullmatch(r"\d{4}\.\d{4,5}", fields.get("eprint", ""))
    assert key.startswith(re.match(r"[a-z]+", key)[0]) and fields["year"] in key


def test_every_module_has_its_place_in_the_reference():
    modules = book_extension.all_modules()
    pages = (page.read_text("utf8") for page in (ROOT / "api").glob("*.md"))
    fences = "\n".join(fence for page in pages for fence in book_extension.FENCE.findall(page))
    listed = book_extension.expand(fences, modules)
    assert set(modules) - set(listed) == set(), "name these in a {modules} fence under api/"
    assert sorted(listed) == sorted(set(listed))


def steps(workflow):
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


def test_the_workflow_runs_commands_that_there_are():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text("utf8"))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))
    made = [run.split()[1] for run in steps(workflow) if run.startswith("make ")]
    assert {"test", "test-browser", "pdf"} == set(made) <= targets
    assert (ROOT / "tools" / "pdf.py").read_text("utf8").count("understanding-lstm-networks.pdf") == 2
    assert any("understanding-lstm-networks.pdf" in run for run in steps(workflow))


def test_the_workflow_covers_what_the_package_promises():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text("utf8"))
    jobs = workflow["jobs"]
    lowest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["requires-python"].removeprefix(">=")
    for name in ("linux", "elsewhere"):
        assert jobs[name]["strategy"]["matrix"]["python"] == [lowest, "3.12", "3.13"]
    assert jobs["elsewhere"]["continue-on-error"] and "elsewhere" not in jobs["publish"]["needs"]
