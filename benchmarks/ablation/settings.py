"""Settings and results of the ablation, without the work, so that help is quick."""

import dataclasses
import json
import pathlib
import shlex
from typing import Annotated, Any

from benchmarks.ablation import rows as ablation_rows
from cyclopts import Parameter

from twinsplice import errors
from twinsplice.settings import checks
from twinsplice.settings import train as train_settings

_QUICK = {
    "seeds": 1,
    "steps": 4,
    "batch": 4,
    "few": 100,
    "many": 200,
    "max_variants": 60,
}
"""Settings of a --quick trial."""
_PRIVATE = ("threads", "quiet", "accelerator")
"""Settings that are not part of a published command."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that decides what is measured.

    Attributes:
        targets: Stores of variants to learn from and to decide by.
        test: Stores of variants on held-out chromosomes, to be measured on.
        output: Folder of the results; what it holds is not done again.
        rows: Rows to measure; all if not given.
        compare_with: Finished models to measure too: `twinsplice` for the default
            weights, run folders, weight files.
        seeds: Runs of each row, which differ in first weights and in what is drawn.
        steps: Optimiser steps of every run.
        batch: Variants in a step.
        few: Variants learned from.
        many: Variants learned from by rows with 10x data.
        init_from: Base model whose first layers our encoder begins as.
        member: Which of its members.
        blocks: Residual blocks of ours: 8 read 200 bases each side, as many as the
            write-up's gated CNN.
        validation: Chromosomes that decide which weights are kept.
        held_out: Chromosomes that are never learned from; the test is on them.
        validation_variants: Validation variants looked at, four times a run.
        max_variants: Test variants looked at; all if not given.
        site_fraction: Fraction of variants drawn that change a site.
        learning_rate: Highest rate of every run.
        encoder_lr_scale: Learning rate of layers that come from a base model, as a
            multiple of the others'.
        quick: Only try that all runs: few steps, one seed; figures mean nothing.
        precision: 32-true, or bf16-mixed, which is faster where processors have it.
        accelerator: auto, cpu or cuda.
        threads: CPU threads; all if not given.
        quiet: Show no progress.
    """

    targets: Annotated[
        tuple[pathlib.Path, ...], Parameter(alias="-t"), checks.Naming("a store")
    ]
    test: Annotated[tuple[pathlib.Path, ...], checks.Naming("a store")]
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    rows: tuple[str, ...] = ()
    compare_with: tuple[pathlib.Path, ...] = ()
    seeds: Annotated[int, checks.Range(1, 10)] = 3
    steps: Annotated[int, checks.POSITIVE] = 600
    batch: Annotated[int, checks.POSITIVE] = 16
    few: Annotated[int, checks.POSITIVE] = 2_000
    many: Annotated[int, checks.POSITIVE] = 20_000
    init_from: str | None = "cispliceai"
    member: int = 0
    blocks: int = 8
    validation: tuple[str, ...] = ("2",)
    held_out: tuple[str, ...] = ("5", "7", "9", "20")
    validation_variants: Annotated[int, checks.POSITIVE] = 300
    max_variants: Annotated[int | None, checks.Range(2)] = None
    site_fraction: float = 0.7
    learning_rate: float = 1e-3
    encoder_lr_scale: float = 0.3
    quick: bool = False
    precision: train_settings.Precision = "32-true"
    accelerator: str = "auto"
    threads: int | None = None
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse settings out of range.

        Raises:
            InputError: A setting is out of range, or a row has no such name.
        """
        checks.check(self)
        unknown = sorted(set(self.rows) - set(ablation_rows.names()))
        if unknown:
            raise errors.InputError(
                "--rows must name rows of the ablation",
                got=", ".join(unknown),
                remedy=f"choose from {', '.join(ablation_rows.names())}",
            )

    @property
    def chosen(self) -> tuple[ablation_rows.Row, ...]:
        """The rows to measure, in the order of the table."""
        selected = self.rows or ablation_rows.names()
        return tuple(row for row in ablation_rows.ROWS if row.name in selected)

    @property
    def ema(self) -> float:
        """Decay of averaged weights: over about a tenth of the steps."""
        return max(0.5, 1 - 10 / self.steps)

    def lowered(self) -> "Config":
        """Return the settings that count: lowered to a trial's by --quick."""
        if not self.quick:
            return self
        lower: dict[str, Any] = {
            name: min(getattr(self, name) or value, value)
            for name, value in _QUICK.items()
        }
        return dataclasses.replace(
            self,
            **lower,
            validation_variants=min(self.validation_variants, _QUICK["max_variants"]),
        )

    def command(self) -> str:
        """Return the command that these settings are; stores by name, not by path."""
        words = ["python", "-m", "benchmarks.ablation"]
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value == field.default or field.name in _PRIVATE:
                continue
            for item in value if isinstance(value, tuple) else (value,):
                words.append("--" + field.name.replace("_", "-"))
                if item is not True:
                    words.append(
                        item.name if isinstance(item, pathlib.Path) else str(item)
                    )
        return shlex.join(words)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Interval:
    """A number with its 95 % confidence interval; None where undefined."""

    value: float | None
    low: float | None
    high: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """The results of a row.

    Attributes:
        name: Its name.
        title: What the table calls it.
        variants: Variants learned from.
        seed_r: The write-up's r.
        runs: Runs measured.
        by_seed: Mean r of max |Δ| and its interval over runs (Student's t).
        by_gene: The same, its interval over test genes (bootstrap, runs as they are).
        figures: Means over runs of `evaluation.agreement`, of r among variants of the
            minus strand and among insertions and deletions, and of the largest |Δ|.
        seconds: Mean time of a run (s).
    """

    name: str
    title: str
    variants: int
    seed_r: float | None
    runs: int
    by_seed: Interval
    by_gene: Interval
    figures: dict[str, float | None]
    seconds: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Contrast:
    """Difference of two rows' r of max |Δ|, its interval over test genes."""

    title: str
    difference: Interval


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """The results of an ablation.

    Attributes:
        lines: Rows in order.
        contrasts: Differences of rows.
        facts: What every table must name: `n`, `positives`, `split`, `steps`,
            `batch`, `seeds`, `command`, `git`, ...
    """

    lines: tuple[Line, ...]
    contrasts: tuple[Contrast, ...]
    facts: dict[str, Any]

    def to_json(self) -> str:
        """Return it as text that `read` understands."""
        return json.dumps(dataclasses.asdict(self), indent=2, allow_nan=False) + "\n"


def read(path: pathlib.Path) -> Summary:
    """Read a `results.json` that an ablation has written."""
    saved = json.loads(path.read_text(encoding="utf-8"))

    def line(fields: dict[str, Any]) -> Line:
        intervals = {name: Interval(**fields[name]) for name in ("by_seed", "by_gene")}
        return Line(**fields | intervals)

    return Summary(
        lines=tuple(line(fields) for fields in saved["lines"]),
        contrasts=tuple(
            Contrast(title=fields["title"], difference=Interval(**fields["difference"]))
            for fields in saved["contrasts"]
        ),
        facts=saved["facts"],
    )
