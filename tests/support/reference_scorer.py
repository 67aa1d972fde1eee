"""A scorer that does everything anew for each allele and gene.

The second implementation of `score`, made of `reference_rules`.
"""

import dataclasses
from collections.abc import Sequence

from support import problems, reference_rules
from twinsplice.effect import deltas
from twinsplice.genome import genes
from twinsplice.io.vcf import vcf


@dataclasses.dataclass(frozen=True, kw_only=True)
class Score:
    """A score that must be given.

    Attributes:
        gene: Name of the gene, or the strand.
        start: First base of the window.
        sizes: For each kind, what each base of the window would give.
        ref: Reference profile.
        alt: Alternate profile on the same bases.
        exon_loss: Largest loss at the exon's own sites; None where it is not looked at.
    """

    gene: str
    start: int
    sizes: tuple[reference_rules.Sizes, ...]
    ref: reference_rules.Rows
    alt: reference_rules.Rows
    exon_loss: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refusal:
    """A score that must not be given.

    Attributes:
        reasons: Any of these is right: several may hold at once.
        genes: Where not empty, one refusal each.
    """

    reasons: frozenset[str]
    genes: tuple[str, ...] = ()


Expected = Refusal | list[Score | Refusal]
"""What must be said of an allele: one thing of it all, or one of each gene."""


