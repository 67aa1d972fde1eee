"""`calibrators`: applied by NumPy alone, and refused where they are none."""

import math
import pathlib
import subprocess
import sys
from typing import Any

import pytest

import twinsplice
from twinsplice import errors
from twinsplice.stats import calibrators, prediction_intervals

DATA = pathlib.Path(twinsplice.__file__).parent / "data"
_WITHOUT = """
import sys
for name in ("jinja2", "lightning_fabric", "matplotlib", "scipy", "sklearn", "zarr"):
    sys.modules[name] = None
from twinsplice import cli
cli.main()
"""


def test_score_calibrates_without_scipy_and_scikit_learn(
    tmp_path: pathlib.Path,
) -> None:
    lines = (DATA / "demo.vcf").read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    vcf = tmp_path / "one.vcf"
    vcf.write_text("\n".join([*header, lines[len(header)]]) + "\n")
    options = ("-r", DATA / "demo.GRCh37.fa", "-a", "grch37", "-d", "50", "--quiet")
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, "score", vcf, *options, "--threads", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    record = done.stdout.splitlines()[-1]
    # Intervals are what is calibrated.
    assert ";TwinSplice=T|LMNA|" in record
    assert ";TwinSplice_PI=T|LMNA|" in record


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "platt", "slope": 1.0},
        {"kind": "temperature"},
        {"kind": "temperature", "temperature": 1.0, "more": 2},
        {"kind": "temperature", "temperature": "warm"},
        {"kind": "temperature", "temperature": 0},
        {"kind": "temperature", "temperature": math.nan},
        {"kind": "isotonic", "sizes": [], "values": []},
        {"kind": "isotonic", "sizes": [0, 0.5], "values": [0]},
        {"kind": "isotonic", "sizes": [0, 0.5, 0.5], "values": [0, 0.1, 0.2]},
        {"kind": "isotonic", "sizes": [0, 0.5, 0.9], "values": [0, 0.2, 0.1]},
        {"kind": "exceedance", "least": 0.2, "slope": 0, "intercept": 0},
        {"kind": "exceedance", "least": 0.2, "slope": math.inf, "intercept": 0},
        {"kind": "exceedance", "least": 0.2, "slope": 1, "intercept": math.nan},
        {"kind": "exceedance", "least": 2, "slope": 1, "intercept": 0},
        {"kind": "alteration", "prior": 0.1, "slope": 0, "intercept": 0},
        {"kind": "alteration", "prior": 0.1, "slope": 1, "intercept": math.inf},
        {"kind": "alteration", "prior": 1, "slope": 1, "intercept": 0},
        {
            "kind": "intervals",
            "level": 0.9,
            "edges": [0.5],
            "below": [0.1],
            "above": [0.1],
            "quantiles": False,
        },
    ],
)
def test_what_is_no_calibrator_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(errors.InputError, match="calibrat"):
        calibrators.from_json(data)


CURVES: dict[str, Any] = {
    "kind": "siteintervals",
    "level": 0.9,
    "site_from": 0.5,
    "sizes": [0, 0.5, 1],
    "low": [[0, 0.4, 0.8], [0, 0.3, 0.7]],
    "high": [[0.1, 0.6, 1], [0.2, 0.7, 1]],
}


def test_curves_are_read() -> None:
    found = calibrators.from_json(CURVES)
    assert isinstance(found, prediction_intervals.SiteIntervals)
    assert found.low[1] == (0.0, 0.3, 0.7)


@pytest.mark.parametrize(
    "changes",
    [
        {"level": 1},
        {"level": "0.9"},
        {"level": None},
        {"site_from": 0},
        {"site_from": math.nan},
        {"sizes": [0, 0.5, 0.9]},
        {"sizes": [0.1, 0.5, 1]},
        {"sizes": [0, 0, 1]},
        {"sizes": [0, math.nan, 1]},
        {"sizes": [0, [0.5], 1]},
        {"sizes": []},
        {"sizes": 3},
        {"low": [[0, 0.4, 0.8]]},
        {"low": [[0, 0.4], [0, 0.3]]},
        {"low": [0, 0.4]},
        {"low": [[0, 0.6, 0.8], [0, 0.3, 0.7]]},
        {"low": [[0, 0.4, 0.3], [0, 0.3, 0.7]]},
        {"low": [[-0.1, 0.4, 0.8], [0, 0.3, 0.7]]},
        {"high": [[0.1, 0.6, 1.1], [0.2, 0.7, 1]]},
        {"high": [[0.9, 0.6, 1], [0.2, 0.7, 1]]},
        {"high": [[math.nan, 0.6, 1], [0.2, 0.7, 1]]},
        {"high": {"a": 1}},
        {"more": 1},
    ],
)
def test_curves_that_cannot_be_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(errors.InputError, match="calibrat"):
        calibrators.from_json(CURVES | changes)
