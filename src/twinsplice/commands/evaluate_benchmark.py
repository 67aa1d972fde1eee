"""Compare models with laboratory labels, on the same variants."""

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
from twinsplice.scoring.anchoring import anchor_sources
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
    """Return the measures of models against laboratory labels.

    Args:
        config: Settings of the evaluation.
        advance: Called with the variants done since the last call and the share done.

    Raises:
        TwinSpliceError: The labels, the reference or the weights cannot be used, or
            a model was trained on one of the chromosomes.
    """
    assert config.labels is not None
    form = labels.Format(config.format)
    assembly_name = evaluate_settings.assembly(config.assembly, config.annotation)
    table = labels.read(config.labels, form, assembly_name, config.altered_from)
    names = [str(config.model), *config.compare_with]
    folds = [loading.folds(name) for name in names]
    contigs = _contigs(config, table.rows, folds)
    rows, skipped = _chosen(config, table.rows, contigs, folds)
    # Load first, so that missing weights are refused before any work.
    placement = devices.placement(config.device, config.threads, config.max_memory_gb)
    models = {
        name: loading.load(name, _folder(config, name), placement) for name in names
    }
    checksums = {name: predictor.sha256 for name, predictor in models.items()}
    of_model: dict[str, list[benchmark_scores.Answer]] = {}
    for number, (name, predictor) in enumerate(models.items()):
        begin, end = number / len(models), (number + 1) / len(models)
        step = progress.part(advance, begin, end)
        of_model[name] = _answers(config, predictor, rows, step)
    # A model may be compared with itself.
    listed = [each for name in names for each in _listed(name, of_model[name])]
    answers = [each.answers for each in listed]
    scored_by_all: Bool[np.ndarray, " rows"] = np.all(
        [benchmark_scores.scored(model_answers) for model_answers in answers], axis=0
    )
    if not scored_by_all.any():
        raise errors.InputError(
            "labelled variants must have scores",
            got=_reasons(answers) or "no variants",
            remedy="check --reference, --annotation and --contigs, or add --sequences",
        )
    summary = dataclasses.replace(
        _summary(config, rows, listed, scored_by_all),
        contigs=contigs,
        split=_split(contigs, folds[0]),
        unlabelled=dict(table.skipped),
        left_out=dict(skipped),
        learned={name: words for name in names if (words := loading.learned(name))},
    )
    return benchmark_cases.evaluation(
        config,
        summary,
        benchmark_cases.origin(config, checksums),
        rows,
        {each.name: each.answers for each in listed},
    )


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class _Listed:
    """A row of the table: scores under a name.

    Attributes:
        name: A model's name, or that of its exon-inclusion scores.
        answers: The scores, or reasons for having none.
        is_derived: Whether they are made of another row's.
    """

    name: str
    answers: list[benchmark_scores.Answer]
    is_derived: bool = False


def _listed(name: str, answers: list[benchmark_scores.Answer]) -> list[_Listed]:
    """Return a model's own row, and that of its exon-inclusion scores, if any."""
    inclusions = benchmark_scores.inclusions(answers)
    own = [_Listed(name, answers)]
    if inclusions is not None:
        own.append(
            _Listed(name + benchmark_scores.INCLUSION, inclusions, is_derived=True)
        )
    return own


def _contigs(
    config: evaluate_settings.Config,
    rows: Sequence[labelled.Labelled],
    folds: Sequence[dict[str, list[str]]],
) -> tuple[str, ...]:
    """Contigs of the settings, else of the model's test fold; empty means all.

    What a model beside it was trained on is not tested on either.
    """
    if config.contigs:
        return tuple(coordinates.canonical_contig(name) for name in config.contigs)
    if config.allow_trained or not any(row.contig for row in rows):
        return ()
    trained = {name for by_fold in folds for name in by_fold.get("train", ())}
    return tuple(name for name in folds[0].get("test", ()) if name not in trained)


