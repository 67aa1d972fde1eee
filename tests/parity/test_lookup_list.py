"""SpliceAI-lookup's list of variants for its own API: the scores that it expects.

Variants, genes and scores are facts of broadinstitute/SpliceAI-lookup,
`test_api_consistency.py` and `expected_scores.json` (commit 4c37878d): raw scores of
SpliceAI within 500 bases, rounded to two decimals. They were taken on GRCh38; a variant
of GRCh37 is the same one there, by the same list, with the same bases around it.
A few are asked; all of both builds, with TWINSPLICE_LOOKUP_LIST=all.
"""

import os
import pathlib
from collections.abc import Iterator
from concurrent import futures
from typing import NamedTuple

import pytest

from support import served
from twinsplice.base_models import loading
from twinsplice.settings import serve as serve_settings
from twinsplice.web import instances

GENOME = pathlib.Path(__file__).parents[3] / "shared/data/genome"
KINDS = ("DS_AG", "DS_AL", "DS_DG", "DS_DL")
TOLERANCE = 0.01
"""Beside half a digit, to which the expected scores are rounded."""
pytestmark = [
    pytest.mark.parity,
    pytest.mark.slow,
    pytest.mark.skipif(
        not loading.is_installed("spliceai"), reason="SpliceAI is not installed"
    ),
    pytest.mark.skipif(
        not (GENOME / "GRCh38.LRG_regions.fa.gz").exists(),
        reason="../shared/data is not there",
    ),
]


class Expected(NamedTuple):
    """A variant on both builds, its gene, and its scores in the order of `KINDS`."""

    grch38: str
    grch37: str
    gene: str
    scores: tuple[float, float, float, float]


LIST = (
    Expected("1-1042466-GGGC-G", "1-977846-GGGC-G", "AGRN", (0.03, 0.03, 0.02, 0.07)),
    Expected(
        "1-1042601-A-AGAGAG", "1-977981-A-AGAGAG", "AGRN", (0.03, 0.01, 0.55, 0.52)
    ),
    Expected("1-55039916-G-A", "1-55505589-G-A", "PCSK9", (0.0, 0.0, 0.0, 0.0)),
    Expected(
        "2-47790924-C-CAGTTG", "2-48018063-C-CAGTTG", "MSH6", (0.98, 0.98, 0.0, 0.05)
    ),
    Expected("3-36993663-G-A", "3-37035154-G-A", "MLH1", (0.0, 0.0, 0.15, 0.72)),
    Expected("6-31740453-G-T", "6-31708230-G-T", "MSH5", (0.28, 0.77, 0.0, 0.16)),
    Expected("8-140300616-T-G", "8-141310715-T-G", "TRAPPC9", (0.04, 0.83, 0.0, 0.62)),
    Expected("13-32345247-T-G", "13-32919384-T-G", "BRCA2", (0.74, 0.0, 0.75, 0.0)),
    Expected("13-32363534-G-T", "13-32937671-G-T", "BRCA2", (0.0, 0.13, 0.02, 0.93)),
    Expected("16-23641111-T-C", "16-23652432-T-C", "PALB2", (0.0, 0.0, 0.2, 0.92)),
    Expected("17-43045714-G-C", "17-41197731-G-C", "BRCA1", (0.0, 0.0, 0.0, 0.0)),
    Expected("17-43047638-C-G", "17-41199655-C-G", "BRCA1", (0.0, 0.28, 0.0, 0.27)),
    Expected("17-43047642-C-T", "17-41199659-C-T", "BRCA1", (0.0, 0.4, 0.36, 0.93)),
    Expected("17-58696687-T-A", "17-56774048-T-A", "RAD51C", (0.95, 0.64, 0.0, 0.02)),
    Expected("17-58709857-A-C", "17-56787218-A-C", "RAD51C", (0.7, 1.0, 0.0, 0.27)),
    Expected("22-28695127-C-T", "22-29091115-C-T", "CHEK2", (0.0, 0.54, 0.03, 0.32)),
    Expected("22-28741768-C-A", "22-29137756-C-A", "CHEK2", (0.02, 0.0, 0.61, 0.99)),
    Expected("X-154031414-C-T", "X-153296865-C-T", "MECP2", (0.0, 0.0, 0.0, 0.03)),
)
COMPARABLE = 14
"""How many lie in genes whose bases are at hand, on each build."""
EVERY = os.environ.get("TWINSPLICE_LOOKUP_LIST") == "all"
FEW = ("MLH1", "RAD51C")
BUILDS = ["37", "38"] if EVERY else ["37"]
ASKED = [each for each in LIST if EVERY or each.gene in FEW]


@pytest.fixture(scope="module")
def client() -> Iterator[served.Client]:
    of_37, of_38 = (GENOME / f"GRCh{build}.LRG_regions.fa.gz" for build in ("37", "38"))
    settings = serve_settings.Config(
        reference=of_38 if EVERY else of_37,
        annotation="grch38" if EVERY else "grch37",
        reference_37=of_37 if EVERY else None,
        model="spliceai",
        timeout=600.0,
        queue=100,
    )
    with (
        instances.opened(settings) as held,
        served.client(settings, held) as started,
    ):
        yield started


@pytest.mark.parametrize("build", BUILDS)
def test_every_comparable_score_is_as_expected(
    client: served.Client, build: str
) -> None:
    def ask(each: Expected) -> dict[str, object]:
        variant = each.grch37 if build == "37" else each.grch38
        query = {"hg": build, "distance": "500", "mask": "0", "variant": variant}
        found: dict[str, object] = client.get("/spliceai/", params=query).json()
        return found

    with futures.ThreadPoolExecutor(len(ASKED)) as pool:
        answers = [*pool.map(ask, ASKED)]
    compared, wrong = 0, list[tuple[Expected, list[float]]]()
    for each, answer in zip(ASKED, answers, strict=True):
        if "error" in answer:
            continue
        scores = answer["scores"]
        assert isinstance(scores, list)
        own = [score for score in scores if score["g_name"] == each.gene]
        assert own, answer
        compared += 1
        told = [float(own[0][kind]) for kind in KINDS]
        if any(
            abs(one - two) > TOLERANCE + 0.005
            for one, two in zip(told, each.scores, strict=True)
        ):
            wrong.append((each, told))
    assert not wrong
    assert compared >= (COMPARABLE if EVERY else len(ASKED))
