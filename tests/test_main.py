"""The program's first steps."""

import pathlib
import pkgutil
import signal
import tomllib

import pytest

from twinsplice import __main__, cli

PROJECT = pathlib.Path(__file__).parents[1] / "pyproject.toml"


@pytest.mark.parametrize(
    ("arranged", "expected"),
    [(signal.default_int_handler, [signal.SIG_DFL]), (signal.SIG_IGN, [])],
)
def test_an_interrupt_at_the_start_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, arranged: object, expected: list[object]
) -> None:
    made: list[object] = []

    def main() -> None:
        raise SystemExit(len(made))

    monkeypatch.setattr(signal, "getsignal", lambda _: arranged)
    monkeypatch.setattr(signal, "signal", lambda _, handler: made.append(handler))
    monkeypatch.setattr(cli, "main", main)
    with pytest.raises(SystemExit):
        __main__.main()
    assert made == expected


def test_the_program_begins_there() -> None:
    scripts = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["scripts"]
    assert pkgutil.resolve_name(scripts["twinsplice"]) is __main__.main
