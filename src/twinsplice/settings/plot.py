"""Settings of `plot`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks, one_variant

FIGURES = (".png", ".svg", ".pdf")


@dataclasses.dataclass(frozen=True)
class Config(one_variant.OneVariant):
    """The settings of `plot`.

    Attributes:
        output: Picture to write, .png, .svg or .pdf.
        distance: Bases searched on each side of the variant, 1 to 4,999; what is drawn
            holds each change.
        narrow: Draw fewer bases, with letters that can be read on a phone.
        quiet: Say nothing.
    """

    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    distance: Annotated[int, Parameter(alias="-d"), one_variant.DISTANCE] = 500
    narrow: bool = False
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        super().__post_init__()
        checks.require(
            self.output.name.lower().endswith(FIGURES),
            f"--output must end in {', '.join(FIGURES)}",
            got=str(self.output),
        )
