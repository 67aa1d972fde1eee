"""`score` and `scan` resumed: the bytes of a run that was never stopped."""

import contextlib
import dataclasses
import os
import pathlib
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from support import cli as desks
from support import maps, trained_models
from support import models as toys
from twinsplice import api, errors, progress
from twinsplice.api import runs
from twinsplice.base_models import loading
from twinsplice.commands import score
from twinsplice.effect import results
from twinsplice.io.kept import answer_log, kept_work
from twinsplice.io.vcf import vcf
from twinsplice.predictors import checkpoints
from twinsplice.scoring import model_sets
from twinsplice.scoring.runs import kept_answers
from twinsplice.settings import score as score_settings

TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t90\t610\t90,310,\t220,610,\n"
)
HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
)
CHUNK, CHUNKS = 3, 3
RECORDS = sorted(trained_models.RECORDS, key=lambda record: record.position)
NAMES = [
    f"1-{record.position + 1}-{record.ref}-{record.alts[0]}" for record in RECORDS[::-1]
]
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "vcf.gz": ("out.vcf.gz", {"intergenic": True}),
    "bcf": ("out.bcf", {}),
    "flat": ("out.vcf", {"flat": True, "mask": True}),
    "tsv": ("out.tsv", {"samples": True}),
    "tsv.gz": ("out.tsv.gz", {"hgvs": True}),
    "live map": ("out.vcf", {"map": "live"}),
    "models": ("out.tsv", {"models": ("RUN", "cispliceai")}),
    "parquet, refine": (
        "out.parquet",
        {"refine": "cispliceai", "refine_threshold": 0.05},
    ),
    "list": ("out.tsv", {"source": "in.txt"}),
    "sorted list": ("out.vcf.gz", {"source": "in.txt"}),
}
Start = Callable[..., score_settings.Config]


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Make an input and a model; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda *_: maps.MODEL)
    monkeypatch.setattr(score, "CHUNK_RECORDS", CHUNK)
    monkeypatch.setattr(kept_answers, "KEPT_AFTER", 0)
    toys.write_fasta(tmp_path / "x.fa", {"1": trained_models.BASES})
    (tmp_path / "genes.tsv").write_text(TABLE)
    lines = [f"{HEADER}\tFORMAT\tS1\tS2", *(f"{r.text}\tGT\t0/1\t1/1" for r in RECORDS)]
    (tmp_path / "in.vcf").write_text("".join(f"{line}\n" for line in lines))
    (tmp_path / "in.txt").write_text("".join(f"{name}\n" for name in NAMES))
    card = {
        "base_model": "cispliceai",
        "base_model_sha256": maps.MODEL.sha256,
        "calibration": trained_models.CARDS["modes"],
    }
    run = tmp_path / "run"
    checkpoints.save(run / checkpoints.NAME, trained_models.paired_model(), card)

    def make(
        output: str = "out.vcf",
        source: str = "in.vcf",
        models: tuple[str, ...] = ("RUN",),
        **options: object,
    ) -> score_settings.Config:
        models = tuple(name.replace("RUN", str(run)) for name in models)
        settings: dict[str, Any] = {
            "distance": trained_models.REACH,
            "reference": tmp_path / "x.fa",
            "annotation": str(tmp_path / "genes.tsv"),
            "map": "none",
        }
        given = {"output": tmp_path / output, "model": models}
        return score_settings.Config(tmp_path / source, **(settings | given | options))

    yield make
    # Nothing is left, by any way of ending.
    assert not list(tmp_path.glob("*.partial"))


@contextlib.contextmanager
def _opened(
    config: score_settings.Config,
) -> Iterator[Callable[[], score_settings.Summary]]:
    """Provide what runs a configuration, its models loaded once."""
    with runs._scorer(config) as scorer:
        yield lambda: scorer.score_vcf(config.input, config.output)


def _written(config: score_settings.Config) -> dict[str, bytes]:
    """The output and its index; both go."""
    name = config.output.name
    written = {}
    for path in config.output.parent.glob(f"{name}*"):
        written[path.name] = path.read_bytes()
        path.unlink()
    return written


def _log(config: score_settings.Config) -> pathlib.Path:
    return kept_work.folder_of(config.output) / answer_log.NAME


def _put(config: score_settings.Config, content: bytes) -> None:
    """Leave a log, as a run does that is killed."""
    _log(config).parent.mkdir(exist_ok=True)
    _log(config).write_bytes(content)


