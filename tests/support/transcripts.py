"""Transcripts at random, and a plain count of their positions."""

import itertools

import numpy as np
from hypothesis import strategies as st

from twinsplice.genome import coordinates, transcripts


def transcript(
    *exons: tuple[int, int],
    strand: str = "+",
    coding: tuple[int, int] | None = None,
    name: str = "NM_1.1",
    gene: str = "GENE",
    contig: str = "1",
    mane: transcripts.Mane = transcripts.Mane.NONE,
    partner: str = "",
) -> transcripts.Transcript:
    return transcripts.Transcript(
        name=name,
        gene=gene,
        contig=contig,
        strand=coordinates.Strand(strand),
        starts=np.array([start for start, _ in exons], dtype=np.int64),
        ends=np.array([end for _, end in exons], dtype=np.int64),
        coding=coding,
        mane=mane,
        partner=partner,
    )


@st.composite
def some(draw: st.DrawFn) -> transcripts.Transcript:
    """A transcript of a few exons on either strand, translated or not."""
    widths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=9))
    widths = widths[: len(widths) - 1 + len(widths) % 2]
    edges = (draw(st.integers(0, 20)) + np.cumsum([0, *widths])).tolist()
    exons = list(zip(edges[::2], edges[1::2], strict=True))
    coding = None
    if draw(st.booleans()):
        bases = [base for start, end in exons for base in range(start, end)]
        first, last = sorted(draw(st.tuples(*[st.sampled_from(bases)] * 2)))
        coding = first, last + 1
    return transcript(*exons, strand=draw(st.sampled_from("+-")), coding=coding)


def labels(of: transcripts.Transcript) -> dict[int, str]:
    """Every base of a transcript with its position, by walking from its first base."""
    exons = [
        list(range(start, end)) for start, end in zip(of.starts, of.ends, strict=True)
    ]
    if of.minus:
        exons = [exon[::-1] for exon in exons[::-1]]
    walked = [base for exon in exons for base in exon]
    number = dict(zip(walked, _numbers(of, walked), strict=True))
    found = dict(number)
    step = -1 if of.minus else 1
    for exon, following in itertools.pairwise(exons):
        intron = list(range(exon[-1] + step, following[0], step))
        half = (len(intron) + 1) // 2
        for place, base in enumerate(intron):
            if place < half:
                found[base] = f"{number[exon[-1]]}+{place + 1}"
            else:
                found[base] = f"{number[following[0]]}-{len(intron) - place}"
    return found


def _numbers(of: transcripts.Transcript, walked: list[int]) -> list[str]:
    if of.coding is None:
        return [str(place) for place in range(1, len(walked) + 1)]
    inside = [of.coding[0] <= base < of.coding[1] for base in walked]
    first = inside.index(True)
    last = len(inside) - 1 - inside[::-1].index(True)
    found = [str(place - first) for place in range(first)]
    found += [str(place) for place in range(1, last - first + 2)]
    return [*found, *(f"*{place}" for place in range(1, len(walked) - last))]


def facts(of: transcripts.Transcript) -> tuple[object, ...]:
    """What a transcript holds, to be compared."""
    exons = of.starts.tolist(), of.ends.tolist()
    places = of.contig, of.strand, of.coding, *exons
    return of.name, of.gene, of.gene_id, of.mane, of.partner, of.flagged, *places
