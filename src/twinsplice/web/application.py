"""The application: pages, and the API under /api/v1."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import fastapi
from fastapi import exceptions, telemetry
from starlette import exceptions as starlette_exceptions
from starlette import types

import twinsplice
from twinsplice.settings import serve as serve_settings
from twinsplice.web import (
    about,
    batches,
    engines,
    guards,
    instances,
    measurements,
    pages,
    refusals,
    result_cache,
    schemas,
)
from twinsplice.web.routes import (
    batch_routes,
    health_routes,
    lookup_routes,
    scan_routes,
    variant_routes,
)

API = "/api/v1"
_NO_TELEMETRY: telemetry.TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
_REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": schemas.Refusal, "description": words}
    for status, words in {
        401: "no token",
        403: "another site's page",
        404: "nothing there",
        413: "too much",
        421: "another Host",
        422: "not understood",
        503: "too many wait",
        504: "took too long",
    }.items()
}


def application(
    config: serve_settings.Config, opened: instances.Instances
) -> types.ASGIApp:
    """Return the application, guarded.

    Args:
        config: The settings.
        opened: Models and genomes.
    """
    app = fastapi.FastAPI(
        title="TwinSplice",
        version=twinsplice.__version__,
        description="What DNA variants do to splicing. For research.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        responses=_REFUSALS,
        redirect_slashes=False,
        # Nothing leaves the machine, whatever its environment says.
        telemetry=_NO_TELEMETRY,
    )
    app.state.config, app.state.opened = config, opened
    app.state.about = about.of(config, opened)
    for address, page in pages.every().items():
        app.add_route(address, _sender(page), methods=["GET", "HEAD"])
    app.include_router(about.router)
    for each in (
        variant_routes,
        scan_routes,
        batch_routes,
        lookup_routes,
        health_routes,
    ):
        app.include_router(each.router)
    app.add_exception_handler(exceptions.RequestValidationError, _unreadable)
    app.add_exception_handler(starlette_exceptions.HTTPException, _no_such)
    app.add_exception_handler(refusals.RefusedError, _refused)
    app.add_exception_handler(Exception, _bug)
    measured = app.state.measured = measurements.Measurements()
    return guards.Guard(
        app,
        hosts=config.hosts,
        token=config.token,
        max_body=config.max_body,
        measured=measured,
    )


@contextlib.asynccontextmanager
async def _lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
    config: serve_settings.Config = app.state.config
    with contextlib.ExitStack() as stack:
        cache = stack.enter_context(
            result_cache.opened(config.cache, config.cache_bytes)
        )
        answering = engines.Engines(config, app.state.opened, cache, app.state.measured)
        app.state.engines = answering
        stack.callback(answering.stop)
        app.state.batches = stack.enter_context(batches.held(config, answering))
        yield


def _sender(
    page: pages.Page,
) -> Callable[[fastapi.Request], Awaitable[fastapi.Response]]:
    headers = {"ETag": page.etag, "Cache-Control": "no-cache"}

    async def send(request: fastapi.Request) -> fastapi.Response:
        if request.headers.get("if-none-match") == page.etag:
            return fastapi.Response(status_code=304, headers=headers)
        return fastapi.Response(page.body, media_type=page.kind, headers=headers)

    return send


async def _refused(request: fastapi.Request, error: Exception) -> fastapi.Response:
    del request
    assert isinstance(error, refusals.RefusedError)
    return fastapi.Response(
        error.body, error.status, error.headers, media_type="application/json"
    )


async def _bug(request: fastapi.Request, error: Exception) -> fastapi.Response:
    # The guard, to which it goes on, logs it.
    return await _refused(request, refusals.bug(error))


async def _unreadable(request: fastapi.Request, error: Exception) -> fastapi.Response:
    assert isinstance(error, exceptions.RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    missing = first["type"] == "missing"
    said = refusals.bad(
        f"{name} must be given"
        if missing
        else f"{name}: {str(first['msg'])[:1].lower()}{str(first['msg'])[1:]}",
        got="none" if missing else repr(first.get("input")),
        remedy=f"see {API}/openapi.json",
        reason="unreadable",
    )
    return await _refused(request, said)


async def _no_such(request: fastapi.Request, error: Exception) -> fastapi.Response:
    assert isinstance(error, starlette_exceptions.HTTPException)
    said = refusals.RefusedError(
        error.status_code,
        f"an address must be one of this server's; got another; see {API}/openapi.json"
        if error.status_code == refusals.UNKNOWN
        else f"a request must be one that is answered here; got {error.detail}; see "
        f"{API}/openapi.json",
        "unknown_address" if error.status_code == refusals.UNKNOWN else "request",
        error.headers,
    )
    return await _refused(request, said)
