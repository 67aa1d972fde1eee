"""What `score` keeps of a run to resume, and where nothing can be kept."""

import dataclasses
import pathlib
import resource
from collections.abc import Iterator

import pytest

from support import resumed_runs
from twinsplice import api, errors
from twinsplice.commands import score
from twinsplice.io.kept import answer_log
from twinsplice.scoring.runs import kept_answers


@pytest.fixture
def start(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[resumed_runs.Start]:
    yield from resumed_runs.make_start(tmp_path, monkeypatch)


def test_two_runs_at_once_do_not_share_what_is_kept(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start()
    content = resumed_runs.whole_log(config, monkeypatch)
    expected = resumed_runs.written(config)
    resumed_runs.put(config, content)
    counter = resumed_runs.Counter(monkeypatch)
    held = answer_log.find(config.output)
    assert held is not None
    summary = api.run(config)
    assert (summary.resumed, counter.since()) == (0, resumed_runs.CHUNKS)
    (note,) = summary.notes
    assert note.endswith("resumed: another run was writing the same output")
    assert resumed_runs.written(config) == expected
    with pytest.raises(errors.InputError, match="which another run is writing"):
        api.run(dataclasses.replace(config, resume=True))
    assert held.records == len(resumed_runs.RECORDS)
    held.leave()
    assert api.run(config).resumed == len(resumed_runs.RECORDS)


def test_a_full_disk_under_what_is_kept_costs_no_score(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start()
    api.run(config)
    expected = resumed_runs.written(config)
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
    assert resumed_runs.written(config) == expected
    assert not resumed_runs.log_of(config).parent.exists()


@pytest.mark.parametrize("what", ["file", "locked"])
def test_a_place_where_nothing_can_be_kept_costs_no_score(
    start: resumed_runs.Start, what: str
) -> None:
    config = start()
    folder = resumed_runs.log_of(config).parent
    if what == "file":
        folder.write_text("not a folder")
    else:
        (folder / "lock").mkdir(parents=True)
    (note,) = api.run(config).notes
    assert note.startswith("this run could not have been resumed: ")
    assert config.output.exists()


def test_nothing_is_kept_of_a_short_run(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        pytest.fail("nothing is to be kept")

    monkeypatch.setattr(kept_answers, "KEPT_AFTER", 60)
    monkeypatch.setattr(answer_log, "make", fail)
    api.run(start())


@pytest.mark.parametrize("output", ["-", "/dev/null"])
def test_what_is_no_file_is_not_resumed(start: resumed_runs.Start, output: str) -> None:
    config = start()
    with pytest.raises(errors.InputError, match="--resume goes with an output that"):
        api.run(dataclasses.replace(config, output=pathlib.Path(output), resume=True))


def test_costly_models_have_small_chunks(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "CHUNK_RECORDS", 4_000)
    counter = resumed_runs.Counter(monkeypatch)
    with resumed_runs.opened(start()) as run:
        run()
        assert counter.since() == 1
        monkeypatch.setattr(score, "CHUNK_FLOP", 1)
        run()
        assert counter.since() == len(resumed_runs.RECORDS)


def test_progress_counts_what_is_scored_now(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    config = start()
    content = resumed_runs.whole_log(config, monkeypatch)
    resumed_runs.put(config, content[: resumed_runs.ends(content, tmp_path)[1]])
    steps: list[tuple[int, float]] = []
    api.run(config, lambda count, share: steps.append((count, share or 0.0)))
    assert (
        sum(count for count, _ in steps)
        == len(resumed_runs.RECORDS) - resumed_runs.CHUNK
    )
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
