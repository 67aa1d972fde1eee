"""Fixtures of the command line: it is called in this process."""

import pytest

from support import command_line


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> command_line.Call:
    return command_line.caller(monkeypatch, capfd)
