"""The book's own Sphinx extension: four small repairs, each with its reason.

1. ``{modules}`` fences in ``api/`` pages become autodoc directives for the modules that exist.
2. NamedTuple fields without a docstring are left out of the API pages.
3. A shape such as (*batch, H) in a docstring is a shape and not the start of an emphasis.
4. sphinx-codeautolink 0.19 pops a title for every section it leaves, also for those that have
   none (exercises), and crashes; ``tests/test_book_config.py`` tells when this is mended.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx_codeautolink.extension.block import CodeBlockAnalyser

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```\{modules\}\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
LITERAL = re.compile(r"(``.*?``)")
STAR = re.compile(r"(?<![\w*\\])\*(?=\w+[,)\]]|\w[^*]*$)")
AUTOMODULE = """## {name}

```{{eval-rst}}
.. automodule:: {name}
   :ignore-module-all:
```
"""


def all_modules(package=ROOT / "lstm_course"):
    """Names of the package and of every module under it, sorted; private ones left out. Imports nothing."""
    paths = [path.relative_to(package.parent).with_suffix("") for path in package.rglob("*.py")]
    names = {".".join(path.parts).removesuffix(".__init__") for path in paths}
    return sorted(name for name in names if "._" not in name)


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


def depart_section(self, node):
    """Pop a title only where the section had one."""
    if any(isinstance(child, nodes.title) for child in node.children) and self.title_stack:
        self.title_stack.pop()


def setup(app):
    CodeBlockAnalyser.depart_section = depart_section
    app.connect("source-read", write_automodules)
    app.connect("autodoc-skip-member", skip_bare_fields)
    app.connect("autodoc-process-docstring", escape_stars)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
