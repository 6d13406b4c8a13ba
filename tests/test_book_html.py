"""The built book: warnings are errors, every page is there, and nothing is loaded from elsewhere."""

import copy
import functools
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from test_chapters import contents

ROOT = Path(__file__).resolve().parents[1]
PAGE_BYTES = 1_500_000  # with all that it loads, but for the mathematics: MathJax and its fonts
BUILD_ENV = {"PYTHONWARNINGS": "default", "PYTHONPROFILEIMPORTTIME": "1"}
HEAVY = {"torch._C", "scipy._lib", "sklearn.base", "matplotlib.cbook", "pandas._libs", "statsmodels.base"}  # parts that no mock has
LOADS = [("script", "src"), ("img", "src"), ("source", "src"), ("source", "srcset"), ("iframe", "src"), ("video", "src"),
         ("audio", "src"), ("embed", "src"), ("object", "data"), ("link", "href")]
NAVIGATION = {"next", "prev", "index", "search", "canonical", "author", "license", "copyright"}


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """A fresh build, made as ``make book`` makes it: the folder of pages, and the names of the modules it imported."""
    out = tmp_path_factory.mktemp("book")
    options = ["--all", "-W", "-n", "--keep-going", "--path-output", str(out)]
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(ROOT), *options]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **BUILD_ENV})
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("import time:")]
    complaints = [line for line in said if re.search(r"WARNING|ERROR|Error", line)]
    assert done.returncode == 0, "\n".join(complaints or said[-20:])
    return out / "_build" / "html", set(re.findall(r"^import time:.*\| +(\S+)$", done.stderr, re.MULTILINE))


@pytest.fixture(scope="module")
def html(build):
    """The folder of pages."""
    return build[0]


@functools.cache
def soup(path):
    return BeautifulSoup(path.read_text("utf8"), "html.parser")


def loaded(page):
    """Addresses that a browser fetches on its own to show the page: scripts, styles, pictures, frames."""
    for tag, attribute in LOADS:
        for node in page.find_all(tag):
            if node.get(attribute) and not (tag == "link" and NAVIGATION & set(node.get("rel", []))):
                yield node[attribute]
    for style in page.find_all("style"):
        yield from fetched_by_css(style.get_text())


