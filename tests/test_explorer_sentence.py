"""The sentence explorer computes what the NumPy cell computes, on its stored network, and says what is true of it."""

import json
import re

import matplotlib
import numpy as np
import pytest
import quickjs
from bs4 import BeautifulSoup

matplotlib.use("Agg")

import explorers
from lstm_course import tasks
from lstm_course.analysis import memory
from lstm_course.figures import explorer, explorer_sentence, motion

GATES = ("i", "f", "g", "o", "c", "h")
NET, ABOUT = explorer_sentence.stored()
UNIT = ABOUT["unit"]
LONG = ("the girl near the kings sings because she laughs . " * 30).strip()
UNREADABLE = (
    "", "   ", ".robot", "the robot sings", "<script>alert(1)</script>", "the girl <b>sings</b>", '"><img src=x onerror=alert(1)>',
    "the girl sings; DROP TABLE words", "__proto__", "constructor toString", "the girl hasOwnProperty",
    "fr\u00fch the girl", "the \u202e girl", "{{7*7}} the",
    "&lt;b&gt; the girl", "the\x00girl", "javascript:alert(1)", "girlgirl" * 200, "\U0001f469 sings", "the girl sings , because",
)  # fmt: skip


@pytest.fixture(scope="module")
def script():
    context = quickjs.Context()
    for name in ("parts.js", "language.js"):
        context.eval((motion.PAGE / name).read_text("utf8"))
    context.eval(f"var net = opened({json.dumps(explorer.sentence().data())})")
    return lambda expression: json.loads(context.eval(f"JSON.stringify({expression})"))


def texts():
    """200 of them: 130 pieces of documents, some typed carelessly, 48 sentences, one long text, one word, 20 that cannot be read."""
    rng = np.random.default_rng(0)
    drawn = tasks.sentences(130, 61, rng).words
    pieces = [" ".join(tasks.words_of(drawn[: rng.integers(1, 61), k])) for k in range(130)]
    pieces[::5] = [piece.upper().replace(" .", ".").replace(" ", "  ") for piece in pieces[::5]]
    whole = " ".join(tasks.words_of(tasks.sentences(1, 2000, rng).words[:, 0])).split(" . ")[:48]
    return [*pieces, *whole, LONG, "the", *UNREADABLE]


def python_reading(text):
    """What a reader by other means takes from a text: (words up to the first unknown, the unknown ones)."""
    words = re.findall(r"\.|[^\s.]+", text.lower())[:60]
    unknown = [word for word in words if word not in tasks.VOCABULARY]
    return words[: words.index(unknown[0])] if unknown else words, unknown


def reference(words, change):
    """The steps by the engine: {gate: (T, H)} and p (T, vocabulary)."""
    net = NET._replace(params=NET.cell.Params(*(p.astype(float) for p in NET.params)), embedding=NET.embedding.astype(float))
    indices = tasks.word_indices(" ".join(words))
    if change is None or "after" not in change:
        held = () if change is None else memory.clamped(net.cell, net.params, change["unit"], change["value"], 1)
        parts = [net.run(indices, *held)]
    else:
        cut = change["after"] + 1
        parts = [net.run(indices[:cut])]
        parts[0].c[-1, 0, change["unit"]] = parts[0].state.c[0, change["unit"]] = change["value"]
        parts += [net.run(indices[cut:], state=parts[0].state)] if cut < len(indices) else []
    found = {name: np.concatenate([getattr(part.trace, name)[:, 0] for part in parts]) for name in GATES}
    return found | {"p": explorer_sentence.probabilities(net, found["h"])}


def changes(words, k):
    """No change, one held, one set once: different ones for each text."""
    rng = np.random.default_rng(k)
    unit, value, after = int(rng.integers(32)), round(float(rng.uniform(-5, 5)), 2), int(rng.integers(len(words)))
    return None, {"unit": UNIT, "value": value}, {"unit": unit, "value": value, "after": after}


