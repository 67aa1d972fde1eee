"""The model evaluated against base deltas: a trained model, or a base model.

A trained model reads the sequences kept in a target store. A base model reads more
context, so it needs the genome and the genes that the targets were made from.
"""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.engine import devices, profiling
from twinsplice.genome import coordinates, genes
from twinsplice.io import fasta, map_rows
from twinsplice.io import target_store as stores
from twinsplice.io.annotation import annotations, former_symbols
from twinsplice.models import anchoring, paired
from twinsplice.predictors import checkpoints, score_calibration
from twinsplice.predictors import loading as model_loading
from twinsplice.scoring import build_checks
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.targets import sequences, variant_pairs
from twinsplice.training import batches, held_out, inference

Rows = Int64[np.ndarray, " rows"]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class EvaluatedModel:
    """A model that predicts Δ of the variants of a target store.

    Attributes:
        sha256: Checksum of its weights.
        architecture: Its architecture.
        folds: Chromosomes of each fold that it was trained with.
        calibration: Calibration of its sizes.
        refine_from: Upper end of a score from which a variant is refined; none where
            variants are not.
        require_fit: Refuses a store that it cannot be evaluated on.
        answer: Predicts of rows of a store; their variants are given, too.
    """

    sha256: str
    architecture: str
    folds: Mapping[str, list[str]]
    calibration: score_calibration.ScoreCalibration
    refine_from: float | None = None
    require_fit: Callable[[stores.Store], None]
    answer: Callable[[stores.Store, Rows, batches.Pairs], inference.Inferred]


@contextlib.contextmanager
def opened(config: evaluate_settings.Config) -> Iterator[EvaluatedModel]:
    """Open the model that a configuration names; it is usable until the block ends.

    Raises:
        TwinSpliceError: Its weights cannot be used, or a base model's genome.
    """
    device = devices.choose(config.device, config.threads)
    name = str(config.model)
    if name not in catalogue.entries():
        if config.member is not None:
            raise errors.InputError(
                "--member goes with a base model",
                got=name,
                remedy="leave it out",
            )
        yield _trained(checkpoints.load(_path(config)), device, config)
        return
    if config.refined:
        raise errors.InputError(
            "--refined goes with a trained model", got=name, remedy="leave it out"
        )
    _require_paired(name, config.anchored, is_paired=False)
    if config.reference is None or config.annotation is None:
        raise errors.InputError(
            "a base model reads more than targets keep: it needs --reference and "
            "--annotation",
            got="one of them missing",
            remedy="give those that the targets were made from",
        )
    model = loading.load(name, config.weights)
    index = annotations.load(config.annotation).index
    with fasta.Reference.open(config.reference) as reference:
        build_checks.require_same_build(
            index, reference, config.annotation, force=config.force
        )
        memory = int(config.max_memory_gb * 0.75e9)
        on = devices.Placement(device=device, memory=memory)
        ensemble = model.ensemble(on)
        yield _base(model, _of_member(ensemble, model, config), reference, index)


def _path(config: evaluate_settings.Config) -> pathlib.Path:
    shipped = str(config.model) == checkpoints.SHIPPED
    return checkpoints.shipped() if shipped else config.model


def _trained(
    trained: checkpoints.Trained,
    device: torch.device,
    config: evaluate_settings.Config,
) -> EvaluatedModel:
    anchored = config.anchored
    card, model = trained.card, trained.model
    floor = None if anchored == "none" else anchoring.FLOOR
    is_paired = isinstance(model, paired.PairedDeltaPredictor)
    architecture = str(card["model"]["architecture"])
    _require_paired(architecture, anchored, is_paired=is_paired)
    return EvaluatedModel(
        sha256=trained.sha256,
        architecture=architecture if floor is None else f"{architecture}, anchored",
        folds=card.get("splits") or {},
        calibration=score_calibration.from_card(
            card, "plain" if floor is None else "anchored"
        ),
        refine_from=_refine_from(card, config) if config.refined else None,
        require_fit=lambda store: held_out.require_fit(store, card, model.reach),
        answer=lambda store, rows, part: inference.infer(
            *(model, _as_mapped(part) if anchored == "map" else part),
            floor=floor,
            device=device,
        ),
    )


def _as_mapped(part: batches.Pairs) -> batches.Pairs:
    """Return variants with their references as a map has them: rounded to a byte."""
    exact = torch.from_numpy(part.profile.astype(np.float32))
    code = map_rows.encode(anchoring.of_probabilities(exact).numpy(), anchoring.FLOOR)
    told = torch.from_numpy(map_rows.decode(code, anchoring.FLOOR))
    return dataclasses.replace(part, profile=anchoring.probabilities(told).numpy())


