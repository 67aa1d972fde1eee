"""Lists and VCFs: sent, watched, fetched, deleted."""

from typing import Annotated, Literal

import fastapi
from fastapi import Path, concurrency

from twinsplice.web import batches, schemas
from twinsplice.web.routes import asking

router = fastapi.APIRouter(prefix="/api/v1/batches")
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_TYPES = {
    "scores.tsv": "text/tab-separated-values; charset=utf-8",
    "scores.vcf": "text/plain; charset=utf-8",
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string"}}
            for kind in ("text/plain", "application/octet-stream")
        },
    }
}


@router.post("", status_code=202, openapi_extra=_BODY)
async def begin(request: fastapi.Request, options: asking.Options) -> schemas.Batch:
    """Score a list of variants, one a line, or a VCF, plain or in gzip."""
    every: batches.Batches = request.app.state.batches
    scorer = request.app.state.opened.scorer(options)
    body = await request.body()
    batch = await concurrency.run_in_threadpool(every.begin, body, scorer)
    return batch.said()


@router.get("/{name}")
async def watch(request: fastapi.Request, name: Name) -> schemas.Batch:
    """How far a batch is, and its scores once it is done."""
    every: batches.Batches = request.app.state.batches
    return every.find(name).said()


@router.get("/{name}/{form}", response_class=fastapi.Response)
async def fetch(
    request: fastapi.Request, name: Name, form: Literal["scores.tsv", "scores.vcf"]
) -> fastapi.Response:
    """The scores of a batch as a file."""
    every: batches.Batches = request.app.state.batches
    text = await concurrency.run_in_threadpool(every.result, name, form)
    headers = {"Content-Disposition": f'attachment; filename="{form}"'}
    body = text.encode("utf-8", "surrogateescape")
    return fastapi.Response(body, media_type=_TYPES[form], headers=headers)


@router.delete("/{name}", status_code=204)
async def delete(request: fastapi.Request, name: Name) -> None:
    """Let go of a batch."""
    every: batches.Batches = request.app.state.batches
    await concurrency.run_in_threadpool(every.delete, name)
