"""Whether an annotation and a reference are of one genome build.

Introns begin GT (or GC) and end AG. Where an annotation lies on another build, its
sites fall on any bases, of which about one pair in twelve is right.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from twinsplice import errors
from twinsplice.genome import builds, dna, genes, motifs
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations

_SAMPLE = 200
"""Sites that are looked at."""
_FEWEST = 10
"""Smallest number of sites for a conclusion on a file of the user's."""
_DOUBTFUL, _WRONG = 0.8, 0.5
"""Fractions of canonical sites below which a run is warned, and refused."""
_USUAL, _IMPROBABLE = 0.9, 1e-4
"""Of tables in the package: a low fraction of canonical sites on the right build, and
the probability of fewer from which they are on another."""
_ANYWHERE = 1 / 12
"""Fraction of sites that are canonical on any bases."""
# A prime stride visits genes of all contigs in turn, each once.
_STRIDE = 7_919


def _tail(total: int, least: int, share: float) -> float:
    """Probability that of some trials, each right with a chance, so many are."""
    return math.fsum(
        math.comb(total, k) * share**k * (1 - share) ** (total - k)
        for k in range(least, total + 1)
    )


@dataclasses.dataclass(frozen=True)
class SiteCount:
    """Annotated sites that were looked at in a reference.

    Attributes:
        canonical: Number of them that are GT/AG.
        total: Number of them.
        contigs: Whether annotation and reference have a contig in common.
    """

    canonical: int
    total: int
    contigs: bool = True

    @property
    def fraction(self) -> float:
        """The fraction that is canonical; 1 where there is no site."""
        return self.canonical / self.total if self.total else 1.0

    def is_wrong(self, *, shipped: bool) -> bool:
        """Return whether the annotation is of another build.

        Args:
            shipped: Whether it is a table of the package. Others may be of a genome
                made up for a test, or of odd sites, so that few sites do not tell.
        """
        if self.fraction >= _WRONG:
            return False
        if shipped:
            return self._at_most(self.canonical) <= _IMPROBABLE
        return self.total >= _FEWEST

    def _at_most(self, canonical: int) -> float:
        """Probability of so few canonical sites on the right build."""
        return _tail(self.total, self.total - canonical, 1 - _USUAL)

    def by_chance(self) -> float:
        """Probability of so many canonical sites on another build."""
        return _tail(self.total, self.canonical, _ANYWHERE)

    def note(self) -> str:
        """Return a warning; empty if there is nothing to warn of."""
        if not self.contigs:
            return "the annotation and the reference have no contig in common"
        if self.total < _FEWEST or self.fraction >= _DOUBTFUL:
            return ""
        return (
            f"only {self.fraction:.0%} of sampled annotated sites are GT/AG in the "
            "reference: is the annotation on the same build?"
        )


@dataclasses.dataclass(frozen=True)
class BuildCheck:
    """What is to be said of an annotation's build.

    Attributes:
        doubt: What speaks against it, where it is of another build by force.
        note: A warning; empty if there is none.
    """

    doubt: str = ""
    note: str = ""


def require_same_build(
    index: genes.GeneIndex, reference: fasta.Reference, annotation: str, *, force: bool
) -> BuildCheck:
    """Refuse an annotation of another build than the reference.

    Args:
        index: The genes.
        reference: The genome.
        annotation: Where the genes are from: a build's name, or a file.
        force: Go on all the same.

    Raises:
        InputError: They are of two builds.
    """
    stated, actual = builds.named(annotation), builds.of_lengths(reference.contigs)
    doubt, sites = "", count(index, reference)
    if stated and actual and stated is not actual:
        doubt = f"contigs of {actual.label} in the reference"
    elif sites.is_wrong(shipped=stated is not None):
        doubt = (
            f"{sites.canonical} of {sites.total} sampled annotated sites GT/AG in the "
            "reference"
        )
    elif stated and not actual and fits_other(stated, sites, reference):
        doubt = f"splice sites of {stated.other.label} in the reference"
    if doubt and not force:
        raise errors.InputError(
            "annotation and reference must be of the same genome build",
            got=f"annotation {annotation}, and {doubt} {reference.path}",
            remedy="give the annotation of that build, or go on with --force",
        )
    if doubt:
        return BuildCheck(doubt, f"forced, with {doubt}: genes may be others")
    return BuildCheck(note=sites.note())


