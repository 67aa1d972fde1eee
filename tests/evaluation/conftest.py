"""Fixtures of evaluation: a small genome on disk."""

import pathlib

import pytest

from support import genomes, labels


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> genomes.Start:
    return genomes.starter(tmp_path, monkeypatch)


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A genome, genes and labels, and base models in place of weights."""
    return labels.make_folder(tmp_path, monkeypatch)
