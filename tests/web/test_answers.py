"""What is answered for a variant: the numbers of `score`, digit by digit."""

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import cli, served
from twinsplice.web import instances

GENE_A = cli.GENOME["chr1"]
BASES = "ACGT"


def _variant(at: int, length: int, alt: str) -> str:
    return f"chr1-{at}-{GENE_A[at - 1 : at - 1 + length]}-{alt}"


@st.composite
def variants(draw: st.DrawFn) -> str:
    at = draw(st.integers(150, 1_950))
    length = draw(st.integers(1, 6))
    ref = GENE_A[at - 1 : at - 1 + length]
    texts = st.text(BASES, min_size=1, max_size=8)
    return _variant(at, length, draw(texts.filter(lambda alt: alt != ref)))


def ask(client: served.Client, variant: str, **more: str | float) -> dict[str, Any]:
    response = client.get("/api/v1/variant", params={"variant": variant, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def row(
    opened: instances.Instances,
    variant: str,
    distance: int | None = None,
    *,
    mask: bool = False,
) -> dict[str, Any]:
    scorer = opened.scorers[served.BUILD]
    scorer = scorer.searching(model=0, distance=distance, mask=mask)
    return scorer.score([variant]).row(0, named=True)


@settings(max_examples=8)
@given(variant=variants(), distance=st.sampled_from([50, 120]), mask=st.booleans())
def test_the_numbers_are_those_of_score(
    client: served.Client,
    opened: instances.Instances,
    variant: str,
    distance: int,
    mask: bool,  # noqa: FBT001
) -> None:
    answer = ask(client, variant, distance=distance, mask=mask)
    scored = row(opened, variant, distance=distance, mask=mask)
    (gene,) = answer["genes"]
    assert gene["gene"] == scored["gene"] == "A"
    assert gene["max_delta"] == pytest.approx(scored["max_delta"], abs=1e-4)
    for change in gene["changes"]:
        kind = change["kind"]
        assert change["size"] == pytest.approx(scored[f"DS_{kind}"], abs=1e-4)
        if scored[f"DS_{kind}"] > 0.001:
            assert change["relative"] == scored[f"DP_{kind}"]
            assert change["position"] == scored[f"POS_{kind}"]
            assert change["ref"] == pytest.approx(scored[f"REF_{kind}"], abs=1e-4)
            assert change["alt"] == pytest.approx(scored[f"ALT_{kind}"], abs=1e-4)


def test_the_numbers_are_the_same_to_the_last_digit(
    client: served.Client, opened: instances.Instances
) -> None:
    variant = _variant(cli.SITE, 1, cli.other(GENE_A[cli.SITE - 1]))
    scored = row(opened, variant)
    (gene,) = ask(client, variant)["genes"]
    for change in gene["changes"]:
        names = {"size": "DS", "relative": "DP", "position": "POS"}
        names |= {"ref": "REF", "alt": "ALT"}
        for name, column in names.items():
            assert change[name] == scored[f"{column}_{change['kind']}"]
    text = client.get("/api/v1/variant.tsv", params={"variant": variant}).text
    header, line = (each.split("\t") for each in text.splitlines())
    told = dict(zip(header, line, strict=True))
    assert float(told["max_delta"]) == gene["max_delta"]


@settings(max_examples=8)
@given(variant=variants())
def test_profiles_hold_the_changes(client: served.Client, variant: str) -> None:
    answer = ask(client, variant)
    (gene,) = answer["genes"]
    profile = gene["profile"]
    width = len(profile["sequence"])
    assert profile["sequence"] == GENE_A[profile["start"] - 1 :][:width]
    for values in (*profile["ref"].values(), *profile["alt"].values()):
        assert len(values) == width
    for change in gene["changes"]:
        site = "acceptor" if change["kind"][0] == "A" else "donor"
        column = change["position"] - profile["start"]
        ref, alt = (profile[each][site][column] for each in ("ref", "alt"))
        assert ref == pytest.approx(change["ref"], abs=1e-4)
        assert (alt or 0.0) == pytest.approx(change["alt"], abs=1e-4)
        delta = (alt or 0.0) - ref
        signed = delta if change["kind"][1] == "G" else -delta
        assert max(signed, 0) == pytest.approx(change["size"], abs=2e-4)
    gone = profile["deleted"]
    missing = [n for n, x in enumerate(profile["alt"]["donor"]) if x is None]
    inside = range(width)
    expected = [] if gone is None else range(gone[0], gone[1] + 1)
    assert missing == [
        n - profile["start"] for n in expected if n - profile["start"] in inside
    ]


@settings(max_examples=8)
@given(variant=variants())
def test_every_change_of_a_base_is_listed(client: served.Client, variant: str) -> None:
    (gene,) = ask(client, variant)["genes"]
    profile = gene["profile"]
    listed = {
        (each["site"], each["position"])
        for each in gene["positions"]
        if each["inserted"] is None
    }
    sizes = [abs(each["delta"]) for each in gene["positions"]]
    assert sizes == sorted(sizes, reverse=True)
    for site in ("acceptor", "donor"):
        ref, alt = (
            np.array([x or 0.0 for x in profile[each][site]]) for each in ("ref", "alt")
        )
        moved = np.flatnonzero(np.abs(alt - ref) >= 0.0102) + profile["start"]
        assert {(site, at) for at in moved.tolist()} <= listed


def test_masked_changes_are_told(client: served.Client) -> None:
    found = [
        change
        for at in (400, 401, 402, 900, 901)
        for change in ask(
            client, _variant(at, 1, cli.other(GENE_A[at - 1])), mask=True
        )["genes"][0]["changes"]
    ]
    assert {change["masked"] for change in found} == {False, True}
    plain = ask(client, _variant(400, 1, cli.other(GENE_A[399])))["genes"][0]
    assert not any(change["masked"] for change in plain["changes"])


def test_consequences_are_those_of_the_command(
    client: served.Client, opened: instances.Instances
) -> None:
    scorer = opened.scorers[served.BUILD].searching(model=0)
    seen = set()
    for at in range(396, 404):
        variant = _variant(at, 1, cli.other(GENE_A[at - 1]))
        table = scorer.consequences(variant, distance=50)
        (gene,) = ask(client, variant)["genes"]
        (transcript,) = gene["transcripts"]
        assert transcript["transcript"] == "NM_000001.1"
        assert transcript["blocks"]["exons"][0] == [101, 400]
        assert transcript["blocks"]["cds"] == [201, 1_800]
        events = table.filter(pl.col("event").is_not_null())
        assert [each["event"] for each in transcript["events"]] == events[
            "event"
        ].to_list()
        for told, of in zip(
            transcript["events"], events.iter_rows(named=True), strict=True
        ):
            assert told["bases"] == of["bases"]
            assert told["size"] == pytest.approx(of["size"], abs=1e-4)
            assert told["protein"] == of["protein"]
        seen |= {each["event"] for each in transcript["events"]}
    assert seen


def test_what_has_no_score_says_why(client: served.Client) -> None:
    answer = ask(client, _variant(2_500, 1, cli.other(GENE_A[2_499])))
    assert answer["genes"] == []
    assert answer["skip_reason"] == "outside_genes"
    assert "outside genes" in answer["skip_words"]
    assert answer["skip_words"] in answer["text"]


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        ("nonsense", "unreadable_name"),
        ("XYZ:c.5G>A", "unknown_place"),
        ("chr1-500-A-C,G", "several_alternates"),
        ("#x", "unreadable_name"),
        ("   ", "unreadable_name"),
        ("NM_000001.1:c.20000A>G", "unknown_place"),
    ],
)
def test_what_is_no_variant_is_refused(
    client: served.Client, variant: str, reason: str
) -> None:
    response = client.get("/api/v1/variant", params={"variant": variant})
    assert response.status_code == 422
    said = response.json()
    assert said["reason"] == reason
    # Rule, got, remedy.
    assert len(said["error"].split("; ")) >= 3


