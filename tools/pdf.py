"""The whole book as one PDF, printed by a headless browser from the built HTML.

    make pdf        writes _build/understanding-lstm-networks.pdf

All pages become one document, in the order of the contents: a cover, a list of contents, then each page on a sheet of
its own. Links between pages lead to places in the document. What is folded on the web is open on paper, apart from the
code of figures, which is left out; what moves shows one whole step.
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup

import headless
import imprint

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "understanding-lstm-networks.pdf"
ADDRESS = "http://book.invalid"
ON_SCREEN_ONLY = "a.headerlink, .viewcode-link, details.above-input, script[src], button.copybtn"
STYLES = ("pygments.css", "styles/theme.css", "styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css",
          "sphinx-design.min.css", "course.css")
PRINT = (Path(__file__).with_name("pdf.css")).read_text("utf8")


def contents(toc):
    """[(depth, docname)] in reading order, from the parsed ``_toc.yml``: parts and chapters at depth 0."""
    def below(entries, depth):
        for entry in entries:
            yield depth, entry["file"]
            yield from below(entry.get("sections", ()), depth + 1)

    return [(0, toc["root"]), *(page for part in toc["parts"] for page in below(part["chapters"], 0))]


def place(docname, anchor=""):
    """The id, in the one document, of a page or of an anchor on it."""
    return "page-" + docname.replace("/", "-") + (f"--{anchor}" if anchor else "")


def target(docname, address, docnames):
    """Where a link of page ``docname`` leads in the document: "#id", an address on the web, or None for what is not printed."""
    parts = urlsplit(address)
    if parts.scheme:
        return address
    path = (Path("/", docname).parent / unquote(parts.path)).as_posix() if parts.path else f"/{docname}.html"
    found = re.sub(r"[^/]+/\.\./", "", path).lstrip("/").removesuffix(".html")
    return "#" + place(found, unquote(parts.fragment)) if found in docnames else None


def article(docname, docnames, html=HTML):
    """The text of a built page as it goes into the document, and its title."""
    page = BeautifulSoup((html / f"{docname}.html").read_text("utf8"), "html.parser").find("article")
    for node in page.select(ON_SCREEN_ONLY):
        node.decompose()
    for node in page.find_all("details"):
        node["open"] = ""
    for node in page.find_all(id=True):
        if not node.find_parent(class_="motion"):
            node["id"] = place(docname, node["id"])
    for link in page.find_all("a", href=True):
        leads = target(docname, link["href"], docnames)
        if leads:
            link["href"] = leads
        else:
            link.unwrap()
    for picture in page.find_all("img"):
        if not picture["src"].startswith("data:"):
            picture["src"] = f"{ADDRESS}/{picture['src'].replace('../', '')}"
        picture["loading"] = "eager"
    title = page.find("h1").get_text().strip()
    page.name, page["id"], page["class"] = "section", place(docname), ["sheet"]
    return str(page), title


def cover(cff, logo):
    """The first sheet."""
    return (f'<section class="cover"><img src="{ADDRESS}/_static/{logo}" alt=""><h1>{cff["title"]}</h1>'
            f'<p>{imprint.names(cff)}</p><p>Version {cff["version"]}</p>'
            "<p>Text and figures CC BY 4.0, code MIT</p></section>")


def document(html=HTML, pages=None):
    """The whole book, or those of its ``pages`` (as ``contents`` lists them), as one page of HTML."""
    pages = pages or contents(yaml.safe_load((ROOT / "_toc.yml").read_text("utf8")))
    docnames = {docname for _, docname in pages}
    articles = [article(docname, docnames, html) for _, docname in pages]
    rows = [f'<li class="depth-{depth}"><a href="#{place(docname)}">{title}</a></li>'
            for (depth, docname), (_, title) in zip(pages, articles)]
    styles = "".join(f'<link rel="stylesheet" href="{ADDRESS}/_static/{name}">' for name in STYLES)
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    return f"""<!doctype html><html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">
<title>{cff["title"]}</title>{styles}<style>{PRINT}</style>
<script>window.MathJax = {{options: {{processHtmlClass: "math", ignoreHtmlClass: "book"}}}}</script>
<script defer src="{ADDRESS}/_static/mathjax/tex-chtml.js"></script></head><body>{cover(cff, "logo.svg")}
<section class="sheet contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></section>
<main class="bd-main"><div class="bd-content"><div class="bd-article-container bd-article book">
{"".join(text for text, _ in articles)}</div></div></main></body></html>"""


def opened(chromium, html=HTML, pages=None):
    """The document in a tab of a browser, drawn and ready to print.

    Raises FileNotFoundError where the book is not built, and RuntimeError where something the document needs is
    missing or an equation cannot be drawn.
    """
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"{html} holds no book: run make book first")
    page, missing = chromium.new_page(), []
    page.route("**/*", headless.answer_from(html, {"book.html": document(html, pages)}))
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: missing.append(str(error)))
    page.goto(f"{ADDRESS}/book.html", wait_until="load", timeout=120_000)
    page.evaluate("MathJax.startup.promise")
    page.wait_for_load_state("networkidle")
    failed = page.evaluate("document.querySelectorAll('mjx-merror').length")
    if missing or failed:
        raise RuntimeError(f"{failed} equations cannot be drawn; missing: {missing}")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    return page


def main():
    try:
        with headless.launched() as chromium:
            opened(chromium).pdf(path=OUT, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    except FileNotFoundError as error:
        sys.exit(f"make pdf: {error}")
    print(f"The book as PDF, {OUT.stat().st_size / 1e6:.1f} MB: {OUT}")


if __name__ == "__main__":
    main()
