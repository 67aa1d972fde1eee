"""The outcome of a calibration in print."""

from collections.abc import Iterator, Mapping
from typing import Any

from twinsplice.settings import calibrate as calibrate_settings


def text(summary: calibrate_settings.Summary) -> str:
    """Return the measures before and after, and how the probabilities hold."""
    return "".join(f"{line}\n" for line in _lines(summary))


def _lines(summary: calibrate_settings.Summary) -> Iterator[str]:
    if summary.after:
        yield f"calibrated on {summary.variants:,} variants"
    for mode, figures in summary.after.items():
        for name, value in figures.items():
            old = summary.before[mode].get(name)
            was = "" if old is None else f", was {old:.3f}"
            yield f"  {mode}, {name.replace('_', ' ')}: {value:.3f}{was}"
    for mode, refinement in summary.refinement.items():
        yield f"  {mode}, threshold of score --refine: {refinement['threshold']:g}"
    if summary.laboratory is not None:
        yield from _of_labels(summary.laboratory)


def _of_labels(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield how well the probability of altered splicing holds."""
    figures = record["figures"]
    yield (
        f"probability of altered splicing: {record['variants']:,} labelled variants "
        f"in {record['groups']:,} groups, {record['altered']:,} altered"
    )
    yield f"  AUROC: {figures['auroc']['value']:.3f}"
    yield f"  AP: {figures['ap']['value']:.3f}"
    yield f"  calibration error: {figures['error']:.3f}"
