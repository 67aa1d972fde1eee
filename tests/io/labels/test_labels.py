"""`labels`: every format gives the same schema; odd rows are counted, bad ones refused.

All tables here are made up, in the columns of the real ones.
"""

import math
import pathlib
from collections.abc import Mapping, Sequence

import pytest

from support import label_tables as tables
from twinsplice import errors
from twinsplice.io.labels import labelled, labels


def _read(path: pathlib.Path, form: str, **options: object) -> labelled.Labels:
    return labels.read(path, labels.Format(form), **options)  # type: ignore[arg-type]


# SpliceVarDB.

SPLICEVARDB = {
    "variant_id": '"1"',
    "hg19": '"1-100-A-C"',
    "hg38": '"1-200-A-C"',
    "gene": '"G"',
    "hgvs": '"c.1A>C, or so"',
    "method": '"Minigene"',
    "classification": '"Splice-altering"',
    "location": '"Exonic"',
    "doi": '"10.1/x"',
}


@pytest.mark.parametrize("separator", ["\t", ","])
def test_splicevardbs_classes_are_trusted_zero_or_skipped(
    tmp_path: pathlib.Path, separator: str
) -> None:
    rows = [
        SPLICEVARDB | {"classification": f'"{each}"'}
        for each in ("Splice-altering", "Normal", "Low-frequency", "Conflicting")
    ]
    rows.append(SPLICEVARDB | {"hg19": "", "hg38": "1:g.5del"})
    path = tables.write(tmp_path / "x.tsv", rows, separator)
    for assembly, position in (("grch37", 99), ("grch38", 199)):
        found = _read(path, "splicevardb", assembly=assembly)
        assert [row.altered for row in found.rows] == [True, False]
        assert [row.position for row in found.rows] == [position] * 2
        assert [row.group for row in found.rows] == ["G", "G"]
        assert all(math.isnan(row.value) for row in found.rows)
        assert found.skipped == {
            "low_frequency": 1,
            "conflicting": 1,
            "no_coordinates": 1,
        }


def test_other_spellings_will_do(tmp_path: pathlib.Path) -> None:
    row = {"Variant ID": "v", "HG19": "chrX:7:AT>A", "Classification": "normal"}
    (found,) = _read(tables.write(tmp_path / "x.tsv", [row]), "splicevardb").rows
    assert (found.contig, found.position, found.ref, found.alt) == (
        "chrX",
        6,
        "AT",
        "A",
    )


# ClinVar.


def _clinvar(path: pathlib.Path, infos: Sequence[str]) -> pathlib.Path:
    header = "##fileformat=VCFv4.1\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    lines = [
        f"1\t{i}\t.\tA\t{'.' if each.endswith('NOALT') else 'G'}\t.\t.\t{each}\n"
        for i, each in enumerate(infos, 1)
    ]
    path.write_text(header + "".join(lines))
    return path


def test_clinvar_counts_what_can_act_by_splicing_only(tmp_path: pathlib.Path) -> None:
    donor, intron = "SO:0001575|splice_donor_variant", "SO:0001627|intron_variant"
    missense = "SO:0001583|missense_variant"
    infos = [
        f"CLNSIG=Pathogenic;GENEINFO=BRCA1:672|X:1;MC={donor},{missense}",
        f"CLNSIG=Pathogenic/Likely_pathogenic|risk_factor;MC={intron}",
        f"CLNSIG=Benign;MC={intron}",
        f"CLNSIG=Likely_benign;MC={missense}",
        f"CLNSIG=Pathogenic;MC={intron},{missense}",
        f"CLNSIG=Uncertain_significance;MC={donor}",
        f"CLNSIG=Conflicting_classifications_of_pathogenicity;MC={donor}",
        "CLNSIG=Benign",
        f"MC={donor}",
        f"CLNSIG=Benign;MC={donor};NOALT",
    ]
    found = _read(_clinvar(tmp_path / "x.vcf", infos), "clinvar")
    assert [row.altered for row in found.rows] == [True, True, False]
    assert [row.position for row in found.rows] == [0, 1, 2]
    assert [row.group for row in found.rows] == ["BRCA1", "1-2-A-G", "1-3-A-G"]
    assert found.skipped == {
        "may_act_otherwise_than_by_splicing": 2,
        "uncertain_significance": 3,
        "no_consequence_given": 1,
        "no_alt_allele": 1,
    }


