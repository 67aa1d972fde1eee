"""What is open: models and genomes by their names, and what is said of them."""

import pathlib

import pytest

from support import cli, served
from twinsplice import errors
from twinsplice.base_models import loading
from twinsplice.settings import serve as serve_settings
from twinsplice.web import instances, refusals


@pytest.mark.parametrize("name", [None, "GRCh37", "grch37", "hg19", "b37"])
def test_a_genome_goes_by_its_names(
    opened: instances.Instances, name: str | None
) -> None:
    assert opened.build(name) == served.BUILD


@pytest.mark.parametrize("name", ["GRCh38", "hg38", "x", ""])
def test_others_are_refused(opened: instances.Instances, name: str) -> None:
    with pytest.raises(refusals.RefusedError, match="GRCh37"):
        opened.build(name)
    with pytest.raises(refusals.RefusedError, match="cispliceai, spliceai"):
        opened.model(name)


def test_a_scorer_is_of_one_model(opened: instances.Instances) -> None:
    asking = instances.Asking(served.BUILD, "spliceai", 70, mask=True)
    scorer = opened.scorer(asking)
    assert scorer.keys == ("SpliceAI",)
    assert (scorer.options.distance, scorer.options.mask) == (70, True)
    assert opened.scorers[served.BUILD].keys == ("CISpliceAI", "SpliceAI")


def _settings(folder: pathlib.Path, **more: object) -> serve_settings.Config:
    (folder / "genome.fa").write_text(cli.fasta_of(cli.GENOME))
    (folder / "genes.tsv").write_text(cli.GENES)
    return served.config(folder, model="cispliceai", **more)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda *_: cli.MODEL)


@pytest.mark.usefixtures("toy")
def test_settings_are_opened_and_closed(tmp_path: pathlib.Path) -> None:
    with instances.opened(_settings(tmp_path)) as held:
        assert list(held.scorers) == [instances.UNNAMED]
        assert held.annotations == {instances.UNNAMED: "genes.tsv"}
        assert held.models[0].default
        assert held.build(None) == instances.UNNAMED
        scorer = held.scorers[instances.UNNAMED]
        assert scorer.score(["chr1-500-A-C"]).height == 1


@pytest.mark.usefixtures("toy")
def test_two_genomes_are_of_two_builds(tmp_path: pathlib.Path) -> None:
    settings = _settings(
        tmp_path,
        reference_37=tmp_path / "genome.fa",
        annotation_37=str(tmp_path / "genes.tsv"),
    )
    with (
        pytest.raises(errors.InputError, match="two builds"),
        instances.opened(settings),
    ):
        pass


@pytest.mark.usefixtures("toy")
def test_the_demo_needs_no_files() -> None:
    settings = serve_settings.Config(demo=True, model="cispliceai")
    with instances.opened(settings) as held:
        assert list(held.scorers) == ["GRCh37"]
        assert held.demo
        (row,) = held.scorers["GRCh37"].score(["17-41242960-C-T"]).iter_rows(named=True)
        assert row["gene"] == "BRCA1"


def test_a_model_of_ones_own_is_named_without_its_folder() -> None:
    assert instances._plain("/home/x/mine.safetensors") == "mine"
    assert instances._plain("twinsplice") == "twinsplice"
