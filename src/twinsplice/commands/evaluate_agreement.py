"""Compare a model with its base model on held-out variants."""

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Bool

import twinsplice
from twinsplice import errors, progress
from twinsplice.evaluation import (
    agreement_cases,
    agreement_scores,
    calibration_statistics,
    evaluated,
)
from twinsplice.genome import regions
from twinsplice.io import provenance
from twinsplice.io import target_store as stores
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.stats import agreement
from twinsplice.training import datasets, held_out, splits

DEEP = 50
"""Bases from any annotated site beyond which an intronic variant is deep."""
DISTANCES = (-1, 2, 10, DEEP)
"""Bounds of groups by distance from the nearest annotated site (bp)."""
_CHUNK = 256


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class _Rows:
    """Variants of one store, and their groups."""

    cases: agreement_cases.Cases
    groups: dict[str, Bool[np.ndarray, " rows"]]


def run(
    config: evaluate_settings.Config,
    advance: progress.Advance = progress.silent,
) -> agreement_cases.Evaluation:
    """Return the agreement of a model with its base model, by groups of variants.

    Args:
        config: Settings of the evaluation.
        advance: Called with the variants done since the last call and the share done.

    Raises:
        TwinSpliceError: The weights or the targets cannot be used, or the model was
            trained on one of the chromosomes.
    """
    with evaluated.opened(config) as model:
        opened = [stores.open_store(path) for path in config.targets]
        contigs = config.contigs or tuple(model.folds.get("test", ())) or _all(opened)
        fold = splits.Split(train=(), validation=(), test=contigs)
        _refuse_learned(fold.test, model.folds.get("train", []))
        most = -(-config.max_variants // len(opened)) if config.max_variants else None
        parts = [
            _of_store(
                model,
                store,
                fold,
                most,
                functools.partial(_advance_all, advance, number, len(opened)),
            )
            for number, store in enumerate(opened)
        ]
    cases = agreement_cases.joined([part.cases for part in parts])
    return agreement_cases.Evaluation(
        summary=evaluate_settings.Summary(
            groups=_figures(parts, cases, refined=config.refined),
            contigs=fold.test,
            strand_gap=_strand_gap(parts, cases),
        ),
        cases=cases,
        sha256=model.sha256,
        metadata=_metadata(config, model, cases.contigs, opened),
        level=agreement_scores.interval_level(cases.scores, model.calibration),
        calibrated=model.calibration.isotonic is not None,
        intervals=calibration_statistics.intervals(cases.scores, cases.distance),
        probability=calibration_statistics.probability(cases.scores),
    )


def _advance_all(
    advance: progress.Advance,
    before: int,
    stores_in_all: int,
    variants: int,
    share: float,
) -> None:
    """Report progress over all stores, from the share of one store that is done."""
    advance(variants, (before + share) / stores_in_all)


def _of_store(
    model: evaluated.EvaluatedModel,
    store: stores.Store,
    fold: splits.Split,
    most: int | None,
    advance: Callable[[int, float], None],
) -> _Rows:
    """Compute Δ of a store's test variants, thinned to `most`.

    `advance` is called with the variants done since its last call and the share done.
    """
    model.require_fit(store)
    rows = fold.assign(datasets.contigs(store), ("test",))["test"]
    rows = rows & store.done_rows()
    if most is not None:
        rows = held_out.thinned(rows, most)
    pairs = datasets.read_pairs(store, rows, 0.5)
    indices = np.flatnonzero(rows)
    deltas, scores = [], []
    for first in range(0, len(pairs.codes), _CHUNK):
        span = slice(first, first + _CHUNK)
        part = pairs.at(span)
        inferred = model.answer(store, indices[span], part)
        deltas.append(inferred.delta)
        scores.append(
            agreement_scores.scored(
                inferred, part.delta, part.profile, model.calibration
            )
        )
        advance(len(part.codes), (first + len(part.codes)) / len(pairs.codes))
    predicted = np.concatenate(deltas)
    return _Rows(
        cases=agreement_cases.of_store(
            store, rows, pairs, predicted, scores, model.refine_from
        ),
        groups=dict(_groups(store, rows)),
    )


def _all(opened: list[stores.Store]) -> tuple[str, ...]:
    """All chromosomes of the stores, for a model that was trained on none."""
    names = np.concatenate([datasets.contigs(store) for store in opened])
    return tuple(sorted(set(names.tolist()) - {""}))


def _figures(
    parts: list[_Rows], cases: agreement_cases.Cases, *, refined: bool
) -> dict[str, dict[str, float]]:
    covered, figures = cases.scores.covered, {}
    for name in parts[0].groups:
        rows = np.concatenate([part.groups[name] for part in parts])
        if rows.sum() > 1:
            figures[name] = agreement.of_group(
                cases.predicted[rows], cases.target[rows]
            )
            figures[name] |= agreement.r_interval(
                cases.predicted[rows], cases.target[rows], np.array(cases.genes)[rows]
            )
            if refined:
                figures[name] |= agreement.of_refinement(
                    cases.target[rows], cases.refined[rows]
                )
            if covered is not None:
                figures[name]["coverage"] = float(covered[rows].mean())
                figures[name]["coverage_largest"] = float(covered[rows, 0].mean())
    return figures


def _strand_gap(
    parts: list[_Rows], cases: agreement_cases.Cases
) -> tuple[float, float, float]:
    """Return the difference of r of SNVs between strands, with its interval."""
    groups = ("SNVs", "SNVs, minus strand")
    snv, minus = (
        np.concatenate([part.groups[name] for part in parts]) for name in groups
    )
    gap = agreement.strand_gap(
        cases.predicted[snv],
        cases.target[snv],
        minus[snv],
        np.array(cases.genes)[snv],
    )
    return gap.value, gap.low, gap.high


def _groups(
    store: stores.Store, rows: Bool[np.ndarray, " rows"]
) -> Iterator[tuple[str, Bool[np.ndarray, " rows"]]]:
    """Yield groups by type, strand, region and distance; some overlap."""

    def read(name: str) -> np.ndarray:
        values: np.ndarray = store.read(name)[rows]
        return values

    ref, alt = read("ref_length"), read("alt_length")
    snv = (ref == 1) & (alt == 1)
    yield "all", np.ones(len(ref), dtype=bool)
    yield "SNVs", snv
    yield "insertions", ref < alt
    yield "deletions", ref > alt
    yield "indels", ref != alt
    on_minus_strand = read("mirrored") == 1
    yield "SNVs, plus strand", snv & ~on_minus_strand
    yield "SNVs, minus strand", snv & on_minus_strand
    region, names = read("region"), store.metadata["regions"]
    for number, name in enumerate(names):
        yield f"SNVs, {name.replace('_', ' ')}", snv & (region == number)
    intronic = ~np.isin(region, [names.index("exon"), names.index("other")])
    distance = read("distance")
    yield "SNVs, deep intronic", snv & intronic & (distance > DEEP)
    known = snv & (distance != regions.NO_SITE)
    for lower, upper in itertools.pairwise(DISTANCES):
        in_bin = (lower < distance) & (distance <= upper)
        yield f"SNVs, {lower + 1} to {upper} bases from a site", known & in_bin
    yield f"SNVs, over {DEEP} bases from a site", known & (distance > DEEP)


def _refuse_learned(contigs: tuple[str, ...], training: list[str]) -> None:
    shared = sorted(set(contigs) & set(training))
    if shared:
        raise errors.InputError(
            "a model is judged on chromosomes it has not learned from",
            got=", ".join(shared),
            remedy="choose others as --contigs",
        )


def _metadata(
    config: evaluate_settings.Config,
    model: evaluated.EvaluatedModel,
    contigs: tuple[str, ...],
    opened: list[stores.Store],
) -> dict[str, str]:
    """Return model, targets and chromosomes in words."""
    fold = held_out.of_fold(contigs, model.folds)
    checksum = opened[0].metadata["base_model_sha256"]
    return {
        "Model": str(config.model),
        "Architecture": model.architecture,
        "SHA-256": model.sha256,
        "Base model": f"{opened[0].metadata['base_model']} (SHA-256 {checksum})",
        "Targets": ", ".join(str(store.path) for store in opened),
        "Chromosomes": f"{', '.join(contigs)} ({fold})",
        "Thinned": f"to {config.max_variants:,} variants"
        if config.max_variants
        else "no",
        "TwinSplice": f"{twinsplice.__version__}, commit {provenance.commit() or '?'}",
    }
