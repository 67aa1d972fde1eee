"""What stands before every request: Host, token, size, and headers of every answer."""

import asyncio
import hashlib
import hmac
import logging
import time
import urllib.parse
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any

from starlette import requests, types

from twinsplice.settings import serve as serve_settings
from twinsplice.web import measurements, refusals

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
COOKIE = "twinsplice"
OPEN = ("/healthz", "/readyz")
"""What needs no token."""
_LONGEST_URL = 16_000
_ENTRY = (
    b"<!doctype html><html lang=en><meta charset=utf-8>"
    b'<meta http-equiv=refresh content="0;url=./"><title>TwinSplice</title>'
    b'<p><a href="./">TwinSplice</a></p></html>'
)
log = logging.getLogger("twinsplice.serve")


class Guard:
    """An ASGI application around another, which it protects."""

    def __init__(
        self,
        app: types.ASGIApp,
        *,
        hosts: Collection[str],
        token: str | None = None,
        max_body: int,
        body_seconds: float = 30.0,
        measured: measurements.Measurements | None = None,
    ) -> None:
        """Wrap an application.

        Args:
            app: The application.
            hosts: Names that a request's Host may have, in lower case.
            token: What a visitor must bring, if anything.
            max_body: Most bytes of a body.
            body_seconds: Seconds within which a body must have come.
            measured: Where answers are counted.
        """
        self._measured = measured or measurements.Measurements()
        self._app, self._hosts, self._token = app, frozenset(hosts), token
        self._max_body, self._body_seconds = max_body, body_seconds

    async def __call__(
        self, scope: types.Scope, receive: types.Receive, send: types.Send
    ) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, _ending(receive), send)
            return
        sending, began = _Sending(send), time.perf_counter()
        await self._answer(scope, receive, sending)
        route = getattr(scope.get("route"), "path", "other")
        self._measured.requests.labels(route, str(sending.status)).inc()
        self._measured.seconds.labels(route).observe(time.perf_counter() - began)

    async def _answer(
        self, scope: types.Scope, receive: types.Receive, sending: "_Sending"
    ) -> None:
        try:
            headers = _headers(scope)
            self._check(scope, headers)
            if self._token is not None and _brought(scope) is not None:
                await self._enter(scope, sending)
                return
            self._authorise(scope, headers)
            body = _Body(receive, self._max_body, self._body_seconds)
            await self._app(scope, body, sending)
        except refusals.RefusedError as error:
            await sending.refuse(error)
        except asyncio.CancelledError:
            # The server stops, and can wait for no more; whoever can is told.
            await sending.refuse(refusals.stopping())
        except requests.ClientDisconnect:
            # Nobody is there to be answered.
            return
        except Exception as error:
            log.exception("a bug, please report it")
            await sending.refuse(refusals.bug(error))

    def _check(self, scope: types.Scope, headers: Mapping[str, str]) -> None:
        """Refuse what is not meant for this server, or comes from another's page."""
        if _host(headers.get("host", "")) not in self._hosts:
            raise refusals.RefusedError(
                421,
                "the Host of a request must be this server's name; got another; "
                "name it with --allow-host",
                "host",
            )
        target = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
        if target > _LONGEST_URL:
            raise refusals.RefusedError(
                414, "an address must be shorter; got a very long one; cut it", "length"
            )
        foreign = not self._is_own(headers.get("origin"), headers.get("host", ""))
        site = headers.get("sec-fetch-site", "none")
        navigates = headers.get("sec-fetch-mode") == "navigate"
        is_get = scope["method"] in ("GET", "HEAD")
        if foreign or (site == "cross-site" and not (navigates and is_get)):
            raise refusals.RefusedError(
                403,
                "a request must come from this server's own page; got one of another "
                "site; open the page itself",
                "origin",
            )
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self._max_body:
            raise too_large(self._max_body)

    def _is_own(self, origin: str | None, host: str) -> bool:
        """Return whether a request comes from this server's page, as far as is told.

        Another port of this machine may be anybody's.
        """
        if origin is None:
            return True
        _, _, name = origin.partition("://")
        others = self._hosts - set(serve_settings.LOOPBACK)
        return name.lower() == host.strip().lower() or _host(name) in others

    def _authorise(self, scope: types.Scope, headers: Mapping[str, str]) -> None:
        if self._token is None or scope["path"] in OPEN:
            return
        kind, _, given = headers.get("authorization", "").partition(" ")
        cookie = _cookie(headers.get("cookie", ""))
        if kind.lower() == "bearer" and same(given.strip(), self._token):
            return
        if same(cookie, pass_of(self._token)):
            return
        raise refusals.RefusedError(
            401,
            "a visitor must bring the token; got none that fits; open /?token=... "
            "once, or send it as a bearer token",
            "token",
            {"WWW-Authenticate": "Bearer"},
        )

    async def _enter(self, scope: types.Scope, send: "_Sending") -> None:
        """Take a token for a cookie, and lead on to an address without it."""
        assert self._token is not None
        given = _brought(scope)
        if given is None or not same(given, self._token):
            await asyncio.sleep(0.5)
            raise refusals.RefusedError(
                401, "a token must be this server's; got another; ask for it", "token"
            )
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        cookie = (
            f"{COOKIE}={pass_of(self._token)}; HttpOnly; SameSite=Strict; Path=/"
            f"{secure}"
        )
        headers = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": cookie}
        await send.whole(200, _ENTRY, headers)


