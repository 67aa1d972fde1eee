"""What answers: the queue, what is kept, and what takes long, apart from it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent import futures
from typing import TypeVar

from twinsplice import errors
from twinsplice.settings import serve as serve_settings
from twinsplice.web import (
    answers,
    batching,
    instances,
    measurements,
    refusals,
    result_cache,
)

T = TypeVar("T")


class Engines:
    """The threads that answer.

    Attributes:
        queue: Answers for variants.
        measured: What is measured.
    """

    def __init__(
        self,
        config: serve_settings.Config,
        opened: instances.Instances,
        cache: result_cache.ResultCache,
        measured: measurements.Measurements,
    ) -> None:
        """Start them.

        Args:
            config: The settings.
            opened: Models and genomes.
            cache: Keeps answers.
            measured: What is measured.
        """
        self._config, self._opened, self._cache = config, opened, cache
        self._identities: dict[instances.Asking, str] = {}
        self.measured = measured
        self.queue: batching.Engine[
            instances.Asking, answers.Question, answers.Reply
        ] = batching.Engine(self._answer, waiting=config.queue)
        # A batch may take minutes; a picture must not wait for it.
        self._apart = futures.ThreadPoolExecutor(1, "apart")
        self._batches = futures.ThreadPoolExecutor(1, "batches")
        self._in_long = 0
        measured.watch("waiting", "Variants that wait.", lambda: self.queue.waiting)
        measured.watch("long", "Longer work under way.", lambda: self._in_long)
        measured.watch("kept_bytes", "Bytes of kept answers.", lambda: cache.held)

    async def answer(
        self, asking: instances.Asking, question: answers.Question
    ) -> answers.Reply:
        """Return the answer to a question.

        Raises:
            RefusedError: Too many wait, it takes too long, or it cannot be answered.
        """
        key = result_cache.key(self._identity(asking), asking.model, repr(question))
        kept = self._cache.get(key)
        if kept is not None:
            self.measured.kept.inc()
            return answers.Reply(*kept)
        try:
            future = self.queue.ask(asking, question)
        except batching.BusyError:
            raise refusals.busy() from None
        reply = await self._within(asyncio.wrap_future(future))
        self._cache.put(key, reply.status, reply.body)
        return reply

    async def apart(self, work: Callable[[], T]) -> T:
        """Return the result of longer work, which does not hold up the queue.

        Raises:
            RefusedError: As for `answer`.
        """
        future = self._begun(self._apart, work)
        return await self._within(asyncio.wrap_future(future))

    async def kept(self, key: bytes, work: Callable[[], bytes]) -> bytes:
        """Return the result of longer work, which is kept.

        Args:
            key: What it is kept by.
            work: Makes it.

        Raises:
            RefusedError: As for `answer`.
        """
        found = self._cache.get(key)
        if found is not None:
            self.measured.kept.inc()
            return found[1]
        made = await self.apart(work)
        self._cache.put(key, answers.UNDERSTOOD, made)
        return made

    def start(self, work: Callable[[], None]) -> None:
        """Begin the work of a batch, after those before it.

        Raises:
            RefusedError: Too much waits.
        """
        self._begun(self._batches, work)

    def _begun(
        self, pool: futures.ThreadPoolExecutor, work: Callable[[], T]
    ) -> "futures.Future[T]":
        if self._in_long >= self._config.queue:
            raise refusals.busy()
        self._in_long += 1
        future = pool.submit(work)
        future.add_done_callback(self._done)
        return future

    def stop(self) -> None:
        """Answer what waits, and end."""
        self.queue.stop()
        for pool in (self._apart, self._batches):
            pool.shutdown(wait=True, cancel_futures=True)

    def _done(self, _: object) -> None:
        self._in_long -= 1

    async def _within(self, future: "asyncio.Future[T]") -> T:
        try:
            return await asyncio.wait_for(future, self._config.timeout)
        except TimeoutError:
            raise refusals.late(self._config.timeout) from None
        except errors.TwinSpliceError as error:
            raise refusals.of_error(error, "unusable") from None

    def _identity(self, asking: instances.Asking) -> str:
        """Return what scores depend on; files are looked at once, at the first."""
        if asking not in self._identities:
            self._identities[asking] = self._opened.scorer(asking).identity
        return self._identities[asking]

    def _answer(
        self, asking: instances.Asking, questions: Sequence[answers.Question]
    ) -> list[answers.Reply]:
        self.measured.passes.inc()
        self.measured.variants.inc(len(questions))
        return answers.replies(self._opened, asking, questions)
