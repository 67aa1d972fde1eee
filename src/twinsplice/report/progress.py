"""A progress bar on terminals, and nothing elsewhere."""

import contextlib
import sys
import time
from collections.abc import Iterator

from twinsplice import progress as progress_type


@contextlib.contextmanager
def bar(
    doing: str = "scoring", unit: str = "variants", *, quiet: bool = False
) -> Iterator[progress_type.Advance]:
    """Show a progress bar on stderr during a block, if stderr is a terminal.

    The block receives a function to call with the number of units done since the last
    call, and with the fraction of all work done, 0 to 1, or None if unknown. The first
    call, with 0 units, starts the clock.

    Args:
        doing: Name of the activity.
        unit: Name of the counted units.
        quiet: Show nothing, terminal or not.
    """
    if quiet or not sys.stderr.isatty():
        yield progress_type.silent
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
            # The rate excludes earlier work such as loading weights.
            began = began or time.monotonic()
            done += count
            rate = describe_rate(done, time.monotonic() - began, unit)
            if fraction is None:
                display.update(task, rate=rate)
            else:
                display.update(task, total=1.0, completed=fraction, rate=rate)

        yield advance


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
