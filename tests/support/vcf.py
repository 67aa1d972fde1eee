"""VCF files made up by hypothesis, as awkward as the wild ones."""

import dataclasses

from hypothesis import strategies as st

INFO_LINE = '##INFO=<ID=TS,Number=.,Type=String,Description="Ours">'

_HEADER = (
    "##fileformat=VCFv4.2",
    "##source=odd  spacing, and a ; or two",
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Declared">',
)
_COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"

_alleles = st.text("ACGTNacgtn", min_size=1, max_size=6)
_alts = st.one_of(
    st.just("."),
    st.lists(_alleles | st.sampled_from(["*", "<DEL>"]), min_size=1, max_size=3).map(
        ",".join
    ),
)
# Numbers that a round trip through floats would rewrite; undeclared names.
_quals = st.sampled_from([".", "29.123456789", "1e5", "0030"])
_filters = st.sampled_from([".", "PASS", "low;undeclared"])
_infos = st.sampled_from(
    [".", "AC=1", "AC=1;FLAG", "AF=0.10000;X=a b", "Y=é;", "END=20000", "TSX=1"]
)


@dataclasses.dataclass(frozen=True)
class ToyVcf:
    """A header and sorted records, without line ends."""

    header: tuple[str, ...]
    records: tuple[str, ...]

    def text(self, ending: str = "\n") -> bytes:
        """Return the file's bytes."""
        return "".join(f"{x}{ending}" for x in (*self.header, *self.records)).encode()


@st.composite
def vcfs(draw: st.DrawFn) -> ToyVcf:
    """Sorted VCFs, with or without contig lines and samples."""
    samples = draw(st.integers(0, 2))
    contigs = draw(st.lists(st.sampled_from(["chr1", "2", "HLA-A*01"]), unique=True))
    declared = draw(st.booleans())
    records = []
    for contig in contigs:
        places = draw(st.lists(st.integers(1, 10_000), max_size=5))
        records += [_record(draw, contig, each, samples) for each in sorted(places)]
    names = ["FORMAT", *(f"S{i}" for i in range(samples))] if samples else []
    header = (
        *_HEADER,
        *(f"##contig=<ID={each}>" for each in contigs if declared),
        "\t".join([_COLUMNS, *names]),
    )
    return ToyVcf(header=header, records=tuple(records))


def _record(draw: st.DrawFn, contig: str, position: int, samples: int) -> str:
    fields = [draw(each) for each in (_alleles, _alts, _quals, _filters, _infos)]
    genotypes = ["GT:ZZ", *["0|1:x"] * samples] if samples else []
    return "\t".join([contig, str(position), "rs1", *fields, *genotypes])
