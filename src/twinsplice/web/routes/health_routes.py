"""Whether the server is well, and what it measures."""

import fastapi

from twinsplice.web import engines, measurements, refusals

router = fastapi.APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz(request: fastapi.Request) -> dict[str, str]:
    """Whether variants are answered."""
    answering: engines.Engines = request.app.state.engines
    if not answering.queue.alive:
        raise refusals.RefusedError(
            refusals.BUSY, "answers must be given; got none; start it anew", "stopped"
        )
    return {"status": "ok"}


@router.get("/metrics")
async def metrics(request: fastapi.Request) -> fastapi.Response:
    """What is measured, for Prometheus."""
    answering: engines.Engines = request.app.state.engines
    return fastapi.Response(
        answering.measured.text(), media_type=measurements.CONTENT_TYPE
    )
