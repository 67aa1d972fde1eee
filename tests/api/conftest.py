"""Fixtures of the Python face: a folder with a genome and its genes."""

import pathlib

import pytest

from support import cli


@pytest.fixture
def desk(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> cli.Desk:
    return cli.make_desk(tmp_path, monkeypatch, capfd)
