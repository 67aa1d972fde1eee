"""`spelling`: names almost like a text, by mistakes that people make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import spelling

words = st.text("ABC1", max_size=7)


@given(words, words)
def test_a_distance_is_one(first: str, second: str) -> None:
    found = spelling.distance(first, second)
    assert found == spelling.distance(second, first)
    assert (found == 0) == (first == second)
    assert abs(len(first) - len(second)) <= found <= max(len(first), len(second))


@given(words, st.data())
def test_one_mistake_is_one_apart(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word)))
    before, after = word[:at], word[at:]
    made = [before + "X" + after]
    if after:
        made += [before + after[1:], before + "X" + after[1:]]
    if len(after) > 1 and after[0] != after[1]:
        made.append(before + after[1] + after[0] + after[2:])
    assert [spelling.distance(word, each) for each in made] == [1] * len(made)


@pytest.mark.parametrize(
    ("text", "names", "preferred", "closest"),
    [
        ("BRAC1", ["RAC1", "BRCA1", "BRAT1"], ["RAC1"], ["BRCA1", "RAC1", "BRAT1"]),
        ("lmnaa", ["LMNA", "MLANA", "LIN7A"], [], ["LMNA"]),
        ("BRCA", ["BRCA1", "BRCA2", "BRCC3"], ["BRCA2"], ["BRCA2", "BRCA1"]),
        ("X", ["Y", "Z"], [], []),
        ("TITIN", ["OTC", "TTN"], [], ["TTN"]),
    ],
)
def test_the_most_alike_are_given(
    text: str, names: list[str], preferred: list[str], closest: list[str]
) -> None:
    assert spelling.closest(text, names, preferred) == closest


@given(st.text("AB12", min_size=1, max_size=6), st.lists(words, unique=True))
def test_none_is_passed_over(text: str, names: list[str]) -> None:
    off = {name: spelling.distance(text, name) for name in names}
    least = min(off.values(), default=0)
    near = [name for name in names if off[name] == least <= (len(text) - 1) // 2]
    assert sorted(spelling.closest(text, names, number=99)) == sorted(near)
