"""Settings and summary of `train`, apart from the work: help is quick."""

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
"""Channels of the SpliceAI family, whose layers can initialise an encoder."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of `train`.

    Attributes:
        targets: Target stores (see twinsplice targets), of profiles and of pairs.
        output: Folder of the run.
        architecture: Network: paired is the default; pooled, v2, cnn and validated are
            those of the write-up.
        strategy: The write-up's calibration around its networks.
        init_from: Base model whose first layers initialise the encoder.
        member: Number of the base model's ensemble member to take, from 0.
        init_weights: Run folder or weight file to initialise all weights from.
        weight_interpolation: Fraction of those initial weights in the weights that are
            kept, averaged with the trained ones; more preserves more of what was
            learned before.
        blocks: Residual blocks: 8 for 200 bases of context, 10 for 600, 12 for 1,000.
        gate_every: Put a gate on the last of this many blocks; 0 for no gates.
        channels: Width of the encoder; a base model's layers are 32 wide.
        latents: Channels besides the site probabilities, for corrections of the deltas
            and for their quantiles.
        validation: Chromosomes that decide which weights are kept.
        test: Chromosomes that are never used.
        steps: Optimiser steps.
        windows: Profile windows in a batch, of all devices together.
        variants: Variants in a batch, likewise.
        site_fraction: Fraction of the windows drawn that contain a site, and of the
            variants drawn that change one.
        target: base trains on the base model's deltas. validated keeps them where a
            laboratory found splicing altered and sets them to 0 where it did not;
            variants without a verdict are left out. Needs targets made with --format.
        measured_weight: Weight of the squared error between the largest delta and the
            measured change; above 0, agreement with measurements decides which weights
            are kept. Needs targets made with --format.
        delta_loss: Loss of the deltas: mse, huber or pinball.
        quantile: Quantile of the pinball loss, and of the strategy of that name.
        delta_weight: Weight of the loss of the deltas.
        delta_floor: Targets smaller than this weigh the same; 0 weighs all alike.
        delta_trust: Standard deviation among the base model's members at which a
            target weighs half as much as where they agree; 0 weighs all alike.
        anchored_weight: Weight of the losses of the deltas that the model predicts when
            it is told the base model's own reference (--map of twinsplice score).
        profile_weight: Weight of the cross entropy of profiles.
        quantile_weight: Weight of the loss of the deltas' quantiles.
        learning_rate: Peak learning rate.
        encoder_lr_scale: Learning rate of the layers taken from a base model, as a
            multiple of the learning rate.
        warmup_fraction: Fraction of the steps before the peak learning rate.
        weight_decay: Decoupled weight decay.
        grad_clip: Largest norm of the gradient; longer ones are scaled down.
        ema: Decay of the exponential moving average of the weights.
        evaluate_every: Steps between evaluations and checkpoints.
        evaluate_on: Number of validation variants, or windows, in an evaluation.
        patience: Evaluations without improvement before training stops; 0 never stops.
        seed: Random seed.
        precision: 32-true, or bf16-mixed, which is faster where processors support it.
        accelerator: auto, cpu or cuda.
        devices: Number of devices; they share each batch.
        threads: CPU threads; all if not given.
        resume: Continue the interrupted run in the output folder.
        quiet: Show neither progress bar nor summary.
    """

    targets: Annotated[
        tuple[pathlib.Path, ...], Parameter(alias="-t"), checks.Naming("a store")
    ]
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    architecture: Architecture = "paired"
    strategy: Strategy = "none"
    init_from: str | None = None
    member: int = 0
    init_weights: pathlib.Path | None = None
    weight_interpolation: Annotated[float, checks.Range(0, 1, below=True)] = 0.0
    blocks: int = 12
    gate_every: int = 1
    channels: Annotated[int, checks.POSITIVE] = 32
    latents: Annotated[int, checks.POSITIVE] = 4
    validation: tuple[str, ...] = ("2",)
    test: tuple[str, ...] = ("5", "7", "9", "20")
    steps: Annotated[int, checks.POSITIVE] = 2_000
    windows: Annotated[int, checks.NOT_NEGATIVE] = 12
    variants: Annotated[int, checks.NOT_NEGATIVE] = 16
    site_fraction: Annotated[float, checks.OPEN_FRACTION] = 0.7
    target: Target = "base"
    measured_weight: Annotated[float, checks.NOT_NEGATIVE] = 0.0
    delta_loss: DeltaLoss = "mse"
    quantile: Annotated[float, checks.OPEN_FRACTION] = 0.9
    delta_weight: float = 20.0
    delta_floor: float = 0.0
    delta_trust: Annotated[float, checks.NOT_NEGATIVE] = 0.0
    anchored_weight: Annotated[float, checks.NOT_NEGATIVE] = 0.0
    profile_weight: float = 1.0
    quantile_weight: float = 0.5
    learning_rate: Annotated[float, checks.Range(0, above=True)] = 2e-3
    encoder_lr_scale: float = 0.3
    warmup_fraction: Annotated[float, checks.OPEN_FRACTION] = 0.1
    weight_decay: Annotated[float, checks.NOT_NEGATIVE] = 1e-4
    grad_clip: Annotated[float, checks.Range(0, above=True)] = 1.0
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
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse settings out of range.

        Raises:
            InputError: A setting is out of range.
        """
        checks.check(self)
        for name in ("windows", "variants"):
            count = getattr(self, name)
            checks.require(
                count == 0 or count >= self.devices,
                f"--{name} must be 0, or enough for each of the --devices to have one",
                got=f"{count} for {self.devices}",
            )
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
            not self.anchored_weight or self.architecture == "paired",
            "--anchored-weight needs --architecture paired",
            got=self.architecture,
        )
        checks.require(
            self.init_from is None or self.channels == _BASE_WIDTH,
            f"a base model's layers are {_BASE_WIDTH} channels wide",
            got=f"--channels {self.channels}",
        )
        checks.require(
            self.init_from is None or self.init_weights is None,
            "--init-from and --init-weights exclude each other",
            got=f"{self.init_from} and {self.init_weights}",
        )
        checks.require(
            not self.weight_interpolation or self.init_weights is not None,
            "--weight-interpolation needs --init-weights",
            got=self.weight_interpolation,
        )
        checks.require(
            self.strategy == "none" or self.architecture != "paired",
            "--strategy is for the write-up's models",
            got=self.architecture,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        output: Folder of the run.
        step: Step whose weights were kept.
        metrics: Their validation metrics.
        steps: Steps done by this run.
        seconds: Time spent in steps (s).
        waited: Part of that time spent waiting for batches (s).
    """

    output: pathlib.Path
    step: int
    metrics: dict[str, float]
    steps: int
    seconds: float
    waited: float
