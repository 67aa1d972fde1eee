"""A model that is told its base model's reference, by a map or a live pass."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator

import pytest

from support import maps, trained_models
from support import models as toys
from twinsplice.base_models import contract, loading
from twinsplice.io import reference_map
from twinsplice.predictors import checkpoints
from twinsplice.predictors import loading as predictor_loading
from twinsplice.scoring import assembly, pipeline
from twinsplice.scoring.anchoring import anchors, map_plan

TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "AGAIN\t1\t+\t190\t420\t190,\t420,\n"
    "MINUS\t1\t-\t90\t610\t90,310,\t220,610,\n"
)
BASE = maps.MODEL
FLOOR = 1e-3


def predictor() -> contract.Predictor:
    card = {"base_model": BASE.name, "base_model_sha256": BASE.sha256}
    model = trained_models.paired_model()
    model.correction.zero_()
    trained = checkpoints.Trained(model=model, card=card, sha256="1" * 64)
    return predictor_loading.of_trained(trained, "toy", toys.ON_CPU)


def make_folder(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> pathlib.Path:
    """A genome and its genes."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda *_: BASE)
    monkeypatch.setattr(loading, "is_installed", lambda _: True)
    toys.write_fasta(tmp_path / "x.fa", {"1": trained_models.BASES})
    (tmp_path / "genes.tsv").write_text(TABLE)
    return tmp_path


@contextlib.contextmanager
def open_scorer(
    folder: pathlib.Path, choice: str, reference: str = "x.fa"
) -> Iterator[pipeline.Scorer]:
    options = assembly.Options(
        reference=folder / reference,
        annotation=str(folder / "genes.tsv"),
        distance=trained_models.REACH,
        intergenic=True,
        map=choice,
    )
    with assembly.opened(predictor(), options) as scorer:
        yield scorer


def write_map(
    folder: pathlib.Path, name: str = "a.parquet", **changes: str
) -> pathlib.Path:
    """A map of the genome's genes."""
    with open_scorer(folder, "none") as scorer:
        index, reference = scorer.builder.index, scorer.builder.reference
        places = map_plan.select(index, reference).places
        live = anchors.LiveSource(
            load=lambda: BASE.ensemble(toys.ON_CPU), index=index, reference=reference
        )
        gene_of = {(g.span.start, g.span.end): n for n, g in enumerate(index.genes)}
        sites = [
            live.sites(gene_of[place.start, place.end], place.start, place.end)
            for place in places
        ]
        metadata = dataclasses.replace(
            maps.METADATA,
            annotation_sha256=reference_map.annotation_digest(index),
            floor=FLOOR,
        )
        reference_map.write(
            folder / name,
            dataclasses.replace(metadata, **changes),  # type: ignore[arg-type]
            [place.mapped(reference) for place in places],
            sites,
        )
    return folder / name
