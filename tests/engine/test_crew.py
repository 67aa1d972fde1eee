"""Threads that each run whole batches."""

import threading
from collections.abc import Iterator

import pytest
import torch

from twinsplice.engine import crew

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def same_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the number of threads as it was, and theirs to those that rest."""
    monkeypatch.setattr(crew, "_resting", {})
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def test_jobs_run_at_once_and_results_keep_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two jobs that wait for each other end; the numbers of threads come back."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    met = threading.Barrier(2, timeout=60)
    seen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", seen.append)

    def work(job: int) -> int:
        met.wait()
        return job * job

    with crew.hired(CPU) as hired:
        assert hired.size == 2
        assert list(hired.map(work, range(6))) == [0, 1, 4, 9, 16, 25]
    assert seen[0] == 1
    assert seen[-1] == 2


def test_threads_of_one_run_serve_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs at once have their own; no more are ever made."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    seen: set[int] = set()

    def work(met: threading.Barrier) -> None:
        met.wait()
        seen.add(threading.get_ident())

    for _ in range(4):
        with crew.hired(CPU) as one, crew.hired(CPU) as other:
            for hired in (one, other):
                list(hired.map(work, [threading.Barrier(2, timeout=60)] * 2))
    assert len(seen) == 4


def test_nothing_is_at_work_when_a_crew_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever stops in the middle waits for what is begun; the rest is not."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    begun, done = [], []

    def work(job: int) -> None:
        begun.append(job)
        threading.Event().wait(0.01)
        done.append(job)

    with crew.hired(CPU) as hired:
        results = hired.map(work, range(100))
        next(results)
    assert sorted(begun) == sorted(done)
    assert len(done) < 5


def test_one_thread_or_another_device_is_the_caller_alone() -> None:
    """No pool is made."""
    for device in (CPU, torch.device("meta")):
        with crew.hired(device) as hired:
            assert (hired.size, hired.pool) == (1, None)
            assert list(hired.map(str, range(3))) == ["0", "1", "2"]


def test_fewer_threads_than_there_are_share_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Seven, of which memory holds the tiles of three: each has two for operations."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 7)
    seen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", seen.append)
    with crew.hired(CPU, 3) as hired:
        assert hired.size == 3
        list(hired.map(str, range(9)))
    assert set(seen[:-1]) == {2}
    assert seen[-1] == 7
    with crew.hired(CPU, 1) as hired:
        assert (hired.size, hired.pool) == (1, None)


def test_crews_within_crews_have_as_many_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though operations have one thread each while another crew is at work."""
    threads = [3]
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads[0])
    monkeypatch.setattr(
        torch, "set_num_threads", lambda number: threads.__setitem__(0, number)
    )
    with crew.hired(CPU) as first, crew.hired(CPU) as second:
        assert threads == [1]
        assert (first.size, second.size) == (3, 3)
    assert threads == [3]


def test_an_error_comes_out_and_what_waits_for_the_value_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No thread waits for ever for a value that could not be made."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)

    def fail() -> int:
        raise MemoryError("too much")

    later = crew.Later(fail)
    with (
        pytest.raises(MemoryError, match="too much"),
        crew.hired(CPU) as hired,
    ):
        list(hired.map(lambda call: call(), [later.make, later.get, later.get]))


def test_a_value_is_made_once_and_can_be_dropped() -> None:
    """Threads that ask for it get the same one."""
    later = crew.Later(object)
    made = later.make()
    assert later.get() is made
    later.drop()
    assert later.make() is not made


def test_calls_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count that threads add to is right."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    total = [0]

    def add(number: int) -> None:
        before = total[0]
        threading.Event().wait(0.001)
        total[0] = before + number

    call = crew.one_at_a_time(add)
    with crew.hired(CPU) as hired:
        list(hired.map(call, range(20)))
    assert total == [190]
