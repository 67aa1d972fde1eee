"""VCF read and written again, with a field of ours."""

import pathlib
from collections.abc import Mapping

from support import vcf as toy_vcfs
from twinsplice.io.vcf import vcf, vcf_output

INFO = {"TS": "G|TP53|0.10,T|TP53|0.20"}
HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def write(
    source_path: pathlib.Path, out: pathlib.Path, info: Mapping[str, str]
) -> None:
    with (
        vcf.read(source_path) as source,
        vcf_output.open_output(out, source, [toy_vcfs.INFO_LINE]) as sink,
    ):
        for record in source:
            sink.write(record, info)
