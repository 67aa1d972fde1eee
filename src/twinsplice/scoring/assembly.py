"""A scorer put together: the genome, its genes and the rules for a predictor."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.effect import rules
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations
from twinsplice.scoring import pipeline, queries

_OFFICIAL = {
    "spliceai": rules.SPLICEAI,
    "cispliceai": rules.CISPLICEAI,
    "openspliceai": rules.SPLICEAI,
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What a predictor's scores are made with.

    Attributes:
        reference: FASTA of the genome the variants are on.
        annotation: Genes: the name of a shipped table, or a file.
        distance: Bases searched on each side of a variant.
        mask: Leave out gains at annotated sites and losses elsewhere.
        compat: Follow the official program of the model.
        intergenic: Score variants outside every gene too, on both strands.
    """

    reference: pathlib.Path
    annotation: str
    distance: int = 50
    mask: bool = False
    compat: bool = False
    intergenic: bool = False


@contextlib.contextmanager
def opened(
    predictor: contract.Predictor, options: Options
) -> Iterator[pipeline.Scorer]:
    """Give a scorer for the length of a block.

    Raises:
        TwinSpliceError: The reference or the annotation cannot be used, or there is
            no official program.
    """
    conventions = _conventions(predictor.name) if options.compat else rules.TWINSPLICE
    with fasta.Reference.open(options.reference) as reference:
        yield pipeline.Scorer(
            predictor=predictor,
            builder=queries.QueryBuilder(
                reference=reference,
                index=_genes(options, predictor.name),
                conventions=conventions,
                reach=options.distance,
                context=predictor.context,
                intergenic=options.intergenic,
                mask=options.mask,
            ),
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


def _genes(options: Options, model: str) -> genes.GeneIndex:
    """The annotation's genes; with `compat`, the official program's own table."""
    name = options.annotation.lower()
    if not options.compat or name not in annotations.SHIPPED:
        return annotations.load(options.annotation).index
    if model == "cispliceai":
        path = loading.official_file("cispliceai", f"data/{name}.csv")
    else:
        path = loading.official_file("spliceai", f"annotations/{name}.txt")
    return annotations.load(str(path)).index
