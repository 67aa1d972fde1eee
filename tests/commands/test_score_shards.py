"""`score --shard` and `merge`: the bytes of one run, or a refusal."""

import json
import pathlib
import random
from collections.abc import Sequence

import pytest

from support import cli as desks
from twinsplice.commands import score
from twinsplice.io.kept import answer_log
from twinsplice.scoring import model_sets
from twinsplice.scoring.runs import kept_answers

CHUNK, RECORDS, SHARDS = 3, 20, 3


@pytest.fixture
def shared(desk: desks.Desk, monkeypatch: pytest.MonkeyPatch) -> desks.Desk:
    """Make an input of several chunks, and nothing of it in a stopped run."""
    monkeypatch.setattr(score, "CHUNK_RECORDS", CHUNK)
    monkeypatch.setattr(kept_answers, "KEPT_AFTER", 1e9)
    desk.vcf(*(desks.record(200 + 37 * number) for number in range(RECORDS)))
    return desk


def _sharded(
    desk: desks.Desk, *flags: str, of: int = SHARDS, source: str = "in.vcf"
) -> list[pathlib.Path]:
    """Make all shards, the last one first."""
    paths = [desk.folder / f"{number}.shard" for number in range(of, 0, -1)]
    for number, path in zip(range(of, 0, -1), paths, strict=True):
        words = (f"--shard={number}/{of}", *flags)
        made = desk.score(desk.folder / source, *words, output=path)
        assert made.code == 0, made.err
    return paths


def _merged(
    desk: desks.Desk, paths: Sequence[pathlib.Path], output: pathlib.Path, *flags: str
) -> desks.Outcome:
    return desk.call("merge", *map(str, paths), "-o", str(output), *flags)


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("out.vcf.gz", ("--flat",)),
        ("out.bcf", ()),
        ("out.tsv.gz", ("--mask", "--intergenic")),
        ("out.parquet", ("--distance=20",)),
    ],
)
def test_shards_merge_to_the_bytes_of_one_run(
    shared: desks.Desk, monkeypatch: pytest.MonkeyPatch, name: str, flags: Sequence[str]
) -> None:
    one, other = shared.folder / name, shared.folder / "merged" / name
    other.parent.mkdir()
    assert shared.score(shared.folder / "in.vcf", *flags, output=one).code == 0
    paths = _sharded(shared, *flags)
    _nothing_is_scored(monkeypatch)
    merged = _merged(shared, paths, other)
    assert merged.code == 0, merged.err
    assert f" {RECORDS} " in merged.err
    for path in shared.folder.glob(f"{name}*"):
        assert (other.parent / path.name).read_bytes() == path.read_bytes()
    # Shards stay until somebody removes them; nothing else does.
    left = {path.name for path in shared.folder.iterdir() if path.name.startswith(".")}
    assert not left


def _nothing_is_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a chunk was scored again")

    monkeypatch.setattr(model_sets.ModelSet, "score", refuse)


