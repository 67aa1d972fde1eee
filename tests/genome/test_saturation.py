"""Every variant of an interval is there, and each haplotype once."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import saturation

Case = tuple[str, int, int, saturation.Lengths]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a contig, an interval of it, and lengths; few letters make repeats."""
    contig = draw(st.text("ACG", min_size=1, max_size=12))
    start = draw(st.integers(0, len(contig) - 1))
    end = draw(st.integers(start + 1, len(contig)))
    lengths = saturation.Lengths(
        deletion=draw(st.integers(0, 3)), insertion=draw(st.integers(0, 2))
    )
    return contig, start, end, lengths


def sites(case: Case) -> list[saturation.Site]:
    contig, start, end, lengths = case
    sequence = contig[max(start - 1, 0) : end]
    return list(saturation.sites(sequence, start, end, lengths))


def haplotypes(case: Case) -> list[str]:
    contig = case[0]
    return [
        contig[: site.position] + alt + contig[site.position + len(site.ref) :]
        for site in sites(case)
        for alt in site.alts
    ]


def every_haplotype(case: Case) -> set[str]:
    """The same by brute force: every change, spelled in every way."""
    contig, start, end, lengths = case
    # What begins a contig cannot be written with a base before it.
    first = max(start, 1)
    made = {
        contig[:at] + base + contig[at + 1 :]
        for at in range(start, end)
        for base in "ACGT"
        if base != contig[at]
    }
    for size in range(1, lengths.deletion + 1):
        made |= {
            contig[:at] + contig[at + size :] for at in range(first, end - size + 1)
        }
    for size in range(1, lengths.insertion + 1):
        made |= {
            contig[:at] + "".join(bases) + contig[at:]
            for at in range(first, end)
            for bases in itertools.product("ACGT", repeat=size)
        }
    return made


@given(cases())
def test_every_haplotype_is_there_once(case: Case) -> None:
    made = haplotypes(case)
    assert len(made) == len(set(made))
    assert set(made) == every_haplotype(case)


@given(cases())
def test_sites_are_sorted_and_have_the_references_alleles(case: Case) -> None:
    contig = case[0]
    found = sites(case)
    assert [site.position for site in found] == sorted(s.position for s in found)
    for site in found:
        assert contig[site.position :].startswith(site.ref)


@given(cases())
def test_there_are_no_more_than_counted(case: Case) -> None:
    _, start, end, lengths = case
    assert len(haplotypes(case)) <= saturation.count(end - start + 1, lengths)


def test_unknown_bases_are_left_out() -> None:
    lengths = saturation.Lengths(deletion=2)
    assert list(saturation.sites("ANCG", 1, 4, lengths)) == [
        saturation.Site(2, "C", ("A", "G", "T")),
        saturation.Site(2, "CG", ("C",)),
        saturation.Site(3, "G", ("A", "C", "T")),
    ]
