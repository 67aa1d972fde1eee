"""The progress bar on a terminal, with a rate; a line a minute into logs."""

import io
import sys

import pytest

from twinsplice.report import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_short_run_shows_nothing_without_a_terminal(
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


# Logs.


class _Clock:
    """A clock that is set by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _log(
    seconds: int, *, fraction: float | None = 1.0, loading: int = 0
) -> tuple[list[str], list[float]]:
    """Lines of a run of ten variants a second, and when each was written."""
    clock, out, times = _Clock(), io.StringIO(), []
    log = progress.LogLines("scoring", "variants", out.write, clock)
    clock.now += loading
    log(0, None if fraction is None else 0.0)
    for second in range(1, seconds + 1):
        clock.now += 1
        before = out.tell()
        log(10, None if fraction is None else fraction * second / seconds)
        if out.tell() > before:
            times.append(clock.now - _Clock.now)
    return out.getvalue().splitlines(), times


def test_a_run_of_under_a_minute_has_no_line() -> None:
    assert _log(59) == ([], [])


def test_a_long_run_has_a_line_a_minute() -> None:
    lines, times = _log(600)
    assert times == [60.0 * minute for minute in range(1, 11)]
    assert lines[0] == "scoring: 10%, 600 variants, 10/s, 9 min left"
    assert lines[7] == "scoring: 80%, 4,800 variants, 10/s, 2 min left"
    assert lines[9].endswith("less than a minute left")


def test_loading_counts_for_the_first_line_but_not_for_the_rate() -> None:
    lines, times = _log(600, loading=40)
    assert times[0] == 60.0
    assert lines[0].startswith("scoring: 3%, 200 variants, 10/s, 10 min left")


def test_where_the_end_is_not_known_the_rate_is_told() -> None:
    lines, _ = _log(120, fraction=None)
    assert lines == [
        "scoring: 600 variants, 10/s",
        "scoring: 1,200 variants, 10/s",
    ]


def test_a_log_is_what_there_is_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    for quiet in (True, False):
        with progress.bar("scanning", "bases", quiet=quiet) as advance:
            advance(5, 0.5)
        out, err = capsys.readouterr()
        assert (out, err.startswith("scanning: 50%, 5 bases")) == ("", not quiet)


def test_a_closed_stderr_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with progress.bar() as advance:
        advance(1, None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3.0, "less than a minute"),
        (100.0, "2 min"),
        (3_580.0, "1 h 00 min"),
        (7_500.0, "2 h 05 min"),
    ],
)
def test_a_duration_reads_well(seconds: float, text: str) -> None:
    assert progress.describe_time(seconds) == text


def test_what_another_run_did_does_not_count_for_the_rate() -> None:
    lines: list[str] = []
    now = [0.0]
    log = progress.LogLines("scoring", "variants", lines.append, lambda: now[0])
    for second in range(1, 31):
        # Taken over from it, a hundredth each.
        now[0] = float(second)
        log(0, second / 100)
    for second in range(31, 62):
        now[0] = float(second)
        log(10, 0.3 + (second - 30) / 1_000)
    assert lines == ["scoring: 33%, 300 variants, 10/s, 11 min left\n"]
