"""Counts of a run, and warnings about runs that did not fail."""

import collections
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from twinsplice.effect import queries, results
from twinsplice.genome import builds, dna, variants, whole_numbers
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import mismatch_guesses

_MISMATCHES = 0.1
_NAMED = 3
_MOST_MISSING = 10_000
"""Names of contigs that are kept to be counted."""
_ACCESSION = "NC_"
"""How the accessions of chromosomes begin."""
# A chromosome's, which may have a prefix or an accession; not a million scaffolds'.
_OF_CONTIG = (
    re.compile(r"^##contig=<(?:[^>]*,)?ID=((?:chr|NC_)?[0-9XY.]+)[,>]", re.IGNORECASE),
    re.compile(r"[<,]length=(\d{8,9})[,>]"),
)
_EXAMPLES = 3
"""Alleles whose REF is another that are told."""
_SHOWN = 12
"""Bases that are shown of an allele."""
_LARGE = 0.2
_SURE = 0.9
_LIKELY = 0.5


class RunCounts:
    """Counts of records, scores and refusals of a run.

    Attributes:
        records: Records.
        scored: Scores, one for each allele and gene.
        skipped: Alleles (or alleles in a gene) without a score, by reason.
        references: Scores by where the reference is from, of models that are told it.
        classes: Scores by size and by probability, of models that have these.
    """

    def __init__(self) -> None:
        self.records = self.scored = self._alleles = 0
        self.references: collections.Counter[results.Reference] = collections.Counter()
        self.skipped: collections.Counter[variants.SkipReason] = collections.Counter()
        self.classes: collections.Counter[str] = collections.Counter()
        # A dictionary keeps the order.
        self._missing: dict[str, None] = {}
        self._accessions: dict[str, None] = {}
        self._mismatched: list[variants.Variant] = []

    def enter(self, records: Sequence[vcf.Record], chunk: results.Results) -> None:
        """Count records and their results."""
        self.records += len(records)
        # What a list names by another build's accession is refused, not scored.
        self._accessions |= dict.fromkeys(
            record.contig
            for record in records
            if record.contig.startswith(_ACCESSION) and not record.name
        )
        self._alleles += sum(len(record.alts) for record in records)
        self.scored += len(chunk.predictions)
        if chunk.reference is not None:
            self.references.update(map(results.Reference, chunk.reference.tolist()))
        self.classes.update(_classes(chunk.predictions))
        for row, reason in enumerate(chunk.reason):
            if reason is not None:
                self.skipped[reason] += 1
                # `*` and its like stand in ALT, but are no alleles.
                if reason in variants.NOT_ALLELES and chunk.alt[row] != ".":
                    self._alleles -= 1
                record = records[chunk.record[row]]
                if reason is variants.SkipReason.REF_MISMATCH and not record.name:
                    self._keep(record, chunk.alt[row])
                if reason is variants.SkipReason.CONTIG_MISSING and record.contig:
                    self._miss(record.contig)

    def _miss(self, contig: str) -> None:
        """Keep the name of a contig that the reference lacks, of a million not all."""
        if len(self._missing) < _MOST_MISSING:
            self._missing[contig] = None

    def _keep(self, record: vcf.Record, alt: str) -> None:
        """Keep the first alleles whose REF is another, as examples."""
        if len(self._mismatched) < _EXAMPLES:
            self._mismatched.append(
                variants.Variant(
                    record.contig, record.position, record.ref.upper(), alt.upper()
                )
            )

    def notes(self, reference: fasta.Reference) -> Iterator[str]:
        """Yield warnings of a reference of another build."""
        mismatches = self.skipped[variants.SkipReason.REF_MISMATCH]
        if mismatches > _MISMATCHES * self._alleles:
            yield (
                f"{mismatches / self._alleles:.0%} of alleles do not match the "
                f"reference: is the VCF on the same build as {reference.path}?"
            )
        yield from other_versions(
            self._accessions, builds.of_lengths(reference.contigs)
        )
        for variant in self._mismatched:
            yield from _mismatch(variant, reference)
        if self._missing:
            listed = ", ".join(itertools.islice(self._missing, _NAMED))
            more = len(self._missing) - _NAMED
            at_least = "at least " if len(self._missing) == _MOST_MISSING else ""
            rest = f" and {at_least}{more:,} more" if more > 0 else ""
            yield f"contigs that {reference.path} does not have: {listed}{rest}"


def other_versions(contigs: Iterable[str], build: builds.Build | None) -> Iterator[str]:
    """Yield a warning of contigs named by accessions of another build's chromosomes.

    Args:
        contigs: Names of contigs.
        build: The reference's build, if known.
    """
    if build is None:
        return
    others = [name for name in contigs if builds.own_version(build, name)]
    if others:
        yield (
            f"{others[0]} is not of {build.label}, "
            f"{builds.own_version(build, others[0])} is: is the VCF on another build? "
            f"({len(others)} such contig{'s' * (len(others) > 1)}, without scores)"
        )


def other_header(header_lines: Iterable[str], label: str | None) -> Iterator[str]:
    """Yield a warning of a VCF whose header has the chromosomes of another build.

    Args:
        header_lines: The header.
        label: Name of the reference's build, if known.
    """
    lengths = {}
    for line in header_lines:
        found = [each.search(line) for each in _OF_CONTIG]
        if all(found):
            name, length = (each[1] for each in found if each)
            lengths[name] = whole_numbers.parse(length)
    stated = builds.of_lengths(lengths)
    if stated and label not in {None, stated.label}:
        yield (
            f"the VCF's header has chromosomes of {stated.label}, the reference is "
            f"{label}: what is scored may lie elsewhere"
        )


def _classes(predictions: queries.Predictions) -> dict[str, int]:
    """Return how many scores are large, probably large, and probably altered."""
    sizes = predictions.size.max(axis=1, initial=0)
    counts = {f"score {_LARGE:g} or more": int((sizes >= _LARGE).sum())}
    if predictions.probability is not None:
        probability, title = predictions.probability, f"base model's {_LARGE:g} or more"
        sure = probability >= _SURE
        open_ = (probability > 1 - _SURE) & ~sure
        counts[f"{title}: probability {_SURE:g} or more"] = int(sure.sum())
        counts[f"{title}: probability {1 - _SURE:.1f} to {_SURE:g}"] = int(open_.sum())
    if predictions.altered is not None:
        likely = int((predictions.altered >= _LIKELY).sum())
        counts[f"altered splicing: probability {_LIKELY:g} or more"] = likely
    return counts


def _mismatch(variant: variants.Variant, reference: fasta.Reference) -> Iterator[str]:
    """Yield what the reference has in place of a REF, and what would mend it."""
    contig = reference.resolve(variant.contig)
    if contig is None or not dna.is_plain(variant.ref):
        return
    fetch = functools.partial(reference.sequence, contig)
    yield mismatch_guesses.joined(
        f"{variant.contig}:{variant.start + 1} {variant.ref[:_SHOWN]}>"
        f"{variant.alt[:_SHOWN]}: {mismatch_guesses.difference(variant, fetch)}",
        mismatch_guesses.of_place(variant, fetch),
    )
