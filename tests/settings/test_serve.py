"""Settings of `serve`: what goes together, and who may reach it."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.settings import serve

FILE = pathlib.Path("x.fa")
GIVEN = {"reference": FILE, "annotation": "grch38"}


def test_a_genome_and_its_genes_are_given() -> None:
    config = serve.Config(reference=FILE, annotation="grch38")
    (genome,) = config.genomes
    assert (genome.reference, genome.annotation) == (FILE, "grch38")
    assert config.models == ("twinsplice",)
    assert not config.is_open
    assert config.hosts == {"127.0.0.1", "localhost", "::1"}
    assert serve.Config(demo=True).genomes == ()


def test_a_second_genome_has_files_of_its_own() -> None:
    config = serve.Config(
        reference=FILE,
        annotation="grch38",
        reference_37=pathlib.Path("y.fa"),
        map="own.parquet",
        transcripts="own.gtf",
    )
    first, second = config.genomes
    assert (first.map, first.transcripts) == ("own.parquet", "own.gtf")
    assert (second.map, second.transcripts) == ("auto", "auto")
    assert second.annotation == "grch37"
    words = serve.Config(
        reference=FILE, annotation="x", reference_37=FILE, map="none"
    ).genomes
    assert [genome.map for genome in words] == ["none", "none"]


@pytest.mark.parametrize(
    ("host", "is_open"), [("0.0.0.0", True), ("::1", False), ("localhost", False)]
)
def test_whether_others_reach_it(host: str, is_open: bool) -> None:  # noqa: FBT001
    config = serve.Config(demo=True, host=host, allow_host=("Lab.Example",))
    assert config.is_open is is_open
    assert {host, "lab.example"} <= config.hosts


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "needs a genome"),
        ({"reference": FILE}, "no --annotation"),
        ({"annotation": "grch38"}, "no --reference"),
        ({"demo": True, "reference": FILE}, "--demo has a genome"),
        ({"demo": True, "distance": 600, "max_distance": 500}, "--max-distance"),
        ({"demo": True, "distance": 0}, "--distance must be"),
        ({"demo": True, "port": 70_000}, "--port must be"),
        ({"demo": True, "model": ()}, "--model must name"),
        ({"demo": True, "model": ("a", "a")}, "each model once"),
        ({"demo": True, "token": "short"}, "--token must be"),
        ({"demo": True, "token": "with blanks in it, and long"}, "--token must be"),
        ({"demo": True, "timeout": 0.0}, "--timeout must be"),
    ],
)
def test_what_does_not_go_together_is_refused(
    given: dict[str, object], words: str
) -> None:
    with pytest.raises(errors.InputError, match=words):
        serve.Config(**given)  # type: ignore[arg-type]
