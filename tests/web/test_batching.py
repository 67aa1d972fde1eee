"""The queue into the networks: bounded, in few passes, each answer its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinsplice.web import batching

SECONDS = 10.0


class Held:
    """Answers questions with their length, once it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self.go = threading.Event()
        self.begun = threading.Event()

    def __call__(self, asking: str, questions: Sequence[str]) -> list[int]:
        """Answer questions."""
        self.begun.set()
        assert self.go.wait(SECONDS)
        self.asked.append((asking, list(questions)))
        if "bad" in questions:
            raise ValueError("bad")
        return [len(question) for question in questions]


Start = Callable[..., batching.Engine[str, str, int]]


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def start(held: Held) -> Iterator[Start]:
    started: list[batching.Engine[str, str, int]] = []

    def begin(**more: int) -> batching.Engine[str, str, int]:
        given = {"waiting": 100} | more
        engine = batching.Engine[str, str, int](held, **given)
        started.append(engine)
        # The first question holds the thread; what follows waits together.
        engine.ask("other", "first")
        assert held.begun.wait(SECONDS)
        return engine

    yield begin
    held.go.set()
    for engine in started:
        engine.stop()


def test_what_waits_together_is_asked_once(held: Held, start: Start) -> None:
    engine = start()
    asked = [engine.ask("x", text) for text in ("a", "bb", "a", "ccc")]
    held.go.set()
    assert [each.result(SECONDS) for each in asked] == [1, 2, 1, 3]
    assert held.asked[1:] == [("x", ["a", "bb", "ccc"])]


def test_other_options_are_asked_apart_and_in_turn(held: Held, start: Start) -> None:
    engine = start()
    asked = [engine.ask(key, text) for key, text in ("xa", "yb", "xc", "yd")]
    held.go.set()
    futures.wait(asked, SECONDS)
    assert held.asked[1:] == [("x", ["a", "c"]), ("y", ["b", "d"])]


def test_a_pass_is_of_so_many_at_most(held: Held, start: Start) -> None:
    engine = start(together=3)
    asked = [engine.ask("x", "z" * number) for number in range(1, 8)]
    held.go.set()
    assert [each.result(SECONDS) for each in asked] == [*range(1, 8)]
    assert [len(questions) for _, questions in held.asked[1:]] == [3, 3, 1]


def test_one_more_than_may_wait_is_refused(held: Held, start: Start) -> None:
    engine = start(waiting=2)
    asked = [engine.ask("x", "a"), engine.ask("x", "b")]
    with pytest.raises(batching.BusyError):
        engine.ask("x", "c")
    held.go.set()
    futures.wait(asked, SECONDS)
    assert engine.ask("x", "ddd").result(SECONDS) == 3


def test_what_fails_takes_no_other_with_it(held: Held, start: Start) -> None:
    engine = start()
    good, bad, fine = (engine.ask("x", text) for text in ("a", "bad", "cc"))
    held.go.set()
    assert good.result(SECONDS) == 1
    assert fine.result(SECONDS) == 2
    with pytest.raises(ValueError, match="bad"):
        bad.result(SECONDS)


def test_what_was_given_up_is_not_asked(held: Held, start: Start) -> None:
    engine = start()
    gone, kept = engine.ask("x", "gone"), engine.ask("x", "kept")
    assert gone.cancel()
    held.go.set()
    assert kept.result(SECONDS) == 4
    assert held.asked[1:] == [("x", ["kept"])]


def test_a_stop_answers_what_waits_and_takes_no_more(held: Held, start: Start) -> None:
    engine = start()
    waiting = engine.ask("x", "a")
    held.go.set()
    engine.stop(SECONDS)
    assert waiting.result(0) == 1
    assert not engine.alive
    with pytest.raises(batching.BusyError):
        engine.ask("x", "b")


@settings(max_examples=30)
@given(
    asked=st.lists(st.tuples(st.sampled_from("xyz"), st.text("ab", max_size=3))),
    together=st.integers(1, 5),
)
def test_every_question_has_its_own_answer(
    asked: list[tuple[str, str]], together: int
) -> None:
    def answer(asking: str, questions: Sequence[str]) -> list[str]:
        assert 0 < len(questions) <= together
        return [asking + question for question in questions]

    engine = batching.Engine[str, str, str](answer, waiting=1_000, together=together)
    found = [engine.ask(*each) for each in asked]
    try:
        assert [each.result(SECONDS) for each in found] == [
            "".join(each) for each in asked
        ]
    finally:
        engine.stop()


def test_company_never_changes_an_answer() -> None:
    from twinsplice.scoring.anchoring import anchors  # noqa: PLC0415

    # From so many variants of a gene on its reference is computed anew.
    assert batching.TOGETHER < anchors._FEWEST
