"""Assembly of a scorer from a predictor, a genome, its genes and the rules."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator
from typing import Annotated

from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.effect import rules
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations
from twinsplice.scoring import pipeline, queries
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
    """

    reference: pathlib.Path
    annotation: str
    distance: Annotated[int, checks.Range(1, score_settings.LONGEST_DISTANCE)] = 50
    mask: bool = False
    compat: bool = False
    intergenic: bool = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: One is, or is of another type.
        """
        whole = isinstance(self.distance, int) and not isinstance(self.distance, bool)
        checks.require(whole, "distance must be a whole number", got=self.distance)
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
    """Load the annotation's genes; with `compat`, those of the official program."""
    name = options.annotation.lower()
    if not options.compat or name not in annotations.SHIPPED:
        return annotations.load(options.annotation).index
    if model == "cispliceai":
        path = loading.official_file("cispliceai", f"data/{name}.csv")
    else:
        path = loading.official_file("spliceai", f"annotations/{name}.txt")
    return annotations.load(str(path)).index
