"""Settings of the recipe."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice.settings import checks

TEST = ("5", "7", "9", "20")
"""Chromosomes that are never read."""
VALIDATION = ("2",)
"""Chromosomes that decide which weights are kept."""
BIN = 32
"""Bases of a bin, `models.far_stage.BIN`: help is quick without it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """How one of the networks is fitted.

    Attributes:
        steps: Optimiser steps.
        batch: Stretches of genes, or variants, in a step.
        learning_rate: Peak learning rate.
        weight_decay: Decoupled weight decay.
        dropout: Fraction of far channels left out of a step.
        ema: Decay of the moving average of the weights, per step.
        evaluate_every: Steps between evaluations.
    """

    steps: Annotated[int, checks.POSITIVE]
    batch: Annotated[int, checks.POSITIVE]
    learning_rate: float
    weight_decay: float = 0.1
    dropout: Annotated[float, checks.Range(0, 1, below=True)] = 0.0
    ema: Annotated[float, checks.Range(0, 1, below=True)] = 0.99
    evaluate_every: Annotated[int, checks.POSITIVE] = 500


@dataclasses.dataclass(frozen=True, kw_only=True)
class Teacher(Step):
    """How the teacher is fitted, unless settings say otherwise."""

    steps: Annotated[int, checks.POSITIVE] = 1500
    batch: Annotated[int, checks.POSITIVE] = 2
    learning_rate: float = 2e-3
    weight_decay: float = 0.02


@dataclasses.dataclass(frozen=True, kw_only=True)
class Student(Step):
    """How the far stage is fitted, unless settings say otherwise."""

    steps: Annotated[int, checks.POSITIVE] = 16_000
    batch: Annotated[int, checks.POSITIVE] = 2
    learning_rate: float = 1.2e-3
    dropout: Annotated[float, checks.Range(0, 1, below=True)] = 0.15


@dataclasses.dataclass(frozen=True, kw_only=True)
class Delta(Step):
    """How the correction is fitted to variants, unless settings say otherwise."""

    steps: Annotated[int, checks.POSITIVE] = 4000
    batch: Annotated[int, checks.POSITIVE] = 32
    learning_rate: float = 1e-4
    dropout: Annotated[float, checks.Range(0, 1, below=True)] = 0.1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that the weights depend on.

    Attributes:
        reference: FASTAs of the genome, or of parts of it.
        pairs: Stores of variants (see twinsplice targets); chromosomes decide which
            are learned from.
        output: Folder of the run; what it holds is not done again.
        near: Weights that get a far stage: a file, a run's folder, or twinsplice.
        map: Reference map whose genes are learned from; the package's if not given.
        annotation: Genes that the stores were made with.
        teacher: The network that reads the near encoder's own features.
        student: The far stage, which the teacher teaches.
        delta: The correction, fitted to variants.
        stretch: Bases of a stretch of genes.
        least: Probability of a site from which a base is learned from.
        teaching: Weight of the teacher's channels, less towards the end.
        noise: Mean fraction of bases read that are replaced at random.
        site_fraction: Fraction of the variants drawn that change a site.
        delta_weight: Weight of the squared deltas of a variant.
        reference_weight: Weight of the reference's cross entropy beside it.
        max_bases: Bases of genes in each fold; all if not given.
        max_variants: Variants of a store; all if not given.
        precision: Number format of the near encoder's convolutions on what is learned
            from.
        seed: Random seed.
        threads: CPU threads; all if not given.
        trial: Only try that everything runs; the weights are worth nothing.
        quiet: Show no progress.
    """

    reference: Annotated[
        tuple[pathlib.Path, ...], Parameter(alias="-r"), checks.Naming("a FASTA")
    ]
    pairs: Annotated[
        tuple[pathlib.Path, ...], Parameter(alias="-t"), checks.Naming("a store")
    ]
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    near: pathlib.Path = pathlib.Path("twinsplice")
    map: pathlib.Path | None = None
    annotation: Annotated[str, Parameter(alias="-a")] = "grch37"
    teacher: Teacher = Teacher()
    student: Student = Student()
    delta: Delta = Delta()
    stretch: Annotated[int, checks.POSITIVE] = 32_768
    least: Annotated[float, checks.Range(0, 1, above=True, below=True)] = 5e-4
    teaching: float = 0.5
    noise: Annotated[float, checks.Range(0, 0.5)] = 0.06
    site_fraction: Annotated[float, checks.Range(0, 1)] = 0.6
    delta_weight: float = 5.0
    reference_weight: float = 0.3
    max_bases: int | None = None
    max_variants: int | None = None
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    seed: int = 0
    threads: int | None = None
    trial: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse impossible settings, and shorten a trial.

        Raises:
            InputError: A setting is out of bounds.
        """
        for settings in (self, self.teacher, self.student, self.delta):
            checks.check(settings)
        checks.require(
            self.stretch % BIN == 0,
            f"a stretch must be of whole bins of {BIN} bases",
            got=self.stretch,
            remedy="round --stretch",
        )
        if self.trial:
            for name, value in _TRIAL.items():
                object.__setattr__(self, name, value)
            for name in ("teacher", "student", "delta"):
                short = dataclasses.replace(
                    getattr(self, name), steps=4, evaluate_every=2
                )
                object.__setattr__(self, name, short)


_TRIAL = {"max_bases": 150_000, "max_variants": 60}
