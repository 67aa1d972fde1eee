"""Questions about one variant: its answer, its numbers by other models, its table."""

import fastapi

from twinsplice.web import asking, engines, schemas

router = fastapi.APIRouter(prefix="/api/v1")


@router.get("/variant", response_model=schemas.VariantAnswer)
async def variant(
    request: fastapi.Request, variant: asking.Variant, options: asking.Options
) -> fastapi.Response:
    """What a variant does to splicing: numbers, consequences and profiles."""
    answering: engines.Engines = request.app.state.engines
    reply = await answering.answer(options, variant)
    return fastapi.Response(reply.body, reply.status, media_type="application/json")