def test_several_alternates_are_led_to(client: served.Client) -> None:
    base = GENE_A[499]
    line = f"chr1\t500\t.\t{base}\tA,<DEL>,T\t.\t.\t."
    said = client.get("/api/v1/variant", params={"variant": line}).json()
    assert said["guesses"] == [f"chr1-500-{base}-A", f"chr1-500-{base}-T"]


@pytest.mark.parametrize("alt", ["<DEL>", f"{GENE_A[499]}]chr2:5]"])
def test_a_line_of_a_vcf_is_read_as_one(client: served.Client, alt: str) -> None:
    answer = ask(client, f"chr1\t500\t.\t{GENE_A[499]}\t{alt}\t.\t.\t.")
    assert answer["skip_reason"] == "symbolic_allele"
    assert answer["variant"]["name"] == f"chr1-500-{GENE_A[499]}-{alt}"


def test_names_are_understood(client: served.Client) -> None:
    base = GENE_A[299]
    name = f"NM_000001.1:c.100{base}>{cli.other(base)}"
    answer = ask(client, name)
    assert answer["variant"]["position"] == 300
    assert answer["query"]["variant"] == name
    assert answer["genes"][0]["hgvs_c"] == name


def test_other_models_are_asked_beside(client: served.Client) -> None:
    variant = _variant(cli.SITE, 1, cli.other(GENE_A[cli.SITE - 1]))
    found = client.get("/api/v1/scores", params={"variant": variant}).json()["models"]
    assert [each["model"]["name"] for each in found] == list(served.MODELS)
    for each in found:
        alone = ask(client, variant, model=each["model"]["name"])
        assert each["genes"][0]["changes"] == alone["genes"][0]["changes"]
    assert found[0]["genes"] != found[1]["genes"]
    wrong = client.get("/api/v1/scores", params={"variant": "nonsense"}).json()
    assert all("unreadable" in each["error"] for each in wrong["models"])


def test_the_text_is_of_lines_to_print(client: served.Client) -> None:
    variant = _variant(cli.SITE, 1, cli.other(GENE_A[cli.SITE - 1]))
    text = ask(client, f"  {variant} ")["text"]
    assert text.startswith(variant)
    assert all(line.isprintable() for line in text.splitlines())
    assert json.dumps(text)
