"""What is loaded when needed is loaded at the start; until then it says so."""

import dataclasses
import pathlib
import threading

import pytest

from support import served
from twinsplice import errors
from twinsplice.web import answers, instances, warming


def test_every_model_is_asked_about_every_genome(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, reply = [], answers.replies

    def replies(
        held: instances.Instances,
        asking: instances.Asking,
        questions: list[answers.Question],
    ) -> list[answers.Reply]:
        asked.append((asking.build, asking.model))
        found = reply(held, asking, questions)
        assert b'"reason": null' in found[0].body
        return found

    monkeypatch.setattr(answers, "replies", replies)
    two = dataclasses.replace(
        opened, scorers={**opened.scorers, "x": opened.scorers[served.BUILD]}
    )
    warming.warm(served.config(folder), two, threading.Event())
    assert asked == [
        (build, name) for build in (served.BUILD, "x") for name in served.MODELS
    ]
    assert two.warmed.is_set()


def test_it_says_when_it_is_ready(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()

    def slowly(*_: object) -> object:
        assert go.wait(20)
        raise errors.InputError("x", got="y", remedy="z")

    settings = served.config(folder, token="a-token-of-enough-letters")
    with served.client(settings, opened) as client:
        assert client.get("/readyz").json() == {"status": "ok"}
        with monkeypatch.context() as patch:
            patch.setattr(answers, "replies", slowly)
            with warming.warming(settings, opened):
                said = client.get("/readyz")
                assert said.status_code == 503
                assert said.headers["retry-after"].isdecimal()
                assert client.get("/healthz").status_code == 200
                go.set()
        # Whatever went wrong, visitors are answered.
        assert client.get("/readyz").status_code == 200
