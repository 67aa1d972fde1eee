"""`process`: how a signal ends a command."""

import os
import pathlib
import signal

import pytest

from twinsplice.cli import process

MODULE = """
import signal
try:
    signal.raise_signal(signal.SIGUSR1)
except BaseException:
    pass
"""


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The codes with which the process would have ended at once."""
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


def test_a_signal_while_a_module_is_loaded_ends_at_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, ended: list[int]
) -> None:
    """Ctrl-C within PyTorch's first seconds ended as a bug of ours, once in a while."""
    (tmp_path / "that_swallows.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    before = signal.signal(signal.SIGUSR1, process._stop)
    try:
        __import__("that_swallows")
        assert ended == [128 + signal.SIGUSR1]
        with pytest.raises(SystemExit) as left:
            signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert left.value.code == 128 + signal.SIGUSR1
    assert len(ended) == 1


def test_an_interrupt_is_what_python_makes_of_it(ended: list[int]) -> None:
    with pytest.raises(KeyboardInterrupt):
        process._stop(signal.SIGINT, None)
    assert ended == []
