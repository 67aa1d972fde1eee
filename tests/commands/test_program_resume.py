"""The program stopped and called again: `score` killed, and `scan`."""

import os
import signal
import subprocess
import sys

import pytest

from support import cli as desks
from support import resumed_runs
from twinsplice.commands import score
from twinsplice.scoring.runs import kept_answers


@pytest.mark.parametrize(
    "words", [["-o", "out.tsv"], ["--tracks", "t.bedgraph", "-o", "out.vcf"]]
)
def test_a_scan_is_resumed(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(desk.folder)
    monkeypatch.setattr(score, "CHUNK_RECORDS", 6)
    monkeypatch.setattr(kept_answers, "KEPT_AFTER", 0)
    call = ["scan", "chr1:391-410", "-r", "genome.fa", "-a", "genes.tsv"]
    call += ["--model", "cispliceai", *words]
    assert desk.call(*call).code == 0
    names = [word for word in words if word[:3] == "out"]
    names += [path.name for path in desk.folder.glob("t.*.bedgraph")]
    expected = [(desk.folder / name).read_bytes() for name in names]
    counter = resumed_runs.Counter(monkeypatch)
    counter.most = 2
    assert desk.call(*call).code == 130
    assert counter.since() == 2
    counter.most = -1
    outcome = desk.call(*call, "--resume")
    assert outcome.code == 0
    assert counter.since() == 2
    assert "twinsplice: the scores of 12 records are taken over" in outcome.err
    assert "records taken over from a stopped run" in outcome.err
    assert [(desk.folder / name).read_bytes() for name in names] == expected
    assert not list(desk.folder.glob(".*"))


_KILLED_RUN = """
import os, signal, sys
from support import cli
from twinsplice import cli as program
from twinsplice.base_models import loading
from twinsplice.commands import score
from twinsplice.effect import results
from twinsplice.io.kept import answer_log
from twinsplice.scoring.runs import kept_answers
loading.load = lambda *_: cli.MODEL
score.CHUNK_RECORDS, kept_answers.KEPT_AFTER = 4, 0
chunk, part = map(int, sys.argv[1:3])
write, count = os.pwrite, 0
def writing(opened, content, at):
    global count
    count += 1
    # The first is what the log is of.
    if count <= chunk:
        return write(opened, content, at)
    write(opened, content[:part], at)
    os.kill(os.getpid(), signal.SIGKILL)
os.pwrite = writing
sys.argv = ["twinsplice", *sys.argv[3:]]
program.main()
"""


@pytest.mark.slow
def test_the_program_killed_is_resumed_to_the_same_bytes(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the writing of what is kept of a chunk."""
    chunk, part = 4, 100
    monkeypatch.setattr(score, "CHUNK_RECORDS", 4)
    desk.vcf(*(desks.record(at) for at in range(900, 960, 3)))
    words = [str(desk.folder / "in.vcf"), "-r", str(desk.folder / "genome.fa")]
    words += ["-a", str(desk.folder / "genes.tsv"), "--model", "cispliceai"]
    words += ["--threads", "1"]
    whole, output = desk.folder / "whole.vcf.gz", desk.folder / "out.vcf.gz"
    assert desk.call("score", *words, "-o", str(whole)).code == 0
    tests = desks.ROOT / "tests"
    done = subprocess.run(
        [
            *(sys.executable, "-c", _KILLED_RUN, str(chunk), str(part)),
            *("score", *words, "-o", str(output)),
        ],
        env=os.environ | {"PYTHONPATH": f"{tests.parent / 'src'}:{tests}"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert not output.exists()
    outcome = desk.call("score", *words, "-o", str(output))
    assert outcome.code == 0
    assert f"the scores of {4 * (chunk - 1)} records are taken over" in outcome.err
    assert output.read_bytes() == whole.read_bytes()
    indexes = [path.with_name(f"{path.name}.tbi") for path in (whole, output)]
    assert indexes[0].read_bytes() == indexes[1].read_bytes()
    assert not list(desk.folder.glob(".*"))
