"""Settings of `consequences`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks, one_variant

TABLES = (".tsv", ".tsv.gz", ".parquet")


@dataclasses.dataclass(frozen=True)
class Config(one_variant.OneVariant):
    """The settings of `consequences`.

    Attributes:
        variant: A variant, as chrom-pos-ref-alt or an HGVS name such as
            NM_007294.4:c.4185+1G>A; or a file of many: VCF (plain or gzipped), BCF, or
            a list of one variant a line; - is stdin.
        more: Further variants.
        output: Table to write, .tsv, .tsv.gz or .parquet. With a file of many nothing
            is printed then.
        every: Tell of all transcripts, not only of MANE's or the longest.
        threshold: Size from which a change of a site counts, 0 to 1.
        distance: Bases searched on each side of the variant, 1 to 4,999.
        quiet: Print no text where a table is written, and show no progress.
    """

    variant: Annotated[str, Parameter(allow_leading_hyphen=True)]
    more: tuple[str, ...] = ()
    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path | None, Parameter(alias="-o")] = None
    every: Annotated[bool, Parameter(name="--all")] = False
    threshold: Annotated[float, checks.FRACTION] = 0.2
    distance: Annotated[int, Parameter(alias="-d"), one_variant.DISTANCE] = 500
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        super().__post_init__()
        checks.require(
            self.output is None or self.output.name.endswith(TABLES),
            f"--output must end in {', '.join(TABLES)}",
            got=str(self.output),
        )

    @property
    def takes_more(self) -> bool:
        """Whether there may be several variants."""
        return True
