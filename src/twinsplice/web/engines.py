"""What answers: the queue, what is kept, and what takes long, apart from it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent import futures
from typing import TypeVar

from twinsplice import errors
from twinsplice.settings import serve as serve_settings
from twinsplice.web import answers, batching, instances, refusals

T = TypeVar("T")


class Engines:
    """The threads that answer.

    Attributes:
        queue: Answers for variants.
    """

    def __init__(
        self, config: serve_settings.Config, opened: instances.Instances
    ) -> None:
        """Start them.

        Args:
            config: The settings.
            opened: Models and genomes.
        """
        self._config, self._opened = config, opened
        self.queue: batching.Engine[instances.Asking, answers.Reply] = batching.Engine(
            self._answer, waiting=config.queue
        )
        self._long = futures.ThreadPoolExecutor(1, "long")
        self._in_long = 0

    async def answer(self, asking: instances.Asking, variant: str) -> answers.Reply:
        """Return the answer for a variant.

        Raises:
            RefusedError: Too many wait, it takes too long, or it cannot be answered.
        """
        try:
            future = self.queue.ask(asking, variant)
        except batching.BusyError:
            raise refusals.busy() from None
        return await self._within(asyncio.wrap_future(future))

    async def apart(self, work: Callable[[], T]) -> T:
        """Return the result of longer work, which does not hold up the queue.

        Raises:
            RefusedError: As for `answer`.
        """
        if self._in_long >= self._config.queue:
            raise refusals.busy()
        self._in_long += 1
        future = self._long.submit(work)
        future.add_done_callback(self._done)
        return await self._within(asyncio.wrap_future(future))

    def stop(self) -> None:
        """Answer what waits, and end."""
        self.queue.stop()
        self._long.shutdown(wait=True, cancel_futures=True)

    def _done(self, _: object) -> None:
        self._in_long -= 1

    async def _within(self, future: "asyncio.Future[T]") -> T:
        try:
            return await asyncio.wait_for(future, self._config.timeout)
        except TimeoutError:
            raise refusals.late(self._config.timeout) from None
        except errors.TwinSpliceError as error:
            raise refusals.of_error(error, "unusable") from None

    def _answer(
        self, asking: instances.Asking, variants: Sequence[str]
    ) -> list[answers.Reply]:
        return answers.replies(self._opened, asking, variants)
