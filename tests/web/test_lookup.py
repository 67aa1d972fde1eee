"""SpliceAI-lookup's addresses: its fields and words, and the numbers of `score`."""

import dataclasses
import pathlib
from typing import Any

import pytest

from support import cli, served
from support import models as toys
from twinsplice import api
from twinsplice.web import instances, lookup

GENE_A = cli.GENOME["chr1"]
VARIANT = f"1-{cli.SITE}-{GENE_A[cli.SITE - 1]}-{cli.other(GENE_A[cli.SITE - 1])}"
FIELDS = {
    *("variant", "genomeVersion", "chrom", "pos", "ref", "alt", "distance", "mask"),
    *("scores", "source", "allNonZeroScores", "allNonZeroScoresStrand"),
    *("allNonZeroScoresTranscriptId", "sai10kPredictions"),
}
SCORE_FIELDS = {
    *(f"{kind}_{label}" for kind in ("DS", "DP") for label in ("AG", "AL", "DG", "DL")),
    *(f"DS_{label}_{end}" for label in ("AG", "DL") for end in ("REF", "ALT")),
    *("g_name", "g_id", "t_id", "t_type", "t_priority", "t_strand", "nNonZeroScores"),
    *("t_refseq_ids", "EXON_STARTS", "EXON_ENDS", "CDS_START", "CDS_END"),
}


def ask(client: served.Client, **query: str | int) -> dict[str, Any]:
    given = {"hg": "37", "variant": VARIANT, **query}
    answer = client.get("/spliceai/", params=given)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    "variant", [VARIANT, f"chr{VARIANT}", VARIANT.replace("-", ":"), f" '{VARIANT}',"]
)
def test_an_answer_has_the_fields(client: served.Client, variant: str) -> None:
    found = ask(client, variant=variant, distance=50, bc="comprehensive", raw="x")
    assert found.keys() >= FIELDS | {"hg", "bc", "raw"}
    assert (found["chrom"], found["pos"]) == ("1", cli.SITE)
    assert (found["genomeVersion"], found["mask"]) == ("37", 0)
    (score,) = found["scores"]
    assert score.keys() >= SCORE_FIELDS
    assert found["allNonZeroScoresTranscriptId"] == score["t_id"] == "NM_000001.1"
    assert score["EXON_STARTS"] == [101, 901, 1_701]
    assert (score["CDS_START"], score["CDS_END"]) == (201, 1_800)


@pytest.mark.parametrize("mask", [0, 1])
def test_the_numbers_are_those_of_score(
    client: served.Client,
    opened: instances.Instances,
    mask: int,
) -> None:
    (score,) = ask(client, distance=60, mask=mask)["scores"]
    scorer = opened.scorers[served.BUILD]
    scorer = scorer.searching(model=1, distance=60, mask=mask == 1)
    row = scorer.score([VARIANT]).row(0, named=True)
    for label in ("AG", "AL", "DG", "DL"):
        assert float(score[f"DS_{label}"]) == row[f"DS_{label}"]
        assert score[f"DP_{label}"] == row[f"DP_{label}"]
        assert float(score[f"DS_{label}_REF"]) == row[f"REF_{label}"]
        assert float(score[f"DS_{label}_ALT"]) == row[f"ALT_{label}"]


def test_every_base_that_is_a_site_is_listed(client: served.Client) -> None:
    found = ask(client, distance=50)
    answer = client.get(
        "/api/v1/variant",
        params={"variant": VARIANT, "model": "spliceai", "distance": 50},
    ).json()
    profile = answer["genes"][0]["profile"]
    fields = {
        "RA": ("ref", "acceptor"),
        "AA": ("alt", "acceptor"),
        "RD": ("ref", "donor"),
        "AD": ("alt", "donor"),
    }
    for row in found["allNonZeroScores"]:
        column = row["pos"] - profile["start"]
        for name, (which, site) in fields.items():
            assert float(row[name]) == profile[which][site][column]
        assert max(float(row[name]) for name in fields) >= lookup.THRESHOLD - 1e-4


def test_a_position_asks_for_the_reference(client: served.Client) -> None:
    found = ask(client, variant=f"chr1-{cli.SITE}", distance=50, mask=1)
    assert found["isPositionOnly"] is True
    assert "mask" not in found
    assert "ref" not in found
    of_variant = {
        row["pos"]: row for row in ask(client, distance=50)["allNonZeroScores"]
    }
    assert found["allNonZeroScores"]
    for row in found["allNonZeroScores"]:
        assert row.keys() == {"pos", "RA", "RD"}
        assert row["RA"] == of_variant[row["pos"]]["RA"]
        assert row["RD"] == of_variant[row["pos"]]["RD"]
    (score,) = found["scores"]
    rows = found["allNonZeroScores"]
    assert float(score["RA_MAX"]) == max(float(row["RA"]) for row in rows)


