"""Each page ends with a quiz: three to five questions, an answer to open for each guess, one of them right."""

import re
from pathlib import Path

import nbformat
import pytest

CHAPTERS = sorted((Path(__file__).resolve().parents[1] / "chapters").glob("[1-5]_*.ipynb"))
QUESTION = re.compile(r"^\*\*(\d+)\. (.+?)\*\*", re.MULTILINE)
ANSWER = re.compile(r"^(`{3,}|:{3,})\{dropdown\} ([^\n]+)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)


def quiz(markdown):
    """[(question, [(answer, feedback)])] of a page's text; empty where it has no section "Quiz"."""
    section = re.search(r"^## Quiz\s*$(.*?)(?=^## |\Z)", markdown, re.MULTILINE | re.DOTALL)
    parts = QUESTION.split(section[1])[1:] if section else []
    return [(parts[k + 1], [(a, f.strip()) for _, a, f in ANSWER.findall(parts[k + 2])]) for k in range(0, len(parts), 3)]


def faults(markdown):
    """What is wrong with a page's quiz."""
    questions = quiz(markdown)
    if not 3 <= len(questions) <= 5:
        yield f"{len(questions)} questions, 3 to 5 are expected under the heading Quiz"
    for question, answers in questions:
        verdicts = [re.match(r"\*\*(Yes|No)\.\*\*", feedback) for _, feedback in answers]
        if len(answers) < 3:
            yield f"{question}: {len(answers)} answers, at least 3 are expected"
        if not all(verdicts):
            yield f"{question}: each feedback begins with **Yes.** or **No.**"
        elif sum(v[1] == "Yes" for v in verdicts) != 1:
            yield f"{question}: one answer is right, and one only"
        if any(len(feedback.split()) < 8 for _, feedback in answers):
            yield f"{question}: a feedback says why, in 8 words or more"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_page_has_its_quiz(path):
    cells = nbformat.read(path, as_version=4).cells
    assert list(faults("\n\n".join(c.source for c in cells if c.cell_type == "markdown"))) == []


def page(*questions):
    return "# A page\n\n## Quiz\n\n" + "\n\n".join(questions) + "\n\n## Exercises\n"


def question(k, *feedback):
    drops = (f"```{{dropdown}} Guess {i}\n{words}\n```" for i, words in enumerate(feedback))
    return f"**{k}. Why?**\n\n" + "\n\n".join(drops)


YES, NO = "**Yes.** That is so, and here is the reason for it.", "**No.** That is not so, and here is why not."
GOOD = [question(k, YES, NO, NO) for k in (1, 2, 3)]


@pytest.mark.parametrize("markdown, fault", [
    (page(*GOOD), None),
    (page(*GOOD[:2]), "2 questions"),
    ("# No quiz\n", "0 questions"),
    (page(*GOOD[:2], question(3, YES, NO)), "2 answers"),
    (page(*GOOD[:2], question(3, YES, YES, NO)), "one answer is right"),
    (page(*GOOD[:2], question(3, NO, NO, NO)), "one answer is right"),
    (page(*GOOD[:2], question(3, YES, NO, "Hm, perhaps, but then again perhaps not at all.")), "begins with"),
    (page(*GOOD[:2], question(3, YES, NO, "**No.** Wrong.")), "says why"),
])
def test_faults_are_found(markdown, fault):
    found = list(faults(markdown))
    assert found == [] if fault is None else fault in found[0]
