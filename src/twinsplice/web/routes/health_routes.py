"""Whether the server is well, and what it measures."""

import fastapi

from twinsplice.web import engines, instances, measurements, refusals

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


@router.get("/readyz")
async def readyz(request: fastapi.Request) -> dict[str, str]:
    """Whether the first answers will come as quickly as those after them."""
    opened: instances.Instances = request.app.state.opened
    if not opened.warmed.is_set():
        raise refusals.RefusedError(
            refusals.BUSY,
            "models must be warm; they are being loaded; ask again in a moment",
            "loading",
            {"Retry-After": refusals.RETRY_AFTER},
        )
    return await healthz(request)


@router.get("/metrics")
async def metrics(request: fastapi.Request) -> fastapi.Response:
    """What is measured, for Prometheus."""
    answering: engines.Engines = request.app.state.engines
    return fastapi.Response(
        answering.measured.text(), media_type=measurements.CONTENT_TYPE
    )
