"""Where a variant without a score lies: on which other genome, or beyond a part."""

import dataclasses
import pathlib
from collections.abc import Iterator

import pytest

from support import cli, served
from support import models as toys
from twinsplice import api
from twinsplice.web import instances

GENE_A = cli.GENOME["chr1"]
SHIFT = 137
"""Bases that the other genome has before the first one's."""


SEEN = next(at for at in range(700, 800) if GENE_A[at - 1] != GENE_A[at + SHIFT - 1])
"""A position whose base is another one where the other genome has it."""
THERE = f"NC_000001.11:g.{SEEN + SHIFT}{GENE_A[SEEN - 1]}>"
M, M_ALT = cli.GENOME["chr2"][4], cli.other(cli.GENOME["chr2"][4])


def _variant(at: int, shift: int = 0) -> str:
    base = GENE_A[at - 1]
    return f"chr1-{at + shift}-{base}-{cli.other(base)}"


@pytest.fixture(scope="module")
def two(
    opened: instances.Instances, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[instances.Instances]:
    """A second genome: the same, further on, in parts, with another chromosome."""
    folder = tmp_path_factory.mktemp("other")
    bases = "A" * SHIFT + GENE_A
    parts = {"chr1:1-1990": bases[:1_990], "chr1:2501-2900": bases[2_500:2_900]}
    (folder / "genome.fa").write_text(
        cli.fasta_of(parts | {"chrM": cli.GENOME["chr2"]})
    )
    (folder / "genes.tsv").write_text(cli.GENES)
    models = [
        api.Model(model.predictor(toys.ON_CPU)) for model in served.MODELS.values()
    ]
    with api.Scorer(
        models,
        reference=folder / "genome.fa",
        annotation=folder / "genes.tsv",
        transcripts="grch38",
        distance=50,
    ) as scorer:
        yield dataclasses.replace(
            opened, scorers={**opened.scorers, "GRCh38": scorer}, by_transcript={}
        )


@pytest.fixture(scope="module")
def client(folder: pathlib.Path, two: instances.Instances) -> Iterator[served.Client]:
    with served.client(served.config(folder), two) as started:
        yield started


@pytest.mark.parametrize(
    ("variant", "elsewhere"),
    [
        (_variant(SEEN, SHIFT), ["GRCh38"]),
        (_variant(SEEN).replace("chr1", "chr3"), []),
        *((f"{name}-5-{M_ALT}-{M}", []) for name in ("chr2", "2", "M")),
        *((f"{name}-5-{M}-{M_ALT}", ["GRCh38"]) for name in ("MT", "M", "chrM")),
        (f"NC_012920.1:m.5{M}>{M_ALT}", ["GRCh38"]),
        (f"{THERE}{cli.other(GENE_A[SEEN - 1])}", ["GRCh38"]),
        (f"{THERE}N", []),
        ("nonsense", []),
        # There it would be as here.
        (f"chr1-{SEEN}-{GENE_A[SEEN - 1]}-{GENE_A[SEEN - 1]}", []),
    ],
)
def test_another_genome_is_named_if_it_has_the_variant(
    client: served.Client, variant: str, elsewhere: list[str]
) -> None:
    query = {"variant": variant, "build": served.BUILD}
    found = client.get("/api/v1/variant", params=query).json()
    assert found["elsewhere"] == elsewhere
    for build in elsewhere:
        there = client.get("/api/v1/variant", params=query | {"build": build}).json()
        assert there["skip_reason"] in (None, "outside_genes")


@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize(
    "variant",
    [
        "NM_000546.6:c.5A>C",
        _variant(2_250, SHIFT),
        _variant(1_985 - SHIFT, SHIFT),
        "chr9-5-A-C",
    ],
)
def test_what_a_genome_in_parts_lacks_is_told(
    folder: pathlib.Path,
    two: instances.Instances,
    variant: str,
    demo: bool,  # noqa: FBT001
) -> None:
    held = dataclasses.replace(two, demo=demo)
    with served.client(served.config(folder), held) as client:
        query = {"variant": variant, "build": "GRCh38"}
        found = client.get("/api/v1/variant", params=query).json()
        said = found.get("skip_words") or found["error"]
    assert variant.split("-", maxsplit=1)[0] in said
    if demo:
        assert "what the demo has of GRCh38, parts of A;" in said
        assert "serve a whole genome: twinsplice serve" in said
    else:
        assert "the parts of GRCh38 that this server has" in said


def test_what_it_has_is_not_said_to_be_lacking(client: served.Client) -> None:
    named = ("LRG_292:g.5A>G", "chr1.x:g.5A>G", "NG_1.1:g.5A>G")
    for variant in (_variant(700), "chr1-700-N-A", _variant(2_600, SHIFT), *named):
        query = {"variant": variant, "build": "GRCh38"}
        said = client.get("/api/v1/variant", params=query).json()
        assert "parts of" not in str(said.get("error", said.get("skip_words")))
