"""What a model is told of references: against the base model's own profiles."""

import dataclasses
import math
import pathlib

import numpy as np
import pytest

from support import anchored, maps, trained_models
from support import models as toys
from twinsplice import errors
from twinsplice.base_models import contract, loading
from twinsplice.effect import queries, results
from twinsplice.io import reference_map
from twinsplice.models import anchoring
from twinsplice.scoring import pipeline
from twinsplice.scoring import queries as built_queries
from twinsplice.scoring.anchoring import anchor_sources, anchors, map_plan

RECORDS = [
    *trained_models.RECORDS,
    toys.record(650, trained_models.BASES[650], trained_models.other(650)),
]
STEP = (9.0 - math.log(anchored.FLOOR / (1 - anchored.FLOOR))) / 254


def _answers(
    scorer: pipeline.Scorer,
) -> tuple[queries.Predictions, np.ndarray, np.ndarray, built_queries.Built]:
    """Predictions with profiles, where references are from, and the base model's."""
    built = scorer.builder.build(RECORDS)
    assert scorer.anchoring is not None
    told, origin = scorer.anchoring.told(built)
    predictions = scorer.predictor.predict(told, profiles=True)
    # The same queries, as the base model sees them.
    wider = dataclasses.replace(scorer.builder, context=anchored.BASE.context).build(
        RECORDS
    )
    own = anchored.BASE.predictor(toys.ON_CPU).predict(wider.queries, profiles=True)
    assert own.ref_profile is not None
    return predictions, origin, own.ref_profile, built


def _in_gene(scorer: pipeline.Scorer, built: built_queries.Built) -> np.ndarray:
    """Which columns of windows lie within the query's gene, by track."""
    index, windows = scorer.builder.index, built.queries.windows
    column = windows.start[:, None] + np.arange(int(windows.width[0]))
    known = np.zeros(column.shape, dtype=bool)
    for row in np.flatnonzero(built.gene >= 0).tolist():
        span = index.genes[built.gene[row]].span
        known[row] = (column[row] >= span.start) & (column[row] < span.end)
    return np.repeat(known[:, None], 2, axis=1)


def _log_odds(profile: np.ndarray) -> np.ndarray:
    neither = 1 - profile.sum(axis=1, keepdims=True)
    found: np.ndarray = np.log(profile) - np.log(neither)
    return found


def test_live_references_are_the_base_models(folder: pathlib.Path) -> None:
    with anchored.open_scorer(folder, "live") as scorer:
        found, origin, own, built = _answers(scorer)
        known = _in_gene(scorer, built)
    inside = built.gene >= 0
    assert (origin[inside] == results.Reference.LIVE).all()
    assert (origin[~inside] == results.Reference.OWN).all()
    assert inside.any()
    assert not inside.all()
    assert found.ref_profile is not None
    ref, base = found.ref_profile[known], own[known]
    listed = base >= anchoring.FLOOR
    np.testing.assert_allclose(ref[listed], base[listed], atol=1e-5)
    assert ref[~listed].max() <= anchoring.FLOOR * 1.01
    assert listed.any()
    assert not listed.all()


def test_references_of_a_map_are_the_base_models(folder: pathlib.Path) -> None:
    path = anchored.write_map(folder)
    with anchored.open_scorer(folder, str(path)) as scorer:
        found, origin, own, built = _answers(scorer)
        expected = _expected(scorer, found, built)
        known = _in_gene(scorer, built)
    inside = built.gene >= 0
    assert (origin == np.where(inside, results.Reference.MAP, 0)).all()
    assert found.ref_profile is not None
    assert found.alt_profile is not None
    listed = (own >= anchored.FLOOR * 1.01) & known
    odds, base = _log_odds(found.ref_profile), _log_odds(own)
    near = np.abs(odds - np.clip(base, None, 9.0))[listed]
    # Acceptor and donor share a step each, and what neither is left with.
    assert near.max() <= STEP / 2 + 0.01
    assert (
        found.ref_profile[known & (own < anchored.FLOOR * 0.99)].max()
        <= anchored.FLOOR * 1.01
    )
    # Log odds of probabilities near 0 and 1 have lost digits.
    np.testing.assert_allclose(found.alt_profile, expected, atol=2e-3)


