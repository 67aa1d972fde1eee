"""Site probabilities about a variant, before and after it, with the largest changes."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Float32

from twinsplice import errors
from twinsplice.effect import deltas, results, rules
from twinsplice.effect import queries as effect_queries
from twinsplice.genome import coordinates, genes, variants
from twinsplice.io.annotation import former_symbols
from twinsplice.io.vcf import named_answers, vcf
from twinsplice.scoring import pipeline, queries
from twinsplice.settings import score as score_settings


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The largest change of a kind.

    Attributes:
        kind: The kind.
        size: Its size, as reported.
        position: The base that changes (0-based, plus strand).
        low: Lower end of the size's prediction interval, if there is one.
        high: Its upper end.
    """

    kind: deltas.Kind
    size: float
    position: int
    low: float | None = None
    high: float | None = None


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class VariantProfile:
    """What a model says about a variant in a gene, base by base.

    Attributes:
        contig: The contig, as the reference names it.
        position: First base of the reference allele (0-based).
        ref: The reference allele.
        alt: The alternate allele.
        gene: The gene; none outside genes.
        strand: The strand that is read.
        start: First base of the profiles (0-based).
        sequence: The reference's bases there, upper case, plus strand.
        ref_profile: Probability of an acceptor and a donor at each base.
        alt_profile: The same after the change, on the reference's bases; deleted
            bases have none, inserted ones count at the base before them.
        changes: The largest change of each kind.
        model: The model, in print.
        reference: Where the reference is from; none for models that are not told any.
        query: What the model was asked; none for profiles that are made up.
        distance: Bases searched on each side of the variant, if known.
        masked: Whether gains at the gene's annotated sites are disregarded, and losses
            elsewhere.
    """

    contig: str
    position: int
    ref: str
    alt: str
    gene: genes.Gene | None
    strand: coordinates.Strand
    start: int
    sequence: str
    ref_profile: Float32[np.ndarray, "2 width"]
    alt_profile: Float32[np.ndarray, "2 width"]
    changes: tuple[Change, ...]
    model: str
    reference: results.Reference | None = None
    query: effect_queries.Queries | None = None
    distance: int | None = None
    masked: bool = False

    def further(self, least: float) -> tuple[Change, ...]:
        """Return the other changes of a size, as the profiles have them.

        A size is the difference of the profiles, and no larger than that of the largest
        change of the kind.

        Args:
            least: The least size.
        """
        made = []
        for largest in self.changes:
            site = (
                deltas.Site.DONOR if _is_donor(largest.kind) else deltas.Site.ACCEPTOR
            )
            size = self.alt_profile[site] - self.ref_profile[site]
            if not largest.kind.gain:
                size = -size
            columns = np.flatnonzero((size >= least) & (largest.size >= least))
            places = {
                int(column) + self.start: float(size[column]) for column in columns
            }
            places.pop(largest.position, None)
            made += [
                Change(kind=largest.kind, size=min(of, largest.size), position=place)
                for place, of in places.items()
                if not self.masked or self._counts(largest.kind, site, place)
            ]
        return tuple(made)

    def _counts(self, kind: deltas.Kind, site: deltas.Site, place: int) -> bool:
        """Whether a change at a place is not masked."""
        if self.gene is None:
            return kind.gain
        donor = site is deltas.Site.DONOR
        annotated = self.gene.donors if donor else self.gene.acceptors
        return kind.gain != bool((annotated == place).any())

    def within(self, start: int, end: int) -> "VariantProfile":
        """Return the part between two positions, or what there is of it."""
        first = max(start - self.start, 0)
        part = slice(first, max(end - self.start, first))
        return dataclasses.replace(
            self,
            start=self.start + first,
            sequence=self.sequence[part],
            ref_profile=self.ref_profile[:, part],
            alt_profile=self.alt_profile[:, part],
        )

    @property
    def end(self) -> int:
        """The base after the reference allele."""
        return self.position + len(self.ref)

    @property
    def largest(self) -> float:
        """The size of the largest change."""
        return max(change.size for change in self.changes)


def _is_donor(kind: deltas.Kind) -> bool:
    return deltas.Site.DONOR in kind.sites


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Answer:
    """What is said of one allele.

    Attributes:
        record: Its record.
        alt: The alternate allele as written; `.` where the record has none.
        profiles: One for each gene, that of the gene in the variant's name first, then
            that of the largest change; none without a score.
        reason: Why there is no score in any gene; none if there is one.
    """

    record: vcf.Record
    alt: str
    profiles: tuple[VariantProfile, ...]
    reason: variants.SkipReason | None


def each(scorer: pipeline.Scorer, records: Sequence[vcf.Record]) -> Iterator[Answer]:
    """Yield what is said of each allele of records, in order.

    What a VCF writes as ALT without being an alternate allele is left out.

    Args:
        scorer: The model and the genome.
        records: The records; neighbouring ones share work.
    """
    built = scorer.builder.build(records)
    if len(set(built.queries.windows.width.tolist())) > 1:
        # An official program's windows; those of one record are alike.
        for record in records:
            yield from each(scorer, [record])
        return
    chunk = scorer.answer(built, profiles=True)
    for number, rows in enumerate(chunk.by_record(len(records))):
        record = records[number]
        for alt, of_alt in itertools.groupby(rows, key=chunk.alt.__getitem__):
            members = list(of_alt)
            reason = chunk.reason[members[0]]
            if reason not in variants.NOT_ALLELES or record.name:
                profiles = [
                    of_row(scorer, built, chunk, record, row)
                    for row in members
                    if chunk.scored[row] >= 0
                ]
                yield Answer(
                    record=record,
                    alt=alt,
                    profiles=tuple(sorted(profiles, key=_order(record))),
                    reason=None if profiles else reason,
                )


