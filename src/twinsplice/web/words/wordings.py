"""Answers as they are sent: what is kept of a place, for how a variant was written."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from twinsplice import errors
from twinsplice.api import look_up_answers
from twinsplice.genome import variants
from twinsplice.io.vcf import named_answers, vcf
from twinsplice.scoring.one_variant import variant_answers
from twinsplice.web import answers, instances, lookup, refusals, schemas
from twinsplice.web.words import plain_words, whereabouts

_SEVERAL = 6
"""Alternates of one record that are led to."""
_NO_GENES = '"genes":[]'


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Written:
    """A variant as it was written, and what is known of it before anything is scored.

    Attributes:
        query: What was asked.
        model: The model.
        understood: What was understood.
        elsewhere: Other genomes that have the variant.
        beyond: Why this genome may lack it, if it is known.
    """

    query: schemas.Query
    model: schemas.ModelAbout
    understood: look_up_answers.Understood
    elsewhere: Sequence[str] = ()
    beyond: errors.InputError | None = None


def placed(
    written: Written, opened: instances.Instances, reason: variants.SkipReason
) -> Written:
    """Return a variant with where it lies; it has no score.

    Args:
        written: The variant as it was written.
        opened: What is open.
        reason: Why it has none.
    """
    build, text = written.query.build, written.query.variant
    return dataclasses.replace(
        written,
        elsewhere=whereabouts.elsewhere(opened, build, text, reason),
        beyond=whereabouts.beyond(opened, build, written.understood, reason),
    )


def answer(written: Written, kept: Mapping[str, Any]) -> answers.Reply:
    """Return an answer, from what is kept.

    Args:
        written: The variant as it was written.
        kept: What is kept of its place.
    """
    order = sorted(kept["genes"], key=lambda gene: _rank(written.understood, gene))
    skipped = None if kept["reason"] is None else _skipped(written, kept["reason"])
    said = None if skipped is None else str(skipped)
    words = said and refusals.shortened(said)
    text = _text(written, [gene["text"] for gene in order], words)
    made = schemas.VariantAnswer(
        query=written.query,
        variant=_variant(written.understood),
        model=written.model,
        genes=[],
        skip_reason=kept["reason"],
        skip_words=words,
        guesses=[] if said is None else refusals.guesses(said, written.query.variant),
        elsewhere=list(written.elsewhere),
        text=text,
    ).model_dump_json()
    # No text has such quotation marks: they are escaped.
    before, _, after = made.partition(_NO_GENES)
    genes = ",".join(gene["json"] for gene in order)
    return answers.Reply(
        answers.UNDERSTOOD, f'{before}"genes":[{genes}]{after}'.encode()
    )


def as_lookup(
    asked: lookup.Asked,
    understood: look_up_answers.Understood,
    kept: Mapping[str, Any],
) -> answers.Reply:
    """Return an answer in the form of SpliceAI-lookup, from what is kept.

    Args:
        asked: The question, as it was written.
        understood: What was understood.
        kept: What is kept of its place.
    """
    if "reason" not in kept:
        said = {**dict(asked.echoed), **kept, "variant": asked.variant}
    elif kept["reason"] is None:
        said = lookup.refusal(asked, asked.nothing)
    else:
        reason = variants.SkipReason(kept["reason"])
        skipped = variant_answers.unscored(understood.record, reason)
        said = lookup.refusal(asked, str(plain_words.of(skipped)))
    return answers.Reply(answers.UNDERSTOOD, json.dumps(said).encode())


def refusal(written: Written, refused: errors.InputError) -> refusals.RefusedError:
    """Return the refusal of what is no variant.

    Args:
        written: The variant as it was written.
        refused: Why it is none.
    """
    record = written.understood.record
    reason = record.refusal
    words = str(written.beyond or plain_words.of(refused))
    several = _each(record) if reason is None else []
    return refusals.RefusedError(
        refusals.BAD,
        words,
        "several_alternates" if reason is None else str(reason),
        meant=several or refusals.guesses(words, written.query.variant),
        elsewhere=written.elsewhere,
    )


def _each(record: vcf.Record) -> list[str]:
    """Return the first alternates of a record, each as a variant of its own."""
    place = f"{record.contig}-{record.position + 1}-{record.ref}"
    plain = [alt for alt in record.alts if alt.isalpha()]
    return [f"{place}-{alt}" for alt in plain[:_SEVERAL]]


def _rank(
    understood: look_up_answers.Understood, gene: Mapping[str, Any]
) -> tuple[int, float]:
    """Return the rank of a gene: the one that was named, then by size."""
    names = str(gene["gene"]), str(gene["gene_id"])
    return named_answers.rank(understood.record, *names), -float(gene["max_delta"])


def _skipped(written: Written, reason: str) -> errors.TwinSpliceError:
    """Return why a variant that was understood has no score."""
    if written.beyond is not None:
        return written.beyond
    record = written.understood.record
    return plain_words.of(variant_answers.unscored(record, variants.SkipReason(reason)))


def _variant(understood: look_up_answers.Understood) -> schemas.Variant:
    record = understood.record
    return schemas.Variant(
        contig=record.contig,
        position=record.position + 1,
        ref=record.ref,
        alt=record.alts[0] if record.alts else ".",
        name=understood.place,
        note=record.note or None,
    )


def _text(written: Written, genes: Sequence[str], skipped: str | None) -> str:
    """Return an answer as lines for a report."""
    query = written.query
    mask = "masked" if query.mask else "not masked"
    head = f"{query.variant} ({query.build}), {written.model.title}, {mask}\n"
    said = "".join(genes) if skipped is None else f"{skipped}\n"
    return errors.printable(head + said, keep="\n")
