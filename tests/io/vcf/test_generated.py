"""Made records read like those of a file."""

import pathlib

from twinsplice.genome import saturation
from twinsplice.io.vcf import generated, vcf

SITES = [
    saturation.Site(2, "C", ("A", "G", "T")),
    saturation.Site(2, "CA", ("C",)),
    saturation.Site(4, "T", ("TA",)),
]


def source() -> vcf.Source:
    lines = generated.header({"chr1": 80}, "x.fa")
    return generated.SiteSource("chr1", SITES, (2, 6), lines)


def test_it_reads_like_the_same_file(tmp_path: pathlib.Path) -> None:
    made = source()
    records = list(made)
    path = tmp_path / "x.vcf"
    lines = [*made.header_lines, *(record.text for record in records)]
    path.write_text("\n".join(lines) + "\n")
    with vcf.read(path) as opened:
        assert opened.header_lines == made.header_lines
        assert list(opened) == records


def test_it_tells_how_far_it_is() -> None:
    made = source()
    seen = [made.fraction_read(), *(made.fraction_read() for _ in made)]
    assert seen == [0, 0, 0, 0.5]
    assert made.fraction_read() == 1


def test_a_header_declares_what_it_can_name() -> None:
    contigs = {"1": 9, "HLA-A*01:01:01:01": 5, "cut": None, "a,b": 3, "<x>": 3}
    assert generated.header(contigs, "x.fa", "GRCh38") == (
        "##fileformat=VCFv4.2",
        "##reference=x.fa",
        "##contig=<ID=1,length=9,assembly=GRCh38>",
        "##contig=<ID=HLA-A*01:01:01:01,length=5,assembly=GRCh38>",
        "##contig=<ID=cut,assembly=GRCh38>",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    )
    assert list(generated.contig_lines({"1": 9, ".": None})) == [
        "##contig=<ID=1,length=9>",
        "##contig=<ID=.>",
    ]
