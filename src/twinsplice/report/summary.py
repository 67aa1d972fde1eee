"""The table that closes a run."""

from collections.abc import Iterator

from twinsplice.settings import score as score_settings


def show(summary: score_settings.Summary) -> None:
    """Print what a run did to stderr."""
    # Rich is slow to load, so only once there is something to show.
    from rich import box, console, table  # noqa: PLC0415

    shown = table.Table(box=box.SIMPLE_HEAD, show_header=False)
    shown.add_column()
    shown.add_column(justify="right", overflow="fold")
    for name, value in rows(summary):
        shown.add_row(name, value)
    # Paths and contigs may hold brackets, which must not be taken for markup.
    screen = console.Console(stderr=True, markup=False, highlight=False)
    screen.print(shown)
    for note in summary.notes:
        screen.print(f"note: {note}", soft_wrap=True)


def rows(summary: score_settings.Summary) -> Iterator[tuple[str, str]]:
    """Yield the lines of the table: what, and how much."""
    yield "records", f"{summary.records:,}"
    yield "scored (allele x gene)", f"{summary.scored:,}"
    for reason, count in sorted(summary.skipped.items()):
        if count:
            yield f"not scored: {reason.replace('_', ' ')}", f"{count:,}"
    yield "time", _duration(summary.elapsed)
    if summary.elapsed > 0:
        yield "records/s", f"{summary.records / summary.elapsed:,.1f}"
    name = str(summary.output)
    yield "written to", "stdout" if name == "-" else name


def _duration(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest:.1f} s"
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{int(rest):02}"
