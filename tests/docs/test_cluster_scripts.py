"""The script for Slurm makes the shards of an input; those that are there it leaves."""

import os
import subprocess

from support import cli

SCRIPT = cli.ROOT / "docs" / "guides" / "cluster" / "slurm.sh"
JOBS = 3
SPY = '#!/bin/sh\nprintf "%s\\n" "$@" > "$SPIED"\n'


def _asked(desk: cli.Desk, number: int) -> list[str]:
    """Run a job of the array; return the words of the program it starts, if any."""
    spy = desk.write("twinsplice", SPY)
    spy.chmod(0o755)
    spied = desk.folder / "words"
    spied.unlink(missing_ok=True)
    jobs = {"SLURM_ARRAY_TASK_ID": str(number), "SLURM_ARRAY_TASK_COUNT": str(JOBS)}
    path = f"{desk.folder}{os.pathsep}{os.environ['PATH']}"
    words = (desk.folder / "in.vcf", desk.folder / "genome.fa")
    subprocess.run(
        ["bash", SCRIPT, *words, desk.folder / "genes.tsv", desk.folder / "parts"],
        env={**os.environ, "PATH": path, "SPIED": str(spied), **jobs},
        check=True,
    )
    return spied.read_text().splitlines() if spied.exists() else []


def test_jobs_of_an_array_make_shards_that_merge(desk: cli.Desk) -> None:
    desk.vcf(*(cli.record(position) for position in (300, 500, 1500)))
    for number in range(1, JOBS + 1):
        words = _asked(desk, number)
        assert desk.call(*words, "--model", "cispliceai").code == 0
        assert not _asked(desk, number)
    parts = sorted(map(str, (desk.folder / "parts").iterdir()))
    merged = desk.call("merge", *parts, "-o", str(desk.folder / "merged.tsv"))
    assert merged.code == 0, merged.err
    one = desk.score(desk.folder / "in.vcf", output=desk.folder / "one.tsv")
    assert one.code == 0
    assert (desk.folder / "merged.tsv").read_bytes() == (
        desk.folder / "one.tsv"
    ).read_bytes()
