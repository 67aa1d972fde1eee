"""`answer_log`: answers that were kept whole are given back, and no others."""

import pathlib
import resource

import pytest

from twinsplice.io.kept import answer_log, kept_work

ANSWERS = {bytes([i]) * answer_log.KEY_BYTES: bytes(range(20 * i)) for i in (1, 2, 3)}
NEW = b"n" * answer_log.KEY_BYTES


@pytest.fixture
def output(tmp_path: pathlib.Path) -> pathlib.Path:
    """An output, and the log of a run of it that was stopped."""
    log = answer_log.make(tmp_path / "out")
    log.begin("a run")
    for key, payload in ANSWERS.items():
        log.keep(key, payload, len(payload))
    log.leave()
    return tmp_path / "out"


def _file(output: pathlib.Path) -> pathlib.Path:
    return kept_work.folder_of(output) / answer_log.NAME


def _found(output: pathlib.Path) -> answer_log.AnswerLog:
    log = answer_log.find(output)
    assert log is not None
    return log


def test_what_was_kept_is_given_back(output: pathlib.Path) -> None:
    log = _found(output)
    assert log.identity == "a run"
    assert {key: log.kept(key) for key in ANSWERS} == ANSWERS
    assert log.records == sum(map(len, ANSWERS.values()))
    assert log.stopped == _file(output).stat().st_mtime
    assert log.kept(NEW) is None
    # What the log itself is about is no answer.
    assert log.kept(bytes(answer_log.KEY_BYTES)) is None
    log.finish(output)
    assert not kept_work.folder_of(output).exists()


def test_a_log_that_breaks_off_anywhere_has_what_is_whole(
    output: pathlib.Path,
) -> None:
    """And goes on from there."""
    whole = _file(output).read_bytes()
    before = 0
    for end in range(len(whole) + 1):
        _file(output).write_bytes(whole[:end])
        log = _found(output)
        kept = [key for key in ANSWERS if log.kept(key) == ANSWERS[key]]
        assert kept == list(ANSWERS)[: len(kept)]
        assert len(kept) >= before
        before = len(kept)
        assert all(log.kept(key) is None for key in list(ANSWERS)[len(kept) :])
        assert log.identity in {"", "a run"}
        log.keep(NEW, b"new", 1)
        log.leave()
        log = _found(output)
        assert log.kept(NEW) == b"new"
        assert all(log.kept(key) == ANSWERS[key] for key in kept)
        log.leave()
    assert before == len(ANSWERS)


def test_a_changed_byte_anywhere_costs_answers_and_gives_no_wrong_one(
    output: pathlib.Path,
) -> None:
    whole = _file(output).read_bytes()
    lost = 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        _file(output).write_bytes(damaged)
        log = _found(output)
        answers = {key: log.kept(key) for key in ANSWERS}
        assert all(answers[key] in {None, ANSWERS[key]} for key in ANSWERS)
        lost += None in answers.values()
        assert log.identity in {"", "a run"}
        # It is made again, and found then.
        for key, payload in ANSWERS.items():
            log.keep(key, payload, 1)
        assert {key: log.kept(key) for key in ANSWERS} == ANSWERS
        log.leave()
    identity = len("a run")
    assert lost >= len(whole) - identity - 64


def test_a_log_begun_anew_has_nothing_of_the_older(output: pathlib.Path) -> None:
    log = _found(output)
    log.begin("another run")
    assert log.records == 0
    log.keep(NEW, b"new", 7)
    log.leave()
    log = _found(output)
    assert (log.identity, log.records) == ("another run", 7)
    assert all(log.kept(key) is None for key in ANSWERS)
    log.leave()


def test_a_log_without_answers_is_not_left(tmp_path: pathlib.Path) -> None:
    log = answer_log.make(tmp_path / "out")
    log.begin("a run")
    log.leave()
    assert not list(tmp_path.iterdir())
    assert answer_log.find(tmp_path / "out") is None


def test_a_full_disk_ends_the_keeping_and_costs_nothing_kept(
    output: pathlib.Path,
) -> None:
    log = _found(output)
    size = _file(output).stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 70, limits[1]))
    try:
        log.keep(NEW, b"new" * 100, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert log.trouble == "File too large"
    assert _file(output).stat().st_size == size
    # Not even if there is room again: a gap would be told by nothing.
    log.keep(NEW, b"new", 1)
    assert log.kept(NEW) is None
    log.leave()
    log = _found(output)
    assert {key: log.kept(key) for key in ANSWERS} == ANSWERS
    log.leave()


def test_what_was_kept_outlasts_a_loss_of_power(
    output: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, folder and the entry of the folder are synced, now and then."""
    synced: list[str] = []
    monkeypatch.setattr(
        "os.fsync",
        lambda opened: synced.append(
            pathlib.Path(f"/proc/self/fd/{opened}").resolve().name
        ),
    )
    _found(output).finish(output)
    assert synced == [output.parent.name]
    synced.clear()
    log = answer_log.make(output)
    log.begin("a run")
    log.keep(NEW, b"new", 1)
    assert not synced
    monkeypatch.setattr(answer_log, "SYNC_SECONDS", 0)
    log.keep(NEW, b"new", 1)
    assert synced == [answer_log.NAME, ".out.parts", output.parent.name]
    synced.clear()
    log.keep(NEW, b"new", 1)
    assert synced == [answer_log.NAME]
    synced.clear()
    output.touch()
    log.finish(output)
    assert synced == ["out", output.parent.name]


def test_two_runs_do_not_share_a_log(output: pathlib.Path) -> None:
    log = _found(output)
    for opening in (answer_log.find, answer_log.make):
        with pytest.raises(BlockingIOError):
            opening(output)
    log.leave()
