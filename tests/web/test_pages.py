"""Pages and their files: read once, and only what a page loads."""

import importlib.resources
import pathlib

import pytest

from support import served
from twinsplice.web import pages


@pytest.fixture
def folder_of(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    (tmp_path / "static" / "deep").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    return tmp_path


def test_only_what_a_page_loads_is_served(folder_of: pathlib.Path) -> None:
    for name in ("a.js", "a.css", "a.py", "b", ".hidden", "deep/c.svg", "deep/c.pyc"):
        (folder_of / "static" / name).write_text("x")
    found = pages.every()
    served_files = {name for name in found if name.startswith("/static")}
    assert served_files == {"/static/a.js", "/static/a.css", "/static/deep/c.svg"}
    assert found["/static/a.js"].kind.startswith("text/javascript")


def test_templates_are_escaped(folder_of: pathlib.Path) -> None:
    text = "{{ '<b>' }} {{ program }}"
    (folder_of / "templates" / "look_up.html").write_text(text)
    assert pages.every()["/"].body == b"&lt;b&gt; TwinSplice"
    assert b"TwinSplice" in pages.every()["/many"].body


def test_files_are_known_by_their_content(client: served.Client) -> None:
    first = client.get("/")
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    etag = first.headers["etag"]
    again = client.get("/", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/").headers["etag"] == etag