def _whole_log(config: score_settings.Config, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Run to the end, but for the removal of the log; return it."""
    with monkeypatch.context() as patched:
        leave = kept_answers.KeptAnswers.leave
        patched.setattr(kept_answers.KeptAnswers, "finish", leave)
        api.run(config)
    content = _log(config).read_bytes()
    _log(config).unlink()
    return content


def _ends(content: bytes, folder: pathlib.Path) -> list[int]:
    """Where the frames of a log end, the one of its settings first."""
    path = folder / "log"
    path.write_bytes(content)
    with path.open("rb") as file:
        frames, end = answer_log.whole_frames(file.fileno())
    assert end == len(content)
    return [frame.start + frame.size for frame in frames]


class Counter:
    """Counts the chunks that are scored.

    Attributes:
        most: Chunks after which a run is stopped, if it is to be.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chunks, self.most = 0, -1
        score_set = model_sets.ModelSet.score

        def counting(
            models: model_sets.ModelSet,
            records: Sequence[vcf.Record],
            advance: progress.Advance,
        ) -> list[results.Results]:
            if self.chunks == self.most:
                raise KeyboardInterrupt
            self.chunks += 1
            return score_set(models, records, advance)

        monkeypatch.setattr(model_sets.ModelSet, "score", counting)

    def since(self) -> int:
        """Return how many there were since the last call."""
        count, self.chunks = self.chunks, 0
        return count


@pytest.mark.parametrize("form", list(FORMS))
def test_a_run_killed_anywhere_ends_in_the_same_bytes(
    start: Start, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    name, options = FORMS[form]
    config = start(name, **options)
    content = _whole_log(config, monkeypatch)
    expected = _written(config)
    assert len(expected) == 1 + name.endswith((".vcf.gz", ".bcf"))
    counter = Counter(monkeypatch)
    with _opened(config) as run:
        run()
        assert counter.since() == CHUNKS
        assert _written(config) == expected
        ends = _ends(content, tmp_path)
        assert len(ends) == 1 + CHUNKS
        for cut in (ends[0], ends[1] + 5, (ends[2] + ends[3]) // 2, ends[3]):
            _put(config, content[:cut])
            summary = run()
            whole = sum(end <= cut for end in ends[1:])
            assert counter.since() == CHUNKS - whole
            assert summary.resumed == min(whole * CHUNK, len(RECORDS))
            assert _written(config) == expected
            assert not _log(config).parent.exists()
        damaged = bytearray(content)
        damaged[ends[2] - 1] ^= 16
        _put(config, bytes(damaged))
        run()
        assert counter.since() == 1
        assert _written(config) == expected


def test_a_stopped_run_keeps_what_it_has_done(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Ctrl-C or an error, like a bad line; what is in order by then is kept."""
    config = start()
    whole = config.input.read_text()
    api.run(config)
    expected = _written(config)
    lines = whole.splitlines(keepends=True)
    lines.insert(3 + CHUNK + 1, "1\tnowhere\t.\tA\tC\t.\t.\t.\n")
    config.input.write_text("".join(lines))
    with pytest.raises(errors.InputError, match="POS must be a whole number"):
        api.run(config)
    assert not config.output.exists()
    config.input.write_text(whole)
    counter = Counter(monkeypatch)
    said: list[str] = []
    summary = api.run(config, announce=said.append)
    assert counter.since() == CHUNKS - 1
    assert summary.resumed == CHUNK
    assert _written(config) == expected
    (message,) = said
    assert message.startswith("the scores of 3 records are taken over from a run that ")
    assert message.endswith("; --no-resume begins anew")


def test_records_that_are_new_or_moved_are_scored_and_others_are_not(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start()
    content = _whole_log(config, monkeypatch)
    lines = config.input.read_text().splitlines(keepends=True)
    first, changed = 3, lines[4].replace("\t.\tGT", "\tX=1\tGT")
    config.input.write_text(
        "".join([*lines[:first], *lines[first + CHUNK :], *lines[first : first + 2]])
    )
    api.run(config)
    expected = _written(config)
    counter = Counter(monkeypatch)
    _put(config, content)
    api.run(config)
    assert counter.since() == CHUNKS - 1
    assert _written(config) == expected
    # What is not scored may change: it is written as it is now.
    config.input.write_text("".join([*lines[:4], changed, *lines[5:]]))
    _put(config, content)
    assert api.run(config).resumed == len(RECORDS)
    assert b"\tX=1;TwinSplice=" in _written(config)["out.vcf"]
    config.input.write_text("".join([*lines[:3], lines[6]]))
    _put(config, content)
    (note,) = api.run(config).notes
    assert note == "a stopped run had scored other records; none was taken over"


def _renamed(config: score_settings.Config) -> score_settings.Config:
    path = pathlib.Path(config.annotation)
    path.write_text(path.read_text().replace("PLUS", "SULP"))
    return config


def _touched(config: score_settings.Config) -> score_settings.Config:
    os.utime(config.reference)
    return config


CHANGES: dict[str, Callable[[score_settings.Config], score_settings.Config]] = {
    "distance": lambda config: dataclasses.replace(config, distance=7),
    "map, model": lambda config: dataclasses.replace(config, map="live"),
    "model": lambda config: dataclasses.replace(config, model="cispliceai"),
    "annotation": _renamed,
    "reference": _touched,
    "version": lambda config: config,
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_other_settings_begin_anew_or_are_refused(
    start: Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    config = start()
    content = _whole_log(config, monkeypatch)
    _written(config)
    changed = CHANGES[name](config)
    if name == "version":
        monkeypatch.setattr("twinsplice.__version__", "9")
    api.run(changed)
    expected = _written(changed)
    counter = Counter(monkeypatch)
    _put(changed, content)
    with pytest.raises(errors.InputError) as refused:
        api.run(dataclasses.replace(changed, resume=True))
    assert f"got other values of {name} at 20" in str(refused.value)
    assert refused.value.remedy == "use those, or begin anew with --no-resume"
    # It is still there.
    assert _log(changed).read_bytes() == content
    said: list[str] = []
    summary = api.run(changed, announce=said.append)
    assert counter.since() == CHUNKS
    assert summary.resumed == 0
    assert said[0].endswith(f"had other values of {name}: begins anew")
    assert _written(changed) == expected
    assert not _log(changed).parent.exists()


def test_no_resume_begins_anew_and_resume_may_have_nothing_to_go_on_from(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start(resume=True)
    content = _whole_log(config, monkeypatch)
    expected = _written(config)
    counter = Counter(monkeypatch)
    _put(config, content)
    said: list[str] = []
    api.run(dataclasses.replace(config, resume=False), announce=said.append)
    assert counter.since() == CHUNKS
    assert not said
    assert _written(config) == expected
    _put(config, content)
    assert api.run(config).resumed == len(RECORDS)
    assert counter.since() == 0
    assert _written(config) == expected


def test_two_runs_at_once_do_not_share_what_is_kept(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start()
    content = _whole_log(config, monkeypatch)
    expected = _written(config)
    _put(config, content)
    counter = Counter(monkeypatch)
    held = answer_log.find(config.output)
    assert held is not None
    summary = api.run(config)
    assert (summary.resumed, counter.since()) == (0, CHUNKS)
    (note,) = summary.notes
    assert note.endswith("resumed: another run was writing the same output")
    assert _written(config) == expected
    with pytest.raises(errors.InputError, match="which another run is writing"):
        api.run(dataclasses.replace(config, resume=True))
    assert held.records == len(RECORDS)
    held.leave()
    assert api.run(config).resumed == len(RECORDS)


def test_a_full_disk_under_what_is_kept_costs_no_score(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start()
    api.run(config)
    expected = _written(config)
    keep, limits = answer_log.AnswerLog.keep, resource.getrlimit(resource.RLIMIT_FSIZE)

    def full(log: answer_log.AnswerLog, key: bytes, payload: bytes, n: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
        try:
            keep(log, key, payload, n)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(answer_log.AnswerLog, "keep", full)
    (note,) = api.run(config).notes
    assert note == "this run could not have been resumed: File too large"
    assert _written(config) == expected
    assert not _log(config).parent.exists()


@pytest.mark.parametrize("what", ["file", "locked"])
def test_a_place_where_nothing_can_be_kept_costs_no_score(
    start: Start, what: str
) -> None:
    config = start()
    folder = _log(config).parent
    if what == "file":
        folder.write_text("not a folder")
    else:
        (folder / "lock").mkdir(parents=True)
    (note,) = api.run(config).notes
    assert note.startswith("this run could not have been resumed: ")
    assert config.output.exists()


def test_nothing_is_kept_of_a_short_run(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        pytest.fail("nothing is to be kept")

    monkeypatch.setattr(kept_answers, "KEPT_AFTER", 60)
    monkeypatch.setattr(answer_log, "make", fail)
    api.run(start())


@pytest.mark.parametrize("output", ["-", "/dev/null"])
def test_what_is_no_file_is_not_resumed(start: Start, output: str) -> None:
    config = start()
    with pytest.raises(errors.InputError, match="--resume goes with an output that"):
        api.run(dataclasses.replace(config, output=pathlib.Path(output), resume=True))


def test_costly_models_have_small_chunks(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "CHUNK_RECORDS", 4_000)
    counter = Counter(monkeypatch)
    with _opened(start()) as run:
        run()
        assert counter.since() == 1
        monkeypatch.setattr(score, "CHUNK_FLOP", 1)
        run()
        assert counter.since() == len(RECORDS)


def test_progress_counts_what_is_scored_now(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    config = start()
    content = _whole_log(config, monkeypatch)
    _put(config, content[: _ends(content, tmp_path)[1]])
    steps: list[tuple[int, float]] = []
    api.run(config, lambda count, share: steps.append((count, share or 0.0)))
    assert sum(count for count, _ in steps) == len(RECORDS) - CHUNK
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


# The program.


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
    counter = Counter(monkeypatch)
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
