"""The moving figures in a real browser, from a file: still until asked, driven by mouse and keyboard, twice in one page."""

import numpy as np
import pytest

from axe_playwright_python.sync_playwright import Axe
from lstm_course import cells
from lstm_course.figures import explorer, motion
from lstm_course.recurrence import unroll

WORDS = "the girl near the keys smiles and she".split()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    cell, rng = cells.LSTM(5, 6), np.random.default_rng(0)
    run = unroll(cell, cell.init(rng), 3 * rng.normal(size=(8, 1, 5)))
    made = motion.step(run, words=WORDS), motion.belt(run, words=WORDS), explorer.gates()
    body = "<hr>".join(one._repr_html_() for one in made)
    path = tmp_path_factory.mktemp("motion") / "page.html"
    head = '<meta charset="utf8"><meta name="viewport" content="width=device-width"><title>Motion</title>'
    path.write_text(f'<!doctype html><html lang="en" data-theme="light">{head}<body><main>{body}</main></body></html>', "utf8")
    return path.as_uri()


@pytest.fixture(params=[360, 1200])
def page(request, file, chromium):
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, reduced_motion="reduce")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text))
    page.goto(file)
    yield page
    assert errors == []
    context.close()


def said(page):
    return page.locator(".says").all_inner_texts()


def test_it_waits_then_goes_by_button_and_key_and_each_by_itself(page):
    start = said(page)
    page.wait_for_timeout(2200)
    assert said(page) == start and start[0].startswith("Step 1, “the”. What is there")
    page.locator(".forth").first.click()
    assert "Forget" in said(page)[0] and said(page)[1] == start[1]
    page.locator("input").first.focus()
    page.keyboard.press("ArrowRight")
    assert "Input and candidate" in said(page)[0]
    page.keyboard.press("End")
    assert said(page)[0].startswith("Step 8, “she”. Output")
    page.locator(".back").first.press("Enter")
    assert "Update" in said(page)[0]
    assert page.locator("[data-value=c]").first.inner_html() in said(page)[0]


def test_keys_stay_in_the_picture_and_do_not_move_between_jupyter_s_cells(page):
    page.evaluate("window.heard = []; document.addEventListener('keydown', event => heard.push(event.key))")
    page.locator("input").first.press("ArrowRight")
    assert page.evaluate("heard") == [] and "Forget" in said(page)[0]


def test_play_runs_and_pauses(page):
    play = page.locator(".play").nth(1)
    play.press("Space")
    assert play.inner_text() == "Pause" and "multiplied" in said(page)[1]
    page.wait_for_timeout(2000)
    assert "Written" in said(page)[1]
    play.click()
    page.wait_for_timeout(2000)
    assert play.inner_text() == "Play" and "Written" in said(page)[1]


def test_the_explorer_answers_to_keys(page):
    root = page.locator(".explorer")
    assert "= 0.245" in root.locator(".equation").first.inner_text()
    root.locator("[data-input=a_f]").press("End")
    assert root.locator("[data-value=f]").inner_html() == "0.998"
    root.locator("[data-input=a_f]").press("Home")
    assert root.locator("[data-value=f]").inner_html() == "0.002" and "0.002 · 0.900" in root.locator(".equation").first.inner_text()


def test_it_fits_a_phone_and_axe_finds_nothing_in_both_themes(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for theme, ground in (("light", "#ffffff"), ("dark", "#14181e")):
        page.evaluate("([t, g]) => { document.documentElement.dataset.theme = t; document.body.style.background = g }", [theme, ground])
        found = Axe().run(page, options={"rules": {"page-has-heading-one": {"enabled": False}}}).response["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]][:2]) for v in found] == []


def test_print_shows_a_whole_step_without_buttons(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(".controls").first.is_visible()
    assert all(page.locator("[data-value]").all_text_contents())
