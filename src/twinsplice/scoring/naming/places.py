"""Places by name: a region of a contig, a gene of the annotation, or a transcript."""

import dataclasses
import re
from collections.abc import Collection

from twinsplice import errors
from twinsplice.genome import (
    coordinates,
    genes,
    spelling,
    transcript_sets,
    whole_numbers,
)
from twinsplice.io import fasta
from twinsplice.io.annotation import former_symbols
from twinsplice.scoring.naming import transcript_choice

_REGION = re.compile(r"(\S+):([\d,]+)(?:(?:-|\.\.)([\d,]+))?", re.ASCII)
_LISTED = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """An interval of the genome, on the reference's own contig name.

    Attributes:
        title: What it is called in print.
        interval: Its bases.
        gene: The gene that was named, or that of a transcript; none for a region.
        notes: How the name was understood, in plain words.
    """

    title: str
    interval: coordinates.Interval
    gene: genes.Gene | None = None
    notes: tuple[str, ...] = ()


def resolve(
    name: str,
    index: genes.GeneIndex,
    reference: fasta.Reference,
    table: transcript_sets.TranscriptSet | None = None,
    gene: str | None = None,
) -> Place:
    """Return the place that a name is of.

    Args:
        name: `contig:start-end` (from 1, the end included; commas allowed),
            `contig:position`, a gene's name of today or before or its identifier, or
            a transcript's accession, with or without its version.
        index: The genes.
        reference: The genome.
        table: The transcripts, where they are known.
        gene: Name or identifier of the gene of a region that is meant, if one is.

    Raises:
        InputError: There is no such place, or more than one.
    """
    region = _REGION.fullmatch(name.strip())
    if region is not None:
        place = _region(name.strip(), region, reference)
        return place if gene is None else _of_gene(place, gene, index)
    if transcript_choice.is_accession(name.strip().upper()):
        return _transcript(name.strip().upper(), index, reference, table)
    named = _gene(name.strip(), index)
    interval = _on_reference(named.name, named.span, reference)
    notes = _renamed(name.strip(), named)
    return Place(title=named.name, interval=interval, gene=named, notes=notes)


def _on_reference(
    name: str, span: coordinates.Interval, reference: fasta.Reference
) -> coordinates.Interval:
    """Return an interval by the reference's name of its contig."""
    contig = reference.resolve(span.contig)
    if contig is None or not reference.holds(contig, span.start, span.end):
        raise errors.InputError(
            "a gene must lie on a contig of the reference",
            got=f"{name} on {span.contig}, which the reference lacks there",
            remedy="give the reference of the annotation's build",
        )
    return coordinates.Interval(contig, span.start, span.end)


def _transcript(
    name: str,
    index: genes.GeneIndex,
    reference: fasta.Reference,
    table: transcript_sets.TranscriptSet | None,
) -> Place:
    """Return the span of a transcript, from its first exon to its last."""
    choice = table and transcript_choice.by_accession(name, table)
    if not choice:
        raise errors.InputError(
            "a transcript must be one of RefSeq's or MANE's of the reference's build",
            got=name,
            remedy="give its gene's name, or a region as contig:start-end",
        )
    on = choice.transcript
    interval = _on_reference(on.name, on.span, reference)
    own = _named({_key(on.gene)}, index) or _named(former_symbols.alike(on.gene), index)
    bounds = f"{interval.contig}:{interval.start + 1:,}-{interval.end:,}"
    return Place(
        title=f"{on.name} ({on.gene})",
        interval=interval,
        gene=own[0] if len(own) == 1 else None,
        notes=(*choice.notes, f"{on.name} is at {bounds}: all of it, with its introns"),
    )


def _region(name: str, region: re.Match[str], reference: fasta.Reference) -> Place:
    first, last = (
        whole_numbers.parse(text or region[2] or "") for text in region.groups()[1:]
    )
    contig = reference.resolve(region[1])
    if contig is None:
        raise errors.InputError(
            "a region must lie on a contig of the reference",
            got=region[1],
            remedy="look at the names in the FASTA's index (.fai)",
        )
    if not 1 <= first <= last or not reference.holds(contig, first - 1, last):
        raise errors.InputError(
            "a region must be contig:start-end within its contig, counted from 1",
            got=f"{name}; {contig} ends at {reference.length(contig):,}",
            remedy="change start or end",
        )
    return Place(
        title=f"{contig}:{first:,}-{last:,}",
        interval=coordinates.Interval(contig, first - 1, last),
    )


def _of_gene(place: Place, name: str, index: genes.GeneIndex) -> Place:
    """Return a region as one of a gene that overlaps it."""
    interval = place.interval
    over = index.over(interval.contig, interval.start, interval.end)
    own = [each for each in over if _key(name) in (_key(each.name), _key(each.gene_id))]
    if own:
        return dataclasses.replace(place, gene=own[0])
    raise errors.InputError(
        "the gene of a region must overlap it",
        got=f"{name}, but there is {', '.join(each.name for each in over) or 'none'}",
        remedy="name another, or none for all",
    )


def _gene(name: str, index: genes.GeneIndex) -> genes.Gene:
    """Return the only gene of a name, whatever its case or an id's version."""
    named = _named({_key(name)}, index) or _named(former_symbols.alike(name), index)
    if len(named) == 1:
        return named[0]
    if named:
        places = ", ".join(
            f"{gene.span.contig}:{gene.span.start + 1}-{gene.span.end}"
            for gene in named[:_LISTED]
        )
        raise errors.InputError(
            "a gene's name must be of one gene",
            got=f"{name}, of {len(named)}: {places}",
            remedy="give its identifier, or one of these regions",
        )
    close = spelling.closest(name, (gene.name for gene in index.genes))
    raise errors.InputError(
        "a place must be a gene of the annotation, or contig:start-end",
        got=name,
        remedy=f"perhaps {' or '.join(close)}" if close else "check its spelling",
    )


def _named(keys: Collection[str], index: genes.GeneIndex) -> list[genes.Gene]:
    return [
        gene
        for gene in index.genes
        if _key(gene.name) in keys or _key(gene.gene_id) in keys
    ]


def _renamed(name: str, gene: genes.Gene) -> tuple[str, ...]:
    """Return a note where a gene has another symbol than the one asked for."""
    if _key(name) in {_key(gene.name), _key(gene.gene_id)}:
        return ()
    return (former_symbols.said(name, gene.name),)


def _key(name: str) -> str:
    upper = name.upper()
    return upper.partition(".")[0] if upper.startswith("ENS") else upper
