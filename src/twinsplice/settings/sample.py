"""What `sample` is asked, apart from the work so that help comes at once."""

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
    """Everything that decides what `sample` draws.

    Attributes:
        reference: FASTA of the genome; genes that it does not hold whole are left
            out.
        annotation: Genes: grch37, grch38 or a file, as for score.
        output: VCF to write; .vcf.gz and .bcf get an index; - is stdout.
        number: How many variants.
        per_gene: How many of one gene at most.
        cluster: How many around each place that is drawn; those beyond the first may
            be of any region. Neighbours share reference passes: they are labelled
            several times as fast as scattered variants.
        cluster_reach: How far from the first (bp).
        acceptor: Share near acceptors: up to 50 bases into the intron, 10 into
            the exon.
        donor: Share near donors, likewise.
        exon: Share in exons, further from a site.
        flank: Share in introns, 51 to 300 bases from a site.
        deep_intron: Share in introns, further than that.
        snv: Share of single-base substitutions.
        insertion: Share of insertions, of 1 to 40 bases.
        deletion: Share of deletions, likewise.
        contigs: Take these chromosomes only.
        exclude: Leave these chromosomes out.
        seed: Where chance begins.
        quiet: Show no progress bar and no summary.
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
    quiet: bool = False

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
    """What a run did.

    Attributes:
        variants: How many were drawn.
        genes: Of how many genes.
        elapsed: Wall-clock time (s).
        output: Where they are.
    """

    variants: int
    genes: int
    elapsed: float
    output: pathlib.Path


def _check_shares(shares: dict[str, float]) -> None:
    total = sum(shares.values())
    checks.require(
        min(shares.values()) >= 0 and math.isclose(total, 1, abs_tol=1e-6),
        f"{', '.join(map(checks.flag, shares))} must be shares that sum to 1",
        got=", ".join(f"{share:g}" for share in shares.values()),
        remedy="change them",
    )
