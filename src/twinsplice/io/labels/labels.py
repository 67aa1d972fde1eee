"""Readers of labelled variants into one schema (see `labelled`).

The meaning of databases' classes is defined here, that of assays' measurements in
`assays`.
"""

import enum
import math
import pathlib
import re
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.genome import whole_numbers
from twinsplice.io.labels import assays, labelled
from twinsplice.io.vcf import vcf

ASSEMBLIES = ("grch37", "grch38")


class Format(enum.StrEnum):
    """The source and format of a table."""

    MFASS = "mfass"
    VEXSEQ = "vexseq"
    SPLICEVARDB = "splicevardb"
    MAPSY = "mapsy"
    CLINVAR = "clinvar"
    PLAIN = "plain"


def read(
    path: pathlib.Path, form: Format, assembly: str = "grch37", least: float = 0.1
) -> labelled.Labels:
    """Read a table of labels.

    Args:
        path: The file, gzipped or not.
        form: Its format.
        assembly: grch37 or grch38: the coordinates to use where it has both.
        least: Smallest size of a value that counts as altered, where there is no
            other criterion (fraction).

    Raises:
        InputError: The file cannot be read, or is of another format.
    """
    if assembly not in ASSEMBLIES:
        raise errors.InputError(
            f"an assembly must be {' or '.join(ASSEMBLIES)}",
            got=assembly,
            remedy="choose one",
        )
    match form:
        case Format.MFASS:
            return assays.mfass(path, assembly)
        case Format.VEXSEQ:
            return assays.vexseq(path, assembly, least)
        case Format.MAPSY:
            return assays.mapsy(path, assembly, least)
        case Format.SPLICEVARDB:
            return splicevardb(path, assembly)
        case Format.CLINVAR:
            return clinvar(path)
        case Format.PLAIN:
            return plain(path, least)


# SpliceVarDB.

_CLASSES: dict[str, bool | labelled.Unlabelled] = {
    "splicealtering": True,
    "normal": False,
    "lowfrequency": labelled.Unlabelled.LOW_FREQUENCY,
    "conflicting": labelled.Unlabelled.CONFLICTING,
}
_BUILDS = {"grch37": ("hg19", "grch37"), "grch38": ("hg38", "grch38")}
_PLACE = re.compile(r"([\w.]+)[-:_](\d+)[-:_]([A-Za-z]*)[->_:/]+([A-Za-z]*)")


def splicevardb(path: pathlib.Path, assembly: str) -> labelled.Labels:
    """Read SpliceVarDB's download.

    Splice-altering variants are altered and normal ones are not; low-frequency and
    conflicting ones are skipped, as for validated deltas. The group is the gene.

    Args:
        path: The table.
        assembly: grch37 or grch38: the coordinates to use.

    Raises:
        InputError: The table cannot be used, or has a class of another name.

    Source: Sullivan et al. 2024, doi:10.1016/j.ajhg.2024.08.002.
    """
    needed = (_BUILDS[assembly], ("classification", "class"))
    return labelled.collected(
        (_splicevardb(row, assembly) for row in labelled.read(path, *needed)), path
    )


def _splicevardb(
    row: labelled.Row, assembly: str
) -> labelled.Labelled | labelled.Unlabelled:
    classification = row.text("classification", "class")
    altered = _CLASSES.get(labelled.plain(classification))
    if altered is None:
        rule = "a class must be Splice-altering, Normal, Low-frequency or Conflicting"
        raise row.malformed(rule, repr(classification[:40]))
    if isinstance(altered, labelled.Unlabelled):
        return altered
    place = _PLACE.fullmatch(row.text(*_BUILDS[assembly]))
    if place is None or not (place[3] and place[4]):
        return labelled.Unlabelled.NO_COORDINATES
    contig, position, ref, alt = place.groups()
    name = row.text("variant_id", "id") or place[0]
    return labelled.Labelled(
        name=name,
        contig=contig,
        position=whole_numbers.parse(position) - 1,
        ref=ref.upper(),
        alt=alt.upper(),
        altered=altered,
        value=math.nan,
        group=row.text("gene", "symbol") or name,
    )


# ClinVar.

_DISEASE = frozenset({"pathogenic", "likely_pathogenic"})
_HARMLESS = frozenset({"benign", "likely_benign"})
SITES = frozenset({"splice_donor_variant", "splice_acceptor_variant"})
"""Consequences on splicing, whatever other effects a variant has."""
SILENT = SITES | {
    "intron_variant",
    "synonymous_variant",
    "non-coding_transcript_variant",
}
"""Consequences that do not change a protein unless splicing changes."""


