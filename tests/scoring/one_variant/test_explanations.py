"""Explanations, held against sequences that are changed as text and run in full."""

import dataclasses
import pathlib
from collections.abc import Iterator

import numpy as np
import pytest

from support import models as toys
from support import naive_explanations, trained_models
from twinsplice import errors
from twinsplice.base_models import contract
from twinsplice.effect import contributions
from twinsplice.genome import coordinates, dna, genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.predictors import checkpoints
from twinsplice.predictors import loading as predictor_loading
from twinsplice.scoring import pipeline
from twinsplice.scoring.anchoring import anchors
from twinsplice.scoring.one_variant import (
    explanation_table,
    explanations,
    variant_answers,
)

GENES = [toys.gene("PLUS", 100, 605), toys.gene("MINUS", 90, 611, "-")]
RECORDS = trained_models.RECORDS
SNV, DELETION, SHORTER, LONGER = (RECORDS[number] for number in (0, 2, 4, 5))
REACH = 14
INSERTION = toys.record(
    203, trained_models.BASES[203], trained_models.BASES[203] + "GTAAGT"
)
LABELS = ("AG", "AL", "DG", "DL")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    folder = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", {"chr1": trained_models.BASES})
    with fasta.Reference.open(path) as opened:
        yield opened


def _predictor() -> contract.Predictor:
    trained = checkpoints.Trained(
        model=naive_explanations.PAIRED, card={}, sha256="1" * 64
    )
    return predictor_loading.of_trained(trained, "toy", toys.ON_CPU)


def scorer(which: str, reference: fasta.Reference, gene: genes.Gene) -> pipeline.Scorer:
    """A base model, a paired model, or one that is told the base model's reference."""
    model = naive_explanations.MODEL if which == "base" else _predictor()
    made = toys.scorer(model, reference, [gene], reach=REACH)
    if which != "told":
        return made
    live = anchors.LiveSource(
        load=lambda: naive_explanations.BASE.ensemble(toys.ON_CPU),
        index=made.builder.index,
        reference=reference,
    )
    anchoring = anchors.Anchoring(title="live", live=live)
    return dataclasses.replace(made, anchoring=anchoring)


PLUS, MINUS = GENES
CASES = [
    ("base", SNV, PLUS),
    ("base", SNV, MINUS),
    ("base", INSERTION, PLUS),
    ("base", INSERTION, MINUS),
    ("base", DELETION, PLUS),
    ("base", DELETION, MINUS),
    ("base", SHORTER, PLUS),
    ("base", LONGER, MINUS),
    ("paired", SNV, PLUS),
    ("paired", INSERTION, MINUS),
    ("paired", SHORTER, MINUS),
    ("paired", LONGER, PLUS),
]


@pytest.mark.parametrize(("which", "record", "gene"), CASES)
def test_it_is_what_changed_texts_give(
    which: str, record: vcf.Record, gene: genes.Gene, reference: fasta.Reference
) -> None:
    asked = scorer(which, reference, gene)
    profile = variant_answers.of(asked, [record])[0]
    kinds = [each.kind.label for each in profile.changes if each.size >= 0.01]
    assert kinds
    text, minus = (
        naive_explanations.masked(gene),
        gene.strand is coordinates.Strand.MINUS,
    )
    alt_text = (
        text[: record.position]
        + record.alts[0]
        + text[record.position + len(record.ref) :]
    )
    of = naive_explanations.profile_of(which, text, minus=minus)
    for kind in kinds:
        found = explanations.of(
            asked.predictor, profile, kind, naive_explanations.FLANK
        )
        row, site = int(kind[0] == "D"), found.change.position
        own, moved, names = naive_explanations.places_of(record, site)
        probability, values = naive_explanations.replaced(of, text, own, (site, row))
        assert found.reference.probability == pytest.approx(probability, abs=1e-5)
        np.testing.assert_allclose(
            found.reference.substituted,
            naive_explanations.as_read(values, minus=minus),
            atol=1e-5,
        )
        track = found.alternate
        order = slice(None, None, -1 if minus else 1)
        pairs = list(zip(track.position, track.inserted, strict=True))
        assert pairs == names[order]
        assert dna.decode(track.codes) == _letters(alt_text, moved, minus=minus)
        if track.site is None:
            assert np.isnan(track.substituted).all()
            continue
        own_site = moved[order][track.site]
        assert own_site in _sites(record, site, moved, names)
        probability, values = naive_explanations.replaced(
            of, alt_text, moved, (own_site, row)
        )
        assert track.probability == pytest.approx(probability, abs=1e-5)
        alone = of([alt_text])[0, row]
        highest = max(alone[at] for at in _sites(record, site, moved, names))
        assert track.probability == pytest.approx(highest, abs=1e-4)
        np.testing.assert_allclose(
            track.substituted,
            naive_explanations.as_read(values, minus=minus),
            atol=1e-5,
        )


