"""The headless browser that prints the book and reads its pages: Chromium or Chrome, as the machine has it."""

import contextlib
import mimetypes
import shutil
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
NEEDED = (f"This needs a browser, and none of {', '.join(NAMES)} is installed. On Debian and Ubuntu: apt-get install chromium. "
          "Elsewhere install Chrome or Chromium, and see that one of these names is on the PATH.")


def path(which=shutil.which):
    """The path of the first browser found, or FileNotFoundError that says what to install."""
    found = next(filter(None, map(which, NAMES)), None)
    if not found:
        raise FileNotFoundError(NEEDED)
    return found


@contextlib.contextmanager
def launched():
    """A running browser, closed at the end."""
    executable = path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


def answer_from(folder, texts=()):
    """A route handler that answers every request from ``folder``; ``texts`` maps further paths to HTML. No server, no network."""
    texts = dict(texts)

    def answer(route):
        name = unquote(urlsplit(route.request.url).path).lstrip("/")
        if name in texts:
            route.fulfill(body=texts[name], content_type="text/html; charset=utf-8")
        elif (folder / name).is_file():
            route.fulfill(path=folder / name, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
        else:
            route.fulfill(status=404, body=name)

    return answer
