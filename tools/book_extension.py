"""The book's own Sphinx extension: small repairs, each with its reason.

What would be wrong or missing:

1. ``{modules}`` fences in ``api/`` pages become autodoc directives for the modules that exist.
2. NamedTuple fields without a docstring are left out of the API pages.
3. A shape such as (*batch, H) in a docstring is a shape and not the start of an emphasis.
4. sphinx-codeautolink 0.19 pops a title for every section it leaves, also for those that have
   none (exercises), and crashes.
5. A class over a mocked one (torch's) would show the mock's constructor, ``(*args, **kwargs)``.
6. An exercise has one number: that of its label, E4-2, and of ``check("4.2", …)``. sphinx-exercise would count
   through the book and call it Exercise 16.
7. The theme brings two thousand icons as a script of 1.5 MB, which every page loads. Those in use are kept.
8. Numbered equations and lists of fields stand in columns in a docstring. As a paragraph they would run together.
9. A formula in a line is a box of its own, and a browser may break the line between it and the full stop after it.

What would take long; together they make the build three times as fast:

10. Sphinx and codeautolink import every module a name comes from, torch and scipy among them, to find that they
   are documented elsewhere. They look at ours only.
11. codeautolink parses and rewrites whole pages. It gets the blocks of code that have a name to link.
12. For the sidebar of every page Sphinx copies all sections and all names of the API, to show titles only.
13. pybtex searches all installed packages for its plugin at every citation.
14. Python's cycle collector walks through all the documents again and again, and has nothing to collect.

``tests/test_book_extension.py`` tells when one of them is no longer needed.
"""

import functools
import gc
import html
import itertools
import re
import textwrap
from pathlib import Path

from docutils import nodes
from pybtex import plugin
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import PycodeError
from sphinx.ext import autodoc
from sphinx.pycode import ModuleAnalyzer
from sphinx_codeautolink import extension as codeautolink
from sphinx_codeautolink.extension import resolve
from sphinx_codeautolink.extension.block import CodeBlockAnalyser

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```\{modules\}\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
LITERAL = re.compile(r"(``.*?``)")
MARKED = re.compile(r'(<span class="math notranslate nohighlight">[^<]{1,50}</span>)([.,;:!?)]+)')
COLUMN = re.compile(r"\S {2,}\S")
STAR = re.compile(r"(?<![\w*\\])\*(?=\w+[,)\]]|\w[^*]*$)")
BLOCK = re.compile(r'(<div class="highlight-\w+ notranslate"><div class="highlight"><pre>.*?</pre></div>\n*</div>)', re.DOTALL)
TAG = re.compile("<[^>]*>")
EXERCISE = re.compile(r"[Ee](\d+)-(\d+)")
ICON = re.compile(r'(?P<name>"[a-z0-9-]+"|[a-z0-9]+):\[\d+,\d+,\[(?P<aliases>[^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\["[^"]*","[^"]*"\])\],?')
ICON_NAME = re.compile(r"\bfa-([a-z0-9-]+)")
MOCK_NEW = "sphinx.ext.autodoc.mock._MockObject.__new__"
MOCK_SIGNATURE = "(*args: Any, **kwargs: Any)"
AUTOMODULE = """## {name}

```{{eval-rst}}
.. automodule:: {name}
   :ignore-module-all:
