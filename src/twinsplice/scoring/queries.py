"""From records to questions: which allele is asked of which gene, or why not."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import UInt8

from twinsplice.effect import contig_ends, results, rules, windows
from twinsplice.genome import coordinates, dna, genes, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf

_SYMBOLIC = frozenset("<>[].*")


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """The bases that a network may see, and the strand it reads; the rest is N.

    Attributes:
        contig: Contig, as the reference names it.
        strand: The strand that is read.
        start: First base; none if there is no bound.
        end: The base after the last; none if there is no bound.
    """

    contig: str
    strand: coordinates.Strand
    start: int | None = None
    end: int | None = None

    def fetcher(
        self, reference: fasta.Reference
    ) -> Callable[[int, int], UInt8[np.ndarray, " width"]]:
        """Return a function from an interval to its bases as seen."""

        def fetch(start: int, end: int) -> UInt8[np.ndarray, " width"]:
            first = start if self.start is None else min(max(start, self.start), end)
            last = end if self.end is None else max(min(end, self.end), first)
            codes = np.full(end - start, dna.UNKNOWN, dtype=np.uint8)
            seen = reference.codes(self.contig, first, last)
            codes[first - start : last - start] = seen
            return codes

        return fetch


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Question:
    """One allele in one gene, or on one strand outside genes.

    Attributes:
        alt: The alternate allele as written.
        gene: The gene, as the rules have it here; none outside genes.
        seen: What the networks may see.
        window: Where to look.
    """

    alt: str
    gene: genes.Gene | None
    seen: Seen
    window: windows.Window


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Asker:
    """What turns a record into questions.

    Attributes:
        reference: The genome.
        index: The genes.
        conventions: The rules in force.
        reach: Bases searched each side (bp).
        context: Bases a network reads each side of an output (bp).
        intergenic: Ask of both strands where there is no gene.
    """

    reference: fasta.Reference
    index: genes.GeneIndex
    conventions: rules.Rules
    reach: int
    context: int
    intergenic: bool

    def ask(self, record: vcf.Record) -> Iterator[Question | results.Skipped]:
        """Yield a question or a refusal for each allele and gene of a record."""
        if not record.alts:
            yield _skip(".", variants.SkipReason.NO_ALT)
            return
        contig = self.reference.resolve(record.contig)
        for alt in record.alts:
            if contig is None:
                yield _skip(alt, variants.SkipReason.CONTIG_MISSING)
            elif (reason := self._refuse(contig, record, alt)) is not None:
                yield from self._refusals(contig, record, alt, reason)
            else:
                yield from self._ask_allele(contig, record, alt)

    def _refuse(
        self, contig: str, record: vcf.Record, alt: str
    ) -> variants.SkipReason | None:
        """Why an allele has no score in any gene."""
        if _SYMBOLIC & set(alt):
            return variants.SkipReason.SYMBOLIC
        letters = self.conventions.letters
        if not letters.issuperset((record.ref + alt).upper()):
            return variants.SkipReason.NON_ACGT
        ref = record.ref if self.conventions.verbatim else record.ref.upper()
        end = record.position + len(ref)
        on_contig = record.position >= 0 and end <= self.reference.length(contig)
        if on_contig and not self.reference.holds(contig, record.position, end):
            return variants.SkipReason.NEAR_CONTIG_END
        if self.reference.sequence(contig, record.position, end) != ref:
            return variants.SkipReason.REF_MISMATCH
        written = _variant(contig, record, alt)
        return self.conventions.refuse(written, self.reach)

    def _refusals(
        self, contig: str, record: vcf.Record, alt: str, reason: variants.SkipReason
    ) -> Iterator[results.Skipped]:
        """One refusal, or one a gene where the official program writes those."""
        if reason is not variants.SkipReason.UNSUPPORTED_BY_OFFICIAL:
            yield _skip(alt, reason)
            return
        written = _variant(contig, record, alt)
        window = self.conventions.place(written, written, self.reach)
        over = self._genes_at(record.contig, record.position)
        for gene in over:
            near = self._fit(contig, self._gene_view(gene, window)) is None
            said = variants.SkipReason.NEAR_CONTIG_END if near else reason
            yield _skip(alt, said, gene.name)
        if not over:
            yield _skip(alt, variants.SkipReason.OUTSIDE_GENES)

    def _ask_allele(
        self, contig: str, record: vcf.Record, alt: str
    ) -> Iterator[Question | results.Skipped]:
        written = _variant(contig, record, alt)
        normalised = variants.normalise(written, self._base_before(contig))
        window = self.conventions.place(written, normalised, self.reach)
        if self.conventions.anywhere:
            first = normalised.start - (not (normalised.ref and normalised.alt))
            end = max(normalised.end, first + 1)
            over = self.index.over(record.contig, first, end)
        else:
            over = self._genes_at(record.contig, record.position)
        if over:
            for gene in over:
                yield self._ask_gene(contig, alt, gene, window)
        elif self.intergenic or self.conventions.always_intergenic:
            for strand in coordinates.Strand:
                yield self._ask_strand(contig, alt, strand, window)
        else:
            yield _skip(alt, variants.SkipReason.OUTSIDE_GENES)

    def _genes_at(self, contig: str, position: int) -> list[genes.Gene]:
        """Genes whose seen bases hold a position."""
        over = []
        for gene in self.index.at(contig, position):
            start, end = self.conventions.span(gene)
            if start <= position < end:
                over.append(gene)
        return over

    def _ask_gene(
        self, contig: str, alt: str, gene: genes.Gene, window: windows.Window
    ) -> Question | results.Skipped:
        fitted = self._fit(contig, self._gene_view(gene, window))
        if fitted is None:
            return _skip(alt, variants.SkipReason.NEAR_CONTIG_END, gene.name)
        return self._question(contig, alt, gene.strand, fitted)

    def _ask_strand(
        self,
        contig: str,
        alt: str,
        strand: coordinates.Strand,
        window: windows.Window,
    ) -> Question | results.Skipped:
        bounds = self.conventions.boundless(window, self.reach)
        view = contig_ends.View(gene=None, seen=bounds, window=window)
        fitted = self._fit(contig, view)
        if fitted is None:
            return _skip(alt, variants.SkipReason.NEAR_CONTIG_END, strand.value)
        return self._question(contig, alt, strand, fitted)

    def _question(
        self, contig: str, alt: str, strand: coordinates.Strand, view: contig_ends.View
    ) -> Question:
        first, last = self._read(view.window)
        bounds = view.seen
        # Where a gene's ends are out of sight it is like any other stretch, and
        # can share reference passes with genes that overlap it.
        if bounds is not None and bounds[0] <= first and last <= bounds[1]:
            bounds = None
        seen = Seen(contig, strand, *(bounds or ()))
        return Question(alt=alt, gene=view.gene, seen=seen, window=view.window)

    def _gene_view(self, gene: genes.Gene, window: windows.Window) -> contig_ends.View:
        return contig_ends.View(
            gene=gene, seen=self.conventions.span(gene), window=window
        )

    def _fit(self, contig: str, view: contig_ends.View) -> contig_ends.View | None:
        """A view as the rules have it at a contig's ends; none where refused."""
        first, last = self._read(view.window)
        overhang = contig_ends.Overhang(
            before=max(-first, 0),
            behind=max(last - self.reference.length(contig), 0),
            certain=not self.reference.sliced(contig),
        )
        fitted = self.conventions.at_ends(view, overhang)
        if fitted is None or not self._holds(contig, fitted):
            return None
        return fitted

    def _read(self, window: windows.Window) -> tuple[int, int]:
        """The bases that decide a window's profiles."""
        moved = len(window.variant.ref) - len(window.variant.alt)
        end = max(window.end, window.start + window.alt_width + moved)
        return window.start - self.context, end + self.context

    def _holds(self, contig: str, view: contig_ends.View) -> bool:
        """Whether the reference has all that is seen; beyond the ends is nothing."""
        start, end = self._read(view.window)
        if view.seen is not None:
            start, end = max(start, view.seen[0]), min(end, view.seen[1])
        length = self.reference.length(contig)
        return self.reference.holds(contig, max(start, 0), min(end, length))

    def _base_before(self, contig: str) -> Callable[[int], str]:
        def base(position: int) -> str:
            return self.reference.sequence(contig, position - 1, position)

        return base


def _variant(contig: str, record: vcf.Record, alt: str) -> variants.Variant:
    return variants.Variant(contig, record.position, record.ref.upper(), alt.upper())


def _skip(alt: str, reason: variants.SkipReason, gene: str = "") -> results.Skipped:
    return results.Skipped(alt=alt, gene=gene, reason=reason)


def distinct(questions: Sequence[Question]) -> tuple[list[int], list[int]]:
    """Find questions that networks cannot tell apart.

    Returns:
        Indices of the first of each sort, and for each question the sort it is.
    """
    sorts: dict[tuple[Seen, windows.Window], int] = {}
    firsts: list[int] = []
    kind: list[int] = []
    for i, question in enumerate(questions):
        key = (question.seen, question.window)
        if key not in sorts:
            sorts[key] = len(firsts)
            firsts.append(i)
        kind.append(sorts[key])
    return firsts, kind