def too_large(most: int) -> refusals.RefusedError:
    """Return the refusal of a body that is too large."""
    return refusals.RefusedError(
        413,
        f"a body must be of at most {most:,} bytes; got more; send less",
        "body_bytes",
    )


def pass_of(token: str) -> str:
    """Return what a cookie holds in place of a token."""
    return hmac.new(token.encode(), b"twinsplice cookie", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Return whether two secrets are the same, in the same time if they are not."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _brought(scope: types.Scope) -> str | None:
    """Return the token in a page's address, if one is there."""
    if scope["path"] != "/" or b"token=" not in scope["query_string"]:
        return None
    query = urllib.parse.parse_qs(scope["query_string"].decode("latin-1"))
    given: str = query["token"][0] if "token" in query else ""
    return given


def _headers(scope: types.Scope) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in scope["headers"]
    }


def _ending(receive: types.Receive) -> types.Receive:
    """Return what waits for the server's end, of which haste is one, too.

    Told twice to stop, it waits for nobody; what it holds it lets go of all the same.
    """

    async def received() -> MutableMapping[str, Any]:
        try:
            return await receive()
        except asyncio.CancelledError:
            return {"type": "lifespan.shutdown"}

    return received


def _host(text: str) -> str:
    """Return the name in a Host, without its port."""
    text = text.strip().lower()
    if text.startswith("["):
        name, closed, _ = text[1:].partition("]")
        return name if closed else ""
    return text.partition(":")[0].rstrip(".")


def _cookie(text: str) -> str:
    """Return our cookie among those of others, which need not be as they must be."""
    pairs = (each.strip().partition("=") for each in text.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


class _Body:
    """Receives a body, bounded in size and time."""

    def __init__(self, receive: types.Receive, most: int, seconds: float) -> None:
        self._receive, self._left, self._most = receive, most, most
        self._seconds = seconds
        self._until: float | None = None
        self._whole = False

    async def __call__(self) -> MutableMapping[str, Any]:
        if self._whole:
            # What comes now is that the visitor has gone, whenever that is.
            return await self._receive()
        loop = asyncio.get_running_loop()
        self._until = self._until or loop.time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise refusals.RefusedError(
                408,
                f"a body must come within {self._seconds:g} s; got a part; send it "
                "again",
                "slow",
            ) from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._left < 0:
                raise too_large(self._most)
        return message


class _Sending:
    """Sends an answer, with the headers that all have."""

    def __init__(self, send: types.Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name for name, _ in message.get("headers", [])}
            fixed = [
                (name.lower().encode(), value.encode())
                for name, value in {**HEADERS, "Cache-Control": "no-store"}.items()
                if name.lower().encode() not in own
            ]
            message = {**message, "headers": [*message.get("headers", []), *fixed]}
        await self._send(message)

    async def whole(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Send an answer."""
        listed = {"Content-Length": str(len(body)), **headers}
        await self(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (name.lower().encode(), value.encode())
                    for name, value in listed.items()
                ],
            }
        )
        await self({"type": "http.response.body", "body": body})

    async def refuse(self, error: refusals.RefusedError) -> None:
        """Send a refusal, unless an answer has begun."""
        if self.status is not None:
            return
        headers = {"Content-Type": "application/json", **error.headers}
        await self.whole(error.status, error.body, headers)
