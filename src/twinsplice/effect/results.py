"""What is said of an allele in a gene: a score, or the reason there is none."""

import dataclasses

from twinsplice.effect import deltas, windows
from twinsplice.genome import coordinates, variants

Intervals = tuple[tuple[float, float], ...]
"""Lower and upper end of each change's size, in the order of changes."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The changes that an allele makes in a gene.

    Attributes:
        alt: The alternate allele as written.
        gene: Name of the gene; the strand's sign outside genes.
        gene_id: The annotation's identifier of the gene.
        strand: The strand that was read.
        window: Where it was looked at.
        kinds: The kinds of change that were looked for.
        changes: The largest change of each kind.
        intervals: How sure the sizes are, of models that say so.
    """

    alt: str
    gene: str
    gene_id: str
    strand: coordinates.Strand
    window: windows.Window
    kinds: tuple[deltas.Kind, ...]
    changes: tuple[deltas.Change, ...]
    intervals: Intervals | None = None

    def position(self, change: deltas.Change) -> int:
        """Return where a change is on its contig (0-based, plus strand)."""
        return self.window.start + change.column

    def offset(self, change: deltas.Change) -> int:
        """Return the bases from the record's POS to a change (plus strand)."""
        return self.position(change) - self.window.origin


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An allele, or an allele in a gene, without a score.

    Attributes:
        alt: The alternate allele as written; `.` where the record has none.
        gene: Name of the gene; empty where the reason holds for all of them.
        reason: Why there is no score.
    """

    alt: str
    gene: str
    reason: variants.SkipReason


Answer = Scored | Skipped