def of(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> tuple[VariantProfile, ...]:
    """Return the profiles of one variant; see `Answer`.

    Args:
        scorer: The model and the genome.
        records: One record of one alternate.

    Raises:
        InputError: There are more variants or none, or it has no score.
    """
    if len(records) == 1 and records[0].refusal is not None:
        raise unscored(records[0], records[0].refusal)
    if len(records) != 1 or len(records[0].alts) != 1:
        raise errors.InputError(
            "a profile is of one variant",
            got=f"{sum(len(record.alts) for record in records)}",
            remedy="give one variant with one alternate",
        )
    answers = list(each(scorer, records))
    if not answers or not answers[0].profiles:
        reason = answers[0].reason if answers else None
        raise unscored(records[0], reason or variants.SkipReason.NO_ALT)
    return answers[0].profiles


def _order(record: vcf.Record) -> Callable[[VariantProfile], tuple[int, float]]:
    """Return what a record's profiles are sorted by."""

    def order(profile: VariantProfile) -> tuple[int, float]:
        gene = profile.gene
        own = ("", "") if gene is None else (gene.name, gene.gene_id)
        return named_answers.rank(record, *own), -profile.largest

    return order


def of_gene(
    profiles: Sequence[VariantProfile], gene: str
) -> tuple[VariantProfile, ...]:
    """Return the profiles of one gene, if there is one; see `named`."""
    return tuple(
        profile
        for profile in profiles
        if profile.gene is not None
        and gene.upper()
        in {profile.gene.gene_id.upper(), *former_symbols.alike(profile.gene.name)}
    )


def named(profiles: Sequence[VariantProfile], gene: str) -> tuple[VariantProfile, ...]:
    """Return the profiles of one gene.

    Args:
        profiles: The profiles.
        gene: Its name, of today or before, or its identifier, in any case.

    Raises:
        InputError: There is none of that gene.
    """
    kept = of_gene(profiles, gene)
    if not kept:
        names = [profile.gene.name for profile in profiles if profile.gene is not None]
        raise errors.InputError(
            "the variant must lie in the gene",
            got=f"{gene}, but it lies in {', '.join(names) or 'none'}",
            remedy="name another, or none for the gene of the largest change",
        )
    return kept


def of_row(
    scorer: pipeline.Scorer,
    built: queries.Built,
    chunk: results.Results,
    record: vcf.Record,
    row: int,
) -> VariantProfile:
    """Return the profile of one scored row of results.

    Args:
        scorer: The model and the genome.
        built: The queries.
        chunk: Their results, with profiles.
        record: The row's record.
        row: Number of the row.

    Raises:
        InputError: The model does not tell donors from acceptors.
    """
    number, predictions = int(chunk.scored[row]), chunk.predictions
    assert predictions.ref_profile is not None
    assert predictions.alt_profile is not None
    ref = predictions.ref_profile[number]
    if ref.shape[0] != 2:
        raise errors.InputError(
            "profiles of donors and acceptors need a model that tells them apart",
            got=scorer.predictor.name,
            remedy="choose another model",
        )
    reference, start = scorer.builder.reference, int(chunk.start[number])
    contig = reference.resolve(record.contig)
    assert contig is not None
    gene = int(built.outcomes.gene[row])
    minus = bool(chunk.minus[row])
    source = None if chunk.reference is None else int(chunk.reference[number])
    return VariantProfile(
        contig=contig,
        position=record.position,
        ref=record.ref,
        alt=chunk.alt[row],
        gene=scorer.builder.index.genes[gene] if gene >= 0 else None,
        strand=coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS,
        start=start,
        sequence=reference.sequence(contig, start, start + ref.shape[1]),
        ref_profile=ref,
        alt_profile=predictions.alt_profile[number],
        changes=_changes(chunk, number),
        model=scorer.predictor.title,
        reference=None if source is None else results.Reference(source),
        query=built.queries.take(np.array([number])),
        distance=scorer.builder.reach,
        masked=scorer.builder.mask,
    )


def unscored(record: vcf.Record, reason: variants.SkipReason) -> errors.InputError:
    """Return the error of a variant without a score, with what is noted of it.

    Args:
        record: The variant.
        reason: Why it has none.
    """
    written = f"{record.contig}-{record.position + 1}-{record.ref}-"
    name = record.name or written + ",".join(record.alts)
    note = f" ({record.note})" if record.note else ""
    return errors.InputError(
        "a variant must be one that can be scored",
        got=f"{name}: {reason.replace('_', ' ')}{note}",
        remedy=_remedy(record, reason),
    )


def _remedy(record: vcf.Record, reason: variants.SkipReason) -> str:
    # See `rules`: REF may be twice as long as the searched bases on a side.
    enough = -(-len(record.ref) // 2)
    is_short = all(len(alt) <= rules.LONGEST_ALT for alt in record.alts)
    helps = is_short and enough <= score_settings.LONGEST_DISTANCE
    if reason is variants.SkipReason.TOO_LONG and helps:
        return f"give --distance (-d) {enough} or more"
    if reason is variants.SkipReason.OUTSIDE_GENES:
        return "give --intergenic, or check the variant, its build and the annotation"
    return "check the variant, its build and the annotation"


def _changes(chunk: results.Results, number: int) -> tuple[Change, ...]:
    predictions, position = chunk.predictions, chunk.position
    low, high = predictions.low, predictions.high
    return tuple(
        Change(
            kind=kind,
            size=float(predictions.size[number, column]),
            position=int(position[number, column]),
            low=None if low is None else float(low[number, column]),
            high=None if high is None else float(high[number, column]),
        )
        for column, kind in enumerate(predictions.kinds)
    )
