"""Settings and summary of `sample`, apart from the work: help is quick."""

import dataclasses
import math
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks

REGIONS = ("acceptor", "donor", "exon", "flank", "deep_intron")
KINDS = ("snv", "insertion", "deletion")


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `sample`.

    Attributes:
        reference: FASTA of the genome; genes that it does not contain whole are
            left out.
        annotation: Genes: grch37, grch38, or a file, as for score.
        output: VCF to write; .vcf.gz and .bcf get an index; - is stdout.
        number: Number of variants.
        per_gene: Largest number of variants in one gene.
        cluster: Number of variants around each place drawn; those after the first may
            be in any region. Neighbours share passes of the network, so that labelling
            them is several times as fast.
        cluster_reach: Largest distance of a variant from the first of its cluster (bp).
        acceptor: Fraction near acceptors: up to 50 bases into the intron, 10 into
            the exon.
        donor: Fraction near donors, with the same bounds.
        exon: Fraction in exons, farther from a site.
        flank: Fraction in introns, 51 to 300 bases from a site.
        deep_intron: Fraction in introns, farther from a site.
        snv: Fraction of single-nucleotide variants.
        insertion: Fraction of insertions, of 1 to 40 bases.
        deletion: Fraction of deletions, of 1 to 40 bases.
        contigs: Use these chromosomes only.
        exclude: Leave these chromosomes out.
        seed: Random seed.
        force: Go on where the annotation is of another build than the reference.
        quiet: Show neither progress bar nor summary.
    """

    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path, Parameter(alias="-r")]
    annotation: Annotated[str, Parameter(alias="-a")]
    output: Annotated[
        pathlib.Path, Parameter(alias="-o", allow_leading_hyphen=True)
    ] = pathlib.Path("-")
    number: Annotated[int, Parameter(alias="-n"), checks.POSITIVE] = 20_000
    per_gene: Annotated[int, checks.POSITIVE] = 200
    cluster: Annotated[int, checks.POSITIVE] = 1
    cluster_reach: Annotated[int, checks.POSITIVE] = 50
    acceptor: float = 0.25
    donor: float = 0.25
    exon: float = 0.2
    flank: float = 0.2
    deep_intron: float = 0.1
    snv: float = 0.7
    insertion: float = 0.15
    deletion: float = 0.15
    contigs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seed: Annotated[int, checks.NOT_NEGATIVE] = 1
    force: bool = False
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range, or shares do not sum to 1.
        """
        checks.check(self)
        for names in (REGIONS, KINDS):
            _check_shares({name: getattr(self, name) for name in names})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        variants: Number of variants sampled.
        genes: Number of their genes.
        elapsed: Wall-clock time (s).
        output: File of the variants.
        warning: What is wrong with it, if anything.
    """

    variants: int
    genes: int
    elapsed: float
    output: pathlib.Path
    warning: str = ""


def _check_shares(shares: dict[str, float]) -> None:
    total = sum(shares.values())
    checks.require(
        min(shares.values()) >= 0 and math.isclose(total, 1, abs_tol=1e-6),
        f"{', '.join(map(checks.flag, shares))} must be shares that sum to 1",
        got=", ".join(f"{share:g}" for share in shares.values()),
        remedy="change them",
    )
