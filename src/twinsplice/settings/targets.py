"""What `targets` is asked, apart from the work so that help comes at once."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice import errors

Precision = Literal["float32", "bfloat16"]
Format = Literal["mfass", "vexseq", "mapsy", "plain"]
"""Tables of labelled variants that may hold sequences."""
LONGEST = 40
"""Bases of the longest allele that a target may have."""


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that decides what `targets` writes.

    Attributes:
        input: VCF of variants (see twinsplice sample), or sequences without
            coordinates: a FASTA to label densely, a Parquet or TSV table with
            columns name, ref and alt. None with --profiles over an annotation.
        format: The input is a table of labelled variants, as for evaluate: label
            the sequences that were tested, and keep what was measured beside.
        altered_from: Size of a measured change that counts as altered, in tables
            without classes (fraction).
        output: Folder of the target store; one that is there is continued.
        reference: FASTA of the genome the variants or genes are on.
        annotation: Genes: grch37, grch38 or a file, as for score.
        profiles: Label densely: the base model's profile over whole genes, or
            over the sequences of the input.
        mutate: With --profiles, copies of every window in which 0.3 to 15 % of
            the bases are replaced.
        recombine: With --profiles, windows of sequence joined from pieces of
            different genes, as a share of the windows of genes.
        contigs: Take these chromosomes only.
        exclude: Leave these chromosomes out.
        model: Base model that labels.
        weights: Folder of its weights, for the models that need one.
        reach: Bases each side of a variant that have targets.
        window: Bases labelled in a window of --profiles.
        context: Bases of sequence kept beyond either end of what is labelled.
        margin: With --profiles, bases at either end of a sequence left unlabelled.
        seed: Where chance begins.
        precision: Type of the numbers that convolutions multiply; bfloat16 is
            faster on some processors and moves probabilities by up to 0.005.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Memory to stay below (GB).
        quiet: Show no progress bar and no summary.
    """

    input: pathlib.Path | None = None
    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    reference: Annotated[pathlib.Path | None, Parameter(alias="-r")] = None
    annotation: Annotated[str | None, Parameter(alias="-a")] = None
    format: Format | None = None
    altered_from: float = 0.1
    profiles: bool = False
    mutate: int = 0
    recombine: float = 0.0
    contigs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    model: str = "cispliceai"
    weights: pathlib.Path | None = None
    reach: int = 50
    window: int = 2_000
    context: int = 1_000
    margin: int = 0
    seed: int = 1
    precision: Precision = "float32"
    device: str = "auto"
    max_memory_gb: float = 4.0
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other.

        Raises:
            InputError: A setting is out of range, or has no use with the others.
        """
        for name in ("reach", "window", "context"):
            _require(getattr(self, name) >= 1, f"--{name} must be 1 or more")
        for name in ("mutate", "recombine", "margin"):
            _require(getattr(self, name) >= 0, f"--{name} must not be negative")
        _require(0 <= self.altered_from <= 1, "--altered-from must be 0 to 1")
        _require(
            not (self.profiles and self.format), "--format goes without --profiles"
        )
        if not self.profiles:
            _require(self.input is not None, "without --profiles an input is needed")
            _require(
                not (self.mutate or self.recombine),
                "--mutate and --recombine go with --profiles",
            )
        elif self.input is None:
            _require(
                self.reference is not None and self.annotation is not None,
                "--profiles needs a FASTA as input, or --reference and --annotation",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes:
        rows: Targets in the store.
        computed: Those that this run computed.
        bases: Bases labelled by this run.
        skipped: Alleles without a target, by reason.
        elapsed: Wall-clock time (s).
        output: Where the store is.
    """

    rows: int
    computed: int
    bases: int
    skipped: dict[str, int]
    elapsed: float
    output: pathlib.Path


def _require(holds: bool, rule: str) -> None:  # noqa: FBT001
    if not holds:
        raise errors.InputError(rule, got="other settings", remedy="change them")