def test_where_no_gene_is_it_says_so_as_there(client: served.Client) -> None:
    base = GENE_A[2_499]
    found = ask(client, variant=f"1-2500-{base}-{cli.other(base)}")
    assert found["error"].startswith("The SpliceAI model did not return any scores for")
    assert found["source"] == "spliceai"
    assert "scores" not in found
    nothing = ask(client, variant="chr1-2500")["error"]
    assert "the position does not overlap" in nothing


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, '"variant" not specified'),
        ({"variant": VARIANT}, '"hg" not specified'),
        ({"variant": VARIANT, "hg": "19"}, 'Invalid "hg" value: "19"'),
        ({"variant": VARIANT, "hg": "38"}, "GRCh37 open rather than hg=38"),
        ({"variant": VARIANT, "hg": "37", "mask": "2"}, 'Invalid "mask" value'),
        ({"variant": VARIANT, "hg": "37", "bc": "x"}, 'Invalid "bc" value'),
        ({"variant": VARIANT, "hg": "37", "distance": "x"}, 'Invalid "distance": "x"'),
        ({"variant": VARIANT, "hg": "37", "distance": "-1"}, "must be non-negative"),
        ({"variant": VARIANT, "hg": "37", "distance": "401"}, "must be < 401"),
        ({"variant": "nonsense", "hg": "37"}, 'Unable to parse "variant": "nonsense"'),
        ({"variant": "#", "hg": "37"}, '"variant" not specified'),
    ],
)
def test_what_is_wrong_is_told_in_its_words(
    client: served.Client, query: dict[str, str], words: str
) -> None:
    answer = client.get("/spliceai/", params=query)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert answer.json()["source"] == "spliceai"


def test_a_model_that_is_not_open_says_which_to_start_with(
    client: served.Client,
) -> None:
    answer = client.get("/pangolin/", params={"variant": VARIANT, "hg": "37"})
    assert answer.status_code == 400
    assert "--model pangolin" in answer.json()["error"]


@pytest.mark.parametrize("tool", ["spliceai", "pangolin"])
def test_the_last_slash_may_be_left_out(client: served.Client, tool: str) -> None:
    query = {"variant": VARIANT, "hg": "37"}
    with_it, without = (
        client.get(f"/{tool}{slash}", params=query) for slash in ("/", "")
    )
    assert (without.status_code, without.json()) == (
        with_it.status_code,
        with_it.json(),
    )
    sent = client.post(f"/{tool}", json=query)
    assert sent.status_code == with_it.status_code
    described = client.get("/api/v1/openapi.json").json()["paths"]
    assert f"/{tool}" not in described
    assert {"200", "400", "503", "504"} <= described[f"/{tool}/"]["get"][
        "responses"
    ].keys()


@pytest.mark.parametrize("how", ["json", "form"])
def test_a_question_may_be_sent(client: served.Client, how: str) -> None:
    given = {"variant": VARIANT, "hg": "37", "distance": "50"}
    answer = client.post(
        "/spliceai/",
        json=given if how == "json" else None,
        data=given if how == "form" else None,
    )
    assert answer.json()["scores"] == ask(client, distance=50)["scores"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 9_999, b'{"variant": 5}', b"\xff", b"null"]
)
def test_other_bodies_are_refused(client: served.Client, body: bytes) -> None:
    assert client.post("/spliceai/", content=body).status_code == 400


@pytest.mark.parametrize(
    ("variant", "status"), [("\\ud800", 400), ("1-5-A-\\udfff", 400), ("1-500", 200)]
)
def test_halves_of_letters_are_no_bug(
    client: served.Client, variant: str, status: int
) -> None:
    body = f'{{"variant": "{variant}", "hg": "37", "raw": "\\udc00"}}'
    assert client.post("/spliceai/", content=body).status_code == status


def test_pangolin_answers_in_its_own_fields(
    folder: pathlib.Path, opened: instances.Instances
) -> None:
    model = api.Model(toys.undivided_model(1).predictor(toys.ON_CPU))
    with api.Scorer(
        model,
        reference=folder / "genome.fa",
        annotation=folder / "genes.tsv",
        transcripts=folder / "genes.gtf",
    ) as scorer:
        scorers = {served.BUILD: scorer}
        held = dataclasses.replace(
            opened,
            scorers=scorers,
            by_transcript=instances.one_by_one(scorers, [model]),
            models=instances.described([model]),
        )
        with served.client(served.config(folder), held) as client:
            query = {"hg": "37", "variant": VARIANT, "distance": "50"}
            found = client.get("/pangolin/", params=query).json()
            row = scorer.score([VARIANT]).row(0, named=True)
            plain = client.get("/api/v1/variant", params={"variant": VARIANT}).json()
    (score,) = found["scores"]
    assert found["source"] == "pangolin:model"
    assert float(score["DS_SG"]) == row["DS_SG"]
    assert float(score["DS_SL"]) == -row["DS_SL"]
    assert float(score["SL_REF"]) == row["REF_SL"]
    assert (score["DP_SG"], score["DP_SL"]) == (row["DP_SG"], row["DP_SL"])
    assert score["t_id"] == "NM_000001.1"
    assert [each["kind"] for each in plain["genes"][0]["changes"]] == ["SG", "SL"]
    assert plain["genes"][0]["profile"] is None
