"""Genes made up by hypothesis, written as GTF or GFF3 by the habits of many programs.

The same genes, in whatever dialect, are to be read as the same.
"""

import dataclasses
import gzip
import itertools
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from hypothesis import strategies as st

from support import gene_files

Exons = list[tuple[int, int]]
Facts = tuple[tuple[int, int], str, list[int], list[int]]
_CONTIGS = ("chr1", "1", "NC_000001.11", "scaffold_7|x", "HLA-A*01:01:01:01")
# What a quoted value of GTF may hold, and what GFF3 has to encode.
_NAMES = ("ALPHA", "HLA-DRB1", "A;B", "C, D", "é=1", "gene_id X", "100%")
_COMMENTS = (
    *("#!genome-build x", "# a\tb", "#", "##sequence-region 1 1 9", "###", ""),
    *("track name=x", "browser position 1:1-9"),
)


@dataclasses.dataclass(frozen=True)
class DrawnGene:
    """A gene; exons are 1-based with both ends, ascending."""

    name: str
    number: int
    contig: str
    strand: str
    transcripts: tuple[Exons, ...]

    @property
    def ends(self) -> tuple[int, int]:
        """First and last base (1-based)."""
        exons = [exon for exons in self.transcripts for exon in exons]
        return min(start for start, _ in exons), max(end for _, end in exons)

    def facts(self) -> Facts:
        """Return its span, strand, acceptors and donors, as `gene_files.facts`."""
        start, end = self.ends
        left, right = set(), set()
        for exons in self.transcripts:
            for (_, last), (first, _) in itertools.pairwise(exons):
                left.add(last - 1)
                right.add(first - 1)
        acceptors, donors = (right, left) if self.strand == "+" else (left, right)
        return (start - 1, end), self.strand, sorted(acceptors), sorted(donors)


class Style(NamedTuple):
    """The habits of a program.

    Attributes:
        quote: Whether values of GTF are quoted.
        joint: What parts attributes.
        trails: Whether the last attribute has a semicolon.
        named: Key of the symbol; none of a file that has identifiers only.
        genes: Whether there are lines of genes.
        transcripts: Whether there are lines of transcripts.
        shuffled: Whether parts come before what they belong to.
        extra: Other attributes, of every line.
        feature: What exons are called: `exon`, or `CDS` in files without any.
        version: What identifiers of genes end in.
    """

    quote: bool
    joint: str
    trails: bool
    named: str
    genes: bool
    transcripts: bool
    shuffled: bool
    extra: str
    feature: str
    version: str


@st.composite
def drawn_genes(draw: st.DrawFn) -> list[DrawnGene]:
    """A few genes of one contig, spliced or not."""
    found = []
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3, unique=True))
    for number, name in enumerate(names, 1):
        edges = st.sets(st.integers(1, 400), min_size=2, max_size=10)
        found.append(
            DrawnGene(
                name,
                number,
                draw(st.sampled_from(_CONTIGS)),
                draw(st.sampled_from("+-")),
                tuple(
                    _exons(draw(edges), 1_000 * number)
                    for _ in range(draw(st.integers(1, 3)))
                ),
            )
        )
    return found


def _exons(edges: set[int], first: int) -> Exons:
    """Exons of at least one base, between which are introns."""
    # Doubled, so that an intron is between any two.
    ends = [first + 2 * edge for edge in sorted(edges)]
    return list(zip(ends[::2], ends[1::2], strict=False))


styles = st.builds(
    Style,
    quote=st.booleans(),
    joint=st.sampled_from([";", "; ", " ; "]),
    trails=st.booleans(),
    named=st.sampled_from(["gene_name", "gene", ""]),
    genes=st.booleans(),
    transcripts=st.booleans(),
    shuffled=st.booleans(),
    extra=st.sampled_from(["", "tag", "note", "level"]),
    feature=st.sampled_from(["exon", "CDS"]),
    version=st.sampled_from(["", ".7"]),
)


def gene_id(gene: DrawnGene, style: Style) -> str:
    """Return a gene's identifier, as a file has it."""
    return f"ENSG0000000000{gene.number}{style.version}"


def label(gene: DrawnGene, style: Style) -> str:
    """Return the name by which a gene is to be known."""
    if style.named and gene.name:
        return gene.name
    return f"ENSG0000000000{gene.number}"


def transcript_id(gene: DrawnGene, place: int) -> str:
    """Return a transcript's identifier, as a file has it."""
    return f"ENST{gene.number}{place}.3"


