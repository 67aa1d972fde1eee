"""Settings of `explain`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated, Literal

from cyclopts import Parameter

from twinsplice.settings import checks, one_variant
from twinsplice.settings import plot as plot_settings

TABLES = (".tsv", ".tsv.gz", ".parquet")
LONGEST_FLANK = 1_000


@dataclasses.dataclass(frozen=True)
class Config(one_variant.OneVariant):
    """The settings of `explain`.

    Attributes:
        output: Picture to write, .png, .svg or .pdf.
        table: Table to write: the contribution of each base, .tsv, .tsv.gz or .parquet.
        kind: The change to explain: AG, AL, DG or DL, gain or loss of an acceptor or a
            donor; by default the largest one.
        flank: Bases changed on each side of the site and of the variant.
        scale: What contributions are measured in: log-odds (to base 2, where 1 doubles
            the odds), or probability.
        distance: Bases searched for changes on each side of the variant, 1 to 4,999.
        narrow: Draw fewer bases, with letters that can be read on a phone.
        quiet: Say nothing.
    """

    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path | None, Parameter(alias="-o")] = None
    table: pathlib.Path | None = None
    kind: str | None = None
    flank: Annotated[int, checks.Range(1, LONGEST_FLANK)] = 50
    scale: Literal["log-odds", "probability"] = "log-odds"
    distance: Annotated[int, Parameter(alias="-d"), one_variant.DISTANCE] = 500
    narrow: bool = False
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range, or nothing is to be written.
        """
        super().__post_init__()
        checks.require(
            self.output is not None or self.table is not None,
            "explain must write something",
            got="no output",
            remedy="give --output, --table or both",
        )
        for flag, path, endings in (
            ("--output", self.output, plot_settings.FIGURES),
            ("--table", self.table, TABLES),
        ):
            checks.require(
                path is None or path.name.lower().endswith(endings),
                f"{flag} must end in {', '.join(endings)}",
                got=str(path),
            )
