"""The pages and what they load, read once: no request reaches a file."""

import dataclasses
import hashlib
import importlib.resources
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable

import jinja2

import twinsplice

TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
"""What is served, by ending."""
PAGES: Mapping[str, str] = {"/": "look_up.html", "/many": "many.html"}
"""Templates by address."""
_BARE = "<!doctype html><title>TwinSplice</title><p>TwinSplice</p>"


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Something to send.

    Attributes:
        body: Its bytes.
        kind: Its type.
        etag: What it is known by.
    """

    body: bytes
    kind: str
    etag: str


def every() -> dict[str, Page]:
    """Return the pages and their files, by address."""
    folder = importlib.resources.files("twinsplice.web")
    found = dict(_static(folder / "static", "/static"))
    return found | {
        address: _page(folder / "templates", name) for address, name in PAGES.items()
    }


def _static(folder: Traversable, address: str) -> Iterator[tuple[str, Page]]:
    if not folder.is_dir():
        return
    for each in folder.iterdir():
        name = f"{address}/{each.name}"
        ending = "." + each.name.rpartition(".")[2]
        if each.is_dir():
            yield from _static(each, name)
        elif ending in TYPES:
            yield name, _of(each.read_bytes(), TYPES[ending])


def _page(folder: Traversable, name: str) -> Page:
    templates = {
        each.name: each.read_text(encoding="utf-8")
        for each in (folder.iterdir() if folder.is_dir() else ())
        if each.name.endswith(".html")
    }
    loader = jinja2.DictLoader({name: _BARE} | templates)
    made = jinja2.Environment(loader=loader, autoescape=True).get_template(name)
    text = made.render(version=twinsplice.__version__, program="TwinSplice")
    return _of(text.encode(), "text/html; charset=utf-8")


def _of(body: bytes, kind: str) -> Page:
    return Page(body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
