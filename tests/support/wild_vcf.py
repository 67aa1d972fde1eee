"""VCF 4.1 to 4.5 as it is met: every sort of header line, allele and field.

Records lie on the genome of `support.cli`; some fit it, most need not.
"""

import gzip
from collections.abc import Callable

from hypothesis import strategies as st

from support import cli as desks
from support import vcf as tame

_META = (
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="a \\"q\\", <x>; =",Source="s">',
    '##INFO=<ID=AC,Number=.,Type=String,Description="again",Version="128">',
    '##INFO=<Number=G,Type=Float,Description="ID=TwinSplice_MAX,",ID=B>',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">',
    '##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description="4.5">',
    '##FORMAT=<ID=PSL,Number=P,Type=String,Description="4.4">',
    '##FILTER=<ID=q10,Description="Quality below 10">',
    '##ALT=<ID=DUP:TANDEM,Description="Tandem duplication">',
    '##contig=<ID=chr1,length=3000,URL=ftp://x/y.fa,assembly=B36,md5=0,species="H">',
    "##contig=<ID=HLA-A*01:01:01:01,length=3503>",
    '##META=<ID=Tissue,Type=String,Number=.,Values=[Blood, "Liver"]>',
    "##SAMPLE=<ID=S1,Genomes=a;b,Mixture=.1;.9>",
    "##PEDIGREE=<ID=C,Father=F,Mother=M>",
    "##pedigreeDB=<http://x>",
    "##assembly=ftp://x/y.fa",
    '##GATKCommandLine=<ID=HC,CommandLine="a > b",Epoch=1>',
    *("##fileDate=20260101", "##source=odd  spacing;\tand é", "##", "##x", "##=<>"),
    '##TwinSplice_model="of an older run"',
)
_CONTIGS = (
    *("chr1", "chr1", "chr1", "1", "chr2", "chrUn_KI270302v1", "HLA-A*01:01:01:01"),
    *("<ctg>", "a;b", "X=1", "é", "chr1:5-9"),
)
_POSITIONS = (*("0", "1", "3000", "3001", "000500", "2147483648"), "9" * 30)
_IDS = (".", "rs1;rs2", "a=b", "é", "x" * 300)
_SYMBOLIC = (
    *("<DEL>", "<DUP:TANDEM>", "<INS:ME:ALU>", "<CN0>", "<CNV:TR>", "<INV>", "<x,y>"),
    *("]chr2:5]A", "A[<ctg>:7[", "[chr1:5[A", ".A", "A.", "C<ins1>"),
)
NONE = ("*", "<*>", "<NON_REF>")
"""What stands in ALT without being an allele."""
_ODD = ("R", "n", "N", "AN", "=", "-", "a", "é", "A" * 5_001, "GT" * 60, "A A")
_QUALS = (".", "29.123456789", "1e5", "-1", "0030", "inf", "nan", "9" * 400)
_FILTERS = (".", "PASS", "q10;s50", "0", "a b", "")
_INFOS = (
    *(".", "", "DB", "END=700", "SVTYPE=BND;MATEID=x;IMPRECISE", "AC=1;AC=2", "A=;=B"),
    *(";;", "X=a%3Bb%25", "a b=c d", "Y=é;", "N=1e400", "TSX=1;", "CISpliceAIX=1"),
    *("L=" + "1," * 400, "CIPOS=-5,5;END=20000;SVLEN=-19000", 'Q="a;b"', "RUS=CAG,TTG"),
)
_FORMATS = ("GT", "GT:AD:DP", "GT:GT", "ZZ", ".", "AD:GT", "GT:PSL")
_SAMPLES = (
    *(
        "0/1",
        "0|1",
        "1",
        "./.",
        ".",
        "0/1/2/3",
        "/0|1",
        "0/1:3,4:5:6",
        "",
        "0|9:.:",
        "é",
    ),
)
_HEADS = (*(f"VCFv4.{minor}" for minor in range(1, 6)), "VCFv4.2 ", "odd")
_COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
_NAMES = ("S1", "S 2", "é", "a,b", "S1")


@st.composite
def vcfs(draw: st.DrawFn) -> tame.ToyVcf:
    """A VCF whose header and records need not fit each other."""
    meta = draw(st.lists(st.sampled_from(_META), max_size=6))
    samples = draw(st.sampled_from([None, 0, 1, 3]))
    names = "" if samples is None else "\t".join(("\tFORMAT", *_NAMES[:samples]))
    head = f"##fileformat={draw(st.sampled_from(_HEADS))}"
    records = draw(st.lists(_records(samples), max_size=6))
    return tame.ToyVcf((head, *meta, _COLUMNS + names), tuple(records))


def _records(samples: int | None) -> st.SearchStrategy[str]:
    columns = [_places(), *map(st.sampled_from, (_QUALS, _FILTERS, _INFOS))]
    if samples is not None:
        columns.append(st.sampled_from(_FORMATS))
        # Fewer than the header has, and more, are met too.
        count = st.sampled_from([samples, samples, samples, 0, samples + 1])
        entry = st.sampled_from(_SAMPLES)
        entries = count.flatmap(lambda n: st.lists(entry, min_size=n, max_size=n))
        columns.append(entries.map(lambda each: "".join(f"\t{x}" for x in each)))
        return st.tuples(*columns).map(lambda all_: "\t".join(all_[:-1]) + all_[-1])
    return st.tuples(*columns).map("\t".join)


@st.composite
def _places(draw: st.DrawFn) -> str:
    """The first five columns."""
    contig = draw(st.sampled_from(_CONTIGS))
    at = draw(st.integers(0, 2_990))
    text = desks.GENOME["chr1"][at : at + draw(st.sampled_from([1, 1, 1, 2, 6, 150]))]
    position, ref = str(at + 1), text
    if not draw(st.integers(0, 5)):
        position = draw(st.sampled_from(_POSITIONS))
    if not draw(st.integers(0, 3)):
        ref = draw(st.sampled_from([text.lower(), "N", "R", "A", ".", "<X>", "acgt"]))
    bases = st.text("ACGT", min_size=1, max_size=6)
    alt = bases | bases.map(lambda new: ref[:1] + new) | st.just(ref[:1])
    alt |= st.sampled_from(_SYMBOLIC) | st.sampled_from(NONE) | st.sampled_from(_ODD)
    alts = ",".join(draw(st.lists(alt, max_size=3))) or "."
    name = draw(st.sampled_from(_IDS))
    return "\t".join((contig, position, name, ref, alts))


def _plain(text: bytes) -> bytes:
    return text


FORMS: tuple[Callable[[bytes], bytes], ...] = (_plain, _plain, gzip.compress)


@st.composite
def files(draw: st.DrawFn, made: tame.ToyVcf) -> bytes:
    """Bytes of a VCF: line ends, the last one or none, blank lines, packed or not."""
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    content = made.text(ending)
    if draw(st.booleans()):
        content = content.removesuffix(ending.encode())
    if draw(st.booleans()):
        content += ending.encode() * 2
    content = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + content
    return draw(st.sampled_from(FORMS))(content)