def fetched_by_css(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    yield from (a or b for a, b in re.findall(r"""@import\s+["']([^"']+)|url\(\s*["']?([^"')]+)""", text))


def is_remote(address):
    return address.startswith("//") or urlsplit(address).scheme in {"http", "https", "ws", "wss", "ftp"}


@pytest.mark.parametrize("markup, remote", [
    ('<script src="https://a.example/b.js"></script>', True), ('<script src="b.js"></script>', False),
    ('<link rel="stylesheet" href="//a.example/b.css">', True), ('<link rel="preconnect" href="https://a.example">', True),
    ('<link rel="canonical" href="https://a.example">', False), ('<a href="https://a.example">text</a>', False),
    ('<img src="http://a.example/p.png">', True), ('<img src="data:image/png;base64,AAAA">', False),
    ("<style>@import 'https://a.example/f.css';</style>", True), ("<style>a { b: url(https://a.example/f.woff) }</style>", True),
    ("<style>/* url(https://a.example) */ a { b: url(f.woff) }</style>", False),
])
def test_remote_loads_are_recognised(markup, remote):
    assert any(map(is_remote, loaded(BeautifulSoup(markup, "html.parser")))) is remote


def test_the_build_imports_nothing_heavy(build):
    imported = build[1]
    assert "sphinx" in imported and HEAVY & imported == set()


def test_every_page_of_the_contents_is_built(html):
    assert [page for page in contents() if not (html / f"{page}.html").is_file()] == []


def test_no_page_or_style_loads_anything_from_elsewhere(html):
    remote = {f"{path.name}: {address}" for path in html.rglob("*.html") for address in loaded(soup(path)) if is_remote(address)}
    for path in html.rglob("*.css"):
        remote |= {f"{path.name}: {a}" for a in fetched_by_css(path.read_text("utf8")) if is_remote(a)}
    assert remote == set()


def test_links_and_anchors_inside_the_book_lead_somewhere(html):
    pages = {path.resolve(): soup(path) for path in html.rglob("*.html") if "_static" not in path.parts}
    anchors = {path: {node.get("id") or node.get("name") for node in page.find_all(lambda n: n.get("id") or n.get("name"))}
               for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for link in page.find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme or not (parts.path or parts.fragment):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or (parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target]):
                broken.append(f"{path.name}: {link['href']}")
    assert broken == []


def test_names_in_the_chapters_code_lead_to_the_reference(html):
    for page in contents():
        if (ROOT / f"{page}.ipynb").is_file():
            links = [link["href"] for link in soup(html / f"{page}.html").select("article pre a.sphinx-codeautolink-a")]
            assert len(links) >= 3 and all(link.startswith("../api/") for link in links), page


def test_the_reference_shows_our_signatures_and_not_those_of_mocks(html):
    pages = [soup(html / f"{page}.html") for page in contents() if page.startswith("api/")]
    signatures = [dt.get_text() for page in pages for dt in page.select("dt.sig")]
    assert any("LSTM(input_size, hidden_size" in text for text in signatures)
    assert [text for text in signatures if "*args: Any" in text] == []


def test_every_picture_is_described(html):
    for page in contents():
        for picture in soup(html / f"{page}.html").find("article").find_all("img"):
            assert len(picture.get("alt", "")) > 40 and picture["alt"] != picture["src"], (page, picture["src"])


def test_pages_are_light(html):
    heavy = {}
    for page in contents():
        path = html / f"{page}.html"
        files = {(path.parent / unquote(urlsplit(address).path)).resolve() for address in loaded(soup(path)) if not address.startswith("data:")}
        size = path.stat().st_size + sum(file.stat().st_size for file in files if "mathjax" not in file.parts)
        if size > PAGE_BYTES:
            heavy[page] = size
    assert heavy == {}


def numbers(nodes, pattern):
    """The numbers, as tuples, in the texts of ``nodes``: "Figure 3" is (3,), "Exercise 4.2" is (4, 2)."""
    return [tuple(map(int, re.search(pattern, node.get_text())[1].split("."))) for node in nodes]


def test_figures_and_equations_are_numbered_in_reading_order(html):
    for selector, pattern in (("figure .caption-number", r"Figure ([\d.]+)"), (".math-wrapper .eqno, div.math .eqno", r"\((\d+)\)")):
        found = [number for page in contents() for number in numbers(soup(html / f"{page}.html").select(f"article {selector}"), pattern)]
        assert len(found) > 20 and found == [(k,) for k in range(1, len(found) + 1)], selector


def test_exercises_are_numbered_as_the_learner_checks_them(html):
    seen = []
    for page in contents():
        for exercise in soup(html / f"{page}.html").select("article div.exercise"):
            [number] = numbers(exercise.select(".admonition-title .caption-number"), r"Exercise ([\d.]+)")
            if label := re.fullmatch(r"E(\d+)-(\d+)", exercise["id"]):
                assert number == tuple(map(int, label.groups())) and page.startswith(f"chapters/{number[0]}_"), (page, exercise["id"])
            for call in re.findall(r'check\("([\d.]+)"', exercise.get_text()):
                assert tuple(map(int, call.split("."))) == number, (page, exercise["id"])
            seen.append(number)
    assert len(seen) > 20 and len(set(seen)) == len(seen)


def test_references_name_the_number_of_what_they_lead_to(html):
    wrong, count = [], 0
    for page in contents():
        path = html / f"{page}.html"
        for link in soup(path).select("article a.reference.internal[href*='#']"):
            said = re.fullmatch(r"(Figure|Exercise) ([\d.]+).*|\((\d+)\)", link.get_text().strip())
            where, anchor = link["href"].split("#")
            node = soup((path.parent / unquote(where)).resolve() if where else path).find(id=unquote(anchor)) if said else None
            caption = node and node.select_one(".caption-number, .eqno")
            if caption:
                count += 1
                if not caption.get_text().strip(" #\n¶").endswith(f"({said[3]})" if said[3] else said[2]):
                    wrong.append((page, link.get_text(), caption.get_text()))
    assert wrong == [] and count > 40


def test_claims_stand_on_the_pages_of_their_chapter_in_order(html):
    for page in contents():
        printed = re.findall(r"✓ C(\d)\.(\d+)([a-z]?) ", soup(html / f"{page}.html").find("article").get_text())
        if page != "chapters/ledger" and page != "index":
            own = page.removeprefix("chapters/")[0]
            if own.isdigit():  # an appendix page has no number of its own
                assert {chapter for chapter, *_ in printed} <= {own}, page
            for number in {number for _, number, _ in printed}:
                letters = [letter for _, other, letter in printed if other == number]
                assert letters == sorted(letters), (page, number, letters)


def test_each_chapter_can_be_taken_along_as_a_notebook(html):
    for page in contents():
        source = ROOT / f"{page}.ipynb"
        if source.is_file():
            path = html / f"{page}.html"
            buttons = [link["href"] for link in soup(path).select(".article-header-buttons a[href$='.ipynb']")]
            assert len(buttons) == 1 and (path.parent / unquote(buttons[0])).read_bytes() == source.read_bytes(), page


def test_pages_tell_what_they_are(html):
    for page in contents():
        document = soup(html / f"{page}.html")
        assert document.html["lang"].startswith("en")
        assert document.find("meta", attrs={"name": "description"})["content"]
        assert document.find("link", rel="icon")
        assert len(document.find("article").find_all("h1")) == 1, page


def test_nothing_was_left_unresolved(html):
    for page in contents():
        article = copy.copy(soup(html / f"{page}.html").find("article"))
        assert not article.select(".problematic, .system-message, .error"), page
        for verbatim in article.select("pre, code, .math"):
            verbatim.decompose()
        assert not re.search(r"\{(?:cite|ref|numref|glue|eq|doc)[:\w]*\}|\[\?\]|(?<!\?)\?\?(?!\?)", article.get_text()), page
