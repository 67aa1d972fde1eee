"""How far a run is: a bar on a terminal, nothing anywhere else."""

import contextlib
import sys
import time
from collections.abc import Iterator

from twinsplice import progress as progress_type


@contextlib.contextmanager
def bar(
    doing: str = "scoring", what: str = "variants", *, quiet: bool = False
) -> Iterator[progress_type.Advance]:
    """Show a bar on stderr for the length of a block, if that is a terminal.

    What the block gets is to be called with how many were done since the last
    call, and with how much of the whole is done, 0 to 1, or None if unknown. The
    first call, with 0 of them, starts the clock.

    Args:
        doing: What is being done.
        what: What is counted.
        quiet: Show nothing, terminal or not.
    """
    if quiet or not sys.stderr.isatty():
        yield progress_type.silent
        return
    # Rich is slow to load, and of no use without a terminal.
    from rich import console, progress  # noqa: PLC0415

    shown = progress.Progress(
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
    with shown:
        task = shown.add_task(doing, total=None, rate="")

        def advance(count: int, fraction: float | None) -> None:
            nonlocal began, done
            # What came before, such as loading weights, is not part of the rate.
            began = began or time.monotonic()
            done += count
            rate = describe_rate(done, time.monotonic() - began, what)
            if fraction is None:
                shown.update(task, rate=rate)
            else:
                shown.update(task, total=1.0, completed=fraction, rate=rate)

        yield advance


def describe_rate(count: int, elapsed: float, what: str = "variants") -> str:
    """Return a count and its rate in words.

    Args:
        count: How many were done.
        elapsed: In how long (s).
        what: What was counted.
    """
    if elapsed <= 0:
        return f"{count:,} {what}"
    rate = count / elapsed
    digits = 0 if rate >= 10 else 1
    return f"{count:,} {what}, {rate:,.{digits}f}/s"