def _letters(text: str, places: list[int], *, minus: bool) -> str:
    codes = dna.encode("".join(text[at] for at in places))
    return dna.decode(dna.reverse_complement(codes) if minus else codes)


def _sites(
    record: vcf.Record, site: int, moved: list[int], names: list[tuple[int, int]]
) -> list[int]:
    """Places in the alternate that count at a position of the reference."""
    return [
        at for at, (position, _) in zip(moved, names, strict=True) if position == site
    ]


@pytest.mark.parametrize("gene", GENES, ids=lambda gene: gene.name)
def test_a_model_that_is_told_its_reference_goes_on_from_there(
    gene: genes.Gene, reference: fasta.Reference
) -> None:
    asked = scorer("told", reference, gene)
    profile = variant_answers.of(asked, [SNV])[0]
    minus = gene.strand is coordinates.Strand.MINUS
    text = naive_explanations.masked(gene)
    alt_text = text[: SNV.position] + SNV.alts[0] + text[SNV.position + 1 :]
    of = naive_explanations.profile_of("told", text, minus=minus)
    found = explanations.of(asked.predictor, profile, None, naive_explanations.FLANK)
    row, site = int(found.change.kind.label[0] == "D"), found.change.position
    own, *_ = naive_explanations.places_of(SNV, site)
    for track, bases in ((found.reference, text), (found.alternate, alt_text)):
        probability, values = naive_explanations.replaced(of, bases, own, (site, row))
        assert track.probability == pytest.approx(probability, abs=1e-4)
        np.testing.assert_allclose(
            track.substituted,
            naive_explanations.as_read(values, minus=minus),
            atol=1e-4,
        )
    column = site - profile.start
    assert found.reference.probability == pytest.approx(
        profile.ref_profile[row, column], abs=1e-6
    )
    assert found.alternate.probability == pytest.approx(
        profile.alt_profile[row, column], abs=1e-6
    )


# Laws.


def _explained(
    predictor: contract.Predictor, reference: fasta.Reference, record: vcf.Record = SNV
) -> explanations.Explanation:
    asked = toys.scorer(predictor, reference, GENES[:1], reach=REACH)
    profile = variant_answers.of(asked, [record])[0]
    return explanations.of(asked.predictor, profile, None, 80)


@pytest.mark.parametrize("scale", contributions.Scale)
def test_a_base_beyond_the_models_reach_contributes_nothing(
    scale: contributions.Scale, reference: fasta.Reference
) -> None:
    found = _explained(naive_explanations.MODEL.predictor(toys.ON_CPU), reference)
    half = naive_explanations.MODEL.context
    assert half < 80
    for _, track in found.tracks:
        far = np.abs(track.position - found.change.position) > half
        values = track.contribution(scale)
        assert far.sum() > 20
        assert (values[far] == 0).all()
        assert np.abs(values[~far]).max() > 0.01


def test_a_network_that_ignores_the_sequence_depends_on_no_base(
    reference: fasta.Reference,
) -> None:
    member = toys.member(3)
    blind = dataclasses.replace(
        member, state=member.state | {"stem.weight": member.state["stem.weight"] * 0}
    )
    asked = scorer("base", reference, GENES[0])
    profile = variant_answers.of(asked, [SNV])[0]
    predictor = toys.model([blind]).predictor(toys.ON_CPU)
    for _, track in explanations.of(predictor, profile).tracks:
        values = track.contribution(contributions.Scale.LOG_ODDS)
        np.testing.assert_allclose(values, 0, atol=1e-4)
        assert 0 < track.probability < 1


