"""What `calibrate` is asked, apart from the work so that help comes at once."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice import errors

Method = Literal["temperature", "isotonic", "intervals"]


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that decides what `calibrate` does.

    Attributes:
        model: Weight file of a trained model, or the folder of its run.
        targets: Target stores of pairs (see twinsplice targets).
        output: Weight file to write, calibrated; its name ends in .safetensors.
        contigs: Chromosomes whose variants are used; none that the model was
            trained on or is to be tested on.
        methods: temperature scales the logits of sites, isotonic maps scores onto
            the base model's mean scores, intervals makes intervals hold.
        level: Share of the base model's scores that intervals are to hold.
        most: Variants to use at most, evenly spaced.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        threads: CPU threads, at most all there are; all if not given.
        quiet: Show no progress bar and no summary.
    """

    model: pathlib.Path
    _: dataclasses.KW_ONLY
    targets: Annotated[tuple[pathlib.Path, ...], Parameter(alias="-t")]
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    contigs: tuple[str, ...] = ("2",)
    methods: tuple[Method, ...] = ("temperature", "isotonic", "intervals")
    level: float = 0.9
    most: int = 10_000
    device: str = "auto"
    threads: int | None = None
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse settings out of range.

        Raises:
            InputError: A setting is out of range.
        """
        _require(bool(self.targets), "--targets must name a store", got="none")
        _require(bool(self.contigs), "--contigs must name a chromosome", got="none")
        _require(bool(self.methods), "--methods must name a method", got="none")
        _require(0 < self.level < 1, "--level must be from 0 to 1", got=self.level)
        _require(self.most >= 1, "--most must be 1 or more", got=self.most)
        _require(
            self.threads is None or self.threads > 0,
            "--threads must be 1 or more",
            got=self.threads,
        )
        _require(
            self.output.name.endswith(".safetensors"),
            "--output must end in .safetensors",
            got=self.output,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes:
        output: The weight file.
        variants: Held-out variants used.
        temperature: What logits were divided by; none if they were left alone.
        before: How well scores were calibrated, by measure; see `calibrate.judge`.
        after: How well they are, on variants that the calibrators did not see.
    """

    output: pathlib.Path
    variants: int
    temperature: float | None
    before: dict[str, float]
    after: dict[str, float]


def _require(holds: bool, rule: str, *, got: object) -> None:  # noqa: FBT001
    if not holds:
        raise errors.InputError(rule, got=str(got), remedy="change it")
