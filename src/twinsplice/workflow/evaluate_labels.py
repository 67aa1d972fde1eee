"""Hold models against laboratory truth, all of them on the same variants."""

import collections
import dataclasses
import hashlib
import itertools
import json
import math
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, UInt8

import twinsplice
from twinsplice import errors
from twinsplice.base_models import catalogue
from twinsplice.genome import coordinates, dna
from twinsplice.io import cache, labelled, labels, tables
from twinsplice.learn import splits
from twinsplice.models import devices
from twinsplice.workflow import (
    evaluate_config,
    held_out,
    label_scores,
    predictors,
    score_config,
    truth,
)

OTHER_CONTIG = "other_contig"
SHARED = "sequence_shared_with_training"
NO_SCORE_ELSEWHERE = "no_score_by_another_model"
LEFT_OUT = "left_out_by_most"
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

Advance = Callable[[int, float | None], object]


def run(
    config: evaluate_config.Config,
    advance: Advance = lambda variants, fraction: None,
) -> evaluate_config.Truth:
    """Return how well models tell what a laboratory found.

    Args:
        config: What to do.
        advance: Called with the variants done since the last call and the share done.

    Raises:
        TwinSpliceError: The labels, the reference or the weights cannot be used, or
            a model has learned from one of the chromosomes.
    """
    assert config.labels is not None
    form = labels.Format(config.format)
    table = labels.read(
        config.labels, form, evaluate_config.assembly(config), config.altered_from
    )
    names = [str(config.model), *config.beside]
    folds = [predictors.folds(name) for name in names]
    contigs = _contigs(config, table.rows, folds[0])
    rows, skipped = _chosen(config, table.rows, contigs, folds)
    found = []
    for number, name in enumerate(names):
        step = _stepping(advance, number * len(rows), len(names) * len(rows))
        found.append(_answers(config, name, rows, step))
    every: Bool[np.ndarray, " rows"] = np.all([_scored(each) for each in found], axis=0)
    if not every.any():
        raise errors.InputError(
            "labelled variants must have scores",
            got=_reasons(found) or "no variants",
            remedy="check --reference, --annotation and --contigs, or add --sequences",
        )
    summary = _summary(config, names, rows, found, every)
    summary = dataclasses.replace(
        summary,
        contigs=contigs,
        unlabelled=dict(table.skipped),
        left_out=dict(skipped),
    )
    _write(config, summary, rows, dict(zip(names, found, strict=True)))
    return summary


def _contigs(
    config: evaluate_config.Config,
    rows: Sequence[labelled.Labelled],
    folds: dict[str, list[str]],
) -> tuple[str, ...]:
    """Contigs asked for, else those of the model's test fold; none means all."""
    if config.contigs:
        return tuple(coordinates.canonical_contig(each) for each in config.contigs)
    if config.allow_trained or not any(row.contig for row in rows):
        return ()
    return tuple(folds.get("test", ()))


def _chosen(
    config: evaluate_config.Config,
    rows: Sequence[labelled.Labelled],
    contigs: tuple[str, ...],
    folds: Sequence[dict[str, list[str]]],
) -> tuple[list[labelled.Labelled], collections.Counter[str]]:
    """Return the rows to score, and the reasons for leaving others out.

    Raises:
        InputError: There are none, or a model has learned from their chromosomes.
    """
    names = np.array([coordinates.canonical_contig(row.contig) for row in rows])
    chosen = np.isin(names, contigs) if contigs else np.ones(len(rows), dtype=bool)
    skipped = collections.Counter({OTHER_CONTIG: int((~chosen).sum())})
    learned = sorted({each for of_one in folds for each in of_one.get("train", ())})
    trained = np.isin(names, learned) if learned else np.zeros(len(rows), dtype=bool)
    if not config.allow_trained:
        both = sorted(set(names[chosen & trained]))
        if both:
            raise errors.InputError(
                "a model is judged on chromosomes it has not learned from",
                got=", ".join(both),
                remedy="choose others as --contigs, or say --allow-trained",
            )
        shared = _shared(rows, trained, chosen)
        skipped[SHARED] = int(shared.sum())
        chosen &= ~shared
    if config.most is not None:
        kept = held_out.thinned(chosen, config.most)
        skipped[LEFT_OUT] = int((chosen & ~kept).sum())
        chosen = kept
    if not chosen.any():
        raise errors.InputError(
            "there must be labelled variants on the chromosomes asked for",
            got=f"none on {', '.join(contigs) or 'any'} in {config.labels}",
            remedy="choose others as --contigs",
        )
    return list(itertools.compress(rows, chosen)), +skipped


def _shared(
    rows: Sequence[labelled.Labelled],
    trained: Bool[np.ndarray, " rows"],
    chosen: Bool[np.ndarray, " rows"],
) -> Bool[np.ndarray, " rows"]:
    """Mark chosen rows whose sequence stands in the table's part trained on, too."""
    marked = np.zeros(len(rows), dtype=bool)
    has = np.array([bool(row.ref_seq) for row in rows])
    here, there = chosen & has, trained & has
    if here.any() and there.any():
        known, asked = (
            _codes([row.ref_seq for row in itertools.compress(rows, part)])
            for part in (there, here)
        )
        pairs = splits.shared_sequences(known, asked)
        marked[np.flatnonzero(here)[np.unique(pairs.test)]] = True
    return marked