def _expected(
    scorer: pipeline.Scorer, found: queries.Predictions, built: built_queries.Built
) -> np.ndarray:
    """Alternate profiles from the plain model's shift of log odds, base by base."""
    plain = scorer.predictor.predict(built.queries, profiles=True)
    assert plain.ref_profile is not None
    assert plain.alt_profile is not None
    assert found.ref_profile is not None
    with np.errstate(divide="ignore"):
        before, after = _log_odds(plain.ref_profile), _log_odds(plain.alt_profile)
        odds = np.exp(_log_odds(found.ref_profile) + after - before)
    shifted: np.ndarray = odds / (1 + odds.sum(axis=1, keepdims=True))
    return shifted


def test_a_gene_of_other_bases_is_not_used(folder: pathlib.Path) -> None:
    path = anchored.write_map(folder)
    bases = trained_models.BASES
    changed = bases[:550] + trained_models.other(550) + bases[551:]
    toys.write_fasta(folder / "y.fa", {"1": changed})
    records = RECORDS[:2]
    with (
        anchored.open_scorer(folder, str(path), "y.fa") as scorer,
        pytest.raises(errors.InputError, match="made of the reference"),
    ):
        scorer.score(records)
    path.rename(folder / "y.fa.map.parquet")
    with anchored.open_scorer(folder, "auto", "y.fa") as scorer:
        found = scorer.score(records)
        names = [found.gene[row] for row in np.flatnonzero(found.scored >= 0)]
    assert found.reference is not None
    own = [
        name for name, origin in zip(names, found.reference, strict=True) if not origin
    ]
    # Only the gene that holds the changed base.
    assert set(own) == {"MINUS"}
    assert set(names) == {"PLUS", "AGAIN", "MINUS"}


def test_genes_that_overlap_have_references_of_their_own(folder: pathlib.Path) -> None:
    with anchored.open_scorer(folder, "live") as scorer:
        _, _, own, built = _answers(scorer)
        found, _ = scorer.anchoring.told(built) if scorer.anchoring else (None, None)
    assert found is not None
    groups, group = found.distinct()
    assert len(groups) == len(
        set(zip(group.tolist(), built.gene.tolist(), strict=True))
    )
    assert np.abs(own).max() > 0


