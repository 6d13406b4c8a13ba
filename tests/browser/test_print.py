"""The book as one document to print: every page, links that lead somewhere, equations drawn, nothing folded."""

import pdf
import pytest

SHEET = {"width": 660, "height": 970}  # A4 without its margins, in CSS pixels
PAGES = [(0, "index"), (0, "chapters/4_lstm"), (0, "chapters/glossary")]


@pytest.fixture(scope="module")
def printed(chromium):
    """Three pages of the book as the document that ``make pdf`` prints."""
    page = pdf.opened(chromium, pages=PAGES)
    page.set_viewport_size(SHEET)
    yield page
    page.close()


def test_the_document_has_every_page_with_its_title(printed):
    titles = [title.strip() for title in printed.locator(".sheet h1").all_inner_texts()]
    assert titles == ["Contents", "Understanding LSTM Networks", "The LSTM, step by step", "Glossary"]
    assert all(printed.locator(".sheet h1").evaluate_all("nodes => nodes.map(node => node.checkVisibility())"))


def test_its_links_lead_to_places_in_it(printed):
    lost = printed.evaluate("""() => [...document.querySelectorAll('a[href^="#"]')].map(a => decodeURIComponent(a.hash.slice(1)))
        .filter(id => !document.getElementById(id))""")
    assert lost == []


def test_its_equations_are_drawn_and_its_solutions_open(printed):
    drawn, wanted, closed = printed.evaluate("""() => ['.math mjx-container', '.math:not(.math .math)', 'details:not([open])']
        .map(selector => document.querySelectorAll(selector).length)""")
    assert drawn == wanted > 100 and closed == 0


def test_what_moves_is_a_still_frame_without_handles(printed):
    assert printed.locator(".motion").count() >= 2
    assert not any(printed.locator(".motion .controls, .motion input, .motion button").evaluate_all("ns => ns.map(n => n.checkVisibility())"))
    assert printed.locator(".motion svg").first.is_visible()


def test_it_becomes_a_pdf_with_a_cover(printed):
    data = printed.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    assert data.startswith(b"%PDF-") and len(data) > 300_000
    assert printed.locator(".cover h1").inner_text().replace("\n", " ") == "Understanding LSTM Networks"
