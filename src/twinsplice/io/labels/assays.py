"""Readers of the massively parallel splicing assays MFASS, Vex-seq and MaPSy.

Each assay has its own rule for altered variants; the rules are defined here only.
"""

import math
import pathlib

from twinsplice.genome import coordinates, dna
from twinsplice.io.labels import labelled

DISRUPTED = -0.5
"""Largest change of MFASS's inclusion index that counts as disrupted splicing."""

_CONTIG = ("chrom", "chr", "chromosome", "seqnames")
_VEXSEQ_POSITIONS = {
    "grch37": ("hg19_variant_position", "position", "pos"),
    "grch38": ("hg38_variant_position",),
}
_MAPSY_POSITIONS = {
    "grch37": ("pos_hg19", "hg19_pos", "pos", "position"),
    "grch38": ("pos_hg38", "hg38_pos"),
}


def mfass(path: pathlib.Path, assembly: str) -> labelled.Labels:
    """Read MFASS, as published (`snv_data_clean.txt`) or rewritten with sequences.

    Altered variants are those that the table marks (sdv or strong_lof); without a
    mark, those with a change of inclusion of -0.5 or less. Rows without either are
    skipped, as are those whose category is not mutant. The group is the exon.

    Args:
        path: The table.
        assembly: grch37 or grch38: the coordinates to use.

    Raises:
        InputError: The table cannot be used.

    Source: Cheung et al. 2019, doi:10.1016/j.molcel.2018.10.037.
    """
    needed = (_CONTIG, ("dpsi", "v2_dpsi"), ("alt_plus", "alt_allele"))
    return labelled.collected(
        (_mfass(row, assembly) for row in labelled.read(path, *needed)), path
    )


def _mfass(row: labelled.Row, assembly: str) -> labelled.Labelled | labelled.Unlabelled:
    if row.text("category") not in {"", "mutant"}:
        return labelled.Unlabelled.NOT_A_MUTANT
    value, altered = row.number_of("dpsi", "v2_dpsi"), row.truth("sdv", "strong_lof")
    if altered is None:
        if math.isnan(value):
            return labelled.Unlabelled.NOT_MEASURED
        altered = value <= DISRUPTED
    if assembly == "grch38":
        position = row.base(
            "pos_hg38_1based", "snp_position_hg38_1based", "snp_position_end_hg38"
        )
    else:
        position = row.base("pos_hg19_1based", "snp_position", "snp_position_hg19")
    ref, alt = _alleles(row)
    variant = labelled.Labelled(
        name=row.text("id"),
        contig=row.text(*_CONTIG),
        position=position,
        ref=ref,
        alt=alt,
        altered=altered,
        value=value,
        group=row.text("exon_id", "ensembl_id"),
        strand=row.strand("strand"),
        ref_seq=row.text("ref_seq").upper(),
        alt_seq=row.text("alt_seq").upper(),
        exon=row.bounds("exon_start_in_seq", "exon_end_in_seq"),
    )
    return labelled.completed(variant)


def vexseq(path: pathlib.Path, assembly: str, least: float) -> labelled.Labels:
    """Read Vex-seq as published by CAGI5, with sequences or without.

    The value is the change of PSI in HepG2 cells, as a fraction; altered variants
    change by `least` or more in either direction. The group is the exon. The table's
    sequences are of equal length, so indels shift their ends; the alternate sequence
    is therefore derived from the reference's, with the same ends.

    Args:
        path: The table.
        assembly: grch37, or grch38 where the table has such coordinates.
        least: Change that counts as altered (fraction).

    Raises:
        InputError: The table cannot be used.

    Source: Adamson et al. 2018, doi:10.1186/s13059-018-1437-x.
    """
    needed = (_CONTIG, ("HepG2_delta_psi", "delta_psi"), ("variant", "alt"))
    return labelled.collected(
        (_vexseq(row, assembly, least) for row in labelled.read(path, *needed)), path
    )


def _vexseq(
    row: labelled.Row, assembly: str, least: float
) -> labelled.Labelled | labelled.Unlabelled:
    value = row.number_of("HepG2_delta_psi", "delta_psi") / 100
    if math.isnan(value):
        return labelled.Unlabelled.NOT_MEASURED
    position = row.base(*_VEXSEQ_POSITIONS[assembly])
    contig, span = row.text(*_CONTIG), row.bounds("start", "end")
    first, width = row.whole("exon_start_in_seq"), row.whole("width")
    ref, alt = _alleles(row)
    ref_seq, alt_seq = _vexseq_sequences(row)
    variant = labelled.Labelled(
        name=row.text("ID"),
        contig=contig,
        position=position,
        ref=ref,
        alt=alt,
        altered=abs(value) >= least,
        value=value,
        group=f"{contig}:{span[0]}-{span[1]}" if span else "",
        strand=row.strand("strand"),
        ref_seq=ref_seq,
        alt_seq=alt_seq,
        exon=None if first is None or width is None else (first, first + width),
    )
    return labelled.completed(variant)


