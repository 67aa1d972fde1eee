"""Settings and summary of `targets`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice.settings import checks

Precision = Literal["float32", "bfloat16"]
Format = Literal["mfass", "vexseq", "mapsy", "plain"]
"""Tables of labelled variants that may hold sequences."""
LONGEST = 40
"""Bases of the longest allele that a target may have."""


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `targets`.

    Attributes:
        input: VCF of variants (see twinsplice sample), or sequences without
            coordinates: a FASTA to label densely, or a Parquet or TSV table with
            columns name, ref and alt. Not needed with --profiles over an annotation.
        format: Format of a table of labelled variants, as for evaluate: label the
            sequences that were tested, and store the measured values with them.
        altered_from: Smallest measured change that counts as altered, in tables
            without classes (fraction).
        output: Folder of the target store; an existing one is continued.
        reference: FASTA of the genome that the variants or genes are on.
        annotation: Genes: grch37, grch38, or a file, as for score.
        profiles: Label densely: store the base model's probabilities at every
            position of whole genes, or of the sequences of the input.
        mutate: With --profiles, number of copies of every window in which 0.3 to 15 %
            of the bases are substituted.
        recombine: With --profiles, number of windows joined from pieces of different
            genes, as a fraction of the number of gene windows.
        contigs: Use these chromosomes only.
        exclude: Leave these chromosomes out.
        model: Base model that computes the targets.
        weights: Folder that holds the weights of openspliceai or pangolin.
        reach: Bases labelled on each side of a variant.
        window: Bases labelled in a window of --profiles.
        context: Bases of sequence kept on each side of what is labelled. Models read
            up to 5,000; those that read less can be trained on less.
        margin: With --profiles, bases at either end of a sequence left unlabelled.
        seed: Random seed.
        precision: Number format of convolutions; bfloat16 is faster on some processors
            and changes probabilities by up to 0.005.
        force: Go on where the annotation is of another build than the reference.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use (GB).
        quiet: Show neither progress bar nor summary.
    """

    input: pathlib.Path | None = None
    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    reference: Annotated[pathlib.Path | None, Parameter(alias="-r")] = None
    annotation: Annotated[str | None, Parameter(alias="-a")] = None
    format: Format | None = None
    altered_from: Annotated[float, checks.FRACTION] = 0.1
    profiles: bool = False
    mutate: Annotated[int, checks.NOT_NEGATIVE] = 0
    recombine: Annotated[float, checks.NOT_NEGATIVE] = 0.0
    contigs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    model: str = "cispliceai"
    weights: pathlib.Path | None = None
    reach: Annotated[int, checks.POSITIVE] = 50
    window: Annotated[int, checks.POSITIVE] = 2_000
    context: Annotated[int, checks.POSITIVE] = 5_000
    margin: Annotated[int, checks.NOT_NEGATIVE] = 0
    seed: Annotated[int, checks.NOT_NEGATIVE] = 1
    precision: Precision = "float32"
    force: bool = False
    device: str = "auto"
    max_memory_gb: float = 4.0
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other.

        Raises:
            InputError: A setting is out of range, or has no use with the others.
        """
        checks.check(self)
        checks.require(
            not (self.profiles and self.format),
            "--format goes without --profiles",
            got="both",
            remedy="leave one out",
        )
        if not self.profiles:
            checks.require(
                self.input is not None,
                "without --profiles an input is needed",
                got="none",
                remedy="name one, or add --profiles",
            )
            checks.require(
                not (self.mutate or self.recombine),
                "--mutate and --recombine go with --profiles",
                got="one of them alone",
                remedy="add --profiles, or leave them out",
            )
        elif self.input is None:
            checks.require(
                self.reference is not None and self.annotation is not None,
                "--profiles needs a FASTA as input, or --reference and --annotation",
                got="none of them, or one of the two",
                remedy="name them",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        rows: Number of targets in the store.
        computed: Number of targets that this run computed.
        bases: Number of bases that this run labelled.
        skipped: Alleles without a target, by reason.
        elapsed: Wall-clock time (s).
        output: Folder of the store.
    """

    rows: int
    computed: int
    bases: int
    skipped: dict[str, int]
    elapsed: float
    output: pathlib.Path
