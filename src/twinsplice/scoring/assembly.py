"""Assembly of a scorer from a predictor, a genome, its genes and the rules."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator, Sequence
from typing import Annotated

from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.effect import rules
from twinsplice.genome import builds, genes
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations, transcript_sources
from twinsplice.scoring import (
    build_checks,
    model_sets,
    pipeline,
    queries,
    refining,
    transcript_genes,
)
from twinsplice.scoring.anchoring import anchor_sources
from twinsplice.settings import checks
from twinsplice.settings import score as score_settings

_OFFICIAL = {
    "spliceai": rules.SPLICEAI,
    "cispliceai": rules.CISPLICEAI,
    "openspliceai": rules.SPLICEAI,
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """Settings of scoring.

    Attributes:
        reference: FASTA of the variants' genome.
        annotation: Genes: the name of a shipped table, or a file.
        distance: Bases searched on each side of a variant.
        mask: Exclude gains at annotated sites and losses elsewhere.
        compat: Follow the rules of the model's official program.
        intergenic: Also score variants outside all genes, on both strands.
        refine_threshold: Size that the first model must hold for possible.
        map: Where the reference is from that a model is told: a map's file, or one of
            `anchor_sources.MODES`.
        transcripts: What names of variants count on: the name of a shipped table, a
            file, or auto for the table of the reference's build.
        genes: What is scored as a gene: `merged`, all transcripts of each together,
            `mane` or all `transcripts` one by one.
        hgvs: Name variants in tables of any input, not of lists only.
        flat: Write each number of a VCF into an INFO field of its own, too.
        samples: Tell in tables which samples carry each allele.
        force: Go on where the annotation is of another build than the reference.
    """

    reference: pathlib.Path
    annotation: str
    distance: Annotated[int, checks.Range(1, score_settings.LONGEST_DISTANCE)] = 50
    mask: bool = False
    compat: bool = False
    intergenic: bool = False
    refine_threshold: Annotated[float | None, checks.FRACTION] = None
    map: str = "auto"
    transcripts: str = "auto"
    genes: str = "merged"
    hgvs: bool = False
    flat: bool = False
    samples: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: One is, or is of another type.
        """
        whole = isinstance(self.distance, int) and not isinstance(self.distance, bool)
        checks.require(whole, "distance must be a whole number", got=self.distance)
        checks.require(
            self.genes in score_settings.GENES,
            f"genes must be one of {', '.join(score_settings.GENES)}",
            got=self.genes,
        )
        checks.require(
            self.genes == "merged" or not self.compat,
            "--compat scores the genes of the official program",
            got=f"--genes {self.genes}",
            remedy="leave one out",
        )
        checks.check(self)


@contextlib.contextmanager
def opened(
    predictor: contract.Predictor, options: Options
) -> Iterator[pipeline.Scorer]:
    """Open a scorer for the duration of a block.

    Raises:
        TwinSpliceError: The reference or the annotation cannot be used, or there is
            no official program.
    """
    with opened_set([predictor], options) as models:
        yield models.scorers[0]


@contextlib.contextmanager
def opened_set(
    predictors: Sequence[contract.Predictor],
    options: Options,
    refiner: contract.Predictor | None = None,
) -> Iterator[model_sets.ModelSet]:
    """Open scorers of several models on one genome for the duration of a block.

    Args:
        predictors: Models that score everything.
        options: Settings that hold for all of them.
        refiner: A model that refines what the first one scores, if any.

    Raises:
        TwinSpliceError: As for `opened`, or a model is there twice, or the annotation
            is of another build than the reference.
    """
    refinement = _refinement(predictors[0], refiner, options)
    everyone = [*predictors, *([] if refiner is None else [refiner])]
    _refuse_twice(everyone)
    checks.require(
        options.map in (anchor_sources.AUTO, anchor_sources.NONE)
        or any(each.anchor_model for each in everyone),
        "--map needs a paired model that knows its base model",
        got=", ".join(each.name for each in everyone),
        remedy="leave --map out",
    )
    conventions = [
        _conventions(each.name) if options.compat else rules.TWINSPLICE
        for each in everyone
    ]
    index_of: dict[str, genes.GeneIndex] = {}
    with fasta.Reference.open(options.reference) as reference:
        build_checks.require_same_transcripts(
            *(reference, options.annotation, options.transcripts), force=options.force
        )
        scorers, builds_ = [], []
        for predictor, own in zip(everyone, conventions, strict=True):
            source = _annotation(options, predictor.name)
            if source not in index_of:
                index_of[source] = _index(options, source)
                checked = build_checks.require_same_build(
                    *(index_of[source], reference, options.annotation),
                    force=options.force,
                )
                builds_.append(checked)
            builder = queries.QueryBuilder(
                reference=reference,
                index=index_of[source],
                conventions=own,
                reach=options.distance,
                context=predictor.context,
                intergenic=options.intergenic,
                mask=options.mask,
            )
            scorer = pipeline.Scorer(
                predictor=predictor,
                builder=builder,
                anchoring=anchor_sources.find(predictor, builder, options.map),
            )
            scorers.append(scorer)
        yield model_sets.ModelSet(
            scorers=tuple(scorers), refinement=refinement, build=builds_[0]
        )


def _refinement(
    first: contract.Predictor, refiner: contract.Predictor | None, options: Options
) -> refining.Refinement | None:
    """Return when to refine: as given, else as fitted, else by default."""
    given = options.refine_threshold
    if refiner is None:
        checks.require(
            given is None,
            "--refine-threshold goes with --refine",
            got=given,
            remedy="name the model that refines, or leave the threshold out",
        )
        return None
    if given is not None:
        return refining.Refinement(threshold=given, anchored=given)
    fitted = first.refine_thresholds.get(refiner.name)
    plain, anchored = (fitted.plain, fitted.anchored) if fitted else (None, None)
    threshold = refining.DEFAULT_THRESHOLD if plain is None else plain
    return refining.Refinement(
        threshold=threshold,
        anchored=threshold if anchored is None else anchored,
        is_default=plain is None,
    )


def _refuse_twice(predictors: Sequence[contract.Predictor]) -> None:
    """Refuse equal weights: the same scores would be computed and written twice."""
    for number, predictor in enumerate(predictors):
        for earlier in predictors[:number]:
            checks.require(
                predictor.sha256 != earlier.sha256,
                "--model and --refine must name each model once",
                got=f"{earlier.name} and {predictor.name}, which have the same weights",
                remedy="leave one out",
            )


def _conventions(name: str) -> rules.Rules:
    entry = catalogue.entries().get(name)
    family = entry.family if entry else ""
    if family not in _OFFICIAL:
        raise errors.InputError(
            f"--compat needs a model of {', '.join(_OFFICIAL)}",
            got=name,
            remedy="name one as --model, or leave --compat out",
        )
    return _OFFICIAL[family]


def _index(options: Options, source: str) -> genes.GeneIndex:
    """Load what is scored as genes."""
    if options.genes == "merged":
        return annotations.load(source).index
    own = options.transcripts
    if own == transcript_sources.AUTO:
        # What names the genes names the transcripts.
        own = source
    table = transcript_sources.load(own).transcripts
    return transcript_genes.index(table, mane_only=options.genes == "mane")


def _annotation(options: Options, model: str) -> str:
    """Return the source of genes; with `compat`, that of the official program."""
    build = builds.named(options.annotation)
    if not options.compat or build is None:
        return options.annotation
    name = build.value
    if model == "cispliceai":
        path = loading.official_file("cispliceai", f"data/{name}.csv")
    else:
        path = loading.official_file("spliceai", f"annotations/{name}.txt")
    return str(path)
