"""Settings of commands on one variant."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks
from twinsplice.settings import score as score_settings

_MOST_MEMORY_GB = 100_000


@dataclasses.dataclass(frozen=True)
class OneVariant:
    """A variant, and how it is scored.

    Attributes:
        variant: The variant: chrom-pos-ref-alt, or an HGVS name such as
            NM_007294.4:c.4185+1G>A.
        more: Further variants, of commands that take them.
        reference: FASTA of the genome, plain or compressed.
        annotation: Genes: the package's, grch37 or grch38, or a file (GTF, GFF3, or a
            table in SpliceAI's or CI-SpliceAI's format).
        gene: Show this gene alone, by its name or identifier. By default consequences
            tells of every gene, and plot and explain show the one that the variant's
            name is of, or the one with the largest change.
        transcripts: Transcripts: grch37, grch38, or a file (GTF, GFF3, Parquet); auto
            takes the shipped ones of the reference's build.
        model: twinsplice (the default weights), a base model (see twinsplice models),
            the folder of a base model's weights, or a model you trained.
        map: Where the base model's own reference comes from, as for score.
        weights: Folder that holds the weights of openspliceai.
        mask: Ignore gains at annotated sites and losses elsewhere.
        intergenic: Also take variants outside genes.
        force: Go on where the annotation is of another build than the reference.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use, on the device (GB).
        threads: CPU threads; all if not given.
    """

    variant: str
    more: Annotated[tuple[str, ...], Parameter(show=False)] = ()
    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path, Parameter(alias="-r")]
    annotation: Annotated[str, Parameter(alias="-a")]
    gene: str | None = None
    transcripts: str = "auto"
    model: str = "twinsplice"
    map: str = "auto"
    weights: pathlib.Path | None = None
    mask: bool = False
    intergenic: bool = False
    force: bool = False
    device: str = "auto"
    max_memory_gb: Annotated[float, checks.Range(0, _MOST_MEMORY_GB, above=True)] = 4.0
    threads: Annotated[int | None, checks.POSITIVE] = None

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        checks.check(self)
        checks.require(
            self.takes_more or not self.more,
            "one variant must be given",
            got=f"{1 + len(self.more)}: {self.variant}, {', '.join(self.more)}",
            remedy="run the command once for each, or `consequences` for all",
        )

    @property
    def takes_more(self) -> bool:
        """Whether there may be several variants."""
        return False


DISTANCE = checks.Range(1, score_settings.LONGEST_DISTANCE)