def _refine_from(card: Mapping[str, Any], config: evaluate_settings.Config) -> float:
    """Return the threshold of refinement that a card has for a mode."""
    fitted = model_loading.thresholds(card, str(config.model))
    of_base = fitted.get(str(card.get("base_model")), contract.Thresholds())
    least = of_base.plain if config.anchored == "none" else of_base.anchored
    if least is None:
        raise errors.InputError(
            "--refined needs a model whose threshold of refinement was fitted",
            got=f"{config.model} without one",
            remedy="calibrate it with twinsplice calibrate",
        )
    return least


def _require_paired(name: str, anchored: str, *, is_paired: bool) -> None:
    if anchored != "none" and not is_paired:
        raise errors.InputError(
            "only a paired predictor can be told the base model's reference",
            got=f"--anchored {anchored} and {name}",
            remedy="leave --anchored out",
        )


def _of_member(
    ensemble: profiling.Ensemble,
    model: contract.BaseModel,
    config: evaluate_settings.Config,
) -> profiling.Ensemble:
    """The whole ensemble, or one network of it."""
    number = config.member
    if number is None:
        return ensemble
    if not 0 <= number < len(ensemble.networks):
        raise errors.InputError(
            f"{model.name} has members 0 to {len(ensemble.networks) - 1}",
            got=str(number),
            remedy="choose one of them as --member",
        )
    part = slice(number, number + 1)
    return dataclasses.replace(
        ensemble, networks=ensemble.networks[part], rows=ensemble.rows[part]
    )


def _base(
    model: contract.BaseModel,
    ensemble: profiling.Ensemble,
    reference: fasta.Reference,
    index: genes.GeneIndex,
) -> EvaluatedModel:
    if len(model.tracks) != 2 or len({len(rows) for rows in ensemble.rows}) > 1:
        raise errors.InputError(
            "what is held against base deltas must tell acceptors from donors",
            got=model.name,
            remedy="choose another model",
        )
    used, total = len(ensemble.networks), len(model.members)
    return EvaluatedModel(
        sha256=model.sha256,
        architecture=f"{model.title}, {used} of {total} members",
        folds={},
        calibration=score_calibration.from_card({}),
        require_fit=_require_genes,
        answer=functools.partial(_base_deltas, ensemble, reference, index),
    )


def _require_genes(store: stores.Store) -> None:
    if store.metadata["kind"] != "pairs" or store.metadata["reference_sha256"] is None:
        raise errors.InputError(
            "a base model is held against targets of variants in a genome",
            got=f"{store.path} of {store.metadata['kind']}, made without a reference",
            remedy="make some with twinsplice targets VCF -r FASTA -a GENES",
        )


def _base_deltas(
    ensemble: profiling.Ensemble,
    reference: fasta.Reference,
    index: genes.GeneIndex,
    store: stores.Store,
    rows: Rows,
    part: batches.Pairs,
) -> inference.Inferred:
    """Δ of rows, computed as by `targets`, from the same genes.

    Raises:
        InputError: The genome or the genes are not those of the targets.
    """
    arrays = {name: store.read(name)[rows] for name in (*variant_pairs.PLANNED, "alt")}
    gene_numbers, gene_index = np.unique(arrays["gene"], return_inverse=True)
    first = {int(gene): int(np.argmax(arrays["gene"] == gene)) for gene in gene_numbers}
    sources = [
        _source(
            store.metadata["genes"][gene],
            store.metadata["contigs"][int(arrays["contig"][first[int(gene)]])],
            int(arrays["position"][first[int(gene)]]),
            reference,
            index,
        )
        for gene in gene_numbers.tolist()
    ]
    plan = variant_pairs.Plan(
        arrays=arrays | {"gene": gene_index.astype(np.int32)},
        contigs=store.metadata["contigs"],
        sources=sources,
    )
    computer = variant_pairs.TargetComputer(
        ensemble=variant_pairs.apart(ensemble),
        reach=part.width // 2,
        context=part.context,
    )
    recomputed = variant_pairs.label(computer, plan, slice(0, len(rows)))
    if not np.array_equal(recomputed["codes"], part.codes):
        raise errors.InputError(
            "a base model must read the sequences that the targets were made from",
            got=f"others from {reference.path}, for {store.path}",
            remedy="give that --reference and --annotation",
        )
    return inference.Inferred(
        delta=recomputed["delta"], reference=recomputed["profile"]
    )


def _source(
    name: str,
    contig: str,
    position: int,
    reference: fasta.Reference,
    index: genes.GeneIndex,
) -> sequences.SourceSequence:
    """Sequence of the named gene that overlaps a position, as `targets` reads it."""
    overlapping = [
        gene
        for gene in index.over(contig, position - 1, position + 1)
        if name.upper() in former_symbols.alike(gene.name)
    ]
    reference_contig = reference.resolve(contig)
    if not overlapping or reference_contig is None:
        raise errors.InputError(
            "a base model needs the genes that the targets were made from",
            got=f"no {name} over {coordinates.canonical_contig(contig)}:{position + 1}",
            remedy="give that --reference and --annotation",
        )
    return sequences.of_gene(overlapping[0], reference_contig, reference)
