"""A bounded queue into the networks: what waits together is answered in one pass."""

import collections
import dataclasses
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent import futures
from typing import Generic, TypeVar

TOGETHER = 32
"""Most questions of one pass. Fewer than the variants of a gene from which references
are computed anew (`anchors`), so that company never changes an answer."""

K = TypeVar("K", bound=Hashable)
Q = TypeVar("Q", bound=Hashable)
T = TypeVar("T")


class BusyError(Exception):
    """The queue is full, or closed."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class _Waiting(Generic[K, Q, T]):
    """A question that waits."""

    asking: K
    question: Q
    answer: "futures.Future[T]"


class Engine(Generic[K, Q, T]):
    """A thread that answers questions, those with the same options together."""

    def __init__(
        self,
        answer: Callable[[K, Sequence[Q]], Sequence[T]],
        *,
        waiting: int,
        together: int = TOGETHER,
    ) -> None:
        """Start.

        Args:
            answer: Answers questions with the same options, in their order.
            waiting: Most questions that wait.
            together: Most that are answered in one pass.
        """
        self._answer, self._most, self._together = answer, waiting, together
        self._queue: collections.deque[_Waiting[K, Q, T]] = collections.deque()
        self._changed = threading.Condition()
        self._open = True
        self.passes = 0
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return len(self._queue)

    @property
    def alive(self) -> bool:
        """Whether questions are answered."""
        return self._open and self._thread.is_alive()

    def ask(self, asking: K, question: Q) -> "futures.Future[T]":
        """Return what will hold the answer; cancelled before its turn it is not asked.

        Raises:
            BusyError: Too many wait, or it was stopped.
        """
        with self._changed:
            if not self._open or len(self._queue) >= self._most:
                raise BusyError
            answer: futures.Future[T] = futures.Future()
            self._queue.append(_Waiting(asking, question, answer))
            self._changed.notify()
        return answer

    def stop(self, seconds: float = 10.0) -> None:
        """Answer what waits, take nothing more, and end."""
        with self._changed:
            self._open = False
            self._changed.notify()
        self._thread.join(seconds)
        for question in self._queue:
            question.answer.cancel()

    def _work(self) -> None:
        while questions := self._next():
            self.passes += 1
            self._settle(questions)

    def _next(self) -> "list[_Waiting[K, Q, T]]":
        """Wait for questions and take those that go together; none at the end."""
        with self._changed:
            while True:
                while not self._queue:
                    if not self._open:
                        return []
                    self._changed.wait()
                taken = self._taken()
                if taken:
                    return taken

    def _taken(self) -> "list[_Waiting[K, Q, T]]":
        asking = self._queue[0].asking
        taken: list[_Waiting[K, Q, T]] = []
        rest: collections.deque[_Waiting[K, Q, T]] = collections.deque()
        for question in self._queue:
            if question.asking == asking and len(taken) < self._together:
                if question.answer.set_running_or_notify_cancel():
                    taken.append(question)
            else:
                rest.append(question)
        self._queue = rest
        return taken

    def _settle(self, questions: "Sequence[_Waiting[K, Q, T]]") -> None:
        """Answer questions; those that fail together are asked one by one."""
        asked = list(dict.fromkeys(question.question for question in questions))
        try:
            found = self._answer(questions[0].asking, asked)
        except Exception as error:  # noqa: BLE001
            if len(asked) > 1:
                for one in asked:
                    self._settle([each for each in questions if each.question == one])
                return
            for question in questions:
                question.answer.set_exception(error)
            return
        answers = dict(zip(asked, found, strict=True))
        for question in questions:
            question.answer.set_result(answers[question.question])