# Plain tables.


def test_plain_tables_have_labels_or_values_or_both(tmp_path: pathlib.Path) -> None:
    row = {"chrom": "1", "pos": 5, "ref": "a", "alt": "c", "label": 1, "value": -0.05}
    rows = [
        row,
        row | {"label": ""},
        row | {"label": "", "value": 0.2},
        row | {"value": ""},
        row | {"label": "", "value": ""},
        row | {"alt": ""},
    ]
    found = _read(tables.write(tmp_path / "x.tsv", rows), "plain")
    assert [row.altered for row in found.rows] == [True, False, True, True]
    assert found.rows[0].name == found.rows[0].group == "1-5-A-C"
    assert found.skipped == {"not_measured": 1, "no_coordinates": 1}


def test_sequences_need_no_place(tmp_path: pathlib.Path) -> None:
    row = {"name": "s", "ref_seq": "acgt", "alt_seq": "acat", "label": 0, "group": "g"}
    (found,) = _read(tables.write(tmp_path / "x.tsv", [row]), "plain").rows
    assert (found.position, found.alt, found.group) == (None, None, "g")
    assert (found.ref_seq, found.alt_seq, found.altered) == ("ACGT", "ACAT", False)


# What is refused.

PLAIN = {"chrom": "1", "pos": 5, "ref": "A", "alt": "C", "label": 1}


@pytest.mark.parametrize(
    ("row", "form", "message"),
    [
        (PLAIN, "mfass", "a column dpsi or v2_dpsi"),
        (PLAIN, "splicevardb", "a column hg19 or grch37"),
        (PLAIN | {"label": "maybe"}, "plain", "label must be 1 or 0.*line 2"),
        (PLAIN | {"pos": "x"}, "plain", "pos must be a number"),
        (PLAIN | {"pos": 1.5}, "plain", "pos must be a whole number"),
        (PLAIN | {"pos": 0}, "plain", "pos must be 1 or more"),
        (PLAIN | {"value": 30}, "plain", "value must be a fraction"),
        (PLAIN | {"value": "inf"}, "plain", "value must be a number"),
        (PLAIN | {"strand": "?"}, "plain", r"strand must be \+ or -"),
        (PLAIN | {"strand": "+\t-"}, "plain", "a row must have 6 cells"),
        (SPLICEVARDB | {"classification": "odd"}, "splicevardb", "a class must be"),
    ],
)
def test_what_breaks_a_rule_is_refused(
    tmp_path: pathlib.Path, row: Mapping[str, object], form: str, message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        _read(tables.write(tmp_path / "x.tsv", [row]), form)


@pytest.mark.parametrize("form", list(labels.Format))
def test_files_that_cannot_be_read_are_refused(
    tmp_path: pathlib.Path, form: labels.Format
) -> None:
    with pytest.raises(errors.InputError):
        labels.read(tmp_path / "none.tsv", form)
    (tmp_path / "empty.tsv").write_text("")
    with pytest.raises(errors.InputError):
        labels.read(tmp_path / "empty.tsv", form)


def test_a_header_alone_has_no_rows(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.tsv").write_text("chrom\tpos\tref\talt\tlabel\n\n")
    with pytest.raises(errors.InputError, match="must have rows"):
        _read(tmp_path / "x.tsv", "plain")
    with pytest.raises(errors.InputError, match="an assembly must be"):
        _read(tmp_path / "x.tsv", "plain", assembly="hg19")
