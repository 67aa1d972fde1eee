"""Compare models with laboratory labels, all of them on the same variants."""

import collections
import dataclasses
import itertools
import pathlib
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, UInt8

from twinsplice import errors, progress
from twinsplice.base_models import catalogue, contract
from twinsplice.engine import devices
from twinsplice.evaluation import (
    benchmark_cases,
    benchmark_metrics,
    benchmark_record,
    benchmark_scores,
)
from twinsplice.genome import coordinates, dna
from twinsplice.io.labels import labelled, labels
from twinsplice.predictors import loading
from twinsplice.scoring import assembly
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.training import held_out, splits

OTHER_CONTIG = "other_contig"
SHARED = "sequence_shared_with_training"
NO_SCORE_ELSEWHERE = "no_score_by_another_model"
LEFT_OUT = "left_out_by_max_variants"


def run(
    config: evaluate_settings.Config,
    advance: progress.Advance = progress.silent,
) -> benchmark_cases.Evaluation:
    """Return how well models tell what a laboratory measured.

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
        config.labels, form, evaluate_settings.assembly(config), config.altered_from
    )
    names = [str(config.model), *config.compare_with]
    folds = [loading.folds(name) for name in names]
    contigs = _contigs(config, table.rows, folds[0])
    rows, skipped = _chosen(config, table.rows, contigs, folds)
    # Before any work, so that weights that are missing are refused at once.
    on = devices.placement(config.device, config.threads, config.max_memory_gb)
    models = {name: loading.load(name, _folder(config, name), on) for name in names}
    checksums = {name: predictor.sha256 for name, predictor in models.items()}
    of_model: dict[str, list[benchmark_scores.Answer]] = {}
    for number, (name, predictor) in enumerate(models.items()):
        begin, end = number / len(models), (number + 1) / len(models)
        step = progress.part(advance, begin, end)
        of_model[name] = _answers(config, predictor, rows, step)
    # A model may stand beside itself.
    answers = [of_model[name] for name in names]
    every: Bool[np.ndarray, " rows"] = np.all(
        [benchmark_scores.scored(of_one) for of_one in answers], axis=0
    )
    if not every.any():
        raise errors.InputError(
            "labelled variants must have scores",
            got=_reasons(answers) or "no variants",
            remedy="check --reference, --annotation and --contigs, or add --sequences",
        )
    summary = dataclasses.replace(
        _summary(config, names, rows, answers, every),
        contigs=contigs,
        split=_split(contigs, folds[0]),
        unlabelled=dict(table.skipped),
        left_out=dict(skipped),
    )
    return benchmark_cases.evaluation(
        config,
        summary,
        benchmark_cases.origin(config, checksums),
        rows,
        of_model,
    )


def _contigs(
    config: evaluate_settings.Config,
    rows: Sequence[labelled.Labelled],
    folds: dict[str, list[str]],
) -> tuple[str, ...]:
    """Contigs asked for, else those of the model's test fold; none means all."""
    if config.contigs:
        return tuple(coordinates.canonical_contig(each) for each in config.contigs)
    if config.allow_trained or not any(row.contig for row in rows):
        return ()
    return tuple(folds.get("test", ()))


def _split(contigs: tuple[str, ...], folds: dict[str, list[str]]) -> str:
    """Which chromosomes were looked at, in words."""
    if not contigs:
        return "all chromosomes"
    where = f"chr {', '.join(contigs)}"
    return f"{where}, {held_out.of_fold(contigs, folds)}" if folds else where


def _chosen(
    config: evaluate_settings.Config,
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
    if config.max_variants is not None:
        kept = held_out.thinned(chosen, config.max_variants)
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
    config: evaluate_settings.Config,
    predictor: contract.Predictor,
    rows: Sequence[labelled.Labelled],
    advance: progress.Advance,
) -> list[benchmark_scores.Answer]:
    """Return one model's answers."""
    if config.sequences:
        return benchmark_scores.in_constructs(predictor, rows, config.distance, advance)
    assert config.reference is not None
    assert config.annotation is not None
    options = assembly.Options(
        reference=config.reference,
        annotation=config.annotation,
        distance=config.distance or evaluate_settings.DISTANCE,
    )
    return benchmark_scores.native(predictor, options, rows, advance)


def _folder(config: evaluate_settings.Config, name: str) -> pathlib.Path | None:
    return config.weights if name in catalogue.entries() else None


def _reasons(answers: Sequence[Sequence[benchmark_scores.Answer]]) -> str:
    reasons = collections.Counter(
        answer for of_model in answers for answer in of_model if isinstance(answer, str)
    )
    return ", ".join(f"{reason}: {count:,}" for reason, count in reasons.most_common())


def _summary(
    config: evaluate_settings.Config,
    names: Sequence[str],
    rows: Sequence[labelled.Labelled],
    answers: Sequence[Sequence[benchmark_scores.Answer]],
    every: Bool[np.ndarray, " rows"],
) -> evaluate_settings.Truth:
    """Return figures of every model on the variants that all of them score."""
    known = benchmark_metrics.of(list(itertools.compress(rows, every)))
    draws = benchmark_metrics.Resampling(config.resamples, config.seed)
    scores = [benchmark_scores.sizes(of_model)[:, every] for of_model in answers]
    models = {}
    for name, of_model, sizes in zip(names, answers, scores, strict=True):
        skipped = collections.Counter(
            each for each in of_model if isinstance(each, str)
        )
        skipped[NO_SCORE_ELSEWHERE] = int(
            (benchmark_scores.scored(of_model) & ~every).sum()
        )
        models[name] = benchmark_metrics.figures(sizes, known, draws)
        models[name]["skipped"] = dict(+skipped)
    return evaluate_settings.Truth(
        about=benchmark_record.about(config),
        counts=benchmark_metrics.counts(known),
        models=models,
        differences={
            name: benchmark_metrics.differences(scores[0], sizes, known, draws)
            for name, sizes in zip(names[1:], scores[1:], strict=True)
        },
        contigs=(),
        split="",
        unlabelled={},
        left_out={},
    )
