"""Settings and summary of `calibrate`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice.settings import checks

Method = Literal["temperature", "isotonic", "intervals", "probability"]


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `calibrate`.

    Attributes:
        model: Weight file of a trained model, or its run folder.
        targets: Target stores of pairs (see twinsplice targets).
        output: Weight file of the calibrated model to write; it ends in .safetensors.
        contigs: Chromosomes whose variants are used; none that the model was
            trained on or will be tested on.
        methods: temperature scales the logits of sites, isotonic maps scores to the
            base model's mean scores, intervals fits prediction intervals, probability
            that of the base model's largest score being 0.2 or more.
        level: Fraction of the base model's scores that intervals are to contain.
        max_variants: Largest number of variants to use, evenly spaced.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        threads: CPU threads; all if not given.
        quiet: Show neither progress bar nor summary.
    """

    model: pathlib.Path
    _: dataclasses.KW_ONLY
    targets: Annotated[
        tuple[pathlib.Path, ...], Parameter(alias="-t"), checks.Naming("a store")
    ]
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
    level: Annotated[float, checks.OPEN_FRACTION] = 0.9
    max_variants: Annotated[int, checks.POSITIVE] = 10_000
    device: str = "auto"
    threads: Annotated[int | None, checks.POSITIVE] = None
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse settings out of range.

        Raises:
            InputError: A setting is out of range.
        """
        checks.check(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        output: Weight file written.
        variants: Number of held-out variants used.
        temperature: Temperature of the site logits; None if they were not scaled.
        before: Calibration measures before, by mode; see `calibrating.judge`.
        after: The same after calibration, cross-fitted.
        refinement: The threshold from which scores are to be refined by the base
            model, and what is missed with it; see `stats.refinement.Fitted`. None, if
            there are too few variants to choose one.
    """

    output: pathlib.Path
    variants: int
    temperature: float | None
    before: dict[str, dict[str, float]]
    after: dict[str, dict[str, float]]
    refinement: dict[str, float] | None = None
