"""Answers that are kept: the same bytes back, within bounds, and gone at the end."""

import pathlib
import stat
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.web import result_cache

SMALL = 2_000


@pytest.fixture
def cache() -> Iterator[result_cache.ResultCache]:
    with result_cache.opened(None, SMALL) as opened:
        yield opened


def test_what_is_kept_comes_back(cache: result_cache.ResultCache) -> None:
    assert cache.get(b"a") is None
    cache.put(b"a", 422, b"body")
    assert cache.get(b"a") == (422, b"body")


@settings(max_examples=10)
@given(
    bodies=st.lists(st.binary(max_size=600), max_size=30),
    asked=st.lists(st.integers(0, 29), max_size=30),
)
def test_no_more_is_kept_than_may_be(bodies: list[bytes], asked: list[int]) -> None:
    with result_cache.opened(None, SMALL) as cache:
        for number, body in enumerate(bodies):
            cache.put(b"%d" % number, 200, body)
            assert cache.held <= SMALL
        for number in asked:
            found = cache.get(b"%d" % number)
            assert found is None or found == (200, bodies[number])


def test_what_was_used_last_stays(cache: result_cache.ResultCache) -> None:
    bodies = [bytes(pathlib.Path(__file__).read_bytes()[n : n + 500]) for n in range(9)]
    cache.put(b"first", 200, bodies[0])
    for number, body in enumerate(bodies):
        cache.put(b"%d" % number, 200, body)
        assert cache.get(b"first") == (200, bodies[0])
    assert cache.get(b"0") is None


def test_what_is_too_large_is_not_kept(cache: result_cache.ResultCache) -> None:
    body = pathlib.Path(result_cache.__file__).read_bytes()
    cache.put(b"a", 200, body)
    assert cache.get(b"a") is None
    assert cache.held == 0


def test_a_named_file_is_private_and_serves_again(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "answers.sqlite"
    with result_cache.opened(path, SMALL) as cache:
        cache.put(b"a", 200, b"body")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with result_cache.opened(path, SMALL) as cache:
        assert cache.get(b"a") == (200, b"body")
        assert cache.held > 0


def test_an_unnamed_file_goes() -> None:
    with result_cache.opened(None, SMALL) as cache:
        row = cache._database.execute("PRAGMA database_list").fetchone()
        path = pathlib.Path(row[2])
        assert path.exists()
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()


def test_a_file_of_something_else_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x"
    path.write_text("nothing of the sort, in more than a few bytes of text" * 40)
    with (
        pytest.raises(errors.InputError, match="--cache"),
        result_cache.opened(path, SMALL),
    ):
        pass


@settings(max_examples=10)
@given(
    one=st.tuples(st.text(), st.text(), st.integers()),
    two=st.tuples(st.text(), st.text(), st.integers()),
)
def test_keys_differ_in_what_was_asked(
    one: tuple[str, str, int], two: tuple[str, str, int]
) -> None:
    same = result_cache.key(*one) == result_cache.key(*two)
    assert same == (one == two)