def _split(contigs: tuple[str, ...], folds: dict[str, list[str]]) -> str:
    """The chromosomes evaluated, in words."""
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
        InputError: There are none, or a model was trained on their chromosomes.
    """
    names = np.array([coordinates.canonical_contig(row.contig) for row in rows])
    chosen = np.isin(names, contigs) if contigs else np.ones(len(rows), dtype=bool)
    skipped = collections.Counter({OTHER_CONTIG: int((~chosen).sum())})
    training = sorted({name for by_fold in folds for name in by_fold.get("train", ())})
    trained = np.isin(names, training) if training else np.zeros(len(rows), dtype=bool)
    if not config.allow_trained:
        overlap = sorted(set(names[chosen & trained]))
        if overlap:
            raise errors.InputError(
                "a model is judged on chromosomes it has not learned from",
                got=", ".join(overlap),
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
    """Mask of chosen rows that share sequence with the table's training rows."""
    marked = np.zeros(len(rows), dtype=bool)
    has_sequence = np.array([bool(row.ref_seq) for row in rows])
    test_rows, train_rows = chosen & has_sequence, trained & has_sequence
    if test_rows.any() and train_rows.any():
        train, test = (
            _codes([row.ref_seq for row in itertools.compress(rows, mask)])
            for mask in (train_rows, test_rows)
        )
        pairs = splits.shared_sequences(train, test)
        marked[np.flatnonzero(test_rows)[np.unique(pairs.test)]] = True
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
    """Return one model's scores, or reasons for having none."""
    if config.sequences:
        return benchmark_scores.in_constructs(predictor, rows, config.distance, advance)
    assert config.reference is not None
    assert config.annotation is not None
    options = assembly.Options(
        reference=config.reference,
        annotation=config.annotation,
        distance=config.distance or evaluate_settings.DISTANCE,
        # Others cannot be told a reference.
        map=config.map if predictor.anchor_model else anchor_sources.AUTO,
        force=config.force,
    )
    return benchmark_scores.native(predictor, options, rows, advance)


def _folder(config: evaluate_settings.Config, name: str) -> pathlib.Path | None:
    return config.weights if name in catalogue.entries() else None


def _reasons(answers: Sequence[Sequence[benchmark_scores.Answer]]) -> str:
    reasons = collections.Counter(
        answer
        for model_answers in answers
        for answer in model_answers
        if isinstance(answer, str)
    )
    return ", ".join(f"{reason}: {count:,}" for reason, count in reasons.most_common())


def _summary(
    config: evaluate_settings.Config,
    rows: Sequence[labelled.Labelled],
    listed: Sequence[_Listed],
    scored_by_all: Bool[np.ndarray, " rows"],
) -> evaluate_settings.Truth:
    """Return the measures of every model on the variants that all of them score."""
    variant_labels = benchmark_metrics.of(list(itertools.compress(rows, scored_by_all)))
    draws = benchmark_metrics.Resampling(config.resamples, config.seed)
    scores = [benchmark_scores.sizes(each.answers)[:, scored_by_all] for each in listed]
    models = {}
    for each, sizes in zip(listed, scores, strict=True):
        models[each.name] = benchmark_metrics.figures(sizes, variant_labels, draws)
        models[each.name]["skipped"] = _skipped(each, scored_by_all)
        if config.likelihoods:
            models[each.name]["likelihoods"] = benchmark_metrics.likelihoods(
                sizes, variant_labels, draws
            )
    return evaluate_settings.Truth(
        about=benchmark_record.about(config),
        counts=benchmark_metrics.counts(variant_labels),
        models=models,
        differences={
            each.name: benchmark_metrics.differences(
                scores[0], sizes, variant_labels, draws
            )
            for each, sizes in zip(listed[1:], scores[1:], strict=True)
        },
        contigs=(),
        split="",
        unlabelled={},
        left_out={},
    )


def _skipped(
    listed: _Listed, scored_by_all: Bool[np.ndarray, " rows"]
) -> dict[str, int]:
    """Return the variants left out by reason; those of a derived row are told once."""
    if listed.is_derived:
        return {}
    skipped = collections.Counter(
        answer for answer in listed.answers if isinstance(answer, str)
    )
    skipped[NO_SCORE_ELSEWHERE] = int(
        (benchmark_scores.scored(listed.answers) & ~scored_by_all).sum()
    )
    return dict(+skipped)
