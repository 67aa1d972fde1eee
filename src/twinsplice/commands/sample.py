"""Sample variants of genes and write them as a VCF, for `targets` to label."""

import time
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import UInt8

import twinsplice
from twinsplice import errors, progress
from twinsplice.genome import dna, genes, regions, variants
from twinsplice.io import drafts, fasta
from twinsplice.io.annotation import annotations
from twinsplice.io.vcf import streams, vcf, vcf_output
from twinsplice.scoring import build_checks
from twinsplice.settings import sample as sample_settings
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import sampling, sequences

_STEP = 500
"""Variants between two reports of progress."""

_FIELDS = (
    '##INFO=<ID=GENE,Number=1,Type=String,Description="Gene it was drawn from">',
    '##INFO=<ID=STRAND,Number=1,Type=String,Description="Strand of that gene">',
    '##INFO=<ID=REGION,Number=1,Type=String,Description="Part of the gene: '
    f'{", ".join(regions.NAMES[: regions.Region.OTHER])}">',
    '##INFO=<ID=DISTANCE,Number=1,Type=Integer,Description="Bases to the nearest '
    'annotated site of that gene">',
)


def run(
    config: sample_settings.Config,
    advance: progress.Advance = progress.silent,
) -> sample_settings.Summary:
    """Sample variants and write them, sorted.

    Args:
        config: Settings of the sampling.
        advance: Called now and then with the variants drawn since the last call and
            the share of all.

    Raises:
        TwinSpliceError: The genome or the genes cannot be used, or have no room for
            that many variants.
    """
    began = time.monotonic()
    _check_name(config)
    is_selected = sequences.contig_filter(config.contigs, config.exclude)
    index = annotations.load(config.annotation).index
    with fasta.Reference.open(config.reference) as reference:
        build_checks.require_same_build(
            index, reference, config.annotation, force=config.force
        )
        usable = list(sequences.genes_in_reference(reference, index, is_selected))
        if not usable:
            raise errors.InputError(
                "the reference must hold genes whole",
                got="none on the contigs asked for",
                remedy="check --reference, --contigs and --exclude",
            )
        sampled = _draw(config, reference, [gene for gene, _ in usable], advance)
        records = _records(reference, sampled)
        source = _SampledRecords(list(_header(config, reference)), records)
        with vcf_output.open_output(config.output, source, []) as sink:
            for record in records:
                sink.write(record, {})
    return sample_settings.Summary(
        variants=len(records),
        genes=len({id(variant.gene) for variant in sampled}),
        elapsed=time.monotonic() - began,
        output=config.output,
        warning=sink.note,
    )


class _SampledRecords(vcf.Source):
    """A source of sampled records."""

    def __init__(self, header: Sequence[str], records: Sequence[vcf.Record]) -> None:
        self.header_lines = tuple(header)
        self._records = iter(records)

    def __iter__(self) -> Iterator[vcf.Record]:
        return self._records

    def fraction_read(self) -> float | None:
        return None

    def close(self) -> None:
        pass


def _check_name(config: sample_settings.Config) -> None:
    """Refuse an output name without a known ending, before any work is done."""
    output = config.output
    plain = output == streams.STANDARD or drafts.is_special(output)
    if not plain and not output.name.endswith(vcf_output.ENDINGS):
        raise errors.InputError(
            f"an output's name must end in {', '.join(vcf_output.ENDINGS)}",
            got=str(output),
            remedy="rename it",
        )


def _draw(
    config: sample_settings.Config,
    reference: fasta.Reference,
    sampled_genes: Sequence[genes.Gene],
    advance: progress.Advance,
) -> list[sampling.Drawn]:
    settings = sampling.Settings(
        number=config.number,
        per_gene=config.per_gene,
        regions={
            regions.Region[name.upper()]: getattr(config, name)
            for name in sample_settings.REGIONS
        },
        kinds={
            variants.Kind(name): getattr(config, name) for name in sample_settings.KINDS
        },
        longest=targets_settings.LONGEST,
        cluster=config.cluster,
        cluster_reach=config.cluster_reach,
    )

    def fetch(gene: genes.Gene, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        contig = reference.resolve(gene.span.contig)
        assert contig is not None
        return reference.peek(contig, start, end)

    advance(0, 0.0)
    sampled = []
    rng = np.random.default_rng(config.seed)
    for variant in sampling.draw(sampled_genes, fetch, settings, rng):
        sampled.append(variant)
        if len(sampled) % _STEP == 0:
            advance(_STEP, len(sampled) / config.number)
    advance(len(sampled) % _STEP, 1.0)
    return sampled


def _records(
    reference: fasta.Reference, sampled: Sequence[sampling.Drawn]
) -> list[vcf.Record]:
    """Return the records of variants, in the reference's order."""
    order = {name: i for i, name in enumerate(reference.contigs)}
    records = [_record(reference, variant) for variant in sampled]
    return sorted(
        records, key=lambda r: (order[r.contig], r.position, len(r.ref), r.ref, r.alts)
    )


def _record(reference: fasta.Reference, sampled: sampling.Drawn) -> vcf.Record:
    core = sampled.variant
    contig = reference.resolve(core.contig)
    assert contig is not None
    # Where either allele is empty, VCF requires the base before.
    anchor = ""
    if not (core.ref and core.alt):
        anchor = dna.decode(reference.peek(contig, core.start - 1, core.start))
    position = core.start - len(anchor)
    ref, alt = anchor + core.ref, anchor + core.alt
    info = ";".join(
        (
            f"GENE={vcf_output.info_text(sampled.gene.name)}",
            f"STRAND={sampled.gene.strand.value}",
            f"REGION={regions.NAMES[sampled.place.region]}",
            f"DISTANCE={sampled.place.distance}",
        )
    )
    text = f"{contig}\t{position + 1}\t.\t{ref}\t{alt}\t.\t.\t{info}"
    return vcf.Record(0, contig, position, ref, (alt,), text)


def _header(
    config: sample_settings.Config, reference: fasta.Reference
) -> Iterator[str]:
    yield "##fileformat=VCFv4.3"
    yield f"##source=TwinSplice {twinsplice.__version__}, sample, seed {config.seed}"
    yield f"##reference={errors.printable(config.reference.name)}"
    for contig, length in reference.contigs.items():
        # The length of a sliced contig is unknown.
        size = "" if reference.sliced(contig) else f",length={length}"
        yield f"##contig=<ID={contig}{size}>"
    yield from _FIELDS
    yield "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
