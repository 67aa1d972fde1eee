"""Settings of `plot`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks
from twinsplice.settings import score as score_settings

FIGURES = (".png", ".svg", ".pdf")
_MOST_MEMORY_GB = 100_000


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `plot`.

    Attributes:
        variant: The variant, as chrom-pos-ref-alt.
        reference: FASTA of the genome, plain or bgzipped.
        annotation: Genes: grch37, grch38, or a file (GTF, GFF3, or a table in
            SpliceAI's or CI-SpliceAI's format).
        output: Picture to write, .png, .svg or .pdf.
        gene: Draw this gene; by default the one with the largest change.
        model: twinsplice (the default weights), a base model (see twinsplice models),
            the folder of a base model's weights, or a model you trained.
        map: Where the base model's own reference comes from, as for score.
        weights: Folder that holds the weights of openspliceai.
        distance: Bases drawn on each side of the variant, 1 to 4,999.
        mask: Ignore gains at annotated sites and losses elsewhere.
        intergenic: Also draw variants outside genes.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use, on the device (GB).
        threads: CPU threads; all if not given.
        quiet: Say nothing.
    """

    variant: str
    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path, Parameter(alias="-r")]
    annotation: Annotated[str, Parameter(alias="-a")]
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    gene: str | None = None
    model: str = "twinsplice"
    map: str = "auto"
    weights: pathlib.Path | None = None
    distance: Annotated[
        int, Parameter(alias="-d"), checks.Range(1, score_settings.LONGEST_DISTANCE)
    ] = 50
    mask: bool = False
    intergenic: bool = False
    device: str = "auto"
    max_memory_gb: Annotated[float, checks.Range(0, _MOST_MEMORY_GB, above=True)] = 4.0
    threads: Annotated[int | None, checks.POSITIVE] = None
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        checks.check(self)
        checks.require(
            self.output.name.lower().endswith(FIGURES),
            f"--output must end in {', '.join(FIGURES)}",
            got=str(self.output),
        )
