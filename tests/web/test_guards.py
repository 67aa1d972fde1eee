"""Nobody gets in: hosts, other sites' pages, tokens, sizes, every answer's headers."""

import asyncio
import pathlib
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from starlette import types

from support import served
from twinsplice.web import guards, instances, refusals

TOKEN = "a-token-of-enough-letters"
ADDRESSES = ("/", "/many", "/api/v1/about", "/nothing", "/metrics", "/healthz")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_headers(client: served.Client, address: str) -> None:
    headers = client.get(address).headers
    for name, value in guards.HEADERS.items():
        assert headers[name] == value
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_the_policy_lets_nothing_run_inline() -> None:
    rules = dict(part.split(" ", 1) for part in guards.POLICY.split("; "))
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert not [rule for rule in rules.values() if "unsafe" in rule or "*" in rule]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        *((host, True) for host in ("localhost", "127.0.0.1:8080", "[::1]:80")),
        *((host, True) for host in ("LOCALHOST:1", "localhost.", "lab.example:443")),
        *((host, False) for host in ("evil.example", "localhost.evil.example", "")),
        *((host, False) for host in ("127.0.0.1.evil.example", "0x7f.1", "[::2]")),
        *((host, False) for host in ("localhost@evil.example", "[", "[::1", ":")),
    ],
)
def test_only_its_own_names_are_hosts(
    folder: pathlib.Path,
    opened: instances.Instances,
    host: str,
    allowed: bool,  # noqa: FBT001
) -> None:
    settings = served.config(folder, allow_host=("lab.example",))
    app = guards.Guard(_silent, hosts=settings.hosts, max_body=10)
    status, _ = _ask(app, headers={"host": host})
    assert status == (204 if allowed else 421)


async def _silent(scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
    del scope
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _ask(
    app: guards.Guard,
    *,
    method: str = "GET",
    path: str = "/x",
    query: str = "",
    headers: dict[str, str] | None = None,
    parts: list[bytes] | None = None,
) -> tuple[int, bytes]:
    """Speak to an application as a server does; return status and body."""
    given = {"host": "localhost"} | (headers or {})
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), each.encode()) for name, each in given.items()],
    }
    sent: list[MutableMapping[str, Any]] = []
    waiting = list(parts if parts is not None else [b""])

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(3_600)
        body = waiting.pop(0)
        more = bool(waiting) or body == b"..."
        return {"type": "http.request", "body": body, "more_body": more}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent)


def _guard(body_seconds: float = 30.0) -> guards.Guard:
    hosts = {"localhost", "lab.example"}
    return guards.Guard(_silent, hosts=hosts, max_body=10, body_seconds=body_seconds)


@pytest.mark.parametrize(
    ("headers", "method", "status"),
    [
        ({"origin": "http://evil.example"}, "POST", 403),
        ({"origin": "http://evil.example"}, "GET", 403),
        ({"origin": "null"}, "POST", 403),
        ({"origin": "http://localhost"}, "POST", 204),
        ({"origin": "https://lab.example"}, "POST", 204),
        # Another server of this machine.
        ({"origin": "http://localhost:9"}, "POST", 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, "GET", 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, "GET", 204),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, "POST", 403),
        ({"sec-fetch-site": "same-origin"}, "POST", 204),
    ],
)
def test_pages_of_others_may_not_ask(
    headers: dict[str, str], method: str, status: int
) -> None:
    assert _ask(_guard(), method=method, headers=headers)[0] == status


@pytest.mark.parametrize(
    ("length", "parts", "status"),
    [
        ("10", [b"0123456789"], 204),
        ("11", [b"0123456789a"], 413),
        ("99999999999999999999999999", [b""], 413),
        ("-1", [b""], 413),
        ("x", [b""], 413),
        # What is longer than it said.
        ("1", [b"01234", b"56789", b"a"], 413),
        ("0", [b"0123456789", b"a"], 413),
    ],
)
def test_bodies_are_bounded(length: str, parts: list[bytes], status: int) -> None:
    headers = {"content-length": length}
    assert _ask(_guard(), method="POST", headers=headers, parts=parts)[0] == status


