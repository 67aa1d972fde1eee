"""`calibrators` are applied by NumPy alone: `score` needs no library of `calibrate`."""

import pathlib
import subprocess
import sys

import twinsplice

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
