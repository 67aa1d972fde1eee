"""`assays`: each assay's own rules for what is altered, and by how much.

All tables here are made up, in the columns of the real ones.
"""

import pathlib

import pytest

from support import label_tables as tables
from twinsplice import errors
from twinsplice.genome import coordinates
from twinsplice.io.labels import labelled, labels

EXON = "TTTTCAGGATTACAGATTACAGTAAGT"
CHANGED = "TTTTCAGGATTACAGATTACAATAAGT"


def _read(path: pathlib.Path, form: str, **options: object) -> labelled.Labels:
    return labels.read(path, labels.Format(form), **options)  # type: ignore[arg-type]


# MFASS.

MFASS = {
    "id": "ENSE1_002",
    "exon_id": "ENSE1",
    "chrom": "chr2",
    "pos_hg19_1based": 101,
    "pos_hg38_1based": 201,
    "ref_plus": "C",
    "alt_plus": "T",
    "strand": "-",
    "exon_start_in_seq": 7,
    "exon_end_in_seq": 22,
    "ref_seq": EXON,
    "alt_seq": CHANGED,
    "dpsi": -0.7,
    "sdv": 1.0,
}


@pytest.mark.parametrize(("assembly", "position"), [("grch37", 100), ("grch38", 200)])
def test_mfass_with_sequences(
    tmp_path: pathlib.Path, assembly: str, position: int
) -> None:
    rows = [MFASS, MFASS | {"sdv": "", "dpsi": -0.49}, MFASS | {"sdv": "", "dpsi": ""}]
    found = _read(tables.write(tmp_path / "x.tsv.gz", rows), "mfass", assembly=assembly)
    assert found.rows[0] == labelled.Labelled(
        name="ENSE1_002",
        contig="chr2",
        position=position,
        ref="C",
        alt="T",
        altered=True,
        value=-0.7,
        group="ENSE1",
        strand=coordinates.Strand.MINUS,
        ref_seq=EXON,
        alt_seq=CHANGED,
        exon=(7, 22),
    )
    assert found.rows[1].altered is False
    assert found.skipped == {"not_measured": 1}


def test_mfass_as_published(tmp_path: pathlib.Path) -> None:
    row = {
        "id": "ENSE2_000",
        "ensembl_id": "ENSE2",
        "category": "mutant",
        "chr": "chr3",
        "snp_position": 50,
        "ref_allele": "a",
        "alt_allele": "g",
        "strand": "+",
        "v2_dpsi": -0.6,
        "strong_lof": "TRUE",
    }
    others = [
        row | {"strong_lof": "NA", "v2_dpsi": "NA"},
        row | {"category": "control"},
        row | {"snp_position": "NA"},
    ]
    found = _read(tables.write(tmp_path / "x.txt", [row, *others]), "mfass")
    (one,) = found.rows
    assert (one.position, one.ref, one.alt, one.altered) == (49, "A", "G", True)
    assert (one.group, one.ref_seq, one.exon) == ("ENSE2", "", None)
    assert found.skipped == {
        "not_measured": 1,
        "not_a_mutant": 1,
        "no_coordinates": 1,
    }


# Vex-seq.


def _vexseq(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "ID": "v",
        "seqnames": "chr1",
        "start": 108,
        "end": 122,
        "strand": "+",
        "hg19_variant_position": 109,
        "reference": "AT",
        "variant": "A",
        "HepG2_delta_psi": -12.5,
        "REF_SEQ": EXON,
        "ALT_SEQ": "C" + EXON[:9] + EXON[10:],
        "width": 15,
        "exon_start_in_seq": 7,
    }
    return row | changes


def test_vexseq_indels_keep_their_constructs_ends(tmp_path: pathlib.Path) -> None:
    # The same deletion, of a gene that is read the other way.
    on_minus_strand = _vexseq(strand="-", hg19_variant_position=120, reference="AT")
    elsewhere = _vexseq(hg19_variant_position=3)
    rows = [_vexseq(), on_minus_strand, elsewhere, _vexseq(HepG2_delta_psi=9)]
    plus, minus, as_written, small = _read(
        tables.write(tmp_path / "x.tsv", rows), "vexseq"
    ).rows
    assert (plus.position, plus.exon, plus.group) == (108, (7, 22), "chr1:108-122")
    assert (plus.altered, plus.value) == (True, -0.125)
    assert plus.alt_seq == EXON[:9] + EXON[10:]
    # Bases 120 and 121 of 108 to 122 are the second and third that are read.
    assert minus.alt_seq == EXON[:8] + "T" + EXON[10:]
    assert as_written.alt_seq == rows[0]["ALT_SEQ"]
    assert small.altered is False
    assert (
        _read(tables.write(tmp_path / "x.tsv", rows), "vexseq", least=0.09)
        .rows[3]
        .altered
    )


def test_a_table_without_the_other_assembly_has_no_coordinates(
    tmp_path: pathlib.Path,
) -> None:
    path = tables.write(
        tmp_path / "x.tsv", [_vexseq(), _vexseq(REF_SEQ="", ALT_SEQ="")]
    )
    found = _read(path, "vexseq", assembly="grch38")
    assert [row.position for row in found.rows] == [None]
    assert found.skipped == {"no_coordinates": 1}


# MaPSy.

MAPSY = {"chrom": "7", "pos": 12, "ref": "A", "alt": "C", "vivo_log_ratio": 1.0}


def test_mapsys_ratios_become_fractions(tmp_path: pathlib.Path) -> None:
    rows = [
        MAPSY | {"vitro_log_ratio": 1.0, "ESM": 0, "gene": "G"},
        MAPSY | {"vitro_log_ratio": -1.0, "ESM": "", "gene": ""},
        MAPSY | {"vitro_log_ratio": "", "ESM": "", "gene": ""},
        MAPSY | {"vivo_log_ratio": "NA", "vitro_log_ratio": "", "ESM": "", "gene": ""},
    ]
    found = _read(tables.write(tmp_path / "x.csv", rows, ","), "mapsy", least=0.2)
    assert [row.altered for row in found.rows] == [False, False, True]
    # A ratio of 2 is (2 - 1) / (2 + 1).
    assert [row.value for row in found.rows] == pytest.approx([1 / 3, 0, 1 / 3])
    assert [row.group for row in found.rows] == ["G", "7-12-A-C", "7-12-A-C"]
    assert found.skipped == {"not_measured": 1}


def test_ratios_may_be_logarithms_or_not(tmp_path: pathlib.Path) -> None:
    row = {"chr": "7", "position": 12, "wt": "A", "mut": "C", "ESM": 1}
    rows = [row | {"Allelic ratio (in vivo)": 0.5, "log2 ratio, vitro": -1}]
    (found,) = _read(tables.write(tmp_path / "x.tsv", rows), "mapsy").rows
    assert found.value == pytest.approx(-1 / 3)
    rows = [row | {"vivo_ratio": -0.5}]
    with pytest.raises(errors.InputError, match="a ratio must be 0 or more"):
        _read(tables.write(tmp_path / "x.tsv", rows), "mapsy")
