"""Names of variants as HGVS writes them, in parts.

Source: HGVS nomenclature 21.0, hgvs-nomenclature.org.
"""

import dataclasses
import enum

from twinsplice.genome import dna, transcripts


class Axis(enum.StrEnum):
    """What the positions of a name count."""

    GENOME = "g"
    CODING = "c"
    TRANSCRIPT = "n"
    MITOCHONDRION = "m"

    @property
    def is_genomic(self) -> bool:
        """Whether bases of a chromosome are counted, from 1."""
        return self in {Axis.GENOME, Axis.MITOCHONDRION}


class EditKind(enum.StrEnum):
    """What is done to the bases of a name's positions."""

    SUBSTITUTION = ">"
    DELETION = "del"
    DUPLICATION = "dup"
    INSERTION = "ins"
    REPLACEMENT = "delins"
    INVERSION = "inv"
    IDENTITY = "="
    REPEAT = "[]"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A variant's name.

    Attributes:
        reference: What positions count on: an accession, a symbol or a contig.
        symbol: The gene's symbol, where it stands in parentheses.
        genome: Accession of the chromosome before a transcript in parentheses.
        axis: What positions count.
        start: First position; of an insertion, the one before it.
        end: Last position; of an insertion, the one after it.
        kind: What is done.
        old: Bases that the name says are replaced, in its direction; may be empty. Of
            a repeat, the unit.
        new: Bases that come in their place, likewise.
        remarks: What was read otherwise than it is written.
    """

    reference: str
    symbol: str = ""
    genome: str = ""
    axis: Axis
    start: transcripts.Position
    end: transcripts.Position
    kind: EditKind
    old: str = ""
    new: str = ""
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        symbol = f"({self.symbol})" if self.symbol else ""
        span = str(self.start)
        if self.end != self.start:
            span += f"_{self.end}"
        return f"{self.reference}{symbol}:{self.axis}.{span}{self._change()}"

    def _change(self) -> str:
        if self.kind is EditKind.SUBSTITUTION:
            return f"{self.old}>{self.new}"
        if self.kind is EditKind.REPEAT:
            return f"{self.old}[{len(self.new) // len(self.old)}]"
        return f"{self.kind}{self.new}"


@dataclasses.dataclass(frozen=True, slots=True)
class Unreadable:
    """The reason why a text is not read as a name.

    Attributes:
        reason: In plain words.
    """

    reason: str


def complement(bases: str, *, minus: bool) -> str:
    """Return bases as they read along the other strand, or as they are."""
    return dna.decode(dna.reverse_complement(dna.encode(bases))) if minus else bases
