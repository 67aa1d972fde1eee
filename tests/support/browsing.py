"""Visits to the look-up page in a real Chromium, on the bundled genes.

Every visit ends with what all pages owe: no error in the console, nothing asked of
another host, no violation of the Content-Security-Policy.
"""

import contextlib
import dataclasses
import json
import pathlib
import shutil
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright import sync_api

from support import page_probes, trained_models
from twinsplice.predictors import checkpoints
from twinsplice.settings import serve as serve_settings
from twinsplice.web import instances, running, warming

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]
OTHER = "small"
"""The model beside ours: one that costs nothing."""
PUBLISHED, PLACE = "BRCA1:c.4185+1G>A", "17-41242960-C-T"
"""A published variant, by name and by place."""
expect = sync_api.expect
_PICTURES = pathlib.Path(__file__).parents[2] / ".bench" / "page"
_PATIENCE = 15_000


@contextlib.contextmanager
def serving(folder: pathlib.Path) -> Iterator[str]:
    """Serve two models of the bundled genes from a thread; yield the address."""
    other = folder / OTHER
    other.mkdir()
    checkpoints.save(other / checkpoints.NAME, trained_models.paired_model(), {})
    config = serve_settings.Config(
        demo=True, model=("twinsplice", str(other)), port=0, threads=1, quiet=True
    )
    with running.listening(config) as listener, instances.opened(config) as opened:
        # As `running.run` does beside it: no test waits for what is loaded when needed.
        warming.warm(config, opened, threading.Event())
        server = running.server_of(config, opened)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)


@dataclasses.dataclass
class Visit:
    """A page, and where it is.

    Attributes:
        page: The page.
        address: The server's.
        refused: Whether the server refuses something here, which Chromium logs.
    """

    page: sync_api.Page
    address: str
    refused: bool = False

    def look_up(self, variant: str, **query: object) -> None:
        """Open the page of a variant and wait for its answer."""
        self.page.goto(f"{self.address}/?{_query(variant=variant, **query)}")
        self.page.locator("article.answer, .refusal").first.wait_for()

    def asked(self, path: str, **query: object) -> dict[str, Any]:
        """Return the JSON of the API, not by way of the page."""
        address = f"{self.address}/api/v1/{path}?{_query(**query)}"
        with urllib.request.urlopen(address) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        _PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=_PICTURES / f"{name}.png", full_page=True)

    @property
    def query(self) -> dict[str, list[str]]:
        """The question in the address."""
        return urllib.parse.parse_qs(urllib.parse.urlsplit(self.page.url).query)


def _query(**query: object) -> str:
    held = {"build": "GRCh37"} | query
    return urllib.parse.urlencode({name: str(value) for name, value in held.items()})


@contextlib.contextmanager
def visiting(
    browser: sync_api.Browser, address: str, *, width: int, dark: bool = False
) -> Iterator[Visit]:
    """Open an empty page; hold what all pages owe at the end."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        has_touch=width < 600,
    )
    context.set_default_timeout(_PATIENCE)
    expect.set_options(timeout=_PATIENCE)
    page = context.new_page()
    page.add_init_script(page_probes.VIOLATIONS)
    errors: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(f"{said.type}: {said.text}"))
    page.on("request", lambda request: foreign.append(request.url))
    visit = Visit(page, address)
    yield visit
    violations = page.evaluate("globalThis.violations")
    context.close()
    if visit.refused:
        errors = [error for error in errors if "Failed to load resource" not in error]
    ours = (address, "data:", "blob:")
    foreign = [url for url in foreign if not url.startswith(ours)]
    assert (errors, foreign, violations) == ([], [], [])


def shown(page: sync_api.Page) -> int:
    """Return how many bases a picture shows."""
    text = page.locator(".picture .extent").inner_text()
    return int(text.split(" ")[0].replace(",", ""))
