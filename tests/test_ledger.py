"""The ledger of claims is what the executed chapters printed: nothing typed, nothing left out."""

import ast
import re
from pathlib import Path

import chapter_rules as rules
import ledger
import pytest
from lstm_course.claims import claim
from nbformat import v4
from test_chapters import CHAPTERS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def notebook(capsys):
    """A page with three claims, printed by ``claim`` itself."""
    claim("C9.1", "it [nearly] holds", True, "0.12 (0.10 to 0.14)", n="8 seeds", chance="1/8", folklore="it never does", verdict="does not hold")
    first = capsys.readouterr().out
    claim("C9.1b", "so does this", True, "exact", n="40 numbers")
    claim("C9.2", "and this", True, "3 of 8", n="8 runs", folklore="so they say", verdict="holds")
    texts = first, "nothing to see\n", capsys.readouterr().out
    return v4.new_notebook(cells=[v4.new_markdown_cell("(x)=\n# Nine"), *(v4.new_code_cell("x", outputs=[v4.new_output("stream", text=text)]) for text in texts)])


def test_claims_are_read_as_they_were_printed(notebook):
    first, second, third = ledger.claims_of(notebook, "9_page")
    assert first == ("9_page", "Nine", "C9.1", "it [nearly] holds", "0.12 (0.10 to 0.14)", "8 seeds", "1/8", "it never does", "does not hold")
    assert second == ("9_page", "Nine", "C9.1b", "so does this", "exact", "40 numbers", None, None, None)
    assert (third.folklore, third.verdict, third.chance) == ("so they say", "holds", None)


def test_numbers_and_page(notebook):
    claims = ledger.claims_of(notebook, "9_page")
    assert ledger.numbers(claims) == {"claims": 3, "folklore": 2, "disproved": 1, "conditional": 0, "confirmed": 1}
    page = ledger.page_of(claims)
    assert page.count("{ref}") == 3 and "## Nine\n" in page and r"it \[nearly\] holds" in page and "it never does → **does not hold**" in page


def test_the_ledger_follows_the_book():
    pages = list(dict.fromkeys(c.page for c in ledger.all_claims()))
    assert pages.index("3_long_term_dependencies") < pages.index("3_gradients") and pages.index("5_variants") < pages.index("5_after_the_lstm")


def claim_calls(path):
    """How many calls of ``claim`` stand in a chapter's cells, by number."""
    nodes = (n for cell in rules.load(path).code for n in ast.walk(rules.tree(cell)))
    return [n.args[0].value for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "claim"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_claim_of_a_chapter_is_in_the_ledger(path):
    listed = [c.number for c in ledger.all_claims() if c.page == path.stem]
    assert set(listed) == set(claim_calls(path)) and len(listed) >= len(claim_calls(path))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_claim_stands_in_a_cell_with_its_number(path):
    chapter = rules.load(path)
    for cell in chapter.code:
        said = set(re.findall(r"^✓ (C\S+) ", rules.printed(cell), re.MULTILINE))
        assert {number.rstrip("abcdefghijklmnopqrstuvwxyz") for number in said} <= {tag.rstrip("abcdefghijklmnopqrstuvwxyz") for tag in rules.tags(cell)}


def test_the_readme_quotes_the_number():
    quoted = re.search(r"\*\*(\d+) claims\*\*", (ROOT / "README.md").read_text("utf8"))
    assert int(quoted[1]) == ledger.numbers(ledger.all_claims())["claims"]
