"""Fixtures of anchoring: a genome and its genes."""

import pathlib

import pytest

from support import anchored


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    return anchored.make_folder(tmp_path, monkeypatch)
