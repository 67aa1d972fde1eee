"""Transcripts of the user's GTF and GFF3 files, with the marks of their sources.

Accessions have their versions: GENCODE and RefSeq write `ENST00000357654.9`, Ensembl
the version by itself. MANE is told from tags, and the pair from cross-references.
"""

import re
from collections.abc import Mapping

import numpy as np

from twinsplice.genome import coordinates, transcripts
from twinsplice.io.annotation import gene_models, transcript_models
from twinsplice.io.annotation.transcript_models import Model, Span

_PREFIX = re.compile(r"^(?:transcript|rna)[:-]")
_VERSIONED = re.compile(r"\.\d+(?:_PAR_Y)?$")
_PAIR = re.compile(r"(?:RefSeq:|Ensembl:)([NX][MR]_\d+\.\d+|ENST\d+\.\d+)")
_INDEL = re.compile(r"indel|frameshift|gap|base(?:s)? inserted", re.IGNORECASE)
_CROSS_REFERENCES = ("db_xref", "Dbxref", "dbxref")
_VERSIONS = ("transcript_version", "version")


def transcript(model: Model) -> transcripts.Transcript:
    """Return the transcript that lines of a file are."""
    exons = _merged(model.exons)
    gene, gene_id = gene_models.label(model.gene.name, model.gene.attributes)
    tags = _tags(model.attributes)
    name = accession(model)
    pairs = (_PAIR.search(model.attributes.get(key, "")) for key in _CROSS_REFERENCES)
    partner = next((pair[1] for pair in pairs if pair), "")
    return transcripts.Transcript(
        name=name,
        gene=gene,
        gene_id=gene_id,
        contig=model.row.contig,
        strand=coordinates.Strand(model.row.strand),
        starts=np.array([start for start, _ in exons], dtype=np.int64),
        ends=np.array([end for _, end in exons], dtype=np.int64),
        coding=_coding(model.coding, exons),
        mane=_mane(tags),
        partner="" if partner == name else partner,
        flagged="exon_indel" in tags
        or bool(_INDEL.search(model.attributes.get("Note", ""))),
    )


def accession(model: Model) -> str:
    """Return a transcript's accession, with its version if the file tells one."""
    attributes = model.attributes
    name = attributes.get("transcript_id") or _PREFIX.sub("", model.name)
    if _VERSIONED.search(name):
        return name
    for key in _VERSIONS:
        # A file's own version of the annotation is no number.
        if attributes.get(key, "").isdecimal():
            return f"{name}.{attributes[key]}"
    return name


def _tags(attributes: Mapping[str, str]) -> frozenset[str]:
    """The tags of a transcript, with `_` for blanks."""
    texts = (attributes.get(key, "") for key in ("tag", "tags"))
    return frozenset(
        tag.strip().replace(" ", "_") for text in texts for tag in text.split(",")
    )


def _mane(tags: frozenset[str]) -> transcripts.Mane:
    if "MANE_Select" in tags:
        return transcripts.Mane.SELECT
    if "MANE_Plus_Clinical" in tags:
        return transcripts.Mane.PLUS_CLINICAL
    return transcripts.Mane.NONE


def _merged(exons: list[Span]) -> list[Span]:
    """Exons in ascending order; those that overlap or touch are one."""
    merged: list[Span] = []
    for start, end in sorted(exons):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _coding(parts: list[Span], exons: list[Span]) -> Span | None:
    """First coding base and the base after the last; None if they lie in no exon."""
    if not parts:
        return None
    first, end = min(start for start, _ in parts), max(end for _, end in parts)
    held = all(
        any(low <= base < high for low, high in exons) for base in (first, end - 1)
    )
    return (first, end) if held else None


def of(models: transcript_models.Models) -> list[transcripts.Transcript]:
    """Return the transcripts of a file, in its order."""
    return [transcript(model) for model in models.models]
