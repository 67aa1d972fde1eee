"""From variants to the JSON of answers: one pass of the networks for all that wait."""

import dataclasses
import json
from collections.abc import Sequence

from twinsplice import api, errors
from twinsplice.api import looking_up
from twinsplice.report import consequence_words
from twinsplice.scoring.one_variant import consequences
from twinsplice.web import genes, instances, lookup, refusals, schemas

UNDERSTOOD = 200
"""Status of answers, those of variants without a score among them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is sent.

    Attributes:
        status: HTTP status.
        body: JSON.
    """

    status: int
    body: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a variant.

    Attributes:
        variant: The variant, as it was written.
        asked: The form of SpliceAI-lookup in which it is to be answered, if it is.
    """

    variant: str
    asked: lookup.Asked | None = None


def replies(
    opened: instances.Instances,
    asking: instances.Asking,
    questions: Sequence[Question],
) -> list[Reply]:
    """Return the answers to questions, by one model with one set of options.

    Args:
        opened: What is open.
        asking: Build, model and options.
        questions: The questions.

    Raises:
        InputError: Names cannot be read here.
    """
    scorer = opened.scorer(asking)
    texts = list(dict.fromkeys(question.variant for question in questions))
    found = dict(zip(texts, scorer.look_up(texts), strict=True))
    model = opened.model(asking.model)
    return [
        _reply(scorer, asking, model, question, found[question.variant])
        for question in questions
    ]


def _reply(
    scorer: api.Scorer,
    asking: instances.Asking,
    model: schemas.ModelAbout,
    question: Question,
    answer: looking_up.Answer,
) -> Reply:
    if answer.refusal is not None:
        return refusal(answer.refusal, answer)
    if question.asked is not None:
        said = lookup.answer(question.asked, scorer, answer)
        return Reply(UNDERSTOOD, json.dumps(said).encode())
    query = schemas.Query(
        variant=question.variant,
        build=asking.build,
        model=asking.model,
        distance=asking.distance,
        mask=asking.mask,
    )
    made = of_answer(scorer, answer, query, model)
    return Reply(UNDERSTOOD, made.model_dump_json().encode())


def refusal(error: errors.TwinSpliceError, answer: looking_up.Answer) -> Reply:
    """Return the reply to what is no variant."""
    reason = answer.record.refusal
    said = refusals.of_error(error, "several_alternates" if reason is None else reason)
    return Reply(said.status, said.body)


def of_answer(
    scorer: api.Scorer,
    answer: looking_up.Answer,
    query: schemas.Query,
    model: schemas.ModelAbout,
) -> schemas.VariantAnswer:
    """Return an answer as the API gives it.

    Args:
        scorer: What gave it.
        answer: The answer.
        query: What was asked.
        model: The model.
    """
    known = [profile for profile in answer.profiles if profile is not None]
    effects = iter(scorer.consequences_of(known))
    rows = [*answer.table.iter_rows(named=True)]
    every = [None if profile is None else next(effects) for profile in answer.profiles]
    scored = [
        parts
        for parts in zip(rows, every, answer.inserted, strict=True)
        if parts[0]["skip_reason"] is None
    ]
    made = [genes.answer(*parts, mask=query.mask) for parts in scored]
    order = _order(answer, made)
    reasons = [row["skip_reason"] for row in rows if row["skip_reason"]]
    skipped = answer.skipped
    return schemas.VariantAnswer(
        query=query,
        variant=_variant(answer),
        model=model,
        genes=[made[number] for number in order],
        skip_reason=None if skipped is None else reasons[0],
        skip_words=None if skipped is None else str(skipped),
        text=_text(query, model, [scored[number][1] for number in order], skipped),
    )


def _order(answer: looking_up.Answer, made: Sequence[schemas.GeneAnswer]) -> list[int]:
    """Return the order of genes: the one that was named, then by size."""
    named = bool(answer.record.of)
    return sorted(
        range(len(made)),
        key=lambda number: (not (named and number == 0), -made[number].max_delta),
    )


def _variant(answer: looking_up.Answer) -> schemas.Variant:
    record = answer.record
    alt = record.alts[0] if record.alts else "."
    return schemas.Variant(
        contig=record.contig,
        position=record.position + 1,
        ref=record.ref,
        alt=alt,
        name=f"{record.contig}-{record.position + 1}-{record.ref}-{alt}",
        note=record.note or None,
    )


def _text(
    query: schemas.Query,
    model: schemas.ModelAbout,
    scored: Sequence[consequences.VariantConsequences | None],
    skipped: errors.InputError | None,
) -> str:
    """Return an answer as lines for a report."""
    mask = "masked" if query.mask else "not masked"
    head = f"{query.variant} ({query.build}), {model.title}, {mask}\n"
    if skipped is not None:
        return errors.printable(f"{head}{skipped}\n", keep="\n")
    every = [of for of in scored if of is not None]
    return errors.printable(head + consequence_words.text(every), keep="\n")
