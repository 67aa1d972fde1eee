"""Settings and summary of `calibrate`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from twinsplice.settings import checks, evaluate

Method = Literal["temperature", "isotonic", "intervals", "probability"]


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `calibrate`.

    Attributes:
        model: Weight file of a trained model, or its run folder.
        targets: Target stores of pairs (see twinsplice targets): calibrate on what the
            base model says.
        output: Weight file of the calibrated model to write; it ends in .safetensors.
        contigs: Chromosomes whose targets are used; none that the model was trained on
            or will be tested on.
        methods: temperature scales the logits of sites, isotonic maps scores to the
            base model's mean scores, intervals fits prediction intervals, probability
            that of the base model's largest score being 0.2 or more.
        labels: Table of variants with laboratory labels: fit the probability that
            splicing is altered to them. Without --targets all else stays as it is.
        format: Format of the table of labels.
        reference: FASTA of the genome that labelled variants are on.
        annotation: Genes: grch37, grch38, or a file, as for score.
        assembly: grch37 or grch38, for tables with coordinates of both; by default
            that of --annotation, or else grch37.
        distance: Bases searched on each side of a labelled variant.
        altered_from: Smallest measured change that counts as altered, in tables
            without classes (fraction).
        level: Fraction of the base model's scores that intervals are to contain.
        max_variants: Largest number of variants to use, evenly spaced.
        force: Go on where the annotation is of another build than the reference.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        threads: CPU threads; all if not given.
        quiet: Show neither progress bar nor summary.
    """

    model: pathlib.Path
    _: dataclasses.KW_ONLY
    targets: Annotated[tuple[pathlib.Path, ...], Parameter(alias="-t")] = ()
    output: Annotated[
        pathlib.Path, Parameter(alias="-o"), checks.Ending(".safetensors")
    ]
    contigs: Annotated[tuple[str, ...], checks.Naming("a chromosome")] = ("2",)
    methods: Annotated[tuple[Method, ...], checks.Naming("a method")] = (
        "temperature",
        "isotonic",
        "intervals",
        "probability",
    )
    labels: Annotated[pathlib.Path | None, Parameter(alias="-l")] = None
    format: evaluate.Format = "plain"
    reference: Annotated[pathlib.Path | None, Parameter(alias="-r")] = None
    annotation: Annotated[str | None, Parameter(alias="-a")] = None
    assembly: Literal["grch37", "grch38"] | None = None
    distance: Annotated[
        int, Parameter(alias="-d"), checks.Range(1, evaluate.LONGEST_DISTANCE)
    ] = evaluate.DISTANCE
    altered_from: Annotated[float, checks.FRACTION] = 0.1
    level: Annotated[float, checks.OPEN_FRACTION] = 0.9
    max_variants: Annotated[int, checks.POSITIVE] = 10_000
    force: bool = False
    device: str = "auto"
    threads: Annotated[int | None, checks.POSITIVE] = None
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse settings out of range.

        Raises:
            InputError: A setting is out of range.
        """
        checks.check(self)
        checks.require(
            bool(self.targets) or self.labels is not None,
            "--targets must name a store, or --labels a table",
            got="none",
        )
        placed = self.reference is not None and self.annotation is not None
        checks.require(
            self.labels is None or placed,
            "--labels needs --reference and --annotation",
            got="none of them, or one of the two",
            remedy="give both",
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        output: Weight file written.
        variants: Number of held-out variants used.
        temperature: Temperature of the site logits; None if they were not scaled.
        before: Calibration measures before, by mode; see `calibrating.judge`.
        after: The same after calibration, cross-fitted.
        refinement: By mode, the threshold from which scores are to be refined by the
            base model, and what is missed with it; see `stats.refinement.Fitted`. Empty
            if there are too few variants to choose one.
        laboratory: How well the probability of altered splicing holds; see
            `evaluation.alteration.record`. None without labels.
    """

    output: pathlib.Path
    variants: int
    temperature: float | None
    before: dict[str, dict[str, float]]
    after: dict[str, dict[str, float]]
    refinement: dict[str, dict[str, float]]
    laboratory: dict[str, Any] | None = None
