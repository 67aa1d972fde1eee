"""The progress bar: on a terminal only, and with a rate."""

import io
import sys

import pytest

from twinsplice.report import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_shown_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress.bar() as advance:
        advance(10, 0.5)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("fraction", [0.25, None])
def test_a_terminal_shows_count_and_rate(
    monkeypatch: pytest.MonkeyPatch, fraction: float | None
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with progress.bar() as advance:
        advance(1_000, fraction)
        advance(234, fraction)
    shown = terminal.getvalue()
    assert "1,234 variants" in shown
    assert "/s" in shown
    assert ("25%" in shown) == (fraction is not None)


def test_quiet_shows_nothing_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.bar(quiet=True) as advance:
        advance(1, None)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("variants", "elapsed", "text"),
    [
        (0, 0.0, "0 variants"),
        (3, 2.0, "3 variants, 1.5/s"),
        (5_000, 2.0, "5,000 variants, 2,500/s"),
    ],
)
def test_a_rate_reads_well(variants: int, elapsed: float, text: str) -> None:
    assert progress.describe_rate(variants, elapsed) == text