def fits_other(
    build: builds.Build, sites: SiteCount, reference: fasta.Reference
) -> bool:
    """Return whether a reference of few sites is rather of the other build.

    In a slice of a gene a table of another build may have no site at all.

    Args:
        build: The build of a table of the package.
        sites: Its sites in the reference.
        reference: The genome.
    """
    if sites.total >= _FEWEST or sites.by_chance() <= _IMPROBABLE:
        return False
    other = count(annotations.load(build.other.value).index, reference)
    return other.by_chance() <= _IMPROBABLE


def require_same_transcripts(
    reference: fasta.Reference, annotation: str, transcripts: str, *, force: bool
) -> None:
    """Refuse the package's transcripts of another build than the reference.

    Args:
        reference: The genome.
        annotation: Where its genes are from, which are of its build.
        transcripts: Where transcripts are from: a build's name, a file, or auto.
        force: Go on all the same.

    Raises:
        InputError: They are of two builds.
    """
    stated = builds.named(transcripts)
    actual = builds.of_lengths(reference.contigs) or builds.named(annotation)
    if stated and actual and stated is not actual and not force:
        raise errors.InputError(
            "transcripts and reference must be of the same genome build",
            got=f"--transcripts {transcripts}, and {actual.label} in the reference "
            f"{reference.path}",
            remedy="leave --transcripts out, or go on with --force",
        )


def count(index: genes.GeneIndex, reference: fasta.Reference) -> SiteCount:
    """Look at a sample of annotated sites in a reference."""
    on = {gene.span.contig: "" for gene in index.genes}
    for contig in on:
        on[contig] = reference.resolve(contig) or ""
    members = [*_shuffled(_present(index.genes, on, reference))]
    # First one site of each class a gene, so that many genes are seen; then all.
    sites = itertools.chain.from_iterable(
        _canonical(gene, on[gene.span.contig], reference, middle_only=middle_only)
        for middle_only in (True, False)
        for gene in members
    )
    sample = list(itertools.islice(sites, _SAMPLE))
    return SiteCount(sum(sample), len(sample), contigs=any(on.values()))


def _present(
    members: Sequence[genes.Gene], on: Mapping[str, str], reference: fasta.Reference
) -> list[genes.Gene]:
    """Return genes of which the reference has some base, by its names of contigs."""
    bounds = np.array([(gene.span.start, gene.span.end) for gene in members])
    of_contig: dict[str, list[int]] = {}
    for number, gene in enumerate(members):
        of_contig.setdefault(on[gene.span.contig], []).append(number)
    is_present = np.zeros(len(members), dtype=bool)
    for contig, numbers in of_contig.items():
        if contig:
            start, end = bounds[numbers].T
            is_present[numbers] = reference.touches_all(contig, start, end)
    return [members[number] for number in np.flatnonzero(is_present).tolist()]


def _shuffled(members: Sequence[genes.Gene]) -> Iterator[genes.Gene]:
    stride = _STRIDE if len(members) % _STRIDE else 1
    for i in range(len(members)):
        yield members[i * stride % len(members)]


def _canonical(
    gene: genes.Gene, contig: str, reference: fasta.Reference, *, middle_only: bool
) -> Iterator[bool]:
    """Yield whether a gene's sites within the reference are canonical.

    Args:
        gene: The gene.
        contig: The reference's name of its contig.
        reference: The genome.
        middle_only: Test the middle donor and acceptor only; else all others.
    """
    for sites, donor in ((gene.donors, True), (gene.acceptors, False)):
        middle = len(sites) // 2
        others = np.delete(sites, middle) if len(sites) else sites
        chosen = sites[middle : middle + 1] if middle_only else others
        left = chosen + motifs.intron_edge(0, gene.strand, donor=donor)[0]
        for start in left[reference.holds_all(contig, left, left + 2)].tolist():
            codes = reference.peek(contig, start, start + 2)
            if (codes != dna.UNKNOWN).all():
                yield motifs.is_canonical(codes, gene.strand, donor=donor)