def _codes(sequences: Sequence[str]) -> UInt8[np.ndarray, "rows length"]:
    longest = max(map(len, sequences))
    codes = np.full((len(sequences), longest), dna.UNKNOWN, dtype=np.uint8)
    for row, sequence in zip(codes, sequences, strict=True):
        row[: len(sequence)] = dna.encode(sequence)
    return codes


def _answers(
    config: evaluate_config.Config,
    name: str,
    rows: Sequence[labelled.Labelled],
    step: label_scores.Advance,
) -> list[label_scores.Answer]:
    """Return one model's answers."""
    folder = config.weights if name in catalogue.entries() else None
    if not config.sequences:
        assert config.reference is not None
        assert config.annotation is not None
        settings = score_config.Config(
            pathlib.Path("-"),
            reference=config.reference,
            annotation=config.annotation,
            model=name,
            weights=folder,
            distance=config.distance or evaluate_config.DISTANCE,
            device=config.device,
            max_memory_gb=config.max_memory_gb,
            threads=config.threads,
        )
        return label_scores.native(settings, rows, step)
    device = devices.choose(config.device, config.threads)
    model = predictors.load(name, folder)
    ensemble = model.ensemble(device, int(config.max_memory_gb * 0.75e9))
    return label_scores.in_constructs(model, ensemble, rows, config.distance, step)


def _stepping(advance: Advance, before: int, total: int) -> label_scores.Advance:
    done = before

    def step(count: int) -> None:
        nonlocal done
        done += count
        advance(count, done / total)

    return step


def _scored(found: Sequence[label_scores.Answer]) -> Bool[np.ndarray, " rows"]:
    return np.array([isinstance(each, label_scores.Score) for each in found])


def _reasons(found: Sequence[Sequence[label_scores.Answer]]) -> str:
    reasons = collections.Counter(
        each for answers in found for each in answers if isinstance(each, str)
    )
    return ", ".join(f"{reason}: {count:,}" for reason, count in reasons.most_common())


def _summary(
    config: evaluate_config.Config,
    names: Sequence[str],
    rows: Sequence[labelled.Labelled],
    found: Sequence[Sequence[label_scores.Answer]],
    every: Bool[np.ndarray, " rows"],
) -> evaluate_config.Truth:
    """Return figures of every model on the variants that all of them score."""
    known = truth.of(list(itertools.compress(rows, every)))
    draws = truth.Resampling(config.resamples, config.seed)
    scores = [label_scores.sizes(answers)[:, every] for answers in found]
    models = {}
    for name, answers, of_model in zip(names, found, scores, strict=True):
        skipped = collections.Counter(each for each in answers if isinstance(each, str))
        skipped[NO_SCORE_ELSEWHERE] = int((_scored(answers) & ~every).sum())
        models[name] = truth.figures(of_model, known, draws)
        models[name]["skipped"] = dict(+skipped)
    return evaluate_config.Truth(
        about=_about(config),
        counts=truth.counts(known),
        models=models,
        differences={
            name: truth.differences(scores[0], of_model, known, draws)
            for name, of_model in zip(names[1:], scores[1:], strict=True)
        },
        contigs=(),
        unlabelled={},
        left_out={},
    )


def _about(config: evaluate_config.Config) -> str:
    """The table, and how its variants were scored."""
    assert config.labels is not None
    table = f"{config.labels.name} as {config.format}"
    if config.sequences:
        searched = f"{config.distance} bases each side" if config.distance else "all"
        return f"{table}, in its own sequences, {searched} searched"
    assert config.reference is not None
    distance = config.distance or evaluate_config.DISTANCE
    return f"{table}, in {config.reference.name}, {distance} bases each side searched"


def _write(
    config: evaluate_config.Config,
    summary: evaluate_config.Truth,
    rows: Sequence[labelled.Labelled],
    found: dict[str, list[label_scores.Answer]],
) -> None:
    if config.scores is not None:
        with tables.open_table(config.scores, _SCORE_COLUMNS) as table:
            for name, answers in found.items():
                both = zip(rows, answers, strict=True)
                table.write([_score_row(name, *each) for each in both])
    if config.output is not None:
        assert config.labels is not None
        record = {
            "twinsplice": twinsplice.__version__,
            "labels_sha256": hashlib.sha256(config.labels.read_bytes()).hexdigest(),
            "settings": {
                key: _plain(value) for key, value in vars(config).items() if key != "_"
            },
            **dataclasses.asdict(summary),
        }
        with cache.replacing(config.output) as draft:
            text = json.dumps(_finite(record), indent=2)
            draft.write_text(text + "\n", encoding="utf-8")


def _score_row(
    name: str, row: labelled.Labelled, answer: label_scores.Answer
) -> dict[str, object]:
    scored = isinstance(answer, label_scores.Score)
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
        "score": answer.size if isinstance(answer, label_scores.Score) else None,
        "signed": answer.signed if isinstance(answer, label_scores.Score) else None,
        "reason": None if scored else answer,
    }


def _plain(value: object) -> object:
    if isinstance(value, pathlib.Path):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _finite(value: Any) -> Any:  # noqa: ANN401
    """Return JSON's own form: null where a number is NaN."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