def gtf(genes: list[DrawnGene], style: Style) -> str:
    """Return genes as GTF."""
    # Without quotes, names cannot hold what parts them.
    quoted = style.quote or any(set(gene.name) & set("; ") for gene in genes)

    def attributes(gene: DrawnGene, place: int | None) -> str:
        pairs = {"gene_id": gene_id(gene, style)}
        if place is not None:
            pairs["transcript_id"] = transcript_id(gene, place)
        if style.named:
            pairs[style.named] = gene.name
        extra = {"tag": 'tag "basic"; tag "x";', "level": "level 2;"}
        note = 'note "x; gene_id Y; y=z"' if quoted else "note x"
        words = [f'{key} "{x}"' if quoted else f"{key} {x}" for key, x in pairs.items()]
        words += [extra.get(style.extra, note).strip(";")] if style.extra else []
        if style.shuffled:
            words.reverse()
        return style.joint.join(words) + (";" if style.trails else "")

    return _text(genes, style, attributes, "transcript")


def gff3(genes: list[DrawnGene], style: Style) -> str:
    """Return genes as GFF3; one without lines of genes names them all the same."""

    def attributes(gene: DrawnGene, place: int | None, *, part: bool = False) -> str:
        name = urllib.parse.quote(gene.name, safe=" " if style.quote else "")
        pairs: dict[str, str] = {}
        key = style.named or "x"
        if place is None:
            pairs = {"ID": f"gene:{gene_id(gene, style)}", key: name}
        else:
            own = f"transcript:{transcript_id(gene, place)}"
            pairs = {"Parent": own} if part else {"ID": own}
            if style.genes and not part:
                pairs["Parent"] = f"gene:{gene_id(gene, style)}"
            if not (style.genes and style.transcripts):
                pairs["geneID"] = gene_id(gene, style)
                pairs[key] = name
        extra = {"tag": "tag=basic,x", "note": "Note=a%3Bb gene_id", "level": "level=2"}
        words = [f"{key}={value}" for key, value in pairs.items()]
        words += [extra[style.extra]] if style.extra else []
        if style.shuffled:
            words.reverse()
        return style.joint.lstrip().join(words) + (";" if style.trails else "")

    def of_part(gene: DrawnGene, place: int) -> str:
        return attributes(gene, place, part=True)

    return _text(genes, style, attributes, "mRNA", of_part)


def _text(
    genes: list[DrawnGene],
    style: Style,
    attributes: Callable[[DrawnGene, int | None], str],
    transcript: str,
    of_part: Callable[[DrawnGene, int], str] | None = None,
) -> str:
    lines = []
    for gene in genes:
        rest = gene.contig, gene.strand
        if style.genes:
            lines.append(_line("gene", gene.ends, *rest, attributes(gene, None)))
        for place, exons in enumerate(gene.transcripts):
            if style.transcripts:
                ends = exons[0][0], exons[-1][1]
                lines.append(_line(transcript, ends, *rest, attributes(gene, place)))
            of = (of_part or attributes)(gene, place)
            lines += [_line(style.feature, exon, *rest, of) for exon in exons]
    return "\n".join(lines[::-1] if style.shuffled else lines) + "\n"


def _line(
    feature: str, ends: tuple[int, int], contig: str, strand: str, of: str
) -> str:
    return gene_files.line(contig, feature, ends, strand, of)


# What is the same file all the same.


@st.composite
def files(draw: st.DrawFn, text: str, *, is_gff3: bool) -> bytes:
    """Bytes of a text with comments, line ends, a byte order mark, packed or not."""
    lines = text.splitlines()
    for comment in draw(st.lists(st.sampled_from(_COMMENTS), max_size=3)):
        lines.insert(draw(st.integers(0, len(lines))), comment)
    first = ["##gff-version 3"] if is_gff3 else ["##gff-version 2", "#gtf-version 2.2"]
    lines[:0] = draw(st.sampled_from([[], first]))
    if is_gff3 and draw(st.booleans()):
        lines += ["##FASTA", ">1", "ACGT"]
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    body = ending.join(lines) + draw(st.sampled_from(["", ending, ending * 3]))
    content = draw(st.sampled_from(["", "\ufeff"])).encode() + body.encode()
    return gzip.compress(content) if draw(st.booleans()) else content


def expected(genes: list[DrawnGene], style: Style) -> Mapping[str, Facts]:
    """Return what is to be read, by name."""
    return {label(gene, style): gene.facts() for gene in genes}


def transcripts(genes: list[DrawnGene]) -> Iterator[tuple[str, Exons]]:
    """Yield each transcript's name and its exons (0-based, half-open)."""
    for gene in genes:
        for place, exons in enumerate(gene.transcripts):
            yield (
                transcript_id(gene, place),
                [(start - 1, end) for start, end in exons],
            )
