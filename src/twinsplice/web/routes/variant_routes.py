"""Questions about one variant: its answer, its numbers by all models, table, picture.

Identities of answers hold distance and mask; the text of a variant is as it was typed.
"""

import functools
import pathlib
import tempfile
from typing import Annotated, Literal

import fastapi
from fastapi import Query

from twinsplice import api
from twinsplice.io import tables
from twinsplice.web import engines, instances, schemas
from twinsplice.web.routes import asking

router = fastapi.APIRouter(prefix="/api/v1")
_PICTURES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
_TSV = "text/tab-separated-values; charset=utf-8"


@router.get("/variant", response_model=schemas.VariantAnswer)
async def variant(
    request: fastapi.Request, variant: asking.Variant, options: asking.Options
) -> fastapi.Response:
    """What a variant does to splicing: numbers, consequences and profiles."""
    answering: engines.Engines = request.app.state.engines
    reply = await answering.answer(options, variant)
    return fastapi.Response(reply.body, reply.status, media_type="application/json")


@router.get("/variant.tsv", response_class=fastapi.Response)
async def variant_tsv(
    request: fastapi.Request, variant: asking.Variant, options: asking.Options
) -> fastapi.Response:
    """The table that `twinsplice score` writes of a variant."""
    answering: engines.Engines = request.app.state.engines
    scorer = request.app.state.opened.scorer(options)
    text = await answering.apart(lambda: tables.text(scorer.score([variant])))
    headers = {"Content-Disposition": 'attachment; filename="variant.tsv"'}
    return fastapi.Response(text, media_type=_TSV, headers=headers)


@router.get("/scores", response_model=schemas.Scores)
async def scores(
    request: fastapi.Request,
    variant: asking.Variant,
    options: asking.Options,
    models: Annotated[str, Query(max_length=1_000)] = "all",
) -> fastapi.Response:
    """The numbers of several models: `all`, or names with commas between."""
    answering: engines.Engines = request.app.state.engines
    opened: instances.Instances = request.app.state.opened
    names = [model.name for model in opened.models]
    if models != "all":
        names = [opened.model(name.strip()).name for name in models.split(",")]
    found = [
        await _numbers(answering, opened, options.by(name), variant) for name in names
    ]
    body = schemas.Scores(models=found).model_dump_json()
    return fastapi.Response(body, media_type="application/json")


async def _numbers(
    answering: engines.Engines,
    opened: instances.Instances,
    options: instances.Asking,
    variant: str,
) -> schemas.ModelScores:
    """Return the numbers of one model, from its whole answer, which is kept."""
    reply = await answering.answer(options, variant)
    model = opened.model(options.model)
    if reply.status != fastapi.status.HTTP_200_OK:
        said = schemas.Refusal.model_validate_json(reply.body)
        return schemas.ModelScores(model=model, genes=[], error=said.error)
    answer = schemas.VariantAnswer.model_validate_json(reply.body)
    fields = schemas.GeneScores.model_fields
    return schemas.ModelScores(
        model=model,
        genes=[
            schemas.GeneScores(**{name: getattr(gene, name) for name in fields})
            for gene in answer.genes
        ],
        error=answer.skip_words,
    )


@router.get("/picture.{form}", response_class=fastapi.Response)
async def picture(
    request: fastapi.Request,
    form: Literal["png", "svg", "pdf"],
    variant: asking.Variant,
    options: asking.Options,
    gene: Annotated[str | None, Query(max_length=200)] = None,
) -> fastapi.Response:
    """The picture that `twinsplice plot` draws of a variant."""
    answering: engines.Engines = request.app.state.engines
    scorer = request.app.state.opened.scorer(options)
    body = await answering.apart(
        functools.partial(_drawn, scorer, variant, options.distance, gene, form)
    )
    headers = {"Content-Disposition": f'inline; filename="variant.{form}"'}
    return fastapi.Response(body, media_type=_PICTURES[form], headers=headers)


def _drawn(
    scorer: api.Scorer, variant: str, distance: int, gene: str | None, form: str
) -> bytes:
    with tempfile.TemporaryDirectory(prefix="twinsplice-") as folder:
        path = pathlib.Path(folder) / f"variant.{form}"
        scorer.plot(variant, path, gene=gene, distance=distance)
        return path.read_bytes()
