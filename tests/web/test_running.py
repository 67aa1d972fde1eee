"""The server itself: its port, its warning, and a stop that answers what was asked."""

import pathlib
import socket
import threading
import urllib.error
import urllib.request
from typing import Any

import pytest

from support import cli, served
from twinsplice import errors
from twinsplice.settings import serve as serve_settings
from twinsplice.web import instances, running


def test_a_port_that_is_taken_is_refused() -> None:
    with running.listening(serve_settings.Config(demo=True, port=0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(errors.InputError, match=f"127.0.0.1:{port}"):
            running.listening(serve_settings.Config(demo=True, port=port))


@pytest.mark.parametrize(
    ("host", "token", "warned"),
    [
        ("0.0.0.0", None, True),
        ("0.0.0.0", "a-token-of-enough-letters", False),
        ("127.0.0.1", None, False),
    ],
)
def test_an_open_address_without_a_token_warns(
    capsys: pytest.CaptureFixture[str],
    host: str,
    token: str | None,
    warned: bool,  # noqa: FBT001
) -> None:
    settings = serve_settings.Config(demo=True, host=host, token=token)
    running._announce(settings, 8_080)
    said = capsys.readouterr().err
    assert ("warning" in said) is warned
    assert f"http://{host}:8080/" in said


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0", "token": "a-token-of-enough-letters"}, True),
        ({"host": "0.0.0.0", "allow_host": ("splice.example",)}, False),
        ({"host": "127.0.0.1"}, False),
    ],
)
def test_an_open_address_needs_a_name(
    capsys: pytest.CaptureFixture[str],
    more: dict[str, Any],
    told: bool,  # noqa: FBT001
) -> None:
    running._announce(serve_settings.Config(demo=True, **more), 8_080)
    assert ("--allow-host" in capsys.readouterr().err) is told


def test_it_serves_until_it_is_told_to_stop(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Who were waited for would be so for as long.
    monkeypatch.setattr(running, "_GRACE", 600)
    settings = served.config(folder, port=0)
    with running.listening(settings) as listener:
        server = running.server_of(settings, opened)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        base = cli.GENOME["chr1"][599]
        variant = f"chr1-600-{base}-{cli.other(base)}"
        with urllib.request.urlopen(
            f"{address}/api/v1/variant?variant={variant}", timeout=20
        ) as answer:
            assert answer.status == 200
            assert answer.headers["content-security-policy"]
            assert "server" not in answer.headers
        # What never ends its request is not waited for.
        slow = socket.create_connection(("127.0.0.1", listener.getsockname()[1]))
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        server.should_exit = True
        thread.join(20)
        slow.close()
        assert not thread.is_alive()


@pytest.mark.parametrize("content", [None, b"no answers at all" * 300])
def test_a_file_of_answers_that_cannot_be_used_is_refused_before_all_else(
    tmp_path: pathlib.Path, content: bytes | None
) -> None:
    path = tmp_path / "missing" / "answers.sqlite"
    if content is not None:
        path = tmp_path / "answers.sqlite"
        path.write_bytes(content)
    settings = serve_settings.Config(demo=True, port=0, cache=path)
    with pytest.raises(errors.InputError, match="--cache must be a file of answers"):
        running.run(settings)
