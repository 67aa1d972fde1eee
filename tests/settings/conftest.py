"""Fixtures of settings: labelled variants on disk."""

import pathlib

import pytest

from support import labels


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    return labels.make_folder(tmp_path, monkeypatch)
