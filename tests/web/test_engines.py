"""What is kept is what is scored: however a variant is written, it is computed once."""

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from support import cli, served
from twinsplice.web import instances

GENE_A = cli.GENOME["chr1"]
BASE, ALT = GENE_A[299], cli.other(GENE_A[299])
PLACE = f"chr1-300-{BASE}-{ALT}"
SPELLINGS = [
    PLACE,
    *(f"1-300-{BASE}-{ALT}", f"1:300 {BASE}>{ALT}", PLACE.lower()),
    f"chr1\t300\trs5\t{BASE}\t{ALT}\t.\tPASS\t.",
    f"chr1:300-300 {BASE}/{ALT}",
    f"NM_000001.1:c.100{BASE}>{ALT}",
    f"NM_000001:c.100{BASE}>{ALT}",
    f"A:c.100{BASE}>{ALT}",
    f"chr1:g.300{BASE}>{ALT}",
]


@pytest.fixture
def client(
    folder: pathlib.Path, opened: instances.Instances
) -> Iterator[served.Client]:
    with served.client(served.config(folder), opened) as started:
        yield started


def _counted(client: served.Client, name: str) -> float:
    lines = client.get("/metrics").text.splitlines()
    (line,) = [each for each in lines if each.startswith(f"twinsplice_{name}_total ")]
    return float(line.split()[1])


def _ask(client: served.Client, address: str, **query: str) -> dict[str, Any]:
    answer = client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_spelling_is_one_answer(client: served.Client) -> None:
    found = [
        _ask(client, "/api/v1/variant", variant=spelling) for spelling in SPELLINGS
    ]
    assert _counted(client, "passes") == 1
    assert _counted(client, "kept") == len(SPELLINGS) - 1
    for spelling, answer in zip(SPELLINGS, found, strict=True):
        assert answer["query"]["variant"] == " ".join(spelling.split())
        assert answer["text"].startswith(answer["query"]["variant"])
        assert answer["genes"] == found[0]["genes"]
        assert answer["variant"] | {"note": None} == found[0]["variant"]
    assert "NM_000001" in str(found[7]["variant"]["note"])


def test_another_allele_is_another_answer(client: served.Client) -> None:
    # Written with the base before, positions count from there.
    padded = f"chr1-299-{GENE_A[298]}{BASE}-{GENE_A[298]}{ALT}"
    third = next(base for base in "ACGT" if base not in (BASE, ALT))
    found = [
        _ask(client, "/api/v1/variant", variant=variant)
        for variant in (PLACE, padded, f"chr1-300-{BASE}-{third}")
    ]
    assert _counted(client, "passes") == 3
    changes = [answer["genes"][0]["changes"] for answer in found]
    for plain, other in zip(*changes[:2], strict=True):
        assert plain["position"] == other["position"]
        assert plain["relative"] + 1 == other["relative"]
    assert changes[0] != changes[2]


def test_what_has_no_score_is_said_of_what_was_asked(client: served.Client) -> None:
    written = [f"chr1-300-{ALT}-{BASE}", f"1:300 {ALT}>{BASE}"]
    found = [_ask(client, "/api/v1/variant", variant=each) for each in written]
    assert _counted(client, "passes") == 1
    for variant, answer in zip(written, found, strict=True):
        assert answer["skip_reason"] == "ref_mismatch"
        assert f"got {variant}:" in answer["skip_words"]


def test_a_lookup_echoes_what_it_was_asked(client: served.Client) -> None:
    spellings = [PLACE, f"1:300:{BASE}:{ALT}"]
    found = [
        _ask(client, "/spliceai/", hg="37", variant=spelling, bc=genes, raw=spelling)
        for spelling in spellings
        for genes in ("basic", "comprehensive")
    ]
    assert _counted(client, "passes") == 1
    assert [each["variant"] for each in found] == [s for s in spellings for _ in "12"]
    assert [each["bc"] for each in found] == ["basic", "comprehensive"] * 2
    assert {str(each["scores"]) for each in found} == {str(found[0]["scores"])}
    nowhere = f"1-2500-{GENE_A[2_499]}-{cli.other(GENE_A[2_499])}"
    for variant in (nowhere, f"chr{nowhere}"):
        said = _ask(client, "/spliceai/", hg="37", variant=variant)["error"]
        assert f"any scores for {variant}." in said
