"""The summary table printed at the end of a run."""

import pathlib
import sys
from collections.abc import Iterable, Iterator, Mapping

from twinsplice import errors
from twinsplice.genome import variants
from twinsplice.io import object_stores
from twinsplice.settings import score as score_settings


def show(summary: score_settings.Summary, written: Iterable[pathlib.Path] = ()) -> None:
    """Print a run's summary to stderr.

    Args:
        summary: The summary.
        written: Further files that were written.
    """
    # Rich is slow to load, so it is imported when needed.
    from rich import box, console, table  # noqa: PLC0415

    grid = table.Table(box=box.SIMPLE_HEAD, show_header=False)
    grid.add_column()
    grid.add_column(justify="right", overflow="fold")
    for name, value in rows(summary):
        grid.add_row(name, errors.printable(value))
    for path in written:
        grid.add_row("written to", errors.printable(object_stores.title(path)))
    # Paths and contigs may contain brackets, which are not markup.
    screen = console.Console(stderr=True, markup=False, highlight=False)
    screen.print(grid)
    for note in summary.notes:
        screen.print(f"note: {errors.printable(note)}", soft_wrap=True)
    warn(summary)


def warn(summary: score_settings.Summary) -> None:
    """Print to stderr what is said even where no summary is shown."""
    for warning in summary.warnings:
        sys.stderr.write(f"twinsplice: warning: {errors.printable(warning)}\n")


def rows(summary: score_settings.Summary) -> Iterator[tuple[str, str]]:
    """Yield the rows of the table: label and value."""
    yield "records", f"{summary.records:,}"
    yield "scored (allele x gene)", f"{summary.scored:,}"
    for reference, number in summary.references.items():
        yield f"reference: {reference}", f"{number:,}"
    for words, number in summary.classes.items():
        yield words, f"{number:,}"
    yield from _skipped("", summary.skipped)
    for model in summary.further:
        count = f"{model.scored:,}"
        if model.refines and summary.scored:
            count += f" ({model.scored / summary.scored:.1%})"
        verb = "refined" if model.refines else "scored"
        yield f"{model.key}: {verb} (allele x gene)", count
        yield from _skipped(f"{model.key}: ", model.skipped)
    if summary.resumed:
        yield "records taken over from a stopped run", f"{summary.resumed:,}"
    yield "time", duration(summary.elapsed)
    if summary.elapsed > 0:
        rate = (summary.records - summary.resumed) / summary.elapsed
        yield "records/s", f"{rate:,.1f}"
    if summary.output is not None:
        name = object_stores.title(summary.output)
        yield "written to", "stdout" if name == "-" else name


def _skipped(
    prefix: str, skipped: Mapping[variants.SkipReason, int]
) -> Iterator[tuple[str, str]]:
    none = sum(skipped.get(reason, 0) for reason in variants.NOT_ALLELES)
    for reason, count in sorted(skipped.items()):
        if count and reason not in variants.NOT_ALLELES:
            yield f"{prefix}not scored: {reason.replace('_', ' ')}", f"{count:,}"
    if none:
        yield f"{prefix}no alternate allele (., *, <NON_REF>)", f"{none:,}"


def duration(seconds: float) -> str:
    """Return a time as text, such as 2.5 s or 1:05:09."""
    minutes, remainder = divmod(seconds, 60)
    if not minutes:
        return f"{remainder:.1f} s"
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{int(remainder):02}"
