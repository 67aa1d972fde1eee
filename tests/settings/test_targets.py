"""Settings of `targets`: which go together."""

import pathlib
from typing import Any

import pytest

from twinsplice import errors
from twinsplice.settings import targets

PATH = pathlib.Path("x")


@pytest.mark.parametrize(
    "settings",
    [
        {"input": PATH},
        {"input": PATH, "format": "mfass"},
        {"input": PATH, "profiles": True},
        {"profiles": True, "reference": PATH, "annotation": "grch37", "mutate": 1},
    ],
)
def test_what_goes_together_is_taken(settings: dict[str, Any]) -> None:
    assert targets.Config(output=PATH, **settings).output == PATH


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "without --profiles an input is needed; got none; name one"),
        ({"input": PATH, "mutate": 1}, "--mutate and --recombine go with --profiles"),
        ({"input": PATH, "recombine": 0.5}, "--recombine go with --profiles"),
        ({"profiles": True, "reference": PATH}, "--profiles needs a FASTA as input"),
        ({"input": PATH, "profiles": True, "format": "plain"}, "goes without --pro"),
    ],
)
def test_what_does_not_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(errors.InputError, match=message):
        targets.Config(output=PATH, **settings)