def _vexseq_sequences(row: labelled.Row) -> tuple[str, str]:
    """Return both sequences with the same ends, if the table has the coordinates."""
    ref_seq, alt_seq = row.text("REF_SEQ").upper(), row.text("ALT_SEQ").upper()
    span, first = row.bounds("start", "end"), row.whole("exon_start_in_seq")
    position = row.whole(*_VEXSEQ_POSITIONS["grch37"])
    if not ref_seq or span is None or first is None or position is None:
        return ref_seq, alt_seq
    ref, alt = _alleles(row)
    at = first + position - span[0]
    if row.strand("strand") is coordinates.Strand.MINUS:
        at = first + span[1] - (position + len(ref) - 1)
        ref, alt = _complement(ref), _complement(alt)
    if at < 0 or ref_seq[at : at + len(ref)] != ref:
        return ref_seq, alt_seq
    return ref_seq, ref_seq[:at] + alt + ref_seq[at + len(ref) :]


def mapsy(path: pathlib.Path, assembly: str, least: float) -> labelled.Labels:
    """Read MaPSy as published by CAGI5: exonic variants, and their allelic ratios.

    Ratios are in columns whose names contain ratio, and vivo or vitro; they are
    logarithms to base 2 if the name contains log.

    A ratio is that of spliced to unspliced of the mutant over the wild type, in
    cells (vivo) and in extract (vitro). The value is the mean over the given ratios
    r of (r - 1) / (r + 1), which lies in -1 to 1. Altered variants are those of the
    ESM column; without it, by the authors' criterion, those that change in the same
    direction and by `least` or more in every given assay (a ratio of 1.5 is 0.2).
    The group is the exon or gene.

    Args:
        path: The table.
        assembly: grch37, or grch38 where the table has such coordinates.
        least: Change that counts as altered where there is no ESM column (fraction).

    Raises:
        InputError: The table cannot be used.

    Source: Soemedi et al. 2017, doi:10.1038/ng.3837.
    """
    needed = (_CONTIG, ("alt", "alt_allele", "mut_allele", "mut"))
    return labelled.collected(
        (_mapsy(row, assembly, least) for row in labelled.read(path, *needed)), path
    )


def _mapsy(
    row: labelled.Row, assembly: str, least: float
) -> labelled.Labelled | labelled.Unlabelled:
    shares = [_share(row, where) for where in ("vivo", "vitro")]
    measured = [share for share in shares if not math.isnan(share)]
    value = sum(measured) / len(measured) if measured else math.nan
    altered = row.truth("ESM", "is_esm", "esm_flag")
    if altered is None and not measured:
        return labelled.Unlabelled.NOT_MEASURED
    if altered is None:
        altered = all(abs(share) >= least for share in measured) and (
            max(measured) < 0 or min(measured) > 0
        )
    ref, alt = _alleles(row)
    variant = labelled.Labelled(
        name=row.text("id", "name", "variant_id"),
        contig=row.text(*_CONTIG),
        position=row.base(*_MAPSY_POSITIONS[assembly]),
        ref=ref,
        alt=alt,
        altered=altered,
        value=value,
        group=row.text("exon_id", "exon", "transcript", "gene"),
        strand=row.strand("strand"),
        ref_seq=row.text("ref_seq", "wt_seq").upper(),
        alt_seq=row.text("alt_seq", "mut_seq").upper(),
    )
    return labelled.completed(variant)


def _share(row: labelled.Row, where: str) -> float:
    """Return (r - 1) / (r + 1) of the ratio r measured in vivo or vitro, or NaN."""
    for name in row.cells:
        if where in name and "ratio" in name:
            ratio = row.number_of(name)
            if "log" in name:
                return math.tanh(ratio * math.log(2) / 2)
            if ratio < 0:
                raise row.malformed("a ratio must be 0 or more", str(ratio))
            return (ratio - 1) / (ratio + 1)
    return math.nan


def _alleles(row: labelled.Row) -> tuple[str, str]:
    """Return both alleles, plus strand; empty where missing."""
    return (
        row.text(
            "ref_plus", "ref_allele", "reference", "ref", "wt_allele", "wt"
        ).upper(),
        row.text(
            "alt_plus", "alt_allele", "variant", "alt", "mut_allele", "mut"
        ).upper(),
    )


def _complement(letters: str) -> str:
    return dna.decode(dna.reverse_complement(dna.encode(letters)))
