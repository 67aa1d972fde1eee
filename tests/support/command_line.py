"""The command line called in this process, and what it would have run."""

import pathlib
import signal
import sys
from collections.abc import Callable

import pytest

from twinsplice import api, cli
from twinsplice.genome import variants
from twinsplice.scoring.runs import preconditions
from twinsplice.settings import score as score_settings

SCORE = ["score", "in.vcf", "--reference", "x.fa", "--annotation", "grch38"]
ROOT = pathlib.Path(__file__).parents[2]

Outcome = tuple[int, str, str]
Call = Callable[..., Outcome]


def caller(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Run the command line in this process."""

    def run(*args: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["twinsplice", *args])
        # The handler of SIGTERM must not outlive the test.
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, out, err

    return run


def scoring(
    monkeypatch: pytest.MonkeyPatch, outcome: BaseException | int
) -> list[score_settings.Config]:
    """Replace scoring by an outcome: an error, or a number of strict failures."""
    seen: list[score_settings.Config] = []

    def run(
        config: score_settings.Config, advance: object, announce: object
    ) -> score_settings.Summary:
        del advance, announce
        seen.append(config)
        if isinstance(outcome, BaseException):
            raise outcome
        return score_settings.Summary(
            records=1,
            scored=1,
            skipped={variants.SkipReason.REF_MISMATCH: outcome},
            elapsed=1.0,
            output=config.output,
        )

    monkeypatch.setattr(api, "run", run)
    monkeypatch.setattr(preconditions, "check", lambda *_, **__: [])
    return seen
