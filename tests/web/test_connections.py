"""Slow visitors: a head that does not come costs little, and crowds nobody out."""

import contextlib
import pathlib
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
import uvicorn

from support import cli, served
from twinsplice.web import answers, connections, instances, running

MOST = 8


@contextlib.contextmanager
def _serving(
    folder: pathlib.Path, opened: instances.Instances
) -> Iterator[uvicorn.Server]:
    settings = served.config(folder, port=0, max_connections=MOST)
    with running.listening(settings) as listener:
        server = running.server_of(settings, opened)
        # Else it would be closed all the same, a little later.
        server.config.timeout_keep_alive = 600
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield server
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def port(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[int]:
    monkeypatch.setattr(connections.Patient, "patience", 0.3)
    with _serving(folder, opened) as server:
        yield _port(server)


def _port(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def _answers(port: int, source: str = "127.0.0.1") -> bool:
    """Whether a visitor from some address of this machine is answered."""
    with socket.create_connection(
        ("127.0.0.1", port), timeout=20, source_address=(source, 0)
    ) as visitor:
        visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return visitor.recv(10_000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HT",
    ],
)
def test_a_head_that_does_not_come_is_not_waited_for(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
        slow.sendall(sent)
        # Others are answered meanwhile.
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        # It is closed: a read that has to wait 20 s fails.
        while slow.recv(10_000):
            pass


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /api/v1/batches HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 99\r\n\r\nchr1",
    ],
)
def test_who_keeps_it_waiting_shuts_nobody_out(
    folder: pathlib.Path,
    opened: instances.Instances,
    sent: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Nothing is closed for its age.
    with _serving(folder, opened) as server, contextlib.ExitStack() as held:
        port = _port(server)

        def connect(source: str) -> socket.socket:
            made = socket.create_connection(
                ("127.0.0.1", port), timeout=20, source_address=(source, 0)
            )
            return held.enter_context(made)

        quiet = connect("127.0.0.2")
        quiet.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
        idle = [connect("127.0.0.1") for _ in range(3 * MOST)]
        for each in idle:
            # The server has closed some already.
            with contextlib.suppress(OSError):
                each.sendall(sent)
        assert _answers(port)
        assert _answers(port, "127.0.0.3")
        # Nor does it cost the one who has few.
        quiet.sendall(b"host\r\n\r\n")
        assert quiet.recv(10_000).startswith(b"HTTP/1.1 200")
    assert "bug" not in caplog.text


def test_who_is_being_answered_is_let_be(
    folder: pathlib.Path, opened: instances.Instances, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, answer = threading.Event(), answers.replies

    def slowly(*given: object) -> object:
        assert go.wait(20)
        return answer(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(answers, "replies", slowly)
    base = cli.GENOME["chr1"][699]
    path = f"/api/v1/variant?variant=chr1-700-{base}-{cli.other(base)}"
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with _serving(folder, opened) as server, contextlib.ExitStack() as held:
        port = _port(server)
        busy = [
            held.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            for _ in range(MOST)
        ]
        for each in busy:
            each.sendall(asked)
        until = time.monotonic() + 20
        every = server.server_state.connections
        while len(every) < MOST or any(each.waits for each in [*every]):  # type: ignore[union-attr]
            assert time.monotonic() < until
            time.sleep(0.01)
        with socket.create_connection(("127.0.0.1", port), timeout=20) as another:
            said = another.recv(10_000)
        assert said.startswith(b"HTTP/1.1 503")
        assert b"Retry-After" in said
        go.set()
        for each in busy:
            assert each.recv(10_000).startswith(b"HTTP/1.1 200")
