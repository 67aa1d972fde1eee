"""A progress bar on terminals; elsewhere a line a minute, for logs."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from twinsplice import progress as progress_type

INTERVAL = 60.0
"""Seconds from the start to the first line of a log, and between lines."""
_MINUTE = 60


@contextlib.contextmanager
def bar(
    doing: str = "scoring", unit: str = "variants", *, quiet: bool = False
) -> Iterator[progress_type.Advance]:
    """Show how far a block is on stderr: a bar on a terminal, else a line a minute.

    The block receives a function to call with the number of units done since the last
    call, and with the fraction of all work done, 0 to 1, or None if unknown. The first
    call, with 0 units, starts the clock.

    Args:
        doing: Name of the activity.
        unit: Name of the counted units.
        quiet: Show nothing, terminal or not.
    """
    # None where the caller closed it.
    if quiet or sys.stderr is None:
        yield progress_type.silent
        return
    if not sys.stderr.isatty():
        yield LogLines(doing, unit, sys.stderr.write)
        return
    # Rich is slow to load, and needed on terminals only.
    from rich import console, progress  # noqa: PLC0415

    display = progress.Progress(
        progress.TextColumn(doing),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
        console=console.Console(stderr=True),
        transient=True,
    )
    began = None
    done = 0
    with display:
        task = display.add_task(doing, total=None, rate="")

        def advance(count: int, fraction: float | None) -> None:
            nonlocal began, done
            # The rate excludes earlier work: loading weights, what another run did.
            done += count
            if began is None or not done:
                began = time.monotonic()
            rate = describe_rate(done, time.monotonic() - began, unit)
            if fraction is None:
                display.update(task, rate=rate)
            else:
                display.update(task, total=1.0, completed=fraction, rate=rate)

        yield advance


class LogLines:
    """Writes a line now and then; none for a run of less than a minute."""

    def __init__(
        self,
        doing: str,
        unit: str,
        write: Callable[[str], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the clock.

        Args:
            doing: Name of the activity.
            unit: Name of the counted units.
            write: Writes a line.
            clock: Gives the time (s).
        """
        self._doing, self._unit, self._write, self._clock = doing, unit, write, clock
        self._written = clock()
        self._done = 0
        self._first: tuple[float, float] | None = None

    def __call__(self, count: int, fraction: float | None) -> None:
        """Count units, and write a line if it is time; see `bar`."""
        self._done += count
        now = self._clock()
        # Earlier work, such as loading weights or what another run did, does not count.
        if self._first is None or not self._done:
            self._first = now, fraction or 0.0
        if now - self._written < INTERVAL:
            return
        self._written = now
        elapsed = now - self._first[0]
        parts = [describe_rate(self._done, elapsed, self._unit)]
        if fraction is not None:
            parts.insert(0, f"{fraction:.0%}")
            advanced = fraction - self._first[1]
            if advanced > 0:
                left = elapsed * (1 - fraction) / advanced
                parts.append(f"{describe_time(left)} left")
        line = f"{self._doing}: {', '.join(parts)}\n"
        with contextlib.suppress(OSError):
            self._write(line)


def describe_time(seconds: float) -> str:
    """Return a duration in hours and minutes, roughly."""
    if seconds < _MINUTE:
        return "less than a minute"
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    return f"{hours:,} h {minutes:02d} min" if hours else f"{minutes} min"


def describe_rate(count: int, elapsed: float, unit: str = "variants") -> str:
    """Return a count and its rate as text.

    Args:
        count: Units done.
        elapsed: Elapsed time (s).
        unit: Name of the units.
    """
    if elapsed <= 0:
        return f"{count:,} {unit}"
    rate = count / elapsed
    digits = 0 if rate >= 10 else 1
    return f"{count:,} {unit}, {rate:,.{digits}f}/s"
