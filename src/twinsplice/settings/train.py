"""What `train` is asked, apart from the work so that help comes at once."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice.settings import checks

Architecture = Literal["paired", "pooled", "v2", "cnn", "validated"]
Strategy = Literal["none", "quantile", "scaled", "temperature", "multitask"]
DeltaLoss = Literal["mse", "huber", "pinball"]
Target = Literal["base", "validated"]
Precision = Literal["32-true", "bf16-mixed"]


_BASE_WIDTH = 32
"""Channels of the SpliceAI family, whose layers an encoder can begin as."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that decides what `train` does.

    Attributes:
        targets: Target stores (see twinsplice targets), of profiles and of pairs.
        output: Folder of the run.
        architecture: paired is ours; pooled, v2, cnn and validated are the
            write-up's.
        strategy: The write-up's calibration around its models.
        init_from: Base model whose first layers the encoder begins as.
        member: Which of its members.
        start: Run or weight file to go on from with other settings.
        start_share: Share of its weights in those that are kept, so that what it had
            learned is forgotten less.
        blocks: Residual blocks: 8 for 200 bases of context, 10 for 600, 12 for 1,000.
        gate_every: Of how many blocks the last one has a gate; 0 for none.
        channels: Width of the encoder; a base model's layers are 32 wide.
        latents: Tracks beside the site probabilities, for corrections of Δ and for
            its quantiles.
        validation: Chromosomes that decide which weights are kept.
        test: Chromosomes that are never looked at.
        steps: Optimiser steps.
        windows: Windows of profiles in a batch.
        variants: Variants in a batch.
        site_share: Share of windows drawn that hold a site, and of variants
            drawn that change one.
        target: base is the base model's Δ. validated is it where a laboratory found
            splicing altered and 0 where it did not; variants it is undecided about
            are left out. For targets made with --format.
        measured_weight: Weight of the squared error of the largest |Δ| as the size of
            the change a laboratory measured; above 0, agreement with that decides
            which weights are kept. For targets made with --format.
        delta_loss: Loss of Δ: mse, huber or pinball.
        quantile: Quantile of pinball, and of the strategy of that name.
        delta_weight: Weight of the loss of Δ.
        delta_floor: Size below which all targets weigh the same; 0 weighs none.
        delta_trust: Standard deviation among the base model's members at which a
            target weighs half as much as where they agree; 0 weighs none.
        profile_weight: Weight of the profiles' cross entropy.
        quantile_weight: Weight of the loss of the quantiles of Δ.
        learning_rate: Highest rate.
        trunk_share: Rate of the layers that come from elsewhere, as a share.
        warm_up: Share of the steps before the highest rate.
        weight_decay: Decoupled weight decay.
        clip: Norm that gradients are cut down to.
        ema: Decay of the averaged weights.
        evaluate_every: Steps between evaluations and checkpoints.
        evaluate_on: Validation variants, or windows, looked at.
        patience: Evaluations without gain before an early end; 0 never ends early.
        seed: Where chance begins.
        precision: 32-true, or bf16-mixed, which is faster where processors have it.
        accelerator: auto, cpu or cuda.
        devices: How many of them.
        threads: CPU threads; all if not given.
        resume: Go on with the interrupted run in the output folder.
        quiet: Show no progress.
    """

    targets: Annotated[
        tuple[pathlib.Path, ...], Parameter(alias="-t"), checks.Naming("a store")
    ]
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    architecture: Architecture = "paired"
    strategy: Strategy = "none"
    init_from: str | None = None
    member: int = 0
    start: pathlib.Path | None = None
    start_share: Annotated[float, checks.Range(0, 1, below=True)] = 0.0
    blocks: int = 12
    gate_every: int = 1
    channels: Annotated[int, checks.POSITIVE] = 32
    latents: Annotated[int, checks.POSITIVE] = 4
    validation: tuple[str, ...] = ("2",)
    test: tuple[str, ...] = ("5", "7", "9", "20")
    steps: Annotated[int, checks.POSITIVE] = 2_000
    windows: Annotated[int, checks.NOT_NEGATIVE] = 12
    variants: Annotated[int, checks.NOT_NEGATIVE] = 16
    site_share: Annotated[float, checks.OPEN_FRACTION] = 0.7
    target: Target = "base"
    measured_weight: Annotated[float, checks.NOT_NEGATIVE] = 0.0
    delta_loss: DeltaLoss = "mse"
    quantile: Annotated[float, checks.OPEN_FRACTION] = 0.9
    delta_weight: float = 20.0
    delta_floor: float = 0.0
    delta_trust: Annotated[float, checks.NOT_NEGATIVE] = 0.0
    profile_weight: float = 1.0
    quantile_weight: float = 0.5
    learning_rate: Annotated[float, checks.Range(0, above=True)] = 2e-3
    trunk_share: float = 0.3
    warm_up: Annotated[float, checks.OPEN_FRACTION] = 0.1
    weight_decay: Annotated[float, checks.NOT_NEGATIVE] = 1e-4
    clip: Annotated[float, checks.Range(0, above=True)] = 1.0
    ema: Annotated[float, checks.OPEN_FRACTION] = 0.999
    evaluate_every: Annotated[int, checks.POSITIVE] = 250
    evaluate_on: Annotated[int, checks.POSITIVE] = 1_000
    patience: Annotated[int, checks.NOT_NEGATIVE] = 0
    seed: Annotated[int, checks.NOT_NEGATIVE] = 1
    precision: Precision = "32-true"
    accelerator: str = "auto"
    devices: Annotated[int, checks.POSITIVE] = 1
    threads: Annotated[int | None, checks.POSITIVE] = None
    resume: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse settings out of range.

        Raises:
            InputError: A setting is out of range.
        """
        checks.check(self)
        checks.require(
            self.init_from is None or self.architecture == "paired",
            "--init-from needs --architecture paired",
            got=self.architecture,
        )
        checks.require(
            not self.delta_trust or self.architecture == "paired",
            "--delta-trust needs --architecture paired",
            got=self.architecture,
        )
        checks.require(
            self.init_from is None or self.channels == _BASE_WIDTH,
            f"a base model's layers are {_BASE_WIDTH} channels wide",
            got=f"--channels {self.channels}",
        )
        checks.require(
            self.init_from is None or self.start is None,
            "--init-from and --start both say what to begin with",
            got=f"{self.init_from} and {self.start}",
        )
        checks.require(
            not self.start_share or self.start is not None,
            "--start-share needs --start",
            got=self.start_share,
        )
        checks.require(
            self.strategy == "none" or self.architecture != "paired",
            "--strategy is for the write-up's models",
            got=self.architecture,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes:
        output: Folder of the run.
        step: Step whose weights were kept.
        metrics: Their validation metrics.
        steps: Steps that this run did.
        seconds: Time spent in steps (s).
        waited: Part of it spent waiting for batches (s).
    """

    output: pathlib.Path
    step: int
    metrics: dict[str, float]
    steps: int
    seconds: float
    waited: float
