"""The pages around the chapters: what they say about the chapters is what the chapters say."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("[1-5]_*.ipynb"))
STATED = re.compile(r"(?:Reading time:|About) (\d+) minutes")
ROW = re.compile(r"^\| \[[^\]]*\]\((?:chapters/)?(\w+)\.ipynb\) \|(.*)\|$", re.MULTILINE)


def minutes(page, column):
    """{chapter: minutes} from a page's table of chapters, ``column`` counted after the link."""
    return {name: int(cells.split("|")[column]) for name, cells in ROW.findall((ROOT / page).read_text("utf8"))}


def test_the_minutes_are_the_same_everywhere():
    stated = {path.stem: int(STATED.search(path.read_text("utf8"))[1]) for path in CHAPTERS}
    assert minutes("index.md", 1) == stated
    assert minutes("chapters/instructors.md", 0) == stated


def test_the_short_courses_fill_their_time():
    text = (ROOT / "chapters" / "instructors.md").read_text("utf8")
    hour, three, six = (re.findall(r"^\| (\d+) \|", part, re.MULTILINE) for part in re.split(r"\*\*(?:Three|Six) hours", text))
    assert sum(map(int, hour)) == 60
    assert (three, six) == (list("123"), list("123456"))


@pytest.mark.parametrize("chapter", "12345")
def test_instructors_hear_of_misconceptions_in_every_chapter(chapter):
    text = (ROOT / "chapters" / "instructors.md").read_text("utf8")
    section = re.search(rf"^### Chapter {chapter}$(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)[1]
    assert len(re.findall(r"^- \*\".+\"\*", section, re.MULTILINE)) >= 3


def entries():
    text = (ROOT / "chapters" / "glossary.md").read_text("utf8")
    body = re.search(r"```\{glossary\}\n:sorted:\n(.*?)\n```", text, re.DOTALL)[1]
    return [entry.split("\n  ") for entry in body.strip().split("\n\n")]


def test_the_glossary_is_short_and_names_each_word_once():
    names = [name for name, *_ in entries()]
    assert len(names) >= 60 and len({name.lower() for name in names}) == len(names)
    for name, *sentences in entries():
        assert len(sentences) == 1 and sentences[0].endswith("."), name
        assert len(sentences[0].split()) <= 45, name
