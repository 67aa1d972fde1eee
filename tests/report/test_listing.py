"""What `twinsplice models` prints."""

import importlib.machinery
import importlib.util
import pathlib

import pytest

from twinsplice.base_models import catalogue
from twinsplice.report import listing


def test_every_model_says_its_licence_and_what_to_cite() -> None:
    text = " ".join(listing.text().split())
    for entry in catalogue.entries().values():
        for fact in (entry.name, entry.licence, entry.citation, entry.source):
            assert fact in text


def test_lines_fit_a_narrow_terminal() -> None:
    assert max(map(len, listing.text().splitlines())) <= 80


@pytest.mark.parametrize("installed", [0, 2])
def test_it_says_whether_weights_are_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, installed: int
) -> None:
    for entry in catalogue.entries().values():
        for name in entry.sha256:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
    spec = importlib.machinery.ModuleSpec("wheel", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda _: spec if installed else None
    )
    text = listing.text()
    assert text.count("yes, installed") == installed
    assert ("pip install 'twinsplice[cispliceai]'" in text) != bool(installed)
