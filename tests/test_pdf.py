"""The book as PDF: order, places and links. What the sheets look like is for a browser, in tests/browser/test_print.py."""

import headless
import pdf
import pytest
import yaml
from test_chapters import contents

DOCNAMES = {"index", "chapters/1_a", "chapters/2_b", "api/index"}
PAGE = """<html><body><nav>left out</nav><article><section id="a"><h1>A page</h1><a class="headerlink" href="#a">#</a>
<p id="P1.1"><a href="2_b.html#x">near</a> <a href="../api/index.html">far</a> <a href="../_sources/a.ipynb">unprinted</a></p>
<details class="above-input"><pre>figure(…)</pre></details><details><summary>Hint</summary>Think.</details>
<div class="motion" data-motion="1"><i id="own">kept</i></div><img src="../_images/f.png"></section></article></body></html>"""


def test_the_pages_come_in_the_order_of_the_contents():
    toc = yaml.safe_load((pdf.ROOT / "_toc.yml").read_text("utf8"))
    assert [docname for _, docname in pdf.contents(toc)] == contents()
    assert {depth for depth, _ in pdf.contents(toc)} == {0, 1}


@pytest.mark.parametrize("address, leads", [
    ("#P1.1", "#page-chapters-1_a--P1.1"), ("2_b.html", "#page-chapters-2_b"), ("2_b.html#x", "#page-chapters-2_b--x"),
    ("../index.html", "#page-index"), ("../api/index.html#n", "#page-api-index--n"),
    ("https://a.example/b", "https://a.example/b"), ("../_modules/m.html", None), ("../genindex.html", None),
])
def test_links_lead_to_places_in_the_document(address, leads):
    assert pdf.target("chapters/1_a", address, DOCNAMES) == leads


def test_a_page_goes_in_opened_and_without_what_is_for_the_screen(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "1_a.html").write_text(PAGE, "utf8")
    text, title = pdf.article("chapters/1_a", DOCNAMES, tmp_path)
    assert title == "A page"
    assert not any(word in text for word in ("left out", "headerlink", "figure(", "_sources"))
    assert all(word in text for word in ("unprinted", 'id="own"', 'id="page-chapters-1_a--P1.1"', '<details open="">', "/_images/f.png"))


def test_without_a_browser_one_hears_what_to_install():
    with pytest.raises(FileNotFoundError, match="apt-get install chromium"):
        headless.path(which=lambda name: None)
    assert headless.path(which={"google-chrome": "/x"}.get) == "/x"


def test_without_a_book_one_hears_what_to_make(tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        pdf.opened(None, tmp_path)