@dataclasses.dataclass(frozen=True, eq=False)
class Naive:
    """A scorer that does everything anew for each allele and gene.

    Attributes:
        problem: Genome, genes and settings.
        predict: The model.
        context: Bases it reads each side.
        kinds: The kinds of change wanted.
    """

    problem: problems.Problem
    predict: reference_rules.Predict
    context: int
    kinds: Sequence[deltas.Kind]

    def answer(self, record: vcf.Record) -> list[Expected]:
        """Return what must be said of each allele; of `.` once."""
        if not record.alts:
            return [Refusal(reasons=frozenset({"no_alt_allele"}))]
        return [self._allele(record, alt) for alt in record.alts]

    def _allele(self, record: vcf.Record, alt: str) -> Expected:
        if alt == "*":
            return Refusal(reasons=frozenset({"overlapping_deletion"}))
        refused = problems.refused(self.problem, record, alt)
        if refused:
            return Refusal(reasons=refused)
        name = problems.name_of(self.problem, record.contig)
        assert name is not None
        allele = problems.placed(self.problem, self.problem.contigs[name], record, alt)
        names = tuple(gene.name for gene in allele.over)
        declined = (
            self.problem.rules == reference_rules.SPLICEAI
            and len(record.ref) > 1
            and len(alt) > 1
        )
        if not names and (declined or not self._everywhere):
            return Refusal(reasons=frozenset({"outside_genes"}))
        # Near an end whole records are skipped, whatever their alleles are.
        near = self._near_end(allele)
        if near or declined:
            reason = "near_contig_end" if near else "unsupported_by_official_program"
            return Refusal(reasons=frozenset({reason}), genes=names or ("+", "-"))
        score = self._score
        if self.problem.rules == reference_rules.CISPLICEAI:
            score = self._score_cispliceai
        if not allele.over:
            return [score(allele, None, strand) for strand in "+-"]
        return [score(allele, gene, gene.strand.value) for gene in allele.over]

    @property
    def _everywhere(self) -> bool:
        return (
            self.problem.intergenic or self.problem.rules == reference_rules.CISPLICEAI
        )

    def _near_end(self, allele: problems.Allele) -> bool:
        """Only SpliceAI refuses all that lies near a contig's end."""
        if self.problem.rules != reference_rules.SPLICEAI:
            return False
        start, end = allele.window
        return start < self.context or end + self.context > len(allele.sequence)

    def _score(
        self, allele: problems.Allele, gene: genes.Gene | None, strand: str
    ) -> Score | Refusal:
        span = (gene.span.start, gene.span.end) if gene else allele.seen_all
        first, last = max(span[0], 0), min(span[1], len(allele.sequence))

        def letters(start: int, end: int) -> str:
            return "".join(
                allele.sequence[i].upper() if first <= i < last else "N"
                for i in range(start, end)
            )

        start, end = allele.window
        gone = allele.start + len(allele.ref)
        # SpliceAI's alternate sequence ends where its reference does, so that a
        # deletion longer than the distance leaves even POS without a value.
        whole = self.problem.rules == reference_rules.TWINSPLICE
        far = (max(end, gone) if whole else end) + self.context
        ref = self._profile(letters(start - self.context, end + self.context), strand)
        changed = (
            letters(start - self.context, allele.start)
            + allele.alt
            + letters(gone, far)
        )
        middle = allele.start - start
        place = reference_rules.PLACES[self.problem.rules](
            middle, len(allele.ref), len(allele.alt)
        )
        alt = reference_rules.put(self._profile(changed, strand), end - start, place)
        return Score(
            gene=gene.name if gene else strand,
            start=start,
            sizes=tuple(
                self._sizes(reference_rules.changes(ref, alt, kind), kind, gene, allele)
                for kind in self.kinds
            ),
            ref=ref,
            alt=alt,
            exon_loss=reference_rules.exon_loss(
                reference_rules.exon_of(gene, allele.start, len(allele.ref))
                if gene
                else set(),
                ref,
                alt,
                start,
                self.kinds,
            ),
        )

    def _score_cispliceai(
        self, allele: problems.Allele, gene: genes.Gene | None, strand: str
    ) -> Score | Refusal:
        """Count as that program does: in letters of the text that it fetches."""
        reach, ref, alt = self.problem.reach, allele.ref, allele.alt
        flank = reach + self.context
        # What lies before the contig is put there as N; what lies behind it is
        # never there, but `end` is where the text should have ended.
        padding = max(flank - allele.start, 0)
        start = allele.start - flank + padding
        end = allele.start + flank + len(ref) + len(ref) % 2
        text = "N" * padding + allele.sequence[start:end].upper()
        low, high = (gene.span.start, gene.span.end - 1) if gene else allele.seen_all
        hidden = max(low - start, 0), max(end - high, 0)
        shown = text[hidden[0] : max(len(text) - hidden[1], 0)]
        shown = "N" * hidden[0] + shown + "N" * hidden[1]
        changed = shown[:flank] + alt + shown[flank + len(ref) :]
        width = len(text) - 2 * self.context
        marked = {
            kind: [
                site - start - self.context
                for site in reference_rules.sites(gene, kind)
                if start + self.context <= site < end - self.context
            ]
            for kind in self.kinds
        }
        if (
            len(shown) != len(text)
            or width <= (reach + 1 if len(alt) > len(ref) else 0)
            or len(changed) < 2 * self.context
            or any(column >= width for each in marked.values() for column in each)
        ):
            name = gene.name if gene else strand
            return Refusal(reasons=frozenset({"near_contig_end"}), genes=(name,))
        before = self._profile(shown, strand)
        place = reference_rules.place_cispliceai(reach, len(ref), len(alt))
        after = reference_rules.put(self._profile(changed, strand), width, place)
        return Score(
            gene=gene.name if gene else strand,
            start=allele.window[0],
            sizes=tuple(
                self._sizes_cispliceai(
                    reference_rules.changes(before, after, kind), kind, marked[kind]
                )
                for kind in self.kinds
            ),
            ref=before,
            alt=after,
        )

    def _sizes_cispliceai(
        self, change: list[float], kind: deltas.Kind, marked: Sequence[int]
    ) -> reference_rules.Sizes:
        if self.problem.mask:
            change = reference_rules.masked_cispliceai(
                change, 0, set(marked), gain=kind.gain
            )
        return reference_rules.Sizes(change, change)

    def _profile(self, sequence: str, strand: str) -> reference_rules.Rows:
        if strand == "+":
            return self.predict(sequence)
        return [
            row[::-1]
            for row in self.predict(reference_rules.reverse_complement(sequence))
        ]

    def _sizes(
        self,
        change: list[float],
        kind: deltas.Kind,
        gene: genes.Gene | None,
        allele: problems.Allele,
    ) -> reference_rules.Sizes:
        start = allele.window[0]
        if self.problem.rules == reference_rules.SPLICEAI:
            if not self.problem.mask or gene is None:
                return reference_rules.Sizes(change, change)
            boundary = reference_rules.nearest_boundary(gene, allele.start)
            return reference_rules.masked_spliceai(
                change, start, boundary, gain=kind.gain
            )
        if self.problem.mask:
            change = reference_rules.masked(
                change, start, reference_rules.sites(gene, kind), gain=kind.gain
            )
        change = [max(value, 0.0) for value in change]
        return reference_rules.Sizes(change, change)
