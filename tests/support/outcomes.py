"""Results as objects: one for each allele and gene, easy to tell apart in a test."""

import dataclasses
from collections.abc import Sequence

from twinsplice.effect import deltas, results, rules
from twinsplice.genome import coordinates, variants
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """The largest change of one kind."""

    size: float
    column: int
    ref: float
    alt: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The changes that an allele makes in a gene.

    `start` is the window's first base, `origin` POS (both 0-based); `exon_loss` is NaN
    where no site of the exon lies in the window.
    """

    alt: str
    gene: str
    gene_id: str
    strand: coordinates.Strand
    start: int
    origin: int
    kinds: tuple[deltas.Kind, ...]
    changes: tuple[Change, ...]
    intervals: tuple[tuple[float, float], ...] | None
    exon_loss: float | None = None

    def position(self, change: Change) -> int:
        """Where a change is on its contig (0-based, plus strand)."""
        return self.start + change.column

    def offset(self, change: Change) -> int:
        """Bases from POS to a change."""
        return self.position(change) - self.origin


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An allele, or an allele in a gene, without a score."""

    alt: str
    gene: str
    reason: variants.SkipReason


Outcome = Scored | Skipped


def score(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> list[list[Outcome]]:
    """Score records; return the outcomes of each."""
    return unpack(scorer.score(records), len(records))


def unpack(found: results.Results, records: int) -> list[list[Outcome]]:
    """Return the outcomes of each of so many records."""
    return [[_outcome(found, row) for row in rows] for rows in found.by_record(records)]


def skips(scorer: pipeline.Scorer, records: Sequence[vcf.Record]) -> list[Skipped]:
    """Build queries only; return the refusals."""
    outcomes = scorer.builder.build(records).outcomes
    return [
        Skipped(
            alt=outcomes.alt[row],
            gene=scorer._names(int(outcomes.gene[row]), bool(outcomes.minus[row]))[0],
            reason=rules.REASONS[outcomes.reason[row]],
        )
        for row in range(len(outcomes.alt))
        if outcomes.reason[row] != rules.SCORED
    ]


def _outcome(found: results.Results, row: int) -> Outcome:
    reason = found.reason[row]
    if reason is not None:
        return Skipped(alt=found.alt[row], gene=found.gene[row], reason=reason)
    of, number = found.predictions, int(found.scored[row])
    numbers = zip(
        *(each[number].tolist() for each in (of.size, of.column, of.ref, of.alt)),
        strict=True,
    )
    intervals = None
    if of.low is not None and of.high is not None:
        both = of.low[number].tolist(), of.high[number].tolist()
        intervals = tuple(zip(*both, strict=True))
    return Scored(
        alt=found.alt[row],
        gene=found.gene[row],
        gene_id=found.gene_id[row],
        strand=coordinates.Strand("-" if found.minus[row] else "+"),
        start=int(found.start[number]),
        origin=int(found.origin[number]),
        kinds=of.kinds,
        changes=tuple(Change(*each) for each in numbers),
        intervals=intervals,
        exon_loss=None if of.exon_loss is None else float(of.exon_loss[number]),
    )
