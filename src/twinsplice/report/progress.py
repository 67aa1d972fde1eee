"""How far a run is: a bar on a terminal, nothing anywhere else."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

Advance = Callable[[int, float | None], None]


@contextlib.contextmanager
def bar(*, quiet: bool = False) -> Iterator[Advance]:
    """Show a bar on stderr for the length of a block, if that is a terminal.

    What the block gets is to be called with the variants done since the last
    call, and with how much of the input is read, 0 to 1, or None if unknown.

    Args:
        quiet: Show nothing, terminal or not.
    """
    if quiet or not sys.stderr.isatty():
        yield _ignore
        return
    # Rich is slow to load, and of no use without a terminal.
    from rich import console, progress  # noqa: PLC0415

    shown = progress.Progress(
        progress.TextColumn("scoring"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
        console=console.Console(stderr=True),
        transient=True,
    )
    began = time.monotonic()
    done = 0
    with shown:
        task = shown.add_task("scoring", total=None, rate="")

        def advance(variants: int, fraction: float | None) -> None:
            nonlocal done
            done += variants
            rate = describe_rate(done, time.monotonic() - began)
            if fraction is None:
                shown.update(task, rate=rate)
            else:
                shown.update(task, total=1.0, completed=fraction, rate=rate)

        yield advance


def describe_rate(variants: int, elapsed: float) -> str:
    """Return a count and its rate in words.

    Args:
        variants: How many were done.
        elapsed: In how long (s).
    """
    if elapsed <= 0:
        return f"{variants:,} variants"
    rate = variants / elapsed
    digits = 0 if rate >= 10 else 1
    return f"{variants:,} variants, {rate:,.{digits}f}/s"


def _ignore(variants: int, fraction: float | None) -> None:
    del variants, fraction