def test_few_variants_do_not_load_the_base_model(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> contract.BaseModel:
        raise AssertionError("the base model was loaded")

    monkeypatch.setattr(loading, "load", load)
    with anchored.open_scorer(folder, "auto") as scorer:
        found = scorer.score(RECORDS)
    assert found.reference is not None
    assert not found.reference.any()


def test_other_weights_of_the_base_model_serve_no_one(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bases = trained_models.BASES
    records = [
        toys.record(at, bases[at], trained_models.other(at)) for at in range(200, 400)
    ]
    other = dataclasses.replace(anchored.BASE, sha256="3" * 64)
    monkeypatch.setattr(loading, "load", lambda *_: other)
    with anchored.open_scorer(folder, "auto") as scorer:
        found = scorer.score(records)
    assert found.reference is not None
    assert not found.reference.any()
    with (
        pytest.raises(errors.WeightsError, match="other weights of cispliceai"),
        anchored.open_scorer(folder, "live"),
    ):
        pass


def test_dense_variants_have_their_references_computed(folder: pathlib.Path) -> None:
    bases = trained_models.BASES
    records = [
        toys.record(at, bases[at], *(base for base in "ACGT" if base != bases[at]))
        for at in range(150, 400)
    ]
    with anchored.open_scorer(folder, "auto") as scorer:
        assert scorer.anchoring is not None
        live = scorer.anchoring.live
        assert live is not None
        found = scorer.score(records)
        assert found.reference is not None
        assert live.flops_of_query is not None
        assert live.ensemble is not None
        # From the first window's first base, 135, to the gene's or the last one's end.
        cost = anchors.flops_of_pass(live.ensemble, 415 - 135)
        pays = cost <= live.flops_of_query * 3 * len(records)
        assert (found.reference == results.Reference.LIVE).all() == pays
        # Without a bound, all are.
        always = dataclasses.replace(live, flops_of_query=10**12)
        anchoring = dataclasses.replace(scorer.anchoring, live=always)
        paid = dataclasses.replace(scorer, anchoring=anchoring).score(records)
        assert paid.reference is not None
        assert (paid.reference == results.Reference.LIVE).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base_model_sha256": "2" * 64}, "made by cispliceai"),
        ({"annotation_sha256": "2" * 64}, "made with other genes"),
    ],
)
def test_a_map_that_does_not_fit_is_refused_or_passed_over(
    folder: pathlib.Path, changes: dict[str, str], message: str
) -> None:
    path = anchored.write_map(folder, **changes)
    with (
        pytest.raises(errors.InputError, match=message),
        anchored.open_scorer(folder, str(path)),
    ):
        pass
    path.rename(folder / f"x.fa{anchor_sources.ENDING}")
    with anchored.open_scorer(folder, "auto") as scorer:
        assert scorer.anchoring is not None
        assert scorer.anchoring.from_map is None


def test_maps_are_found_beside_the_reference_and_in_the_cache(
    folder: pathlib.Path,
) -> None:
    path = anchored.write_map(folder)
    (folder / "cache" / "maps").mkdir(parents=True)
    for place in (folder / "x.fa.map.parquet", folder / "cache" / "maps" / "b.parquet"):
        place.write_bytes(path.read_bytes())
        with anchored.open_scorer(folder, "auto") as scorer:
            assert scorer.anchoring is not None
            assert scorer.anchoring.title == f"map {place.name}"
        place.unlink()
    damaged = folder / "x.fa.map.parquet"
    damaged.write_bytes(path.read_bytes()[:-9])
    with anchored.open_scorer(folder, "auto") as scorer:
        assert scorer.anchoring is not None
        assert scorer.anchoring.from_map is None


def test_a_slice_is_known_by_the_bases_of_its_sites(folder: pathlib.Path) -> None:
    # A map of two sure sites of PLUS, with and without the bases of sites.
    bases = list(trained_models.BASES)
    bases[201:203] = "GT"
    bases[298:300] = "AG"
    text = "".join(bases)
    toys.write_fasta(folder / "whole.fa", {"1": text})
    toys.write_fasta(folder / "slice.fa", {"1:101-460": text[100:460]})
    moved = text[120:460] + text[:20]
    toys.write_fasta(folder / "moved.fa", {"1:101-460": moved})
    sites = reference_map.Sites(
        np.array([200, 300]), np.array([[-np.inf, 5], [5, -np.inf]], dtype=np.float32)
    )
    with anchored.open_scorer(folder, "none", "whole.fa") as scorer:
        index, reference = scorer.builder.index, scorer.builder.reference
        place = next(
            place
            for place in map_plan.select(index, reference).places
            if place.end == 500
        )
        path = folder / "few.parquet"
        digest = reference_map.annotation_digest(index)
        metadata = dataclasses.replace(maps.METADATA, annotation_sha256=digest)
        reference_map.write(path, metadata, [place.mapped(reference)], [sites])
    for name, fits in (("whole.fa", True), ("slice.fa", True), ("moved.fa", False)):
        with anchored.open_scorer(folder, "none", name) as scorer:
            source = anchors.MapSource(
                reference_map.read(path),
                scorer.builder.index,
                scorer.builder.reference,
                required=False,
            )
            names = [gene.name for gene in scorer.builder.index.genes]
            assert (source.number(names.index("PLUS")) is not None) == fits, name