def test_motifs_are_what_a_network_of_motifs_depends_on(tmp_path: pathlib.Path) -> None:
    """A donor that is made: its G and T are all it depends on."""
    text = "C" * 150 + "G" + "C" * 149
    with fasta.Reference.open(toys.write_fasta(tmp_path / "x.fa", {"1": text})) as file:
        gene = toys.gene("G", 50, 250)
        asked = toys.scorer(toys.motif_model(), file, [gene], reach=REACH)
        made = toys.record(151, "C", "T")
        found = explanations.of(
            asked.predictor, variant_answers.of(asked, [made])[0], None, 20
        )
    assert (found.change.kind.label, found.change.position) == ("DG", 149)
    values = found.alternate.contribution(contributions.Scale.PROBABILITY)
    expected = np.where(
        np.isin(found.alternate.position, (150, 151)), toys.MOTIF_PROBABILITY, 0
    )
    np.testing.assert_allclose(values, expected, atol=1e-5)
    # In the reference any change but one leaves no donor.
    values = found.reference.contribution(contributions.Scale.PROBABILITY)
    (place,) = np.flatnonzero(np.abs(values) > 0.01)
    assert found.reference.position[place] == 151
    assert values[place] == pytest.approx(-toys.MOTIF_PROBABILITY / 3, abs=1e-5)


def test_bases_that_the_model_does_not_see_are_not_replaced(
    reference: fasta.Reference,
) -> None:
    record = toys.record(110, trained_models.BASES[110], trained_models.other(110))
    found = _explained(
        naive_explanations.MODEL.predictor(toys.ON_CPU), reference, record
    )
    start = GENES[0].span.start
    outside = found.reference.position < start
    assert outside.any()
    assert (found.reference.codes[outside] == dna.UNKNOWN).all()
    assert np.isnan(found.reference.contribution(contributions.Scale.LOG_ODDS))[
        outside
    ].all()


# Refusals and the table.


@pytest.mark.parametrize(
    ("kind", "words"),
    [("XX", "one of AG, AL, DG, DL"), (None, "no change to explain: largest 0.00")],
)
def test_what_cannot_be_explained_is_refused(
    kind: str | None, words: str, reference: fasta.Reference
) -> None:
    asked = scorer("base", reference, GENES[0])
    profile = variant_answers.of(asked, [SNV])[0]
    if kind is None:
        nothing = [dataclasses.replace(each, size=0.0) for each in profile.changes]
        profile = dataclasses.replace(profile, changes=tuple(nothing))
    with pytest.raises(errors.InputError, match=words):
        explanations.of(asked.predictor, profile, kind)


def test_another_change_can_be_asked_for(reference: fasta.Reference) -> None:
    asked = scorer("base", reference, GENES[0])
    profile = variant_answers.of(asked, [SNV])[0]
    largest = explanations.chosen(profile, None)
    assert largest.size == profile.largest
    for change in profile.changes:
        if change.size >= explanations.SMALLEST:
            assert explanations.chosen(profile, change.kind.label.lower()) is change


@pytest.mark.parametrize("gene", GENES, ids=lambda gene: gene.name)
def test_the_table_has_a_row_for_each_base(
    gene: genes.Gene, reference: fasta.Reference
) -> None:
    asked = scorer("base", reference, gene)
    profile = variant_answers.of(asked, [INSERTION])[0]
    found = explanations.of(asked.predictor, profile, None, naive_explanations.FLANK)
    scale = contributions.Scale.PROBABILITY
    table = explanation_table.frame(found, scale)
    assert table.columns == list(explanation_table.SCHEMA)
    for name, track in found.tracks:
        rows = table.filter(sequence=name)
        assert rows["base"].str.join("").item() == dna.decode(track.codes)
        assert (rows["position"] - 1).to_list() == track.position.tolist()
        for row in rows.iter_rows(named=True):
            assert row[row["base"]] is None
            others = [row[base] for base in "ACGT" if base != row["base"]]
            expected = row["site_probability"] - sum(others) / 3
            assert row["contribution"] == pytest.approx(expected, abs=1e-9)
    assert table["inserted"].max() == 6
