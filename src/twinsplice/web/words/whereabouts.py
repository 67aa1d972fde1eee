"""Where a variant lies that has no score: on another genome, or beyond this one."""

from twinsplice import errors
from twinsplice.api import look_up_answers
from twinsplice.genome import variants
from twinsplice.web import instances
from twinsplice.web.words import plain_words

_OF_PLACE = frozenset(
    {
        variants.SkipReason.REF_MISMATCH,
        variants.SkipReason.CONTIG_MISSING,
        variants.SkipReason.NEAR_CONTIG_END,
        variants.SkipReason.UNKNOWN_PLACE,
        variants.SkipReason.OUTSIDE_GENES,
    }
)
"""Reasons that another genome may not have."""


def elsewhere(
    opened: instances.Instances, build: str, text: str, reason: variants.SkipReason
) -> list[str]:
    """Return the other genomes that have a variant which has no place on this one.

    Args:
        opened: What is open.
        build: The genome that was asked.
        text: The variant, as it was written.
        reason: Why it has no score.
    """
    if reason not in _OF_PLACE:
        return []
    return [
        name
        for name, scorer in opened.scorers.items()
        if name != build and scorer.has_place(*scorer.understand([text]))
    ]


def beyond(
    opened: instances.Instances,
    build: str,
    understood: look_up_answers.Understood,
    reason: variants.SkipReason,
) -> errors.InputError | None:
    """Return what is said of a place that a genome in parts lacks; None of others.

    Args:
        opened: What is open.
        build: The genome that was asked.
        understood: The variant there.
        reason: Why it has no score.
    """
    scorer, record = opened.scorers[build], understood.record
    if not scorer.lacks(record, reason):
        return None
    place = f", which is at {record.contig}:{record.position + 1:,}"
    got = f"{record.name or understood.place}{place if record.contig else ''}"
    if not opened.demo:
        return errors.InputError(
            f"a variant must lie in the parts of {build} that this server has",
            got=got,
            remedy=plain_words.ASK,
        )
    genes = ", ".join(scorer.genes_at_hand)
    return errors.InputError(
        f"a variant must lie in what the demo has of {build}, parts of {genes}",
        got=got,
        remedy="serve a whole genome: twinsplice serve -r GRCh38.fa -a grch38",
    )
