"""Site probabilities about a variant, before and after it, with the largest changes."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32

from twinsplice import errors
from twinsplice.effect import deltas, results
from twinsplice.effect import queries as effect_queries
from twinsplice.genome import coordinates, genes, variants
from twinsplice.io.annotation import former_symbols
from twinsplice.io.vcf import vcf


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The largest change of a kind.

    Attributes:
        kind: The kind.
        size: Its size, as reported.
        position: The base that changes (0-based, plus strand).
        low: Lower end of the size's prediction interval, if there is one.
        high: Its upper end.
    """

    kind: deltas.Kind
    size: float
    position: int
    low: float | None = None
    high: float | None = None


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class VariantProfile:
    """What a model says about a variant in a gene, base by base.

    Attributes:
        contig: The contig, as the reference names it.
        position: First base of the reference allele (0-based).
        ref: The reference allele.
        alt: The alternate allele.
        gene: The gene; none outside genes.
        strand: The strand that is read.
        start: First base of the profiles (0-based).
        sequence: The reference's bases there, upper case, plus strand.
        ref_profile: Probability of an acceptor and a donor at each base.
        alt_profile: The same after the change, on the reference's bases; deleted
            bases have none, inserted ones count at the base before them.
        changes: The largest change of each kind.
        model: The model, in print.
        reference: Where the reference is from; none for models that are not told any.
        query: What the model was asked; none for profiles that are made up.
        distance: Bases searched on each side of the variant, if known.
        masked: Whether gains at the gene's annotated sites are disregarded, and losses
            elsewhere.
    """

    contig: str
    position: int
    ref: str
    alt: str
    gene: genes.Gene | None
    strand: coordinates.Strand
    start: int
    sequence: str
    ref_profile: Float32[np.ndarray, "2 width"]
    alt_profile: Float32[np.ndarray, "2 width"]
    changes: tuple[Change, ...]
    model: str
    reference: results.Reference | None = None
    query: effect_queries.Queries | None = None
    distance: int | None = None
    masked: bool = False

    def further(self, least: float) -> tuple[Change, ...]:
        """Return the other changes of a size, as the profiles have them.

        A size is the difference of the profiles, and no larger than that of the largest
        change of the kind.

        Args:
            least: The least size.
        """
        made = []
        for largest in self.changes:
            site = (
                deltas.Site.DONOR if _is_donor(largest.kind) else deltas.Site.ACCEPTOR
            )
            size = self.alt_profile[site] - self.ref_profile[site]
            if not largest.kind.gain:
                size = -size
            columns = np.flatnonzero((size >= least) & (largest.size >= least))
            places = {
                int(column) + self.start: float(size[column]) for column in columns
            }
            places.pop(largest.position, None)
            made += [
                Change(kind=largest.kind, size=min(of, largest.size), position=place)
                for place, of in places.items()
                if not self.masked or self._counts(largest.kind, site, place)
            ]
        return tuple(made)

    def _counts(self, kind: deltas.Kind, site: deltas.Site, place: int) -> bool:
        """Whether a change at a place is not masked."""
        if self.gene is None:
            return kind.gain
        donor = site is deltas.Site.DONOR
        annotated = self.gene.donors if donor else self.gene.acceptors
        return kind.gain != bool((annotated == place).any())

    def within(self, start: int, end: int) -> "VariantProfile":
        """Return the part between two positions, or what there is of it."""
        first = max(start - self.start, 0)
        part = slice(first, max(end - self.start, first))
        return dataclasses.replace(
            self,
            start=self.start + first,
            sequence=self.sequence[part],
            ref_profile=self.ref_profile[:, part],
            alt_profile=self.alt_profile[:, part],
        )

    @property
    def end(self) -> int:
        """The base after the reference allele."""
        return self.position + len(self.ref)

    @property
    def largest(self) -> float:
        """The size of the largest change."""
        return max(change.size for change in self.changes)


def _is_donor(kind: deltas.Kind) -> bool:
    return deltas.Site.DONOR in kind.sites


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Answer:
    """What is said of one allele.

    Attributes:
        record: Its record.
        alt: The alternate allele as written; `.` where the record has none.
        profiles: One for each gene, that of the gene in the variant's name first, then
            that of the largest change; none without a score.
        reason: Why there is no score in any gene; none if there is one.
    """

    record: vcf.Record
    alt: str
    profiles: tuple[VariantProfile, ...]
    reason: variants.SkipReason | None


def of_gene(
    profiles: Sequence[VariantProfile], gene: str
) -> tuple[VariantProfile, ...]:
    """Return the profiles of one gene, if there is one; see `named`."""
    return tuple(
        profile
        for profile in profiles
        if profile.gene is not None
        and gene.upper()
        in {profile.gene.gene_id.upper(), *former_symbols.alike(profile.gene.name)}
    )


def named(profiles: Sequence[VariantProfile], gene: str) -> tuple[VariantProfile, ...]:
    """Return the profiles of one gene.

    Args:
        profiles: The profiles.
        gene: Its name, of today or before, or its identifier, in any case.

    Raises:
        InputError: There is none of that gene.
    """
    kept = of_gene(profiles, gene)
    if not kept:
        names = [profile.gene.name for profile in profiles if profile.gene is not None]
        raise errors.InputError(
            "the variant must lie in the gene",
            got=f"{gene}, but it lies in {', '.join(names) or 'none'}",
            remedy="name another, or none for the gene of the largest change",
        )
    return kept
