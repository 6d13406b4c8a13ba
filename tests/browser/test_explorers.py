"""The explorers in a real browser, from a file: typed in, flipped, walked through by keys, read out, printed; twice in one page."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from lstm_course.figures import explorer, explorer_sentence

HEAD = '<meta charset="utf8"><meta name="viewport" content="width=device-width"><title>Explorers</title>'
GENDER = explorer_sentence.stored()[1]["unit"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    made = explorer.sentence(), explorer.sentence("the king loves"), explorer.gates(), explorer.gradients(), explorer.gradients("lstm")
    body = "<hr>".join(one._repr_html_() for one in made)
    path = tmp_path_factory.mktemp("explorers") / "page.html"
    path.write_text(f'<!doctype html><html lang="en" data-theme="light">{HEAD}<body><main>{body}</main></body></html>', "utf8")
    return path.as_uri()


@pytest.fixture(params=[360, 1440])
def page(request, file, chromium):
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, reduced_motion="reduce")
    page, errors, away = context.new_page(), [], []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text))
    page.on("dialog", lambda d: errors.append(f"dialog: {d.message}"))
    page.on("request", lambda r: away.append(r.url) if not r.url.startswith("file:") else None)
    page.goto(file)
    yield page
    assert (errors, away) == ([], [])
    context.close()


def sentences(page, k=0):
    return page.locator(".sentences").nth(k)


def odds(root):
    """{word: (probability, left alone)} as the page lists them."""
    rows = root.locator(".next tbody tr").all()
    return {row.locator("th").inner_text(): tuple(map(float, row.locator("td").all_inner_texts())) for row in rows}


def words(root):
    return root.locator(".rows button").all_inner_texts()


def test_it_reads_what_is_typed_as_python_does_and_each_by_itself(page):
    root, other = sentences(page), words(sentences(page, 1))
    text = root.locator(".text")
    text.fill("")
    assert "Write a few words" in root.locator(".message").inner_text() and not root.locator(".pair").is_visible()
    text.press_sequentially("the women see")
    assert words(root) == "the women see".split() and not root.locator(".message").is_visible()
    truth = explorer.sentence("the women see").next_words()
    for word, (now, alone) in odds(root).items():
        assert now == alone == pytest.approx(truth[word], abs=6e-4), word
    assert words(sentences(page, 1)) == other == "the king loves".split()
    root.locator(".pick").select_option("the boy sings . the girl sleeps because")
    assert text.input_value() == "the boy sings . the girl sleeps because" and len(words(root)) == 8


def test_flipping_the_gender_unit_by_key_turns_she_into_he_and_back(page):
    root = sentences(page)
    assert odds(root)["she"][0] > 0.9
    root.locator(".flip").press("Enter")
    found = odds(root)
    assert found["he"][0] > 0.5 > 0.2 > found["she"][0] and found["she"][1] > 0.9
    assert root.locator(".what").input_value() == "hold" and f"unit {GENDER} held at" in root.locator(".says").inner_text()
    assert set(root.locator(".rows td:nth-child(6)").all_inner_texts()) == {root.locator(".operate output").inner_text()}
    root.locator(".flip").press("Enter")
    assert odds(root)["she"][0] > 0.9
    root.locator(".value").press("Home")
    assert odds(root)["she"][0] < 0.1 and root.locator(".operate output").inner_text() == "−5.00"
    root.locator(".what").select_option("2")
    assert "set once, after word 3" in root.locator(".says").inner_text()
    root.locator(".free").click()
    now = odds(root)
    assert all(p == alone for p, alone in now.values())


def test_words_are_walked_by_arrow_keys_and_looked_at_by_mouse(page):
    root = sentences(page)
    root.locator(".rows button[tabindex='0']").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == "sings"
    assert root.locator(".says").inner_text().startswith("After “sings”")
    page.keyboard.press("Home")
    assert root.locator(".after").inner_text() == "the"
    page.keyboard.press("ArrowUp")
    assert root.locator(".rows [aria-pressed=true]").all_inner_texts() == ["the"]
    root.locator(".rows tr").nth(1).locator(".strip").hover()
    assert root.locator(".after").inner_text() == "the girl"
    page.mouse.move(2, 2)
    assert root.locator(".after").inner_text() == "the"
    root.locator(".rows tr").nth(3).locator(".gate").first.click()
    page.mouse.move(2, 2)
    assert root.locator(".after").inner_text() == "girl sings because"


def test_unknown_words_are_answered_and_never_become_markup(page):
    root = sentences(page)
    before = page.evaluate("document.querySelectorAll('script, img, b').length")
    root.locator(".text").fill('the girl <script>alert(1)</script> <img src=x onerror=alert(2)> <b>robot</b>')
    message = root.locator(".message")
    assert "“<script>alert(1)</scrip" in message.inner_text() and words(root) == ["the", "girl"]
    assert page.evaluate("document.querySelectorAll('script, img, b').length") == before
    root.locator(".text").fill("the gril sings")
    assert "“gril” is not among the 82 words it knows" in message.inner_text()
    page.wait_for_function("e => e.textContent.includes('gril')", arg=root.locator(".unseen").element_handle())
    message.locator("button").first.press("Enter")
    assert root.locator(".text").input_value() == "the girl sings" and not message.is_visible()
    assert page.evaluate("document.activeElement.className") == "text"
    root.locator(".text").fill("the girl sings . " * 5000)
    assert len(words(root)) == 60 and "first 60 words" in message.inner_text()


def test_the_result_is_read_out_once_typing_rests(page):
    root = sentences(page)
    root.locator(".flip").click()
    page.wait_for_function("e => e.textContent.includes('held at')", arg=root.locator(".unseen").element_handle())
    assert root.locator(".unseen").inner_text() == root.locator(".says").inner_text()


def test_the_numbers_of_all_units_stand_in_a_table(page):
    root = sentences(page)
    root.locator("summary").first.press("Enter")
    rows = root.locator(".numbers tbody tr")
    rows.first.wait_for()
    assert rows.count() == 32
    shown = rows.nth(GENDER).locator("td").all_inner_texts()
    assert shown == root.locator(".rows tr").last.locator(".gate").all_inner_texts()


@pytest.mark.parametrize("control", [".sentences .value", ".sentences .rows button", ".gradients .radius", ".explorer [data-input]"])
def test_keys_stay_in_the_explorer_and_do_not_move_between_jupyter_s_cells(page, control):
    page.evaluate("window.heard = []; document.addEventListener('keydown', event => heard.push(event.key))")
    page.locator(control).first.press("ArrowRight")
    page.locator(control).first.press("ArrowUp")
    assert page.evaluate("heard") == []


@pytest.mark.parametrize(("control", "values"), [
    (".sentences .text", ["the girl near the kings often sings because she laughs", "the boy loves his dog . the rain fell . he"]),
    (".gradients .radius", ["0", "5"]),
])  # fmt: skip
def test_it_answers_within_fifty_milliseconds(page, control, values):
    times = page.evaluate("""([control, values]) => [...values, ...values, ...values].map(value => {
        const input = document.querySelector(control), began = performance.now()
        input.value = value
        input.dispatchEvent(new Event('input', {bubbles: true}))
        document.body.getBoundingClientRect()
        return performance.now() - began })""", [control, values])
    assert min(times) < 50, times


def curve(page, k=0):
    return page.locator(".gradients .plot .median").nth(k).get_attribute("points")


def test_the_gradient_explorer_answers_to_keys_and_shows_the_stored_curves(page):
    root, other = page.locator(".gradients").first, curve(page, 1)
    assert not root.locator(".bias").is_enabled() and "half of the gradient is left" in root.locator(".says").inner_text()
    root.locator(".radius").press("End")
    one = explorer.gradients(radius=2.0)
    assert curve(page) == one.points(one.curves()[1]) and root.locator(".radius").get_attribute("aria-valuetext") == "2"
    root.locator(".strength").press("ArrowLeft")
    one = explorer.gradients(radius=2.0, strength=0.1)
    assert curve(page) == one.points(one.curves()[1])
    root.locator(".keep").press("Enter")
    assert root.locator(".keeps").inner_text() == "kept: RNN with tanh, ρ(U) = 2, input 0.1"
    root.locator(".cell").select_option("lstm")
    root.locator(".bias").press("Home")
    one = explorer.gradients("lstm", 2.0, 0.1, -1)
    assert curve(page) == one.points(one.curves()[1]) and root.locator(".kept[points]").get_attribute("points") != curve(page)
    assert root.locator(".bound[points]").get_attribute("points") == one.points(one.bound())
    assert root.locator(".ceiling").first.inner_text() == "along c alone, ∏f" and curve(page, 1) == other
    page.wait_for_function("e => e.textContent.includes('forget bias −1')", arg=root.locator(".unseen").element_handle())


def test_the_numbers_of_the_curve_stand_in_a_table(page):
    root = page.locator(".gradients").nth(1)
    root.locator("summary").press("Enter")
    rows = root.locator(".numbers tbody tr")
    rows.first.wait_for()
    plain = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    medians = [float(text.replace("\u00a0·\u00a010", "e").translate(plain)) for text in rows.locator("td:nth-child(3)").all_text_contents()]
    assert medians == pytest.approx([10 ** (value / 100) for value in explorer.gradients("lstm").curves()[1]], rel=0.05)


def test_it_fits_a_phone_and_axe_finds_nothing_in_both_themes(page):
    sentences(page).locator(".text").fill("the boy sings . the girl near the kings sleeps becaus")
    sentences(page, 1).locator(".flip").click()
    sentences(page, 1).locator("summary").first.click()
    sentences(page, 1).locator("summary").last.click()
    page.locator(".gradients summary").first.click()
    page.locator(".gradients .keep").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for theme, ground in (("light", "#ffffff"), ("dark", "#14181e")):
        page.evaluate("([t, g]) => { document.documentElement.dataset.theme = t; document.body.style.background = g }", [theme, ground])
        found = Axe().run(page, options={"rules": {"page-has-heading-one": {"enabled": False}}}).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]][:2]) for v in found] == []


def test_print_shows_the_tables_without_controls(page):
    page.emulate_media(media="print")
    root = sentences(page)
    assert root.locator(".rows").is_visible() and root.locator(".next").is_visible() and root.locator(".says").is_visible()
    assert not any(root.locator(part).is_visible() for part in (".text", ".flip", ".numbers"))
    root = page.locator(".gradients").first
    assert root.locator(".plot").is_visible()
    assert not any(root.locator(part).is_visible() for part in (".radius", ".keep", ".numbers"))


def test_without_a_script_a_table_says_it(file, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file)
    assert sentences(page).locator(".still").is_visible() and not sentences(page).locator(".live").is_visible()
    root = page.locator(".gradients").first
    assert root.locator(".plot").is_visible() and root.locator(".says").inner_text() and not root.locator(".live").is_visible()
    context.close()
