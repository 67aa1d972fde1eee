"""Fixtures of evaluation: a small genome on disk."""

import pathlib

import pytest

from support import genomes


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> genomes.Start:
    return genomes.starter(tmp_path, monkeypatch)
