"""Which transcript an answer is of, and what the variant is called on it.

Of the transcripts on the gene's strand that hold the variant the first is taken: the
one that was scored, else of the gene's symbol, MANE's first, then the longest.
"""

import functools
from collections.abc import Mapping, Sequence

from twinsplice import errors
from twinsplice.genome import (
    dna,
    hgvs_naming,
    hgvs_projection,
    transcript_sets,
    transcripts,
    variants,
)
from twinsplice.io import tables
from twinsplice.io.annotation import former_symbols
from twinsplice.scoring.naming import variant_names

SCHEMA: Mapping[str, type] = {"transcript": str, "hgvs_c": str}
"""The columns that are added."""
_KEPT = 64
_Row = tuple[str, int, str, str]


class AnswerNamer:
    """Names the rows of a table of results."""

    def __init__(self, resolver: variant_names.Resolver) -> None:
        """Initialise a namer; transcripts are loaded with the first rows.

        Args:
            resolver: What knows the reference and the transcripts.
        """
        self._resolver = resolver
        self._over = functools.lru_cache(maxsize=_KEPT)(self._transcripts)

    def columns(self, table: tables.Columns) -> dict[str, list[str | None]]:
        """Return the columns of `SCHEMA`; empty where no transcript holds a variant.

        Args:
            table: Columns `chrom`, `pos` (1-based), `ref`, `alt`, `gene`, `gene_id` and
                `strand` of results.
        """
        site = [table[name] for name in ("chrom", "pos", "ref", "alt")]
        gene = [table[name] for name in ("gene", "gene_id", "strand")]
        found = [
            self._named(row, of) if _is_plain(row) else (None, None)
            for row, of in zip(
                zip(*site, strict=True), zip(*gene, strict=True), strict=True
            )
        ]
        return {
            name: [names[number] for names in found]
            for number, name in enumerate(SCHEMA)
        }

    def _named(
        self, row: _Row, gene: tuple[str | None, str | None, str | None]
    ) -> tuple[str | None, str | None]:
        symbol, identifier, strand = gene
        over = self._over(row)
        choices = [on for on in over if strand in {None, on.strand.value}]
        # Those that were scored, then the gene's, then any; a stable sort.
        names = former_symbols.alike(symbol or "")
        choices.sort(
            key=lambda on: (on.name != identifier, on.gene.upper() not in names)
        )
        for on in choices:
            name = self._name(row, on)
            if name is not None:
                return on.name, name
        return None, None

    def _transcripts(self, row: _Row) -> list[transcripts.Transcript]:
        """The transcripts that hold a variant, by preference."""
        variant, fetch = self._variant(row)
        if variant is None or self._table is None:
            return []
        if fetch(variant.start, variant.end) != variant.ref:
            return []
        core = variants.trim(variant)
        numbers = self._table.over(variant.contig, core.start, core.end)
        return [self._table.row(number) for number in numbers]

    def _name(self, row: _Row, on: transcripts.Transcript) -> str | None:
        variant, fetch = self._variant(row)
        if variant is None:
            return None
        name = hgvs_naming.on_transcript(variant, on, fetch)
        return None if name is None else str(name)

    def _variant(
        self, row: _Row
    ) -> tuple[variants.Variant | None, hgvs_projection.Fetch]:
        """A row's variant on the reference, if it is there, and what reads bases."""
        chrom, pos, ref, alt = row
        contig = self._resolver.reference.resolve(chrom)
        fetch = self._resolver.fetcher(contig or "")
        if contig is None:
            return None, fetch
        return variants.Variant(contig, pos - 1, ref.upper(), alt.upper()), fetch

    @functools.cached_property
    def _table(self) -> transcript_sets.TranscriptSet | None:
        try:
            return self._resolver.transcripts
        except errors.InputError:
            # Names were not asked for, and it is not known what to count on.
            return None


def _is_plain(row: Sequence[object]) -> bool:
    chrom, pos, ref, alt = row
    return (
        isinstance(chrom, str)
        and isinstance(pos, int)
        and pos > 0
        and all(isinstance(bases, str) and dna.is_plain(bases) for bases in (ref, alt))
    )
