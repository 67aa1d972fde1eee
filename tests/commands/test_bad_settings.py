"""Settings and machines that do not fit: a note, or one line and exit 2."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from support import cli as desks
from twinsplice.engine import profiling
from twinsplice.io import tables


def _spliced(strand: str, shift: int = 0) -> tuple[str, str]:
    """A contig and a table of genes on it whose introns all begin GT, end AG."""
    text, rows = list("C" * 20_000), []
    first, last = ("GT", "AG") if strand == "+" else ("CT", "AC")
    for gene in range(20):
        start = 1_000 * gene
        text[start + 100 : start + 102] = first
        text[start + 498 : start + 500] = last
        exons = f"{start + shift},{start + 500 + shift},"
        ends = f"{start + 100 + shift},{start + 900},"
        row = ("G", "1", strand, start, start + 900, exons, ends)
        rows.append("\t".join(map(str, row)) + "\n")
    return "".join(text), desks.GENES.splitlines(keepends=True)[0] + "".join(rows)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("shift", [0, 7])
def test_an_annotation_of_another_build_is_refused(
    desk: desks.Desk, strand: str, shift: int
) -> None:
    text, table = _spliced(strand, shift)
    desk.write("other.fa", desks.fasta_of({"chr1": text}))
    desk.write("odd.tsv", table)
    files = {"reference": "other.fa", "annotation": "odd.tsv"}
    if not shift:
        assert desk.score(desk.vcf(), **files).code == 0
        return
    said = desk.refused(desk.vcf(), **files)
    assert "0 of 40 sampled annotated sites GT/AG" in said
    assert "--force" in said
    forced = desk.score(desk.vcf(), "--force", **files)
    assert forced.code == 0
    assert "forced, with 0 of 40" in forced.err
    assert "odd.tsv (forced, with 0 of 40" in forced.out


def test_an_annotation_of_other_contigs_is_noted(desk: desks.Desk) -> None:
    desk.write("other.fa", desks.fasta_of({"chr5": "ACGT"}))
    outcome = desk.score(desk.vcf(), reference="other.fa")
    assert "no contig in common" in outcome.err


@pytest.mark.parametrize("url", ["https://127.0.0.1:9/x", "ftp://127.0.0.1:9/x"])
@pytest.mark.parametrize(
    ("flag", "ending"),
    [
        ("reference", "fa"),
        ("reference", "fa.gz"),
        ("annotation", "gtf.gz"),
        ("transcripts", "gff3"),
        ("map", "parquet"),
        ("model", "safetensors"),
        ("", "vcf.gz"),
        ("", "bcf"),
    ],
)
def test_a_url_is_no_file(desk: desks.Desk, url: str, flag: str, ending: str) -> None:
    files = {
        "reference": str(desk.folder / "genome.fa"),
        "annotation": str(desk.folder / "genes.tsv"),
        "model": "cispliceai",
    }
    source = str(desk.vcf(desks.record()))
    if flag:
        files[flag] = f"{url}.{ending}"
    else:
        source = f"{url}.{ending}"
    if flag == "transcripts":
        source = str(desk.write("in.txt", "NM_1.1:c.5A>C\n"))
    words = [f"--{name}={value}" for name, value in files.items()]
    outcome = desk.call("score", source, *words, "--output=-")
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "127.0.0.1" in outcome.err


# Flags.


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--device", "cuda:99"], "--device must be"),
        (["--device", "tpu"], "--device must be"),
        # PyTorch knows their names, and looks for packages of others.
        (["--device", "hpu"], "--device must be"),
        (["--device", "privateuseone"], "--device must be"),
        (["--device", "mkldnn"], "--device must be"),
        (["--device", "meta"], "--device must be"),
        (["--threads", "0"], "--threads must be"),
        (["--distance", "0"], "--distance must be"),
        (["--distance", "5000"], "--distance must be"),
        (["--max-memory-gb", "inf"], "--max-memory-gb must be"),
        (["--max-memory-gb", "nan"], "--max-memory-gb must be"),
    ],
)
def test_a_flag_out_of_range_is_refused(
    desk: desks.Desk, flags: list[str], said: str
) -> None:
    assert said in desk.refused(desk.vcf(desks.record()), *flags)


def test_more_threads_than_there_are_do_no_harm(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr("torch.set_num_threads", seen.append)
    assert desk.score(desk.vcf(), "--threads", "100000").code == 0
    assert seen == [os.cpu_count()]


@pytest.mark.parametrize(
    ("model", "flags"), [("bogus", []), ("openspliceai", []), ("pangolin", [])]
)
def test_a_model_without_weights_is_refused(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch, model: str, flags: list[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["twinsplice"])
    desk.refused(desk.vcf(), "--model", model, *flags)


# Mid-run.


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_too_little_memory_is_one_line(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> Iterator[None]:
        raise error

    monkeypatch.setattr(profiling, "run", fail)
    said = desk.refused(desk.vcf(desks.record()), output=str(desk.folder / "out.vcf"))
    assert "lower --max-memory-gb" in said


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "bcf", "tsv", "parquet"])
def test_a_full_disk_is_one_line_and_leaves_the_older_output(
    desk: desks.Desk, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_PART_ROWS", 1_000)
    output = desk.write(f"out.{ending}", "older")
    noise = np.random.default_rng(0).integers(0, 10**9, 4_000)
    records = [
        f"chr9\t{i + 1}\t.\tA\tC\t.\t.\tX={number}\n" for i, number in enumerate(noise)
    ]
    # The index of the reference must be there already.
    desk.score(desk.vcf())
    source = desk.vcf(*records)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        outcome = desk.score(source, output=output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert output.read_text() == "older"
    assert not list(desk.folder.glob("*.partial"))
    assert not list(desk.folder.glob(".*"))


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_stopped_run_leaves_nothing(
    desk: desks.Desk, number: signal.Signals, code: int
) -> None:
    source, output = desk.vcf(desks.record()), desk.folder / "out.vcf.gz"
    program = (
        "import signal, sys\n"
        # As from a terminal, though nohup or a background job runs these tests.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "from twinsplice import cli\n"
        "from twinsplice.base_models import loading\n"
        "from support import models as toys\n"
        "from twinsplice.engine import profiling\n"
        "loading.load = lambda *_: toys.model([toys.member(1)], 'cispliceai')\n"
        "def run(*_):\n"
        "    print('begun', flush=True)\n"
        "    signal.pause()\n"
        "profiling.run = run; cli.main()"
    )
    files = [source, "-r", desk.folder / "genome.fa", "-a", desk.folder / "genes.tsv"]
    command = [sys.executable, "-c", program, "score", *map(str, files)]
    with subprocess.Popen(
        [*command, "-o", str(output)],
        env=os.environ | {"PYTHONPATH": f"{desks.ROOT / 'src'}:{desks.ROOT / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"begun\n"
        assert list(desk.folder.glob(".out*"))
        process.send_signal(number)
        assert process.stderr.read() == b""
    assert process.returncode == code
    assert not list(desk.folder.glob("*out*"))
    assert not list(desk.folder.glob(".*"))
