"""Threads that each run whole batches, in place of threads within each operation.

An operation on a batch of cones takes some tenths of a millisecond. Threads that share
it wait for each other after every one, and move its values between their caches.
"""

import collections
import concurrent.futures
import contextlib
import dataclasses
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import torch

Job = TypeVar("Job")
Result = TypeVar("Result")

_lock = threading.Lock()
_hired: list[int] = []
"""For each crew at work, the threads that operations had before the first came."""
_resting: dict[tuple[int, int], list[concurrent.futures.ThreadPoolExecutor]] = {}
"""Threads without work, by their number and that of each one's operations."""
# What forks has its threads, what is forked has none of them.
os.register_at_fork(after_in_child=_resting.clear)


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Crew:
    """Threads of which each computes alone.

    Attributes:
        size: Their number; one is the caller itself.
        pool: They, if there is more than one.
        given: Jobs that they have not finished.
    """

    size: int
    pool: concurrent.futures.ThreadPoolExecutor | None = None
    given: set[concurrent.futures.Future[Any]] = dataclasses.field(default_factory=set)

    def map(
        self,
        work: Callable[[Job], Result],
        jobs: Iterable[Job],
        at_once: int | None = None,
    ) -> Iterator[Result]:
        """Yield the results in order; each thread has one job at a time.

        A job's results are kept until they are taken, at most one a thread.

        Args:
            work: What to do with a job; called in several threads at once.
            jobs: The jobs.
            at_once: Most jobs at once, if memory bounds them.
        """
        if self.pool is None:
            yield from map(work, jobs)
            return
        most = min(self.size, at_once or self.size)
        pending: collections.deque[concurrent.futures.Future[Result]]
        pending = collections.deque()
        try:
            for job in jobs:
                if len(pending) == most:
                    yield pending.popleft().result()
                future = self.pool.submit(_infer, work, job)
                self.given.add(future)
                future.add_done_callback(self.given.discard)
                pending.append(future)
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()

    def wait(self) -> None:
        """Wait until no thread has work; what none has begun is not done."""
        given = [*self.given]
        for future in given:
            future.cancel()
        concurrent.futures.wait(given)


class Later(Generic[Result]):
    """A value that one thread makes and others wait for."""

    def __init__(self, make: Callable[[], Result]) -> None:
        """Keep what makes the value."""
        self._make = make
        self._made: concurrent.futures.Future[Result] = concurrent.futures.Future()

    def make(self) -> Result:
        """Make the value, and return it."""
        try:
            self._made.set_result(self._make())
        except BaseException as error:
            self._made.set_exception(error)
            raise
        return self._made.result()

    def get(self) -> Result:
        """Return the value when it is made, or raise what was raised in its place."""
        return self._made.result()

    def drop(self) -> None:
        """Forget the value."""
        self._made = concurrent.futures.Future()


def one_at_a_time(call: Callable[[Job], object]) -> Callable[[Job], None]:
    """Return a function that several threads may call."""
    lock = threading.Lock()

    def locked(value: Job) -> None:
        with lock:
            call(value)

    return locked


def _infer(work: Callable[[Job], Result], job: Job) -> Result:
    with torch.inference_mode():
        return work(job)


@contextlib.contextmanager
def hired(device: torch.device, most: int | None = None) -> Iterator[Crew]:
    """Hire as many threads as operations would use, and have operations use one each.

    Where there may be fewer, operations of each use an equal part of the others.
    Elsewhere than on a CPU, the caller works alone.

    Args:
        device: Where the networks run.
        most: Most threads, if memory bounds them.
    """
    if device.type != "cpu":
        yield Crew(1)
        return
    with _lock:
        threads = _hired[0] if _hired else torch.get_num_threads()
        _hired.append(threads)
    size = max(min(threads, most or threads), 1)
    try:
        if size == 1:
            yield Crew(1)
            return
        # Numbers of threads are each thread's own, but MKL's is common to all.
        each = threads // size
        torch.set_num_threads(each)
        with _pool(size, each) as pool:
            hired = Crew(size, pool)
            try:
                yield hired
            finally:
                hired.wait()
    finally:
        with _lock:
            _hired.pop()
        torch.set_num_threads(threads)


@contextlib.contextmanager
def _pool(size: int, each: int) -> Iterator[concurrent.futures.ThreadPoolExecutor]:
    """Lend threads that rest, or new ones.

    Those of one run serve the next: libraries keep memory for every thread that ever
    was, and do not return all of it when the thread ends.
    """
    resting = _resting.setdefault((size, each), [])
    try:
        pool = resting.pop()
    except IndexError:
        pool = concurrent.futures.ThreadPoolExecutor(
            size, "crew", torch.set_num_threads, (each,)
        )
    try:
        yield pool
    finally:
        resting.append(pool)
