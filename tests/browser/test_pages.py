"""Every page in a real browser: silent, self-contained, readable on a phone and on a desk, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_chapters import contents

WIDTHS = (360, 390, 1440)
THEMES = ("light", "dark")
# What the theme and docutils write themselves, and no page of ours can mend: the sidebar's unnamed toggles
# and its logo, and the roles that docutils gives to a bibliography.
THEME_PARTS = {"exclude": [[".bd-sidebar-primary"]]}
DOCUTILS_RULES = {"aria-deprecated-role", "aria-allowed-role", "aria-required-children"}

SHEET = {"width": 660, "height": 970}  # A4 without its margins, in CSS pixels
# What sticks out of a sheet, scrolls on it, is longer than it, or may be torn apart.
CUT = """height => [...document.querySelectorAll('article figure, article img, article svg, article table, article pre, article mjx-container')]
    .filter(node => node.checkVisibility() && !node.closest('.visually-hidden'))
    .filter(node => {
        const box = node.getBoundingClientRect(), page = node.closest('article').getBoundingClientRect()
        const scrolls = getComputedStyle(node).overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1
        return box.right > page.right + 2 || scrolls || (node.matches('figure, img') && box.height > height)
            || (node.matches('figure') && getComputedStyle(node).breakInside !== 'avoid')
    })
    .map(node => `${node.tagName}.${node.className} in ${node.closest('[id]').id}`)"""


@pytest.fixture(params=[pytest.param(page, marks=pytest.mark.xdist_group(page)) for page in contents()], scope="module")
def visit(request, site, chromium):
    """A page opened once, for all its tests in one process: (page, requests that left the machine, console messages of errors)."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page, away, errors = context.new_page(), [], []
    page.on("request", lambda r: away.append(r.url) if not r.url.startswith((site, "data:", "blob:")) else None)
    page.on("requestfailed", lambda r: errors.append(f"failed: {r.url}"))
    page.on("response", lambda r: errors.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(f"{site}/{request.param}.html", wait_until="load")
    page.wait_for_function("!window.MathJax || (MathJax.startup && MathJax.startup.promise.then(() => true))")
    page.wait_for_load_state("networkidle")
    yield page, away, errors
    context.close()


def show(page, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; document.documentElement.dataset.mode = theme }", theme)
    page.wait_for_timeout(60)


def test_nothing_leaves_the_machine_and_the_console_is_silent(visit):
    _, away, errors = visit
    assert away == []
    assert errors == []


def test_equations_are_drawn(visit):
    page = visit[0]
    wanted, drawn, failed = page.evaluate("""() => {
        const count = selector => document.querySelectorAll(selector).length
        return [count('article .math:not(.math .math)'), count('article .math mjx-container'), count('mjx-merror, .MathJax_Error')]
    }""")
    assert (drawn, failed) == (wanted, 0)


def test_the_page_never_scrolls_sideways(visit):
    page = visit[0]
    for width in WIDTHS:
        for theme in THEMES:
            show(page, width, theme)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (width, theme, widest(page))
            assert page.evaluate("document.body.scrollWidth - document.documentElement.clientWidth") <= 0, (width, theme, widest(page))


def widest(page):
    """What sticks out on the right and stands in no box of its own: for the message of a failing test."""
    return page.evaluate("""() => [...document.querySelectorAll('body *')].filter(n =>
        n.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 8)
        .map(n => `${n.tagName}.${n.className} ${Math.round(n.getBoundingClientRect().right)}`)""")


def test_figures_stand_on_the_page_itself_in_the_dark(visit):
    page = visit[0]
    show(page, 1440, "dark")
    wrong = page.evaluate("""() => [...document.querySelectorAll('article img')].filter(image => {
        const style = getComputedStyle(image), kept = image.classList.contains('keep-colours');
        const card = style.backgroundColor !== 'rgba(0, 0, 0, 0)', turned = style.filter.includes('invert');
        return card !== kept || turned === kept;    // colours that stay have dark labels, which need a card
    }).map(image => image.alt)""")
    assert wrong == []


def test_every_picture_has_loaded(visit):
    page = visit[0]
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("[...document.querySelectorAll('article img')].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)") == []


def test_a_printed_page_cuts_nothing(visit):
    page = visit[0]
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found = page.evaluate(CUT, SHEET["height"])
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_timeout(500)      # the theme looks again at what scrolls, a third of a second after a change of width
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(visit, theme):
    page = visit[0]
    show(page, 1440, theme)
    found = Axe().run(page, context=THEME_PARTS).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found if v["id"] not in DOCUTILS_RULES] == []


def test_search_works_without_a_network(site, chromium):
    page = chromium.new_page()
    away = []
    page.on("request", lambda r: away.append(r.url) if not r.url.startswith(site) else None)
    page.goto(f"{site}/search.html?q=notation", wait_until="networkidle")
    page.wait_for_selector("#search-results li")
    assert away == []
    page.close()
