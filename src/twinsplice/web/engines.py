"""What answers: the queue, what is kept, and what takes long, apart from it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent import futures
from typing import Any, TypeVar

from twinsplice import errors
from twinsplice.api import look_up_answers
from twinsplice.genome import variants
from twinsplice.settings import serve as serve_settings
from twinsplice.web import (
    answers,
    batching,
    instances,
    lookup,
    measurements,
    refusals,
    result_cache,
    schemas,
)
from twinsplice.web.words import wordings

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
        # A batch may take minutes; a picture must not wait for it, nor what is read
        # of a variant for either.
        self._reading = _Line("reading", config.queue)
        self._apart = _Line("apart", config.queue)
        self._batches = _Line("batches", config.queue)
        measured.watch("waiting", "Variants that wait.", lambda: self.queue.waiting)
        measured.watch("long", "Longer work under way.", self._longer)
        measured.watch("kept_bytes", "Bytes of kept answers.", lambda: cache.held)

    async def answer(self, asking: instances.Asking, variant: str) -> answers.Reply:
        """Return the answer for a variant.

        Args:
            asking: Build, model and options.
            variant: The variant, as it was written.

        Raises:
            RefusedError: Too many wait, it takes too long, or it cannot be answered.
        """
        understood = await self._understood(asking, variant)
        if understood.refusal is not None:
            written = await self._written(
                asking, variant, understood, understood.record.refusal
            )
            refused = wordings.refusal(written, understood.refusal)
            return answers.Reply(refused.status, refused.body)
        kept = await self._scored(asking, answers.Question(understood.question))
        written = await self._written(asking, variant, understood, kept["reason"])
        return wordings.answer(written, kept)

    async def as_lookup(
        self, asking: instances.Asking, asked: lookup.Asked
    ) -> answers.Reply | None:
        """Return the answer in the form of SpliceAI-lookup; None to what is no variant.

        Args:
            asking: Build, model and options.
            asked: The question.

        Raises:
            RefusedError: As for `answer`.
        """
        understood = await self._understood(asking, asked.variant)
        if understood.refusal is not None:
            return None
        question = answers.Question(understood.question, asked.of(understood.place))
        kept = await self._scored(asking, question)
        return wordings.as_lookup(asked, understood, kept)

    async def _understood(
        self, asking: instances.Asking, variant: str
    ) -> look_up_answers.Understood:
        return await self._in_line(
            self._reading, lambda: self._opened.understand(asking.build, variant)
        )

    async def _scored(
        self, asking: instances.Asking, question: answers.Question
    ) -> dict[str, Any]:
        """Return what is kept of a place, or will be."""
        key = result_cache.key(self._identity(asking), asking.model, repr(question))
        kept = self._cache.get(key)
        if kept is not None:
            self.measured.kept.inc()
            _, body = kept
        else:
            try:
                future = self.queue.ask(asking, question)
            except batching.BusyError:
                raise refusals.busy() from None
            reply = await self._within(asyncio.wrap_future(future))
            body = reply.body
            self._cache.put(key, reply.status, body)
        found: dict[str, Any] = json.loads(body)
        return found

    async def _written(
        self,
        asking: instances.Asking,
        variant: str,
        understood: look_up_answers.Understood,
        reason: str | None,
    ) -> wordings.Written:
        """Return a variant as it was written, and where it lies if it has no score."""
        query = schemas.Query(
            # A line of a VCF has tabs, which a report's text has not.
            variant=" ".join(variant.split()),
            build=asking.build,
            model=asking.model,
            distance=asking.distance,
            mask=asking.mask,
        )
        written = wordings.Written(
            query=query,
            model=self._opened.model(asking.model),
            understood=understood,
        )
        if reason is None:
            return written
        return await self._in_line(
            self._reading,
            lambda: wordings.placed(written, self._opened, variants.SkipReason(reason)),
        )

    async def apart(self, work: Callable[[], T]) -> T:
        """Return the result of longer work, which does not hold up the queue.

        Raises:
            RefusedError: As for `answer`.
        """
        return await self._in_line(self._apart, work)

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
        self._batches.begin(work)

    def stop(self) -> None:
        """Answer what waits, and end."""
        self.queue.stop()
        for line in (self._reading, self._apart, self._batches):
            line.stop()

    def _longer(self) -> int:
        return self._apart.under_way + self._batches.under_way

    async def _in_line(self, line: "_Line", work: Callable[[], T]) -> T:
        return await self._within(asyncio.wrap_future(line.begin(work)))

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


class _Line:
    """A thread that does work in turn; a bounded number waits."""

    def __init__(self, name: str, most: int) -> None:
        self._pool = futures.ThreadPoolExecutor(1, name)
        self._most = most
        self.under_way = 0

    def begin(self, work: Callable[[], T]) -> "futures.Future[T]":
        """Begin work, after what came before it.

        Raises:
            RefusedError: Too much waits.
        """
        if self.under_way >= self._most:
            raise refusals.busy()
        self.under_way += 1
        future = self._pool.submit(work)
        future.add_done_callback(self._done)
        return future

    def stop(self) -> None:
        """Do what is begun, and no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _done(self, _: object) -> None:
        self.under_way -= 1
