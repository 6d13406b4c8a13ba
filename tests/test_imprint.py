"""How to cite, and the buttons that follow from the repository's address, which is set in one place or not at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import imprint
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "https://github.com/some-one/some-book"
CFF = {"title": "T", "version": "1", "authors": [{"given-names": "Ann", "family-names": "Lee"}, {"name": "B"}, {"name": "C"}]}


def small_book(folder, url):
    """The book's settings over two pages, with the repository's address ``url``; returns the built notebook page and about."""
    for name in ("_static", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("references.bib", "CITATION.cff"):
        shutil.copy(ROOT / name, folder)
    config = (ROOT / "_config.yml").read_text("utf8")
    assert config.count('url: ""') == 1
    (folder / "_config.yml").write_text(config.replace('url: ""', f'url: "{url}"'), "utf8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: [{file: chapters/page}, {file: chapters/about}]\n", "utf8")
    (folder / "index.md").write_text("# A book\n", "utf8")
    (folder / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "about.md", folder / "chapters")
    cells = [nbformat.v4.new_markdown_cell("# A page"), nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "chapters" / "page.ipynb")
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder), "--all"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "default"})
    assert done.returncode == 0, done.stderr[-2000:]
    pages = folder / "_build" / "html" / "chapters"
    return [BeautifulSoup((pages / name).read_text("utf8"), "html.parser") for name in ("page.html", "about.html")]


def addresses(page):
    return {link["href"] for link in page.find_all("a", href=True)}


def test_one_setting_brings_all_buttons(tmp_path):
    notebook, about = small_book(tmp_path, ADDRESS)
    assert {
        "https://mybinder.org/v2/gh/some-one/some-book/main?urlpath=lab/tree/chapters/page.ipynb",
        "https://colab.research.google.com/github/some-one/some-book/blob/main/chapters/page.ipynb",
        ADDRESS,
    } <= addresses(notebook)
    assert any(address.startswith(f"{ADDRESS}/issues/new") for address in addresses(notebook))
    assert ADDRESS in addresses(about) and "In Colab" in about.get_text()


def test_without_it_there_are_none(tmp_path):
    notebook, about = small_book(tmp_path, "")
    text = str(notebook) + str(about)
    assert not any(word in text for word in ("binder", "colab.research", "github.com/", "issues/new", "The rocket"))
    assert "Tell the person who gave you this copy" in about.get_text()


def test_the_book_itself_invents_no_address():
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    assert config["repository"]["url"] == "" and "launch_buttons" not in config


def test_colab_reads_from_github_alone():
    assert "colab_url" in imprint.buttons(ADDRESS)["launch_buttons"]
    assert "colab_url" not in imprint.buttons("https://gitlab.com/a/b")["launch_buttons"]
    assert "Colab" not in imprint.sentences("https://gitlab.com/a/b")["online"]


def test_binder_installs_what_the_book_needs():
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf8").splitlines()
    named = [line.split(maxsplit=1)[1] for line in lines if line.startswith(("-r", "-c"))]
    assert [(ROOT / "binder" / name).resolve() for name in named] == [ROOT / "requirements.txt", ROOT / "constraints.txt"]
    assert any("whl/cpu" in line for line in lines if line.startswith("--extra-index-url"))


@pytest.mark.parametrize("url", ["", "https://a.example/b"])
def test_the_citation_is_that_of_the_file(url):
    found = imprint.citation(CFF, "2026", url)
    assert found["citation"].startswith("> Ann Lee, B and C (2026). *T*, version 1.")
    assert "author = {{Ann Lee, B and C}}" in found["bibtex"] and "year = {2026}" in found["bibtex"]
    assert url in found["citation"] and ("url = {" in found["bibtex"]) == bool(url)