def test_the_page_reads_two_hundred_texts_as_python_does(script):
    given = texts()
    assert len(given) == 200
    for k, text in enumerate(given):
        words, unknown = python_reading(text)
        found = script(f"reading(net, {json.dumps(text)})")
        assert (found["words"], found["unknown"]) == (words, unknown), text
        for change in changes(words, k) if words else ():
            steps, truth = script(f"run(net, {json.dumps(words)}, {json.dumps(change)})"), reference(words, change)
            for name, values in truth.items():
                found = [step[name] for step in steps]
                np.testing.assert_allclose(found, values, rtol=0, atol=1e-5, err_msg=f"{text} {name} {change}")


NOUN = "(?:girl|queen|woman|women|aunt|sister|nun|boy|king|man|men|uncle|brother|monk)s?"
VERB = "(?:sing|run|sleep|laugh|love|see|know|praise)s?"
CONSTRUCTIONS = (
    f"the {NOUN} (near|with|behind) the {NOUN}", f"{VERB} and (?:often |never |always )?{VERB}", f"{VERB} because (he|she|they) {VERB}",
    f"{VERB} (his|her|their) (house|garden|dog)", f"{VERB} (himself|herself|themselves)", f"{VERB} the {NOUN}",
    f"(often|never|always) {VERB}", f"{VERB} in the garden", f"{VERB} at home", f"{VERB} by the sea",
    "at night the", "in the morning the", "after the rain the", "when the bell rang the",
    "when the rain fell on the old house by the sea the", "it was late in the garden", "the rain fell on the sea at night",
    "it was late", "the rain fell", "the bell rang", "the sun rose",
)  # fmt: skip


def test_the_two_hundred_texts_hold_every_construction():
    read = " . ".join(" ".join(python_reading(text)[0]) for text in texts())
    assert set(tasks.VOCABULARY) == set(read.split())
    assert [pattern for pattern in CONSTRUCTIONS if not re.search(rf"\b{pattern}\b", read)] == []


def test_unknown_words_get_near_ones_and_long_texts_an_end(script):
    assert script('nearest(net, "gril")')[0] == "girl"
    assert script('nearest(net, "kingz")')[:2] == ["king", "kings"]
    assert script('nearest(net, "becau")')[0] == "because"
    assert set(script('nearest(net, "<script>alert(1)</script>")')) <= set(tasks.VOCABULARY)
    assert script('distance("kitten", "sitting")') == 3 and script('distance("", "abc")') == 3
    found = script(f"reading(net, {json.dumps(LONG)})")
    assert found["cut"] and len(found["words"]) == 60
    assert script('reading(net, "the ".repeat(100000))')["cut"]
    assert not script('reading(net, "the girl")')["cut"]


def test_what_is_spoken_is_what_was_computed(script):
    words, change = explorer_sentence.START.split(), {"unit": UNIT, "value": ABOUT["he"][UNIT]}
    said = script(f"""(function () {{
        var w = {json.dumps(words)}, how = {json.dumps(change)}, a = run(net, w, null)[3].p, b = run(net, w, how)[3].p;
        return [spoken(net, w[3], null, a, a), spoken(net, w[3], how, b, a), listed(net, b, a, 8)]; }})()""")
    plain, held = (reference(words, how)["p"][-1] for how in (None, change))
    odds = lambda p: ", ".join(f"{word} {p[tasks.VOCABULARY.index(word)]:.3f}" for word in ("he", "she", "they"))
    assert said[0].startswith(f"After “because”: {odds(plain)};")
    assert said[1].startswith(f"After “because”: {odds(held)};") and odds(plain) in said[1] and f"unit {UNIT} held at −" in said[1]
    most = np.argsort(-np.maximum(plain, held))
    others = [tasks.VOCABULARY[k] for k in most if tasks.VOCABULARY[k] not in ("he", "she", "they")]
    assert said[2] == ["he", "she", "they", *others[:5]]
    assert script("[flipped(-1, -0.8, 1.5), flipped(3, -0.8, 1.5)]") == [1.5, -0.8]


