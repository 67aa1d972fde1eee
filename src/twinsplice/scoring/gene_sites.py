"""Annotated sites of genes within windows, for masks and exon-inclusion scores."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import contig_ends, deltas, queries, rules, windows
from twinsplice.genome import exons, genes

Integers = Int64[np.ndarray, " rows"]


def within(
    members: Sequence[genes.Gene], gene: Integers, placement: contig_ends.Placement
) -> queries.AnnotatedSites:
    """Return the annotated sites within windows.

    Args:
        members: All genes, by number.
        gene: Number of each window's gene; negative outside genes.
        placement: The windows.
    """
    window = placement.windows
    query, site, column = ([np.zeros(0, dtype=np.int64)] for _ in range(3))
    for number, rows in _by_gene(gene):
        shift, start = placement.site_shift[rows], window.start[rows]
        stop = np.minimum(window.end[rows] - shift, placement.site_end[rows])
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
    query_of_site = np.concatenate(query)
    order = np.argsort(query_of_site, kind="stable")
    return queries.AnnotatedSites(
        query=query_of_site[order],
        site=np.concatenate(site)[order],
        column=np.concatenate(column)[order],
    )


def of_exons(
    table: exons.SiteTable,
    gene: Integers,
    minus: Bool[np.ndarray, " rows"],
    placement: contig_ends.Placement,
) -> queries.AnnotatedSites:
    """Return the sites, within windows, of the exon that each variant concerns.

    Args:
        table: The sites of all genes.
        gene: Number of each window's gene; negative outside genes.
        minus: Whether the minus strand is read.
        placement: The windows.
    """
    window, shift = placement.windows, placement.site_shift
    change = window.change
    exon = table.concerned(gene, minus, change.start - shift, change.end - shift)
    query, row = table.within(
        gene,
        exon,
        window.start - shift,
        np.minimum(window.end - shift, placement.site_end),
    )
    return queries.AnnotatedSites(
        query=query,
        # Numbered as `deltas.Site` is.
        site=table.donor[row].astype(np.int64),
        column=table.position[row] + (shift - window.start)[query],
    )


def nearest_boundaries(
    members: Sequence[genes.Gene], gene: Integers, window: windows.Windows
) -> Integers:
    """Return the columns of the exon boundaries nearest to POS.

    Transcript ends are boundaries too; of two equally near ones the left is taken.

    Args:
        members: All genes, by number.
        gene: Number of each window's gene; negative outside genes.
        window: The windows.

    Returns:
        `rules.NO_BOUNDARY` outside genes.
    """
    column = np.full(len(window), rules.NO_BOUNDARY)
    for number, rows in _by_gene(gene):
        member = members[number]
        ends = np.array([member.span.start, member.span.end - 1])
        boundaries = np.unique(np.concatenate([member.acceptors, member.donors, ends]))
        distances = np.abs(boundaries - window.origin[rows][:, None])
        column[rows] = boundaries[distances.argmin(axis=1)] - window.start[rows]
    return column


def last_before(gene: genes.Gene, end: int) -> int:
    """Return the last annotated site before a base; -`NO_BOUND` if there is none."""
    sites = np.concatenate([gene.acceptors, gene.donors])
    return int(sites[sites < end].max(initial=-contig_ends.NO_BOUND))


def _by_gene(gene: Integers) -> Iterator[tuple[int, Integers]]:
    """Yield the number of each gene with its rows."""
    order = np.argsort(gene, kind="stable")
    inside = order[gene[order] >= 0]
    cuts = np.flatnonzero(np.diff(gene[inside])) + 1
    for rows in np.split(inside, cuts) if len(inside) else []:
        yield int(gene[rows[0]]), rows
