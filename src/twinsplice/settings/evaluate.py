"""Settings and summaries of `evaluate`, apart from the work: help is quick."""

import dataclasses
import math
import pathlib
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from twinsplice import errors
from twinsplice.settings import checks

Format = Literal["mfass", "vexseq", "splicevardb", "mapsy", "clinvar", "plain"]
DISTANCE = 50
"""Bases searched each side of a labelled variant in the genome by default."""
ASSEMBLIES = ("grch37", "grch38")
LONGEST_DISTANCE = 4_999


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `evaluate`.

    Attributes:
        model: Run folder or weight file of a trained model, or a base model (see
            twinsplice models), which with --targets also needs --reference and
            --annotation.
        targets: Target stores of variants (see twinsplice targets): compare the model
            with its base model.
        member: One member of a base model's ensemble, from 0, with --targets; all of
            them if not given.
        anchored: Tell the model the base model's reference, with --targets: as a map
            has it, as score --map live computes it, or not.
        refined: Give the base model's own Δ to what score --refine would refine, with
            --targets: what is left then is what refinement misses.
        labels: Table of variants with laboratory labels: compare models with it.
        format: Format of the table of labels.
        compare_with: Other models to evaluate on the same variants.
        sequences: Score the sequences in the table instead of the genome's.
        reference: FASTA of the genome that labelled variants are on.
        annotation: Genes: grch37, grch38, or a file, as for score.
        map: What a model that can be told the base model's reference is told in the
            genome, with --labels, as for score: auto, none, live, or a map's file.
        assembly: grch37 or grch38, for tables with coordinates of both; by default
            that of --annotation, or else grch37.
        distance: Bases searched on each side of a labelled variant; 50 if not given,
            and with --sequences the whole sequence.
        altered_from: Smallest measured change that counts as altered, in tables
            without classes (fraction).
        likelihoods: Also give sensitivity, specificity and likelihood ratios at
            thresholds, with --labels.
        allow_trained: Also evaluate on chromosomes that a model was trained on.
        weights: Folder that holds the weights of openspliceai or pangolin.
        scores: Table of every labelled variant's scores to write: .tsv, .tsv.gz or
            .parquet.
        resamples: Bootstrap resamples for confidence intervals.
        seed: Random seed.
        output: JSON file to write; the table is printed as well.
        report: HTML report to write: figures, tables, largest errors.
        contigs: Chromosomes to evaluate on; those of the model's test fold if not
            given.
        max_variants: Largest number of variants to evaluate on, evenly spaced; all if
            not given.
        max_memory_gb: Upper limit of memory use with --labels, on the device (GB).
        force: Go on where the annotation is of another build than the reference.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        threads: CPU threads; all if not given.
        quiet: Show no progress bar.
    """

    model: pathlib.Path
    _: dataclasses.KW_ONLY
    targets: Annotated[tuple[pathlib.Path, ...], Parameter(alias="-t")] = ()
    member: Annotated[int | None, checks.NOT_NEGATIVE] = None
    anchored: Literal["none", "map", "live"] = "none"
    refined: bool = False
    labels: Annotated[pathlib.Path | None, Parameter(alias="-l")] = None
    format: Format = "plain"
    compare_with: tuple[str, ...] = ()
    sequences: bool = False
    reference: Annotated[pathlib.Path | None, Parameter(alias="-r")] = None
    annotation: Annotated[str | None, Parameter(alias="-a")] = None
    map: str = "auto"
    assembly: Literal["grch37", "grch38"] | None = None
    distance: Annotated[
        int | None, Parameter(alias="-d"), checks.Range(1, LONGEST_DISTANCE)
    ] = None
    altered_from: Annotated[float, checks.FRACTION] = 0.1
    likelihoods: bool = False
    allow_trained: bool = False
    weights: pathlib.Path | None = None
    scores: pathlib.Path | None = None
    resamples: Annotated[int, checks.POSITIVE] = 1000
    seed: Annotated[int, checks.NOT_NEGATIVE] = 0
    output: Annotated[pathlib.Path | None, Parameter(alias="-o")] = None
    report: pathlib.Path | None = None
    contigs: tuple[str, ...] = ()
    max_variants: Annotated[int | None, checks.POSITIVE] = None
    max_memory_gb: float = 4.0
    force: bool = False
    device: str = "auto"
    threads: Annotated[int | None, checks.POSITIVE] = None
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        checks.check(self)
        if bool(self.targets) == (self.labels is not None):
            raise errors.InputError(
                "one of --targets and --labels must be given",
                got="both" if self.targets else "none",
                remedy="name one",
            )
        placed = self.reference is not None and self.annotation is not None
        if self.labels is not None and not (self.sequences or placed):
            raise errors.InputError(
                "--labels needs --reference and --annotation, or --sequences",
                got="none of them, or one of the two",
                remedy="give both, or score the table's own sequences",
            )


def assembly(chosen: str | None, annotation: str | None) -> str:
    """Return the assembly whose coordinates are read from a table.

    Args:
        chosen: The assembly that was asked for, if any.
        annotation: Genes: grch37, grch38, or a file.
    """
    named = (annotation or "").lower()
    return chosen or (named if named in ASSEMBLIES else ASSEMBLIES[0])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Agreement with the base model.

    Attributes:
        groups: Measures of each group of variants; `all` comes first.
        contigs: Chromosomes of the variants.
        strand_gap: r of max |Δ| of SNVs, plus strand less minus, and its 95 %
            interval, by resampling genes.
    """

    groups: dict[str, dict[str, float]]
    contigs: tuple[str, ...]
    strand_gap: tuple[float, float, float] = (math.nan, math.nan, math.nan)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Truth:
    """Agreement with laboratory labels.

    Attributes:
        about: The table, and how its variants were scored.
        counts: Variants that every model scores: all, positives, negatives, those
            with a measured value, and the groups they form.
        models: Measures of each model; the one evaluated comes first.
        differences: Measures of the first model less those of each other.
        contigs: Chromosomes of the variants; empty for all.
        split: The same in words, and whether they are the model's test fold.
        unlabelled: Rows of the table without a labelled variant, by reason.
        left_out: Labelled variants that were not scored, by reason.
        learned: What each model has learned from, in words, where it is known.
    """

    about: str
    counts: dict[str, int]
    models: dict[str, dict[str, Any]]
    differences: dict[str, dict[str, Any]]
    contigs: tuple[str, ...]
    split: str
    unlabelled: dict[str, int]
    left_out: dict[str, int]
    learned: dict[str, str] = dataclasses.field(default_factory=dict)
