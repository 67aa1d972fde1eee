"""What the making of a reference map costs and gave, on stderr."""

import sys

from twinsplice.io import object_stores
from twinsplice.report import summary as score_summary
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import prepare as prepare_settings

_UNKNOWN_SHOWN = 5


def silent(cost: prepare_settings.Cost) -> None:
    """Show nothing."""
    del cost


def announce(cost: prepare_settings.Cost) -> None:
    """Print what a run is going to take."""
    sys.stderr.write(estimate(cost))


def show(summary: prepare_settings.Summary) -> None:
    """Print what a run gave."""
    sys.stderr.write(result(summary))


def estimate(cost: prepare_settings.Cost) -> str:
    """Return a cost as a line: beforehand, or the time that was measured since."""
    if cost.seconds is not None:
        return f"about {score_summary.duration(cost.seconds)} left\n"
    return (
        f"{cost.genes:,} genes with {cost.bases / 1e6:,.1f} Mb to compute, "
        f"{cost.tflop:,.1f} TFLOP\n"
    )


def written(summary: prepare_settings.Summary | merge_settings.Summary) -> str:
    """Return a line of what was written."""
    output = object_stores.title(summary.output)
    return (
        f"{summary.sites:,} sites of {summary.genes:,} genes, "
        f"{summary.size / 1e6:,.2f} MB, written to {output}\n"
    )


def result(summary: prepare_settings.Summary) -> str:
    """Return the lines of a summary."""
    lines = [written(summary)]
    if kept := summary.bases - summary.computed:
        lines.append(f"{kept / 1e6:,.1f} Mb were there from an earlier run\n")
    rate = ""
    if summary.computing > 0:
        per_second = summary.computed / summary.computing
        rate = f", {per_second:,.0f} bases/s while computing"
    lines.append(f"time {score_summary.duration(summary.elapsed)}{rate}\n")
    for reason, count in sorted(summary.left_out.items()):
        lines.append(f"left out: {reason.replace('_', ' ')}: {count:,} genes\n")
    if unknown := summary.unknown:
        some = ", ".join(unknown[:_UNKNOWN_SHOWN])
        more = ", ..." if len(unknown) > _UNKNOWN_SHOWN else ""
        lines.append(f"not in the annotation: {len(unknown):,} ({some}{more})\n")
    return "".join(lines)
