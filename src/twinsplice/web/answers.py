"""What is kept of answers: a pass of the networks for all that wait, as JSON.

It is of what is scored, a place and its alleles. What else is shown depends on how the
variant was written: `wordings` adds it.
"""

import dataclasses
import json
from collections.abc import Sequence

from twinsplice import api
from twinsplice.api import look_up_answers
from twinsplice.report import consequence_words
from twinsplice.scoring.one_variant import consequences
from twinsplice.web import genes, instances, lookup, schemas

UNDERSTOOD = 200
"""Status of answers, those of variants without a score among them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is sent, or as it is kept.

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
        place: Its place and alleles, as a scorer reads them.
        asked: The form of SpliceAI-lookup in which it is to be answered, if it is; not
            as it was written, but of the place.
    """

    place: str
    asked: lookup.Asked | None = None


def replies(
    opened: instances.Instances,
    asking: instances.Asking,
    questions: Sequence[Question],
) -> list[Reply]:
    """Return what is kept for questions, by one model with one set of options.

    Args:
        opened: What is open.
        asking: Build, model and options.
        questions: The questions.

    Raises:
        InputError: Names cannot be read here.
    """
    scorer = opened.scorer(asking)
    texts = list(dict.fromkeys(question.place for question in questions))
    found = dict(zip(texts, scorer.look_up(texts), strict=True))
    return [
        Reply(
            UNDERSTOOD,
            json.dumps(
                kept(scorer, found[question.place], mask=asking.mask)
                if question.asked is None
                else lookup.answer(question.asked, scorer, found[question.place])
            ).encode(),
        )
        for question in questions
    ]


def kept(
    scorer: api.Scorer, answer: look_up_answers.Answer, *, mask: bool
) -> dict[str, object]:
    """Return what is kept of an answer.

    Args:
        scorer: What gave it.
        answer: The answer; its variant was understood.
        mask: Whether changes were left out.
    """
    known = [profile for profile in answer.profiles if profile is not None]
    effects = iter(scorer.consequences_of(known))
    rows = [*answer.table.iter_rows(named=True)]
    every = [None if profile is None else next(effects) for profile in answer.profiles]
    reasons = [row["skip_reason"] for row in rows if row["skip_reason"]]
    return {
        "genes": [
            _gene(row, of, genes.answer(row, of, inserted, mask=mask))
            for row, of, inserted in zip(rows, every, answer.inserted, strict=True)
            if row["skip_reason"] is None
        ],
        "reason": None if answer.skipped is None else reasons[0],
    }


def _gene(
    row: genes.Row,
    of: consequences.VariantConsequences | None,
    made: schemas.GeneAnswer,
) -> dict[str, object]:
    return {
        "gene": str(row["gene"]),
        "gene_id": str(row["gene_id"]),
        "max_delta": made.max_delta,
        "json": made.model_dump_json(),
        "text": "" if of is None else consequence_words.text([of]),
    }
