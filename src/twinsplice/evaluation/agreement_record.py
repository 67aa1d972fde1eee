"""What an agreement leaves as JSON: its figures, and where they come from."""

import json

from twinsplice.evaluation import agreement_cases
from twinsplice.io import cache, provenance
from twinsplice.settings import evaluate as evaluate_settings


def write(
    config: evaluate_settings.Config,
    evaluation: agreement_cases.Evaluation,
    command: str | None,
) -> None:
    """Write the file that was asked for, if any.

    Args:
        config: What was done.
        evaluation: What came of it.
        command: What was typed, if anything.
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
    }
    with cache.replacing(config.output) as draft:
        draft.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