def clinvar(path: pathlib.Path) -> labelled.Labels:
    """Read ClinVar's VCF.

    Variants are used if they would act by splicing: MC names a donor or acceptor
    site, or only introns, synonymous changes and non-coding transcripts. Of those,
    (likely) pathogenic ones are altered and (likely) benign ones are not; all others
    are skipped. Pathogenic missense variants carry no information on splicing, and
    so their benign counterparts are skipped, too. The group is the gene.

    Args:
        path: The VCF; of either assembly, as downloaded.

    Raises:
        InputError: It is no VCF as text.

    Source: Landrum et al. 2018, doi:10.1093/nar/gkx1153.
    """
    return labelled.collected(_clinvar(path), path)


def _clinvar(path: pathlib.Path) -> Iterator[labelled.Labelled | labelled.Unlabelled]:
    with vcf.read(path) as records:
        for record in records:
            altered = _significance(record)
            for alt in record.alts or (None,):
                if isinstance(altered, labelled.Unlabelled):
                    yield altered
                elif alt is None:
                    yield labelled.Unlabelled.NO_ALT
                else:
                    yield _of_clinvar(record, alt, altered=altered)


def _of_clinvar(record: vcf.Record, alt: str, *, altered: bool) -> labelled.Labelled:
    name = f"{record.contig}-{record.position + 1}-{record.ref}-{alt}"
    gene = (vcf.info(record, "GENEINFO") or "").partition(":")[0]
    return labelled.Labelled(
        name=name,
        contig=record.contig,
        position=record.position,
        ref=record.ref.upper(),
        alt=alt.upper(),
        altered=altered,
        value=math.nan,
        group=gene or name,
    )


def _significance(record: vcf.Record) -> bool | labelled.Unlabelled:
    significance = (vcf.info(record, "CLNSIG") or "").lower().split("|")[0]
    classes = set(significance.split("/"))
    if not significance or not (classes <= _DISEASE or classes <= _HARMLESS):
        return labelled.Unlabelled.UNCERTAIN
    # SO:0001627|intron_variant,SO:0001583|missense_variant
    consequences = vcf.info(record, "MC") or ""
    effects = {
        consequence.rpartition("|")[2] for consequence in consequences.split(",")
    } - {""}
    if not effects:
        return labelled.Unlabelled.NO_CONSEQUENCE
    if not (effects & SITES or effects <= SILENT):
        return labelled.Unlabelled.OTHER_CONSEQUENCE
    return classes <= _DISEASE


# A plain table.


def plain(path: pathlib.Path, least: float) -> labelled.Labels:
    """Read a table with columns chrom, pos, ref and alt, and label or value or both.

    pos is 1-based. label is 1 or 0; where it is missing, a value of size `least` or
    more is altered. value is a fraction, -1 to 1. Optional columns are ref_seq and
    alt_seq (direction of transcription), strand, group, name, exon_start and exon_end
    (0-based, within ref_seq); with both sequences the first four may be missing.

    Args:
        path: The table.
        least: Smallest size of a value that counts as altered (fraction).

    Raises:
        InputError: The table cannot be used.
    """
    needed = (("alt", "alt_seq"), ("label", "value"))
    return labelled.collected(
        (_plain(row, least) for row in labelled.read(path, *needed)), path
    )


def _plain(row: labelled.Row, least: float) -> labelled.Labelled | labelled.Unlabelled:
    value, altered = row.number_of("value"), row.truth("label")
    if abs(value) > 1:
        raise row.malformed("value must be a fraction, -1 to 1", str(value))
    if altered is None and math.isnan(value):
        return labelled.Unlabelled.NOT_MEASURED
    variant = labelled.Labelled(
        name=row.text("name", "id"),
        contig=row.text("chrom", "chr", "contig"),
        position=row.base("pos"),
        ref=row.text("ref").upper(),
        alt=row.text("alt").upper(),
        altered=abs(value) >= least if altered is None else altered,
        value=value,
        group=row.text("group"),
        strand=row.strand("strand"),
        ref_seq=row.text("ref_seq").upper(),
        alt_seq=row.text("alt_seq").upper(),
        exon=row.bounds("exon_start", "exon_end"),
    )
    return labelled.completed(variant)