```
"""


def all_modules(package=ROOT / "lstm_course"):
    """Names of the package and of every module under it, sorted; without private ones and the exercises' answers."""
    paths = [path.relative_to(package.parent).with_suffix("") for path in package.rglob("*.py")]
    names = {".".join(path.parts).removesuffix(".__init__") for path in paths}
    return sorted(name for name in names if "._" not in name and ".exercises." not in name)


def expand(wanted, modules):
    """The members of ``modules`` that the lines of ``wanted`` name; ``a.b.*`` takes a.b and all under it."""
    names = []
    for line in wanted.split():
        stem = line.removesuffix(".*")
        under = line.endswith(".*")
        names += [m for m in modules if m == stem or (under and m.startswith(stem + "."))]
    return names


def write_automodules(app, docname, source):
    """``source-read``: replace each ``{modules}`` fence of a page by its directives."""

    def directives(fence):
        return "\n".join(AUTOMODULE.format(name=name) for name in expand(fence[1], all_modules()))

    if docname.startswith("api/"):
        source[0] = FENCE.sub(directives, source[0])


def skip_bare_fields(app, what, name, obj, skip, options):
    """``autodoc-skip-member``: "Alias for field number 3" tells a reader nothing."""
    return True if (getattr(obj, "__doc__", None) or "").startswith("Alias for field number") else None


def escape_stars(app, what, name, obj, options, lines):
    """``autodoc-process-docstring``: escape the star of ``*batch`` outside literals."""
    for k, line in enumerate(lines):
        parts = LITERAL.split(line)
        parts[::2] = [STAR.sub(r"\\*", part) for part in parts[::2]]
        lines[k] = "".join(parts)


def keep_columns(app, what, name, obj, options, lines):
    """``autodoc-process-docstring``: a block with two lines or more in columns keeps its lines, in one width of letter."""
    kept = []
    for blank, block in itertools.groupby(lines, key=lambda line: not line.strip()):
        block = list(block)
        if not blank and not block[0].startswith("==") and sum(bool(COLUMN.search(line)) for line in block) > 1:
            text = textwrap.dedent("\n".join(block)).replace("``", "").replace("\\*", "*")
            block = [".. code-block:: text", "", *textwrap.indent(text, "   ").split("\n")]
        kept += block
    lines[:] = kept


def keep_marks(app, pagename, templatename, context, doctree):
    """``html-page-context``: a short formula and the marks after it stay on one line."""
    if "body" in context:
        context["body"] = MARKED.sub(r'<span class="with-mark">\1\2</span>', context["body"])


def hide_mock_signature(app, what, name, obj, options, signature, returns):
    """``autodoc-process-signature``: a class that inherits its constructor from a mocked one shows none."""
    return ("", returns) if signature == MOCK_SIGNATURE else None


def number_by_label(app, env):
    """``env-check-consistency``: exercises get the numbers of their labels."""
    for numbers in env.toc_fignumbers.values():
        for label in numbers.get("exercise", ()):
            if found := EXERCISE.fullmatch(label):
                numbers["exercise"][label] = tuple(map(int, found.groups()))


def keep_used_icons(app, exception):
    """``build-finished``: of the icons in the theme's script, keep those that a page or a script of the theme names."""
    static = Path(app.outdir) / "_static"
    script = static / "scripts" / "fontawesome.js"
    if exception or not script.is_file():
        return
    naming = [*Path(app.outdir).rglob("*.html"), *(path for path in static.rglob("*theme.js"))]
    used = {name for path in naming for name in ICON_NAME.findall(path.read_text("utf8"))}

    def kept(icon):
        names = {icon["name"].strip('"'), *re.findall(r'"([^"]+)"', icon["aliases"])}
        return icon[0] if names & used else ""

    script.write_text(ICON.sub(kept, script.read_text("utf8")), "utf8")


def depart_section(self, node):
    """Pop a title only where the section had one."""
    if any(isinstance(child, nodes.title) for child in node.children) and self.title_stack:
        self.title_stack.pop()


def own_source(modname, read=ModuleAnalyzer.get_module_source):
    """The source of a module of ours; sphinx imports any other to look into it, torch too."""
    if not modname.startswith("lstm_course"):
        raise PycodeError(f"{modname} is not ours")
    return read(modname)


def own_location(chain, inventory, resolve_location=codeautolink.resolve_location):
    """Where a name of ours is documented; codeautolink imports all others as well, to find no page for them."""
    if chain.import_components[0] != "lstm_course":
        raise resolve.CouldNotResolve(f"{chain.import_components[0]} is not ours")
    return resolve_location(chain, inventory)


def source_of(block):
    """The text that a block of highlighted code shows."""
    return html.unescape(TAG.sub("", block)).rstrip()


def link_blocks(document, out_dir, transforms, *args, link_html=codeautolink.link_html, **options):
    """Hand codeautolink the blocks with a name to link, and not the whole page to parse and write anew."""
    transforms = [transform for transform in transforms if transform.names]
    wanted = {transform.source.rstrip() for transform in transforms}
    path = Path(out_dir) / f"{document}.html"
    page = path.read_text("utf8")
    parts = BLOCK.split(page)
    chosen = [k for k in range(1, len(parts), 2) if source_of(parts[k]) in wanted]
    path.write_text("\n".join(parts[k] for k in chosen), "utf8")
    link_html(document, out_dir, transforms, *args, **options)
    for k, linked in zip(chosen, BLOCK.findall(path.read_text("utf8")), strict=True):
        parts[k] = linked
    path.write_text("".join(parts), "utf8")


def only_titles(toc):
    """A page's contents without its sections: its title and the pages below it."""
    titles = toc.deepcopy()
    for item in titles.children:
        for below in item.children[1:]:
            below[:] = list(below.findall(addnodes.toctree))
    return titles


def titles_toctree(builder, docname, collapse=True, toctree=StandaloneHTMLBuilder._get_local_toctree, **options):
    """The sidebar of a page, from titles only: Sphinx copies every section and every name of the API first."""
    if not options.get("titles_only"):
        return toctree(builder, docname, collapse, **options)
    whole = builder.env.tocs
    if not hasattr(builder, "titles"):
        builder.titles = {name: only_titles(toc) for name, toc in whole.items()}
    builder.env.tocs = builder.titles
    try:
        return toctree(builder, docname, collapse, **options)
    finally:
        builder.env.tocs = whole


def setup(app):
    gc.disable()
    CodeBlockAnalyser.depart_section = depart_section
    ModuleAnalyzer.get_module_source = staticmethod(own_source)
    codeautolink.resolve_location = own_location
    codeautolink.link_html = link_blocks
    StandaloneHTMLBuilder._get_local_toctree = titles_toctree
    autodoc._CLASS_NEW_BLACKLIST.append(MOCK_NEW)
    plugin._load_entry_point = functools.cache(plugin._load_entry_point)
    app.connect("source-read", write_automodules)
    app.connect("autodoc-skip-member", skip_bare_fields)
    app.connect("autodoc-process-docstring", escape_stars)
    app.connect("autodoc-process-docstring", keep_columns)
    app.connect("autodoc-process-signature", hide_mock_signature)
    app.connect("html-page-context", keep_marks)
    app.connect("env-check-consistency", number_by_label)
    app.connect("build-finished", keep_used_icons)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
