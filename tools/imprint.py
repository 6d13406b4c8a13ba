"""The imprint: how to cite, and all that follows from the repository's address.

A Sphinx extension. The citation comes from ``CITATION.cff``. The address is ``repository: url:`` in ``_config.yml``
and nowhere else. While it is empty, no button and no sentence asks for it; once it is set, every page has buttons to
the repository and to report a mistake, every notebook one that opens it in Binder and, from GitHub, in Colab.
"""

from pathlib import Path
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parents[1]
BINDER, COLAB = "https://mybinder.org", "https://colab.research.google.com"


def names(cff):
    """The authors, as a citation lists them: "A" or "A, B and C"."""
    people = [a.get("name") or f"{a['given-names']} {a['family-names']}" for a in cff["authors"]]
    return " and ".join(filter(None, [", ".join(people[:-1]), people[-1]]))


def citation(cff, year, url=""):
    """{substitution: MyST} for the page that tells how to cite: a sentence, and an entry for BibTeX."""
    fields = {"author": "{" + names(cff) + "}", "title": cff["title"], "year": year, "note": f"Version {cff['version']}", "url": url}
    entry = ",\n".join(f"  {field} = {{{value}}}" for field, value in fields.items() if value)
    sentence = f"{names(cff)} ({year}). *{cff['title']}*, version {cff['version']}."
    return {"citation": f"> {sentence} <{url}>" if url else f"> {sentence}",
            "bibtex": f"```bibtex\n@book{{lstm_course,\n{entry}\n}}\n```"}


def sentences(url):
    """{substitution: MyST}: where to report a mistake, and how to run the pages without installing anything."""
    if not url:
        return {"report": "Tell the person who gave you this copy.", "online": ""}
    colab = f" In Colab, run `%pip install git+{url}` in a cell of its own first." if is_github(url) else ""
    return {"report": f"Report it at <{url}>, or with the button at the top of the page in question.",
            "online": "The rocket at the top of a page opens it in a machine on the network, with nothing to install. "
                      f"Binder has all that the book needs and takes some minutes to start.{colab}"}


def buttons(url):
    """The theme's options for the buttons at the top of a page."""
    shown = {f"use_{name}_button": bool(url) for name in ("repository", "issues")}
    launch = {"notebook_interface": "jupyterlab", "binderhub_url": BINDER, **({"colab_url": COLAB} if is_github(url) else {})}
    return {**shown, "launch_buttons": launch if url else {}}


def is_github(url):
    return urlsplit(url).hostname == "github.com"


def write_imprint(app, config):
    """``config-inited``: buttons and substitutions."""
    url = config.html_theme_options.get("repository_url", "").rstrip("/")
    config.html_theme_options.update(buttons(url))
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    config.myst_substitutions = {**config.myst_substitutions, **citation(cff, config.copyright, url), **sentences(url)}


def setup(app):
    app.connect("config-inited", write_imprint)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
