"""The chapters that are published: each keeps every rule of the house, and each is in the book."""

from pathlib import Path

import chapter_rules as rules
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def pages(part):
    """All pages that a part of ``_toc.yml`` names, in reading order."""
    for entry in part:
        yield entry["file"]
        yield from pages(entry.get("sections", []))


def contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    return [toc["root"], *(page for part in toc["parts"] for page in pages(part["chapters"]))]


@pytest.mark.parametrize("path, rule", [
    pytest.param(path, rule, id=f"{path.stem}-{rule.__name__}") for path in CHAPTERS for rule in rules.rules_for(path.stem)
])
def test_chapter_keeps_the_rule(path, rule):
    assert list(rule(rules.load(path))) == []


def test_the_five_chapters_are_here():
    assert {path.stem[0] for path in CHAPTERS if path.stem[0].isdigit()} == set("12345")


def test_every_notebook_is_in_the_contents_once():
    listed = [page for page in contents() if page.startswith("chapters/") and not (ROOT / f"{page}.md").exists()]
    assert sorted(listed) == [f"chapters/{path.stem}" for path in CHAPTERS]


def test_every_page_of_the_contents_exists():
    missing = [p for p in contents() if not any((ROOT / f"{p}{ending}").exists() for ending in (".ipynb", ".md"))]
    assert missing == []


def test_every_written_page_is_in_the_contents():
    written = [path for folder in ("chapters", "api") for path in (ROOT / folder).glob("*.md")]
    assert {path.relative_to(ROOT).with_suffix("").as_posix() for path in written} <= set(contents())
