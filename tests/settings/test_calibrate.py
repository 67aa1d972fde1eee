"""Settings of `calibrate`: their bounds."""

import pathlib
from typing import Any

import pytest

from twinsplice import errors
from twinsplice.settings import calibrate

LABELS = {
    "targets": (),
    "labels": pathlib.Path("x.tsv"),
    "reference": pathlib.Path("x.fa"),
    "annotation": "grch37",
}
GOOD = {
    "model": pathlib.Path("run"),
    "targets": (pathlib.Path("x.zarr"),),
    "output": pathlib.Path("out.safetensors"),
}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"targets": ()}, "--targets must name a store, or --labels a table; got none"),
        ({"labels": pathlib.Path("x.tsv")}, "--labels needs --reference and --annot"),
        ({**LABELS, "annotation": None}, "--labels needs --reference and --annotation"),
        ({**LABELS, "distance": 0}, "--distance must be 1 to 4,999; got 0"),
        ({**LABELS, "altered_from": 1.5}, "--altered-from must be 0 to 1; got 1.5"),
        ({"contigs": ()}, "--contigs must name a chromosome; got none"),
        ({"methods": ()}, "--methods must name a method; got none"),
        ({"level": 1.0}, "--level must be more than 0 and less than 1; got 1.0"),
        ({"max_variants": 0}, "--max-variants must be 1 or more; got 0"),
        ({"output": pathlib.Path("x.pt")}, "--output must end in .safetensors; got x"),
    ],
)
def test_settings_out_of_bounds_are_refused(
    settings: dict[str, Any], message: str
) -> None:
    assert calibrate.Config(**GOOD).max_variants == 10_000  # type: ignore[arg-type]
    assert calibrate.Config(**(GOOD | LABELS)).distance == 50  # type: ignore[arg-type]
    with pytest.raises(errors.InputError, match=message):
        calibrate.Config(**(GOOD | settings))  # type: ignore[arg-type]
