"""BCF's dictionary: numbers that must not move."""

from twinsplice.io.vcf import bcf

LINES = [
    "##fileformat=VCFv4.2",
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="">',
    '##FILTER=<ID=PASS,Description="">',
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="">',
    "##contig=<ID=chr1>",
    "##contig=<ID=chr2,length=9>",
    "#CHROM",
]


def test_names_are_numbered_once_and_pass_is_0() -> None:
    assert bcf.dictionary(LINES) == {"PASS": 0, "AC": 1, "DP": 2}
    assert bcf.contigs(LINES) == {0: "chr1", 1: "chr2"}


def test_a_number_spelt_out_outlives_the_lines_before_it() -> None:
    spelt = bcf.numbered(LINES)
    without = [line for line in spelt if "ID=AC" not in line]
    assert bcf.dictionary(without) == {"PASS": 0, "DP": 2}
    assert bcf.numbered(spelt) == spelt
