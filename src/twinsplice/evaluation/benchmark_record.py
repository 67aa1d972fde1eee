"""Record of a benchmark: measures, scores and their provenance, as files."""

import dataclasses
import json
import math
import pathlib
from typing import Any

from twinsplice.evaluation import benchmark_cases, benchmark_scores
from twinsplice.io import cache, tables
from twinsplice.io.labels import labelled
from twinsplice.settings import evaluate as evaluate_settings

_SCORE_COLUMNS = {
    "name": str,
    "contig": str,
    "pos": int,
    "ref": str,
    "alt": str,
    "group": str,
    "altered": bool,
    "value": float,
    "model": str,
    "score": float,
    "signed": float,
    "reason": str,
}


def about(config: evaluate_settings.Config) -> str:
    """Return the table and the settings of scoring in words."""
    assert config.labels is not None
    table = f"{config.labels.name} as {config.format}"
    if config.sequences:
        searched = f"{config.distance} bases each side" if config.distance else "all"
        return f"{table}, in its own sequences, {searched} searched"
    assert config.reference is not None
    distance = config.distance or evaluate_settings.DISTANCE
    return f"{table}, in {config.reference.name}, {distance} bases each side searched"


def write(
    config: evaluate_settings.Config,
    evaluation: benchmark_cases.Evaluation,
    command: str | None,
) -> None:
    """Write the files that the settings name: scores, and measures as JSON.

    Args:
        config: Settings of the evaluation.
        evaluation: Its results.
        command: The command line, if there was one.
    """
    if config.scores is not None:
        with tables.open_table(config.scores, _SCORE_COLUMNS) as table:
            for name, answers in evaluation.answers.items():
                pairs = zip(evaluation.rows, answers, strict=True)
                score_rows = [_score_row(name, row, answer) for row, answer in pairs]
                table.write(
                    {key: [row[key] for row in score_rows] for key in _SCORE_COLUMNS}
                )
    if config.output is not None:
        source = evaluation.source
        record = {
            "twinsplice": source.twinsplice,
            "git": source.git,
            "command": command,
            "labels_sha256": source.labels_sha256,
            "models_sha256": source.models_sha256,
            "settings": {
                key: _plain(value) for key, value in vars(config).items() if key != "_"
            },
            **dataclasses.asdict(evaluation.summary),
        }
        with cache.replacing(config.output) as draft:
            text = json.dumps(_finite(record), indent=2)
            draft.write_text(text + "\n", encoding="utf-8")


def _score_row(
    name: str, row: labelled.Labelled, answer: benchmark_scores.Answer
) -> dict[str, object]:
    scored = isinstance(answer, benchmark_scores.Score)
    return {
        "name": row.name,
        "contig": row.contig,
        "pos": None if row.position is None else row.position + 1,
        "ref": row.ref,
        "alt": row.alt,
        "group": row.group,
        "altered": row.altered,
        "value": row.value,
        "model": name,
        "score": answer.size if isinstance(answer, benchmark_scores.Score) else None,
        "signed": answer.signed if isinstance(answer, benchmark_scores.Score) else None,
        "reason": None if scored else answer,
    }


def _plain(value: object) -> object:
    if isinstance(value, pathlib.Path):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _finite(value: Any) -> Any:  # noqa: ANN401
    """Return a value for JSON, with null in place of NaN."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
