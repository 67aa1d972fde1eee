"""What `evaluate` is asked, apart from the work so that help comes at once."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice import errors


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that decides what `evaluate` reports.

    Attributes:
        model: Run or weight file of a trained model.
        targets: Stores of variants (see twinsplice targets).
        output: JSON file to write; the table goes to stdout all the same.
        report: HTML page to write: figures, tables, worst misses.
        contigs: Chromosomes to look at; those of the model's test fold if not given.
        most: Variants looked at; all if not given.
        device: Where the model runs: auto, cpu, cuda or cuda:N.
        threads: CPU threads; all if not given.
        quiet: Show no progress bar.
    """

    model: pathlib.Path
    _: dataclasses.KW_ONLY
    targets: Annotated[tuple[pathlib.Path, ...], Parameter(alias="-t")]
    output: Annotated[pathlib.Path | None, Parameter(alias="-o")] = None
    report: pathlib.Path | None = None
    contigs: tuple[str, ...] = ()
    most: int | None = None
    device: str = "auto"
    threads: int | None = None
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        if not self.targets:
            raise errors.InputError(
                "--targets must name a store", got="none", remedy="name one"
            )
        if self.most is not None and self.most < 1:
            raise errors.InputError(
                "--most must be 1 or more", got=str(self.most), remedy="change it"
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """What was found.

    Attributes:
        groups: For each group of variants its figures; `all` comes first.
        contigs: Chromosomes that were looked at.
    """

    groups: dict[str, dict[str, float]]
    contigs: tuple[str, ...]
