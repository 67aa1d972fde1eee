"""A model is asked about records, and answers with the profiles of each allele."""

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from twinsplice import errors
from twinsplice.effect import results, rules
from twinsplice.genome import coordinates, variants
from twinsplice.io.vcf import named_answers, vcf
from twinsplice.scoring import pipeline, queries
from twinsplice.scoring.one_variant import variant_profiles
from twinsplice.settings import score as score_settings


def each(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> Iterator[variant_profiles.Answer]:
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
                yield variant_profiles.Answer(
                    record=record,
                    alt=alt,
                    profiles=tuple(sorted(profiles, key=_order(record))),
                    reason=None if profiles else reason,
                )


def of(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> tuple[variant_profiles.VariantProfile, ...]:
    """Return the profiles of one variant; see `variant_profiles.Answer`.

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


def _order(
    record: vcf.Record,
) -> Callable[[variant_profiles.VariantProfile], tuple[int, float]]:
    """Return what a record's profiles are sorted by."""

    def order(profile: variant_profiles.VariantProfile) -> tuple[int, float]:
        gene = profile.gene
        own = ("", "") if gene is None else (gene.name, gene.gene_id)
        return named_answers.rank(record, *own), -profile.largest

    return order


def of_row(
    scorer: pipeline.Scorer,
    built: queries.Built,
    chunk: results.Results,
    record: vcf.Record,
    row: int,
) -> variant_profiles.VariantProfile:
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
    return variant_profiles.VariantProfile(
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


def _changes(
    chunk: results.Results, number: int
) -> tuple[variant_profiles.Change, ...]:
    predictions, position = chunk.predictions, chunk.position
    low, high = predictions.low, predictions.high
    return tuple(
        variant_profiles.Change(
            kind=kind,
            size=float(predictions.size[number, column]),
            position=int(position[number, column]),
            low=None if low is None else float(low[number, column]),
            high=None if high is None else float(high[number, column]),
        )
        for column, kind in enumerate(predictions.kinds)
    )
