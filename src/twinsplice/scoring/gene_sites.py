"""Annotated sites of genes where windows lie, for masks."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Int64

from twinsplice.effect import contig_ends, deltas, queries, rules, windows
from twinsplice.genome import genes

Integers = Int64[np.ndarray, " rows"]


def within(
    members: Sequence[genes.Gene], gene: Integers, placement: contig_ends.Placement
) -> queries.AnnotatedSites:
    """Return the annotated sites within windows.

    Args:
        members: What `gene` counts.
        gene: The gene of each window; below 0 outside genes, where no site is.
        placement: Where the windows lie.
    """
    own = placement.windows
    query, site, column = ([np.zeros(0, dtype=np.int64)] for _ in range(3))
    for number, rows in _by_gene(gene):
        shift, start = placement.site_shift[rows], own.start[rows]
        stop = np.minimum(own.end[rows] - shift, placement.site_end[rows])
        for kind, positions in (
            (deltas.Site.ACCEPTOR, members[number].acceptors),
            (deltas.Site.DONOR, members[number].donors),
        ):
            low = np.searchsorted(positions, start - shift)
            count = np.maximum(np.searchsorted(positions, stop) - low, 0)
            row = np.repeat(np.arange(len(rows)), count)
            place = np.arange(len(row)) - (np.cumsum(count) - count)[row] + low[row]
            query.append(rows[row])
            site.append(np.full(len(row), int(kind)))
            column.append(positions[place] + shift[row] - start[row])
    asked = np.concatenate(query)
    order = np.argsort(asked, kind="stable")
    return queries.AnnotatedSites(
        query=asked[order],
        site=np.concatenate(site)[order],
        column=np.concatenate(column)[order],
    )


def nearest_boundaries(
    members: Sequence[genes.Gene], gene: Integers, own: windows.Windows
) -> Integers:
    """Return the columns of the exon boundaries nearest to POS.

    Transcript ends are boundaries too; of two equally near ones the left one counts.

    Args:
        members: What `gene` counts.
        gene: The gene of each window; below 0 outside genes.
        own: The windows.

    Returns:
        `rules.NO_BOUNDARY` outside genes.
    """
    column = np.full(len(own), rules.NO_BOUNDARY)
    for number, rows in _by_gene(gene):
        of = members[number]
        ends = np.array([of.span.start, of.span.end - 1])
        boundaries = np.unique(np.concatenate([of.acceptors, of.donors, ends]))
        away = np.abs(boundaries - own.origin[rows][:, None])
        column[rows] = boundaries[away.argmin(axis=1)] - own.start[rows]
    return column


def last_before(gene: genes.Gene, end: int) -> int:
    """Return the last annotated site before a base; -`NO_BOUND` if there is none."""
    sites = np.concatenate([gene.acceptors, gene.donors])
    return int(sites[sites < end].max(initial=-contig_ends.NO_BOUND))


def _by_gene(gene: Integers) -> Iterator[tuple[int, Integers]]:
    """Yield the number of each gene and the rows that lie in it."""
    order = np.argsort(gene, kind="stable")
    inside = order[gene[order] >= 0]
    cuts = np.flatnonzero(np.diff(gene[inside])) + 1
    for rows in np.split(inside, cuts) if len(inside) else []:
        yield int(gene[rows[0]]), rows
