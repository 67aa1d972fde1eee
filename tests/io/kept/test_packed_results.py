"""`packed_results`: results come back to the last bit."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants
from twinsplice.io.kept import packed_results

KINDS = {2: deltas.site_agnostic_kinds(range(3)), 4: deltas.SITE_KINDS}
FLOATS = st.one_of(st.floats(), st.floats(width=32))
WORDS = st.text(st.characters(exclude_categories=()), max_size=3)
INTEGERS = st.one_of(*(st.integers(-(2**n), 2**n - 1) for n in (3, 7, 8, 15, 31, 63)))


@st.composite
def _parts(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields of results, and of their predictions."""
    rows, scored = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    kinds = draw(st.sampled_from([2, 4]))

    def integers(*shape: int) -> np.ndarray:
        return draw(arrays.arrays(np.int64, shape, elements=INTEGERS))

    def numbers(*shape: int) -> np.ndarray:
        return draw(arrays.arrays(np.float64, shape, elements=FLOATS))

    def words() -> list[str]:
        return draw(st.lists(WORDS, min_size=rows, max_size=rows))

    absent = st.booleans()
    reasons = st.none() | st.sampled_from(variants.SkipReason)
    predicted: dict[str, Any] = {
        name: numbers(scored, kinds) for name in ("size", "ref", "alt")
    }
    for name in ("low", "high"):
        predicted[name] = None if draw(absent) else numbers(scored, kinds)
    for name in ("probability", "exon_loss", "altered"):
        predicted[name] = None if draw(absent) else numbers(scored)
    predicted |= {"kinds": KINDS[kinds], "column": integers(scored, kinds)}
    fields: dict[str, Any] = {
        name: integers(rows if name in {"record", "scored"} else scored)
        for name in ("record", "scored", "origin", "start")
    }
    fields |= {name: words() for name in ("alt", "gene", "gene_id")}
    fields["minus"] = draw(arrays.arrays(np.bool_, rows))
    fields["reason"] = draw(st.lists(reasons, min_size=rows, max_size=rows))
    fields["reference"] = None if draw(absent) else integers(scored)
    return fields, predicted


def _results(parts: tuple[dict[str, Any], dict[str, Any]]) -> results.Results:
    fields, predicted = parts
    return results.Results(**fields, predictions=queries.Predictions(**predicted))


def _bits(value: object) -> object:
    """What two equal values have in common, to the last bit."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, queries.Predictions | results.Results):
        return [_bits(getattr(value, f.name)) for f in dataclasses.fields(value)]
    return value


@settings(max_examples=40)
@given(parts=st.lists(_parts(), min_size=1, max_size=3))
def test_results_come_back_to_the_last_bit(
    parts: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    chunks = [_results(each) for each in parts]
    kinds = [chunk.predictions.kinds for chunk in chunks]
    back = packed_results.unpack_all(packed_results.pack_all(chunks), kinds)
    assert [_bits(chunk) for chunk in back] == [_bits(chunk) for chunk in chunks]


@settings(max_examples=10)
@given(parts=_parts())
def test_results_of_other_models_are_not_taken(
    parts: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    chunk = _results(parts)
    content = packed_results.pack_all([chunk, chunk])
    kinds = chunk.predictions.kinds
    with pytest.raises(ValueError, match="more models"):
        packed_results.unpack_all(content, [kinds])
    with pytest.raises(ValueError, match="other kinds"):
        packed_results.unpack_all(content, [KINDS[6 - len(kinds)]] * 2)


def test_short_numbers_take_few_bytes() -> None:
    """Probabilities of networks are of single precision."""
    rows = np.arange(1_000)
    sizes = np.linspace(0, 1, 4_000, dtype=np.float32).reshape(-1, 4)
    fields: dict[str, Any] = dict.fromkeys(
        ("record", "scored", "origin", "start"), rows
    )
    fields |= dict.fromkeys(("alt", "gene", "gene_id"), ["A"] * len(rows))
    predicted: dict[str, Any]
    predicted = dict.fromkeys(("size", "ref", "alt"), sizes.astype(np.float64))
    predicted |= {"kinds": deltas.SITE_KINDS, "column": np.full(sizes.shape, 50)}
    chunk = _results(
        (fields | {"minus": rows > 0, "reason": [None] * len(rows)}, predicted)
    )
    assert len(packed_results.pack(chunk)) < 1_000 * (3 * 16 + 4 + 4 * 2 + 1 + 24)
