"""The book's Sphinx extension: what each repair does, and whether it is still needed."""

import sys
from importlib.resources import files
from types import SimpleNamespace

import book_extension
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.utils import new_document
from pybtex import plugin
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import PycodeError
from sphinx.ext import autodoc
from sphinx.ext.autodoc.mock import _make_subclass
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import docutils_namespace
from sphinx_codeautolink import extension as codeautolink
from sphinx_codeautolink.extension import block, resolve
from sphinx_codeautolink.parse import LinkContext, Name

FOREIGN = "colorsys"  # a small module that nothing here needs


def sections_with_and_without_a_title():
    document = new_document("page")
    titled, bare = nodes.section(ids=["a"]), nodes.section(ids=["b"])
    titled += nodes.title(text="A")
    titled += bare
    document += titled
    return document


def walk(depart):
    """Walk the document with codeautolink's visitor, ``depart`` being what it does on leaving a section."""
    document = sections_with_and_without_a_title()
    analyser = block.CodeBlockAnalyser.__new__(block.CodeBlockAnalyser)
    nodes.SparseNodeVisitor.__init__(analyser, document)
    analyser.title_stack, analyser.concat_section, analyser.skip, analyser.current_refid = [], False, None, None
    analyser.__dict__["depart_section"] = lambda node: depart(analyser, node)
    document.children[0].walkabout(analyser)
    return analyser.title_stack


def test_codeautolink_still_needs_its_repair():
    """When this fails, drop ``depart_section`` from tools/book_extension.py: upstream has mended it."""
    with pytest.raises(IndexError):
        walk(block.CodeBlockAnalyser.depart_section)


def test_the_repair_leaves_no_title_behind():
    assert walk(book_extension.depart_section) == []


def test_modules_fences_name_what_exists():
    modules = ["a", "a.b", "a.b.c", "a.bc"]
    assert book_extension.expand("a.b.*\na.x\na.bc", modules) == ["a.b", "a.b.c", "a.bc"]


@pytest.fixture
def unloaded(monkeypatch):
    """``FOREIGN`` is not imported yet, and the question is whether it will be."""
    monkeypatch.delitem(sys.modules, FOREIGN, raising=False)


def test_sphinx_still_imports_what_it_looks_into(unloaded):
    ModuleAnalyzer.get_module_source(FOREIGN)
    assert FOREIGN in sys.modules


def test_the_repair_looks_into_our_modules_only(unloaded):
    with pytest.raises(PycodeError):
        book_extension.own_source(FOREIGN)
    assert FOREIGN not in sys.modules
    assert "def claim(" in book_extension.own_source("lstm_course.claims")[1]


def chain(*names):
    return Name(names, names[-1], 1, 1, LinkContext.none)


def test_codeautolink_still_imports_what_it_cannot_link(unloaded):
    codeautolink.resolve_location(chain(FOREIGN, "rgb_to_hsv"), {})
    assert FOREIGN in sys.modules


def test_the_repair_follows_our_names_only(unloaded):
    with pytest.raises(resolve.CouldNotResolve):
        book_extension.own_location(chain(FOREIGN, "rgb_to_hsv"), {})
    assert FOREIGN not in sys.modules
    assert book_extension.own_location(chain("lstm_course", "claims", "claim"), {}) == "lstm_course.claims.claim"


PROSE = "<p class=plain>a &quot;word&quot;</p>\n"
CODE = '<div class="highlight-ipython3 notranslate"><div class="highlight"><pre><span></span>{}\n</pre></div>\n</div>\n'
SHOWN = CODE.format('<span class="n">x</span> <span class="o">&lt;</span> <span class="mi">1</span>')
CALL = '<span class="n">claim</span><span class="p">(</span><span class="n">x</span><span class="p">)</span>'
LINK = '<a class="sphinx-codeautolink-a" href="api.html#claim"><span class="n">claim</span></a>'


def linked_page(folder, link_html):
    """A page of two blocks with prose around them, after ``claim`` in the second has been linked."""
    page = folder / "page.html"
    page.write_text(PROSE + SHOWN + PROSE + CODE.format(CALL) + PROSE, "utf8")
    shown, call = (SimpleNamespace(source=source, names=[]) for source in ("x < 1", "claim(x)"))
    call.names = [Name(["claim"], "claim", 1, 1, LinkContext.none, resolved_location="claim")]
    link_html("page", str(folder), [shown, call], {"claim": "api.html#claim"}, {}, ["highlight-ipython3"], disable_link_titles=True)
    return page.read_text("utf8")


def test_codeautolink_still_writes_the_whole_page_anew(tmp_path):
    page = linked_page(tmp_path, codeautolink.link_html)
    assert LINK in page and PROSE not in page


def test_the_repair_links_the_same_and_leaves_the_rest_as_it_was(tmp_path):
    linked = CODE.format(CALL.replace('<span class="n">claim</span>', LINK))
    assert linked_page(tmp_path, book_extension.link_blocks) == PROSE + SHOWN + PROSE + linked + PROSE


