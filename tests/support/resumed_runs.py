"""Runs of `score` that are stopped and resumed, and what is kept of them."""

import contextlib
import pathlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from support import maps, trained_models
from support import models as toys
from twinsplice import api, progress
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
Start = Callable[..., score_settings.Config]


def make_start(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
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
def opened(
    config: score_settings.Config,
) -> Iterator[Callable[[], score_settings.Summary]]:
    """Provide what runs a configuration, its models loaded once."""
    with runs._scorer(config) as scorer:
        yield lambda: scorer.score_vcf(config.input, config.output)


def written(config: score_settings.Config) -> dict[str, bytes]:
    """The output and its index; both go."""
    name = config.output.name
    written = {}
    for path in config.output.parent.glob(f"{name}*"):
        written[path.name] = path.read_bytes()
        path.unlink()
    return written


def log_of(config: score_settings.Config) -> pathlib.Path:
    return kept_work.folder_of(config.output) / answer_log.NAME


def put(config: score_settings.Config, content: bytes) -> None:
    """Leave a log, as a run does that is killed."""
    log_of(config).parent.mkdir(exist_ok=True)
    log_of(config).write_bytes(content)


def whole_log(config: score_settings.Config, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Run to the end, but for the removal of the log; return it."""
    with monkeypatch.context() as patched:
        leave = kept_answers.KeptAnswers.leave
        patched.setattr(kept_answers.KeptAnswers, "finish", leave)
        api.run(config)
    content = log_of(config).read_bytes()
    log_of(config).unlink()
    return content


def ends(content: bytes, folder: pathlib.Path) -> list[int]:
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
