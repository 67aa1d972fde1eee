"""Places by name: a region of a contig, or a gene of the annotation."""

import dataclasses
import difflib
import re

from twinsplice import errors
from twinsplice.genome import coordinates, genes, whole_numbers
from twinsplice.io import fasta

_REGION = re.compile(r"(\S+):([\d,]+)(?:(?:-|\.\.)([\d,]+))?", re.ASCII)
_LISTED = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """An interval of the genome, on the reference's own contig name.

    Attributes:
        title: What it is called in print.
        interval: Its bases.
        gene: The gene that was named; none for a region.
    """

    title: str
    interval: coordinates.Interval
    gene: genes.Gene | None = None


def resolve(name: str, index: genes.GeneIndex, reference: fasta.Reference) -> Place:
    """Return the place that a name is of.

    Args:
        name: `contig:start-end` (from 1, the end included; commas allowed),
            `contig:position`, or a gene's name or identifier.
        index: The genes.
        reference: The genome.

    Raises:
        InputError: There is no such place, or more than one.
    """
    region = _REGION.fullmatch(name.strip())
    if region is not None:
        return _region(name.strip(), region, reference)
    gene = _gene(name.strip(), index)
    contig = reference.resolve(gene.span.contig)
    if contig is None or not reference.holds(contig, gene.span.start, gene.span.end):
        raise errors.InputError(
            "a gene must lie on a contig of the reference",
            got=f"{gene.name} on {gene.span.contig}, which the reference lacks there",
            remedy="give the reference of the annotation's build",
        )
    interval = coordinates.Interval(contig, gene.span.start, gene.span.end)
    return Place(title=gene.name, interval=interval, gene=gene)


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


def _gene(name: str, index: genes.GeneIndex) -> genes.Gene:
    """Return the only gene of a name, whatever its case or an id's version."""
    key = _key(name)
    named = [
        gene for gene in index.genes if key in (_key(gene.name), _key(gene.gene_id))
    ]
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
    names = {_key(gene.name): gene.name for gene in index.genes}
    close = [names[key] for key in difflib.get_close_matches(key, names, 3)]
    raise errors.InputError(
        "a place must be a gene of the annotation, or contig:start-end",
        got=name,
        remedy=f"perhaps {' or '.join(close)}" if close else "check its spelling",
    )


def _key(name: str) -> str:
    upper = name.upper()
    return upper.partition(".")[0] if upper.startswith("ENS") else upper
