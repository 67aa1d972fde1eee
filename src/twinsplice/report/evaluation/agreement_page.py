"""The agreement report: one self-contained page of HTML."""

import math
import pathlib
from collections.abc import Mapping, Sequence

from twinsplice.evaluation import agreement_cases
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.report import pages
from twinsplice.report.evaluation import (
    agreement_figures,
    agreement_table,
    calibration_figures,
    tracks,
)

Groups = Mapping[str, Mapping[str, float]]
_TILES = {
    "variants": "variants",
    "r": "r of largest |Δ|",
    "spearman": "Spearman of largest |Δ|",
    "ap_0.2": "AP, base |Δ| ≥ 0.2",
    "ap_0.5": "AP, base |Δ| ≥ 0.5",
    "position": "position within 1 base",
}


def page(
    evaluation: agreement_cases.Evaluation,
    numbers: statistics.Statistics,
    command: str,
    date: str | None = None,
) -> str:
    """Return the page of an evaluation.

    Args:
        evaluation: The evaluation.
        numbers: Its statistics.
        command: The command that made it.
        date: Date of the page; now if not given.
    """
    name = pathlib.PurePath(evaluation.metadata.get("Model", "a model")).name
    count = calibration_figures.counted(numbers)
    overall = evaluation.summary.groups.get("all", {})
    columns = agreement_table.columns_of(evaluation.summary.groups)
    return pages.rendered(
        "agreement.html",
        {
            "title": f"Evaluation of {name}",
            "tiles": [
                (agreement_table.cell(figure, overall[figure]), meaning)
                for figure, meaning in _TILES.items()
                if figure in overall
            ],
            "metadata": {
                **evaluation.metadata,
                "Variants": f"{count} Size: largest |Δ|.",
            },
            "date": date or pages.now(),
            "command": command,
            "drawn": agreement_figures.every(evaluation, numbers),
            "columns": ("variants", *map(agreement_table.COLUMNS.get, columns)),
            "groups": _rows(evaluation.summary.groups, columns),
            "distances": _rows(numbers.groups_by_distance, columns),
            "interval_columns": agreement_table.INTERVALS,
            "intervals": agreement_table.interval_rows(evaluation),
            "misses": tracks.worst(evaluation.cases, numbers),
            "misses_note": "The variants of largest error, the largest difference of "
            f"the two Δ at any base, of {len(evaluation.cases):,}. Values below "
            f"{tracks.SMALLEST} are not drawn; from {tracks.HEADED} on they have a "
            "head. Places count from 1 on the plus strand; tracks run as the gene is "
            "transcribed.",
        },
    )


def _rows(groups: Groups, columns: Sequence[str]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            *(
                agreement_table.cell(column, values.get(column, math.nan))
                for column in columns
            ),
        )
        for name, values in groups.items()
    ]