@pytest.fixture(scope="module")
def builder(tmp_path_factory):
    """A book of three pages, one below the other, read and not written."""
    source = tmp_path_factory.mktemp("three")
    sections = "".join(f"\n\nSection {k}\n---------\n\ntext" for k in range(20))
    for name, below in (("index", "one"), ("one", "two"), ("two", "")):
        contents = f".. toctree::\n\n   {below}\n" if below else ""
        (source / f"{name}.rst").write_text(f"{name}\n======\n\n{contents}{sections}\n", "utf8")
    with docutils_namespace():
        folders = [str(source), None, str(source / "out"), str(source / "trees")]
        app = Sphinx(*folders, "html", confoverrides={"html_theme": "basic"}, status=None)
        app.builder.read()
        app.builder.env.check_consistency()
        app.builder.init()
        app.builder.prepare_writing(set(app.env.found_docs))
        yield app.builder


@pytest.mark.parametrize("docname", ["index", "one", "two"])
def test_the_sidebar_is_the_same_and_copies_less(builder, docname, monkeypatch):
    copies, copy = [], nodes.reference.copy
    monkeypatch.setattr(nodes.reference, "copy", lambda node: copies.append(node) or copy(node))
    options = {"collapse": False, "titles_only": True, "includehidden": True, "maxdepth": 4}
    titles = book_extension.titles_toctree(builder, docname, **options)
    copies.clear()      # the first call of a build prepares the titles
    whole = StandaloneHTMLBuilder._get_local_toctree(builder, docname, **options)
    needed = len(copies)
    assert titles == book_extension.titles_toctree(builder, docname, **options) == whole
    assert "two" in whole
    assert len(copies) - needed < needed / 4, "Sphinx copies titles only by itself now"


def test_other_contents_keep_their_sections(builder):
    assert "Section 7" in book_extension.titles_toctree(builder, "index", collapse=False)


def test_plugins_of_pybtex_are_still_searched_every_time(monkeypatch):
    searches, search = [], plugin.entry_points
    monkeypatch.setattr(plugin, "entry_points", lambda **what: searches.append(what) or search(**what))
    for _ in range(2):
        plugin._load_entry_point("pybtex.style.names", "plain")
    assert len(searches) == 2


def test_autodoc_still_shows_the_signature_of_a_mock():
    class Layer(_make_subclass("Module", "torch.nn")):
        def __init__(self, width):
            pass

    new = Layer.__new__
    assert f"{new.__module__}.{new.__qualname__}" == book_extension.MOCK_NEW
    assert book_extension.MOCK_NEW not in autodoc._CLASS_NEW_BLACKLIST


ICONS = 'var p={monero:[496,512,[],"f3d0","M3.2z"],"magnifying-glass":[512,512,[128269,"search"],"f002","M4z"],0:[3,5,[],"30",["M1","M2"]]};'


def test_the_theme_still_brings_all_icons(tmp_path):
    script = files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/scripts/fontawesome.js"
    assert len(book_extension.ICON.findall(script.read_text("utf8"))) > 1000


@pytest.mark.parametrize("used, kept", [
    ("fa-magnifying-glass", ICONS[ICONS.index('"magn'):ICONS.index("0:[3")]), ("fa-search fa-solid", ICONS[ICONS.index('"magn'):ICONS.index("0:[3")]),
    ("fa-0", ICONS[ICONS.index("0:[3"):ICONS.index("};")]), ("none", ""),
])
def test_icons_in_use_are_kept_by_any_of_their_names(tmp_path, used, kept):
    (tmp_path / "_static" / "scripts").mkdir(parents=True)
    script = tmp_path / "_static" / "scripts" / "fontawesome.js"
    script.write_text(ICONS, "utf8")
    (tmp_path / "page.html").write_text(f'<i class="{used}"></i>', "utf8")
    book_extension.keep_used_icons(SimpleNamespace(outdir=tmp_path), None)
    assert script.read_text("utf8") == f"var p={{{kept}}};"


def test_docutils_still_runs_columns_together():
    assert len(publish_doctree("i = 1   (1)\nf = 2   (2)").children) == 1


def test_what_stands_in_columns_keeps_its_lines_and_prose_does_not():
    lines = ["One sentence.  And", "another.", "", "    f = σ(W x)        (1)", "    (\\*batch, H)  ``f``", "", "last"]
    book_extension.keep_columns(None, "module", "a", None, None, lines)
    code = [".. code-block:: text", "", "   f = σ(W x)        (1)", "   (*batch, H)  f"]
    assert lines == ["One sentence.  And", "another.", "", *code, "", "last"]


def test_a_table_in_a_docstring_stays_a_table():
    lines = ["====  ====", "a     b", "====  ===="]
    book_extension.keep_columns(None, "module", "a", None, None, lines)
    assert lines == ["====  ====", "a     b", "====  ===="]


def test_a_mark_stays_with_its_formula():
    math = '<span class="math notranslate nohighlight">\\(z\\)</span>'
    context = {"body": f"<p>Both {math}, and {math} alone.</p>"}
    book_extension.keep_marks(None, "page", "page.html", context, None)
    assert context["body"] == f'<p>Both <span class="with-mark">{math},</span> and {math} alone.</p>'


def test_exercises_bear_the_numbers_of_their_labels():
    env = SimpleNamespace(toc_fignumbers={"page": {"exercise": {"E4-12": (3,), "other": (4,)}, "figure": {"e4-2": (5,)}}})
    book_extension.number_by_label(None, env)
    assert env.toc_fignumbers == {"page": {"exercise": {"E4-12": (4, 12), "other": (4,)}, "figure": {"e4-2": (5,)}}}
