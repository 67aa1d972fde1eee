"""Fixtures of commands: a folder to run the program in, and labelled variants."""

import pathlib

import pytest

from support import cli, joint, labels


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    return labels.make_folder(tmp_path, monkeypatch)


@pytest.fixture
def several(desk: cli.Desk, monkeypatch: pytest.MonkeyPatch) -> cli.Desk:
    return joint.make_desk(desk, monkeypatch)