def test_a_body_that_does_not_come_is_given_up() -> None:
    app = _guard(body_seconds=0.05)
    assert _ask(app, method="POST", parts=[b"..."])[0] == 408


def test_an_address_is_bounded() -> None:
    assert _ask(_guard(), query="a" * 20_000)[0] == 414


async def _broken(scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
    del scope, receive, send
    raise RuntimeError("/secret/place")


def test_a_bug_is_one_line_without_a_trace() -> None:
    app = guards.Guard(_broken, hosts={"localhost"}, max_body=1)
    status, body = _ask(app)
    assert status == 500
    said = body.decode()
    assert "a bug, please report it" in said
    assert "secret" not in said
    assert "Traceback" not in said
    assert "\n" not in said


@pytest.fixture(scope="module")
def locked(
    folder: pathlib.Path, opened: instances.Instances
) -> Iterator[served.Client]:
    with served.client(served.config(folder, token=TOKEN), opened) as started:
        yield started


@pytest.mark.parametrize("address", [*ADDRESSES[:-1], "/static/x", "/spliceai/"])
def test_nothing_is_open_but_health(locked: served.Client, address: str) -> None:
    locked.cookies.clear()
    answer = locked.get(address)
    assert answer.status_code == 401
    assert answer.json()["reason"] == "token"
    assert locked.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "given", ["Bearer x", "Bearer", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"]
)
def test_another_token_opens_nothing(locked: served.Client, given: str) -> None:
    locked.cookies.clear()
    answer = locked.get("/api/v1/about", headers={"authorization": given})
    assert answer.status_code == 401


def test_a_bearer_comes_in(locked: served.Client) -> None:
    locked.cookies.clear()
    given = {"authorization": f"bearer {TOKEN}"}
    assert locked.get("/api/v1/about", headers=given).status_code == 200


def test_a_visit_sets_a_cookie_that_scripts_cannot_read(locked: served.Client) -> None:
    locked.cookies.clear()
    answer = locked.get("/", params={"token": TOKEN})
    assert answer.status_code == 200
    assert TOKEN not in answer.text
    # Under a proxy's path, it is not the root that one comes to.
    assert 'content="0;url=./"' in answer.text
    cookie = answer.headers["set-cookie"]
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert locked.get("/api/v1/about").status_code == 200
    locked.cookies.clear()
    wrong = {"cookie": f"{guards.COOKIE}={TOKEN}"}
    assert locked.get("/api/v1/about", headers=wrong).status_code == 401


@pytest.mark.parametrize(
    "others", ["a=1", 'settings={"a": [1, 2]}', "a b c", "=", "x=\u00e9", "a=1,b=2", ""]
)
def test_cookies_of_others_do_not_shut_out(locked: served.Client, others: str) -> None:
    locked.cookies.clear()
    own = f"{guards.COOKIE}={guards.pass_of(TOKEN)}"
    given = [(b"cookie", f"{others}; {own}; {others}".encode("latin-1"))]
    assert locked.get("/api/v1/about", headers=given).status_code == 200


def test_a_wrong_visit_sets_none(locked: served.Client) -> None:
    locked.cookies.clear()
    answer = locked.get("/", params={"token": "x"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_who_waits_when_the_server_stops_is_told() -> None:
    async def cancelled(*_: object) -> None:
        raise asyncio.CancelledError

    app = guards.Guard(cancelled, hosts={"localhost"}, max_body=10)
    status, body = _ask(app)
    assert (status, b'"stopping"' in body) == (503, True)


def test_haste_is_an_orderly_end() -> None:
    async def held(_: types.Scope, receive: types.Receive, send: types.Send) -> None:
        await send(await receive())

    async def never() -> dict[str, Any]:
        raise asyncio.CancelledError

    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    app = guards.Guard(held, hosts=(), max_body=10)
    asyncio.run(app({"type": "lifespan"}, never, send))
    assert sent == [{"type": "lifespan.shutdown"}]


def test_refusals_are_of_a_line_to_print() -> None:
    said = refusals.bad("a rule\x1b[2J", got="x\n<b>", remedy="mend", reason="r")
    assert said.said.error.isprintable()
    found = refusals.RefusedError(422, "x; did you mean A or B?; y", "r")
    assert found.said.guesses == ["A", "B"]