def test_the_stored_file_belongs_to_this_grammar_and_configuration():
    again = "the setting or the grammar has changed: run python tools/explorers.py sentence"
    assert ABOUT["fingerprint"] == explorers.sentence_fingerprint(), again
    assert tuple(ABOUT["words"]) == tasks.VOCABULARY and ABOUT["configuration"] == explorers.SENTENCE


def test_a_changed_setting_or_word_is_noticed(monkeypatch):
    monkeypatch.setitem(explorers.SENTENCE, "steps", 900)
    assert explorers.sentence_fingerprint() != ABOUT["fingerprint"]
    monkeypatch.undo()
    monkeypatch.setattr(tasks, "VOCABULARY", (*tasks.VOCABULARY, "robot"))
    assert explorers.sentence_fingerprint() != ABOUT["fingerprint"]


def test_the_pinned_unit_is_the_one_that_removal_finds_and_flipping_it_turns_the_words():
    _, select, test = explorers.texts()
    lost = explorers.lost(NET, select)
    assert lost.argmax() == UNIT and lost[UNIT] > 0.1
    np.testing.assert_allclose(explorers.levels(NET, select), [ABOUT["he"], ABOUT["she"]], rtol=0, atol=2e-3)
    due = explorers.gender_due(test)
    assert explorers.right(NET, NET.run(test.words[:-1]).h, test, due).mean() > 0.99
    for gender, other in ((0, "she"), (1, "he")):
        asked = due & (test.gender[1:] == gender)
        runs = [explorers.held(NET, test, unit, ABOUT[other][unit]) for unit in (UNIT, 0, 1)]
        pinned, *others = (1 - explorers.right(NET, run.h, test, asked).mean() for run in runs)
        assert pinned > 0.9 > 0.1 > max(others), (pinned, others)


def test_what_stands_there_without_a_script_is_the_engine_s():
    made = explorer.sentence("the boy sings . the girl sleeps because")
    page = BeautifulSoup(made._repr_html_(), "html.parser")
    table = [[cell.text for cell in row.find_all(["th", "td"])] for row in page.select(".still tbody tr")]
    words = made.text.split()
    truth = [reference(words, how)["p"][-1] for how in (None, *({"unit": UNIT, "value": ABOUT[name][UNIT]} for name in ("he", "she")))]
    assert [row[0] for row in table[:2]] == ["she", "he"]
    for word, *shown in table:
        np.testing.assert_allclose([float(x) for x in shown], [p[tasks.VOCABULARY.index(word)] for p in truth], atol=5.1e-3)
    she, he = ([float(x) for x in row[1:]] for row in table[:2])
    assert she[0] > 0.9 > 0.1 > he[0] and he[1] > 0.9 > 0.1 > she[1]


def test_it_is_light_self_contained_and_writes_no_markup():
    made = explorer.sentence()._repr_html_()
    assert len(made) < 150_000
    assert not re.search(r"https?:|@import|url\(|\bid=|fetch\(|XMLHttp|eval\(", made)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write", made)
    page = BeautifulSoup(made, "html.parser")
    assert all(control.find_parent("label") for control in page.select("select, input"))
    assert page.select_one("[role=status]") and page.select_one(".live").has_attr("hidden")


@pytest.mark.parametrize(("text", "message"), [("", "no words"), ("the robot <b>", r"\['<b>', 'robot'\], expected words of the grammar")])
def test_bad_texts_are_named(text, message):
    with pytest.raises(ValueError, match=message):
        explorer.sentence(text)


def test_the_command_refuses_names_it_does_not_know(capsys):
    with pytest.raises(SystemExit):
        explorers.main(["weights"])
    assert "expected some of" in capsys.readouterr().err
