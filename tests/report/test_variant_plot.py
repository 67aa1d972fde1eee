"""The picture of a variant."""

import dataclasses
import io
import itertools
import pathlib

import numpy as np
import pytest
from matplotlib import collections

from support import models as toys
from support import pictures
from twinsplice.effect import deltas, results
from twinsplice.genome import coordinates, genes
from twinsplice.report import genome_panels, variant_plot
from twinsplice.scoring.one_variant import variant_profiles

GENE = toys.gene("MYBPC3", 900, 1_400, "-", left=[1_009], right=[1_029])


def made(
    width: int = 41, gene: genes.Gene | None = GENE
) -> variant_profiles.VariantProfile:
    ref = np.zeros((2, width), dtype=np.float32)
    alt = np.zeros((2, width), dtype=np.float32)
    ref[0, 9], alt[0, 9], alt[0, 20] = 1.0, 0.4, 0.9
    sizes = {"AG": (0.9, 20), "AL": (0.6, 9), "DG": (0.02, 3), "DL": (0.0, 0)}
    return variant_profiles.VariantProfile(
        contig="chr11",
        position=1_022,
        ref="C",
        alt="T" * 20,
        gene=gene,
        strand=coordinates.Strand.MINUS,
        start=1_000,
        sequence=("ACGT" * width)[:width],
        ref_profile=ref,
        alt_profile=alt,
        changes=tuple(
            variant_profiles.Change(
                kind=kind,
                size=sizes[kind.label][0],
                position=1_000 + sizes[kind.label][1],
                low=0.1,
                high=0.95,
            )
            for kind in deltas.SITE_KINDS
        ),
        model="toy",
        reference=results.Reference.MAP,
    )


def texts(profile: variant_profiles.VariantProfile) -> list[str]:
    return [text.get_text() for text in variant_plot.drawn(profile).texts]


def test_it_says_in_words_what_changes() -> None:
    assert " ".join(texts(made())[:2]) == (
        "chr11:1,023 C>TTTTTTTTT...(20), MYBPC3 (minus strand)"
    )
    assert texts(made())[2:] == [
        "toy; reference: the base model's, from a map",
        "acceptor gained: 0.90 (0.10 to 0.95) at 1,021 (-2 bp)",
        "acceptor lost: 0.60 (0.10 to 0.95) at 1,010 (-13 bp)",
    ]
    told = variant_plot.drawn(made(), None, ["NM_1.1:", "exon 1 is skipped"]).texts
    assert [text.get_text() for text in told][-2:] == ["NM_1.1:", "exon 1 is skipped"]


def test_stems_stand_on_their_bases() -> None:
    sheet = variant_plot.drawn(made())
    segments = [
        [
            (float(line[1][0]), round(float(line[1][1]), 2))
            for stems in panel.collections
            if isinstance(stems, collections.LineCollection)
            for line in stems.get_segments()
        ]
        for panel in sheet.axes[:3]
    ]
    assert segments == [
        [(1_010, 1.0)],
        [(1_010, 0.4), (1_021, 0.9)],
        [(1_010, -0.6), (1_021, 0.9)],
    ]


@pytest.mark.parametrize(
    ("moved", "drawn"),
    [
        (None, (1_470, 1_531)),
        (1_515, (1_470, 1_531)),
        (1_600, (1_470, 1_611)),
        (1_300, (1_290, 1_531)),
        (1_995, (1_470, 2_001)),
    ],
)
def test_what_is_drawn_is_the_variant_and_all_that_changes(
    moved: int | None, drawn: tuple[int, int]
) -> None:
    """A change is drawn where it is the largest of its kind, and where it is not."""
    ref = np.zeros((2, 1_001), dtype=np.float32)
    alt = ref.copy()
    if moved is not None:
        alt[1, moved - 1_000] = 0.06
    wide = dataclasses.replace(
        made(),
        position=1_500,
        start=1_000,
        sequence="A" * 1_001,
        ref_profile=ref,
        alt_profile=alt,
        changes=(),
    )
    left, right = variant_plot.drawn(wide).axes[0].get_xlim()
    assert (left - 0.5, right - 0.5) == drawn


def test_axes_name_their_quantity_and_changes_are_spelt_out() -> None:
    sheet = variant_plot.drawn(made())
    assert {
        "probability of a site, reference",
        "probability of a site, alternate",
        "change of the probability: gain +, loss -",
        "acceptor gained 0.90",
        "acceptor lost 0.60",
        "position on chr11 (bp), 5' to 3' of the plus strand",
    } <= pictures.words(sheet)
    assert pictures.is_whole(sheet)


@pytest.mark.parametrize("extra", [0, 1])
def test_letters_are_written_where_there_is_room(extra: int) -> None:
    profile = made(genome_panels.LETTERED + extra)
    profile.alt_profile[1, -1] = 0.5
    sheet = variant_plot.drawn(profile)
    assert len(sheet.axes) == 5 - extra


def test_a_variant_outside_genes_is_drawn() -> None:
    assert "outside genes (minus strand)" in " ".join(texts(made(gene=None))[:2])


@pytest.mark.parametrize("ending", [".svg", ".pdf", ".png"])
def test_equal_variants_make_equal_bytes(tmp_path: pathlib.Path, ending: str) -> None:
    paths = [tmp_path / f"{number}{ending}" for number in range(2)]
    for path in paths:
        variant_plot.write(made(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("width", [31, 400])
def test_a_narrow_picture_is_read_on_a_phone(width: int) -> None:
    effect = "exon 15 of 35 is extended by 11 bases at its start, by a cryptic acceptor"
    sheet = variant_plot.drawn(made(max(width, 41)), None, [effect], narrow=True)
    assert pictures.is_whole(sheet)
    assert pictures.is_legible_on_a_phone(sheet)


@pytest.mark.parametrize("width", [31, genome_panels.LETTERED, 400])
def test_words_are_read_on_a_phone(width: int) -> None:
    profile = made(max(width, 41))
    profile.alt_profile[1, -1] = 0.5
    sheet = variant_plot.drawn(profile, None, ["exon 15 is skipped " * 4])
    assert pictures.is_whole(sheet)
    assert pictures.is_legible_on_a_phone(sheet, bases=False)


def test_words_beside_arrows_do_not_meet() -> None:
    """MYBPC3 c.1224-52G>A: a small gain beside a loss."""
    profile = made()
    sizes = {"AG": (0.9, 20), "AL": (0.57, 9), "DG": (0.12, 8), "DL": (0.5, 7)}
    changes = [
        dataclasses.replace(
            change,
            size=sizes[change.kind.label][0],
            position=1_000 + sizes[change.kind.label][1],
        )
        for change in profile.changes
    ]
    sheet = variant_plot.drawn(dataclasses.replace(profile, changes=tuple(changes)))
    sheet.savefig(io.BytesIO(), format="png")
    boxes = [
        text.get_window_extent() for text in sheet.axes[2].texts if text.get_text()
    ]
    assert len(boxes) == 4
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