def test_more_shards_than_chunks_are_empty_and_merge(shared: desks.Desk) -> None:
    paths = _sharded(shared, of=RECORDS // CHUNK + 4)
    output = shared.folder / "out.tsv"
    assert _merged(shared, paths, output).code == 0
    one = shared.score(shared.folder / "in.vcf", output=shared.folder / "one.tsv")
    assert one.code == 0
    assert output.read_bytes() == (shared.folder / "one.tsv").read_bytes()


def test_each_record_is_scored_by_one_shard(
    shared: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions: list[int] = []
    real = model_sets.ModelSet.score

    def watch(self: model_sets.ModelSet, records: list, *rest: object) -> object:  # type: ignore[type-arg]
        positions.extend(record.position for record in records)
        return real(self, records, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(model_sets.ModelSet, "score", watch)
    _sharded(shared)
    assert sorted(positions) == [199 + 37 * number for number in range(RECORDS)]


def test_a_list_is_merged_into_a_table_only(shared: desks.Desk) -> None:
    lines = (shared.folder / "in.vcf").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    names = [f"{row[0]}-{row[1]}-{row[3]}-{row[4]}\n" for row in rows]
    shared.write("in.txt", "".join(random.Random(1).sample(names, RECORDS)))
    paths = _sharded(shared, source="in.txt")
    merged = _merged(shared, paths, shared.folder / "out.vcf")
    assert merged.code == 2
    assert "shards of a list are merged into a table" in merged.err
    assert _merged(shared, paths, shared.folder / "out.tsv").code == 0
    one = shared.folder / "one.tsv"
    assert shared.score(shared.folder / "in.txt", output=one).code == 0
    assert one.read_bytes() == (shared.folder / "out.tsv").read_bytes()


def test_what_is_missing_or_strange_is_refused(shared: desks.Desk) -> None:
    output = shared.folder / "out.vcf"
    paths = _sharded(shared)
    refusals = {
        "merge needs all 3 shards; got none of number 2": [paths[0], paths[2]],
        "merge takes each shard once": [*paths, paths[0]],
        "a shard must be a file that can be read": [shared.folder / "no.shard"],
        "a shard must be whole": [shared.write("bad.shard", b"TSa1 and nothing else")],
    }
    for rule, given in refusals.items():
        refused = _merged(shared, given, output)
        assert refused.code == 2
        assert rule in refused.err
        assert not output.exists()
    other = shared.folder / "other"
    other.mkdir()
    for path in paths[:2]:
        path.rename(other / path.name)
    last = paths[2].rename(other / paths[2].name)
    strange = _sharded(shared, "--distance=20")[2]
    given = [other / paths[0].name, other / paths[1].name, strange]
    refused = _merged(shared, given, output)
    assert "other values of distance" in refused.err
    # Other records: what they were made from has changed.
    shared.vcf(*(desks.record(201 + 37 * number) for number in range(RECORDS)))
    refused = _merged(shared, [*given[:2], last], output)
    assert "every record must have been scored by one of the shards" in refused.err
    assert not output.exists()


def test_no_byte_of_a_shard_changes_unnoticed(shared: desks.Desk) -> None:
    output = shared.folder / "out.tsv"
    paths = _sharded(shared, of=2)
    assert _merged(shared, paths, output).code == 0
    whole, content = output.read_bytes(), paths[0].read_bytes()
    output.unlink()
    for place in random.Random(1).sample(range(len(content)), 12):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        paths[0].write_bytes(changed)
        merged = _merged(shared, paths, output)
        assert merged.code == 2 or output.read_bytes() == whole
        # The input is not what is wrong.
        assert merged.code == 0 or "by one of the shards" not in merged.err
        output.unlink(missing_ok=True)


def test_files_may_have_moved(shared: desks.Desk) -> None:
    paths = _sharded(shared)
    away = shared.folder / "away"
    away.mkdir()
    for name in ("in.vcf", "genome.fa", "genes.tsv"):
        (shared.folder / name).rename(away / name)
    refused = _merged(shared, paths, shared.folder / "out.tsv")
    assert refused.code == 2
    assert "in.vcf" in refused.err
    flags = [f"--input={away / 'in.vcf'}", f"--reference={away / 'genome.fa'}"]
    flags.append(f"--annotation={away / 'genes.tsv'}")
    merged = _merged(shared, paths, shared.folder / "out.tsv", *flags)
    assert merged.code == 0, merged.err


@pytest.mark.parametrize(
    ("shard", "output", "rule"),
    [
        ("0/3", "x.shard", "--shard must be a number and a count"),
        ("4/3", "x.shard", "--shard must be a number and a count"),
        ("1/3", "x.vcf", "--shard goes with an output named .shard"),
        ("1/3", "x.shard", "shards go with an input that is a file; got 1-300-A-C"),
    ],
)
def test_a_mistaken_shard_is_refused(
    shared: desks.Desk, shard: str, output: str, rule: str
) -> None:
    is_file = "got 1-300-A-C" not in rule
    words = (shared.folder / "in.vcf" if is_file else "1-300-A-C", f"--shard={shard}")
    assert rule in shared.refused(*words, output=str(shared.folder / output))


def test_a_shard_that_was_stopped_goes_on(
    shared: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = shared.folder / "1.shard", model_sets.ModelSet.score
    calls: list[int] = []

    def stop(self: model_sets.ModelSet, *rest: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(model_sets.ModelSet, "score", stop)
    words = (shared.folder / "in.vcf", "--shard=1/2")
    assert shared.score(*words, output=path).code == 130
    assert not path.exists()
    resumed = shared.score(*words, output=path)
    assert resumed.code == 0
    assert "taken over from a run that was stopped" in resumed.err
    # Four chunks, one of them twice.
    assert len(calls) == 5


def test_a_forged_count_of_shards_asks_for_no_memory(shared: desks.Desk) -> None:
    path = _sharded(shared, of=1)[0]
    with path.open("r+b") as file:
        descriptor = file.fileno()
        frames = answer_log.Frames(descriptor)
        identity = json.loads(frames.identity) | {"shard": [1, 10**15]}
        request = frames.kept(b"request".ljust(answer_log.KEY_BYTES, b"\0"))
        assert request is not None
    path.unlink()
    log = answer_log.make(path)
    log.begin(json.dumps(identity))
    log.keep(b"request".ljust(answer_log.KEY_BYTES, b"\0"), request, 0)
    log.publish(path)
    refused = _merged(shared, [path], shared.folder / "out.tsv")
    assert refused.code == 2
    assert "a shard must be whole" in refused.err
