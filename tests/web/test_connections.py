"""Slow requests: a head that does not come in time costs one connection, briefly."""

import pathlib
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest

from support import served
from twinsplice.web import connections, instances, running


@pytest.fixture
def port(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[int]:
    monkeypatch.setattr(connections.Patient, "patience", 0.3)
    settings = served.config(folder, port=0)
    with running.listening(settings) as listener:
        server = running.server_of(settings, opened)
        # Else it would be closed all the same, a little later.
        server.config.timeout_keep_alive = 600
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(20)


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
