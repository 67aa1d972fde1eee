"""JSON record of an agreement: its measures and their provenance."""

import dataclasses
import json
from typing import Any

from twinsplice.evaluation import agreement_cases, calibration_statistics
from twinsplice.io import cache, provenance
from twinsplice.settings import evaluate as evaluate_settings


def write(
    config: evaluate_settings.Config,
    evaluation: agreement_cases.Evaluation,
    command: str | None,
) -> None:
    """Write the record to `config.output`, if that is set.

    Args:
        config: Settings of the evaluation.
        evaluation: Its results.
        command: The command line, if there was one.
    """
    if config.output is None:
        return
    record = {
        "model": str(config.model),
        "sha256": evaluation.sha256,
        "command": command,
        "commit": provenance.commit(),
        "targets": [str(path) for path in config.targets],
        "contigs": list(evaluation.summary.contigs),
        "groups": evaluation.summary.groups,
        "strand_gap": evaluation.summary.strand_gap,
        "intervals": [dataclasses.asdict(row) for row in evaluation.intervals],
        "probability": _probability(evaluation.probability),
    }
    with cache.replacing(config.output) as draft:
        draft.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _probability(
    probability: calibration_statistics.Probability | None,
) -> dict[str, Any] | None:
    if probability is None:
        return None
    curve = probability.curve
    return {
        "least": probability.least,
        "share": probability.share,
        "brier": probability.brier,
        "predicted": curve.predicted.tolist(),
        "observed": curve.observed.tolist(),
        "variants": curve.count.tolist(),
    }
