"""Which transcript a name counts on."""

import dataclasses
import re
from collections.abc import Iterator

from twinsplice.genome import (
    builds,
    coordinates,
    genes,
    hgvs,
    spelling,
    transcript_sets,
    transcripts,
)
from twinsplice.io.annotation import former_symbols, lrg_transcripts

_ACCESSION = re.compile(r"(?:[NX][MR]_|ENS[A-Z]*T\d|LRG_|[NX][CGTW]_)")
_MANE = {
    transcripts.Mane.SELECT: "MANE Select",
    transcripts.Mane.PLUS_CLINICAL: "MANE Plus Clinical",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """A transcript, and how it was chosen where the name leaves a choice.

    Attributes:
        transcript: The transcript.
        notes: Remarks, in plain words.
    """

    transcript: transcripts.Transcript
    notes: tuple[str, ...] = ()


def choose(
    name: hgvs.Name, table: transcript_sets.TranscriptSet, index: genes.GeneIndex
) -> Choice | transcripts.Missing:
    """Return the transcript that a name counts on.

    An accession without a version is its newest; with one that is not there, the
    nearest; a symbol is the gene's transcript in MANE. Each is noted.

    Args:
        name: The name.
        table: The transcripts.
        index: Genes of the annotation: their symbols count, too.
    """
    accession = name.reference
    choice: Choice | transcripts.Missing | None = by_accession(accession, table)
    if lrg_transcripts.is_one(accession):
        choice = _of_record(accession, table)
    if choice is None and _ACCESSION.match(accession):
        return transcripts.Missing(_unknown(accession))
    choice = choice or _by_symbol(accession, table, index)
    if isinstance(choice, Choice):
        notes = (*choice.notes, *_context(name, choice.transcript))
        return Choice(choice.transcript, notes)
    return choice


def _context(name: hgvs.Name, transcript: transcripts.Transcript) -> Iterator[str]:
    """Yield what a name says beside its transcript that is not so."""
    outer, symbol = name.genome, name.symbol
    contig = coordinates.canonical_contig(outer)
    actual = coordinates.canonical_contig(transcript.contig)
    if contig == "MT" or contig in builds.NAMES:
        if contig != actual:
            yield f"{transcript.name} lies on {transcript.contig}, not on {outer}"
    elif not _ACCESSION.match(outer):
        symbol = symbol or outer
    if not symbol or transcript.gene.upper() == symbol.upper():
        return
    if symbol.upper() in former_symbols.alike(transcript.gene):
        yield former_symbols.said(symbol, transcript.gene)
    else:
        yield f"{transcript.name} is of {transcript.gene}, not {symbol}"


def is_accession(text: str) -> bool:
    """Return whether a name is meant as a transcript's accession."""
    return re.match(r"[NX][MR]_\d|ENS[A-Z]*T\d", text) is not None


def by_accession(accession: str, table: transcript_sets.TranscriptSet) -> Choice | None:
    """Return the transcript of an accession, or of its nearest version; None of none.

    Args:
        accession: The accession.
        table: The transcripts.
    """
    stem, version = transcript_sets.split_version(accession)
    exact = table.named(accession)
    if exact:
        first = exact[0]
        if first.name == accession:
            return Choice(first)
        return Choice(first, (f"{accession} is {first.name}",))
    others = table.named(stem)
    if not others or version is None:
        return None

    def distance(transcript: transcripts.Transcript) -> int:
        for own in (transcript.name, transcript.partner):
            own_stem, own_version = transcript_sets.split_version(own)
            if own_stem == stem and own_version is not None:
                return abs(int(own_version) - int(version or 0))
        return 0

    nearest = min(others, key=distance)
    return Choice(
        nearest,
        (f"{accession} is not among the transcripts: counted on {nearest.name}",),
    )


def _of_record(
    name: str, table: transcript_sets.TranscriptSet
) -> Choice | transcripts.Missing:
    """Return the transcript of an LRG record's."""
    accession = lrg_transcripts.refseq(name)
    if accession is None:
        return transcripts.Missing(
            f"{name} is no known transcript of an LRG record, as LRG_292t1 is"
        )
    choice = by_accession(accession, table)
    if choice is None:
        return transcripts.Missing(f"{name} is {accession}; {_unknown(accession)}")
    return Choice(choice.transcript, (f"{name} is {accession}", *choice.notes))


def _by_symbol(
    symbol: str, table: transcript_sets.TranscriptSet, index: genes.GeneIndex
) -> Choice | transcripts.Missing:
    members, notes = table.of_gene(symbol), []
    if not members:
        members = _by_former_symbol(symbol, table)
        notes = [former_symbols.said(symbol, each.gene) for each in members[:1]]
    if not members:
        members = _by_place(symbol, table, index)
        notes = [f"{symbol} is {each.gene} today" for each in members[:1]]
    if not members:
        in_mane = {
            gene
            for gene, mane in zip(table.genes, table.mane, strict=True)
            if mane is not transcripts.Mane.NONE
        }
        close = spelling.closest(symbol, table.genes, in_mane)
        guess = f"; did you mean {' or '.join(close)}?" if close else ""
        return transcripts.Missing(f"no gene or transcript is called {symbol}{guess}")
    first = members[0]
    how = _MANE.get(first.mane)
    if how is None:
        how = "its longest coding one" if len(members) > 1 else "its only one"
        how += ", for it has none in MANE"
    notes.append(f"{symbol} is counted on {first.name} ({how})")
    return Choice(first, tuple(notes))


def _by_former_symbol(
    symbol: str, table: transcript_sets.TranscriptSet
) -> list[transcripts.Transcript]:
    """Transcripts of the only gene that goes by another symbol of the same gene."""
    found = {
        members[0].gene: members
        for name in sorted(former_symbols.alike(symbol))
        if (members := table.of_gene(name))
    }
    return next(iter(found.values())) if len(found) == 1 else []


def _by_place(
    symbol: str, table: transcript_sets.TranscriptSet, index: genes.GeneIndex
) -> list[transcripts.Transcript]:
    """Transcripts of the gene that lies where the annotation has a symbol."""
    wanted = _unversioned(symbol)
    for gene in index.genes:
        if wanted in {gene.name.upper(), _unversioned(gene.gene_id)}:
            span = gene.span
            rows = [
                table.row(row) for row in table.over(span.contig, span.start, span.end)
            ]
            return [row for row in rows if _shares(row, gene)]
    return []


def _unversioned(identifier: str) -> str:
    """An identifier in upper case, one of Ensembl's without its version."""
    upper = identifier.upper()
    return upper.partition(".")[0] if upper.startswith("ENS") else upper


def _shares(transcript: transcripts.Transcript, gene: genes.Gene) -> bool:
    """Whether a transcript has most of its donors in common with a gene."""
    minus = gene.strand is coordinates.Strand.MINUS
    donors = transcript.starts[1:] if minus else transcript.ends[:-1] - 1
    shared = len(set(donors.tolist()) & set(gene.donors.tolist()))
    return transcript.strand is gene.strand and shared * 2 > len(donors)


def _unknown(accession: str) -> str:
    advice = "names count on NM_, NR_ and MANE's ENST transcripts"
    if accession.startswith("ENS"):
        advice = "give Ensembl's or GENCODE's file as --transcripts"
    elif accession.startswith("X"):
        advice = "give RefSeq's own file, which has predicted ones, as --transcripts"
    return f"{accession} is not among the transcripts; {advice}"
