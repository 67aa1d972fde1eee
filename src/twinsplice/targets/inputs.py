"""Variant pairs of an input: alleles of a VCF in genes, or tables of sequences.

Alleles without a target are counted by reason.
"""

import collections
import contextlib
import dataclasses
import itertools
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np

from twinsplice import errors
from twinsplice.effect import rules, windows
from twinsplice.genome import coordinates, regions, variants
from twinsplice.io import constructs, fasta
from twinsplice.io.annotation import annotations
from twinsplice.io.labels import labels
from twinsplice.io.vcf import vcf, vcf_output
from twinsplice.scoring import build_checks, queries, query_outcomes
from twinsplice.scoring import constructs as pair_constructs
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import sequences, variant_pairs

_CHUNK = 4_000
"""Records processed together."""
_FASTA = (".fa", ".fasta", ".fna")
_NOWHERE = regions.Place(regions.Region.OTHER, regions.NO_SITE)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Inputs:
    """Variants to label, read from an input.

    Attributes:
        pairs: The variants.
        sources: Their sequences, which `pairs.source` indexes.
        skipped: Alleles without a target, by reason.
    """

    pairs: variant_pairs.Pairs
    sources: list[sequences.SourceSequence]
    skipped: collections.Counter[str]


@contextlib.contextmanager
def opened(config: targets_settings.Config, context: int) -> Iterator[Inputs]:
    """Read an input; its sequences can be read until the block ends.

    Args:
        config: Settings that name the input.
        context: Bases that the base model reads on each side.

    Raises:
        InputError: The input is of no known form, or a setting that it needs is
            missing.
    """
    path = config.input
    assert path is not None
    if config.format is not None:
        yield _from_labels(config, path)
        return
    if _is_fasta(path):
        raise errors.InputError(
            "a FASTA has no alternate sequences, so it goes with --profiles",
            got=str(path),
            remedy="add --profiles, or give a VCF or a table with name, ref and alt",
        )
    if constructs.is_table(path):
        yield _from_table(config, path)
        return
    if config.reference is None or config.annotation is None:
        raise errors.InputError(
            "variants need --reference and --annotation",
            got="one of them missing",
            remedy="give both",
        )
    index = annotations.load(config.annotation).index
    with fasta.Reference.open(config.reference) as reference:
        build_checks.require_same_build(
            index, reference, config.annotation, force=config.force
        )
        builder = queries.QueryBuilder(
            reference=reference,
            index=index,
            conventions=rules.TWINSPLICE,
            reach=config.reach,
            # The bases kept in the store must be known too.
            context=max(context, config.context + targets_settings.LONGEST),
        )
        yield _from_vcf(config, path, builder)


def _is_fasta(path: pathlib.Path) -> bool:
    if path.name.removesuffix(".gz").endswith(_FASTA):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(1) == b">"


def _from_vcf(
    config: targets_settings.Config, path: pathlib.Path, builder: queries.QueryBuilder
) -> Inputs:
    pairs = _Genes(builder, config.reach)
    is_selected = sequences.contig_filter(config.contigs, config.exclude)
    parts = []
    with vcf.read(path) as records:
        on_contigs = (
            record
            for record in records
            if is_selected(coordinates.canonical_contig(record.contig))
        )
        while chunk := list(itertools.islice(on_contigs, _CHUNK)):
            parts.append(pairs.enter(chunk))
    return Inputs(
        pairs=variant_pairs.Pairs(
            source=np.array(pairs.numbers, dtype=np.int64),
            windows=windows.join(parts),
            places=pairs.places,
        ),
        sources=pairs.sources,
        skipped=pairs.skipped,
    )


class _Genes:
    """Collects alleles in genes that are to be labelled.

    Attributes:
        sources: Sequence of each gene, in the order of first use.
        numbers: Index into `sources` of each pair.
        places: Position of each pair in its gene.
        skipped: Alleles without a target, by reason.
    """

    def __init__(self, builder: queries.QueryBuilder, reach: int) -> None:
        self.sources: list[sequences.SourceSequence] = []
        self.numbers: list[int] = []
        self.places: list[regions.Place] = []
        self.skipped: collections.Counter[str] = collections.Counter()
        self._builder = builder
        self._reach = reach
        self._by_gene: dict[int, tuple[int, regions.Layout]] = {}

    def enter(self, records: Sequence[vcf.Record]) -> windows.Windows:
        """Add the alleles of records; return the windows of those with a target."""
        built = self._builder.build(records)
        outcomes, placed = built.outcomes, built.queries.windows
        labelled = []
        for row in self._of_named_genes(records, outcomes):
            query, gene = int(outcomes.query[row]), int(outcomes.gene[row])
            reason: variants.SkipReason | None
            if outcomes.reason[row] != rules.SCORED:
                reason = rules.REASONS[outcomes.reason[row]]
            else:
                ref, alt = (
                    placed.change.ref.length[query],
                    placed.change.alt.length[query],
                )
                reason = _unfit(int(ref), int(alt), self._reach)
            if reason is not None:
                self.skipped[reason.value] += 1
                continue
            labelled.append(query)
            change = placed.change
            self._place(gene, int(change.start[query]), int(change.end[query]))
        return placed.take(np.array(labelled, dtype=np.int64))

    def _of_named_genes(
        self, records: Sequence[vcf.Record], outcomes: query_outcomes.Outcomes
    ) -> Iterator[int]:
        """Rows of outcomes; where a record's INFO names a gene, those of that gene."""
        names = [vcf.info(record, "GENE") for record in records]
        keys = zip(outcomes.record.tolist(), outcomes.alt, strict=True)
        alleles = itertools.groupby(enumerate(keys), key=lambda pair: pair[1])
        for (record, _), group in alleles:
            name = names[record]
            kept = [
                row
                for row, _ in group
                if name is None or self._name(int(outcomes.gene[row])) in {"", name}
            ]
            if not kept:
                self.skipped[variants.SkipReason.OUTSIDE_GENES.value] += 1
            yield from kept

    def _name(self, gene: int) -> str:
        """Name of a gene as `sample` writes it; empty for an allele without a gene."""
        if gene < 0:
            return ""
        return vcf_output.info_text(self._builder.index.genes[gene].name)

    def _place(self, gene: int, start: int, end: int) -> None:
        """Add a pair: its source, and the position of the variant in it."""
        if gene not in self._by_gene:
            locus, reference = self._builder.index.genes[gene], self._builder.reference
            self._by_gene[gene] = (len(self.sources), regions.layout(locus))
            contig = reference.resolve(locus.span.contig)
            assert contig is not None
            self.sources.append(sequences.of_gene(locus, contig, reference))
        number, layout = self._by_gene[gene]
        self.numbers.append(number)
        self.places.append(regions.place(layout, start, end))


def _unfit(ref_length: int, alt_length: int, reach: int) -> variants.SkipReason | None:
    """Reason why a trimmed variant has no target; None if it has one."""
    if not (ref_length or alt_length):
        return variants.SkipReason.NO_ALT
    longest = targets_settings.LONGEST
    # The replaced bases must lie within the window.
    if ref_length > min(longest, reach) or alt_length > longest:
        return variants.SkipReason.TOO_LONG
    return None


class _Constructs:
    """Collects constructs that are to be labelled.

    Attributes:
        sources: Their sequences.
        skipped: Those without a target, by reason.
    """

    def __init__(self, reach: int) -> None:
        self.sources: list[sequences.SourceSequence] = []
        self.skipped: collections.Counter[str] = collections.Counter()
        self._reach = reach
        self._numbers: list[int] = []
        self._cores: list[variants.Variant] = []
        self._measurements: list[variant_pairs.Measurement] = []

    def enter(
        self,
        construct: constructs.Construct,
        source: int | None = None,
        measured: variant_pairs.Measurement | None = None,
    ) -> int | None:
        """Add a construct, or count the reason why it has no target.

        Args:
            construct: The construct.
            source: Index of its sequence, if that was added before.
            measured: Laboratory measurement of it.

        Returns:
            Index of its sequence; None where it has no target.
        """
        core = reason = None
        if construct.ref and construct.alt:
            core = pair_constructs.change(construct.name, construct.ref, construct.alt)
            unfit = _unfit(len(core.ref), len(core.alt), self._reach)
            reason = unfit.value if unfit else None
        reason = reason or pair_constructs.refusal(
            construct.ref, construct.alt, core, self._reach
        )
        if reason is not None or core is None:
            self.skipped[reason or pair_constructs.NO_SEQUENCES] += 1
            return None
        if source is None:
            source = len(self.sources)
            sequence = sequences.of_construct(
                construct.name, construct.contig, construct.ref, f"{source}"
            )
            self.sources.append(sequence)
        self._numbers.append(source)
        self._cores.append(core)
        if measured is not None:
            self._measurements.append(measured)
        return source

    def inputs(self) -> Inputs:
        """Return the constructs added."""
        changes = pair_constructs.replacements(self._cores)
        return Inputs(
            pairs=variant_pairs.Pairs(
                source=np.array(self._numbers, dtype=np.int64),
                windows=rules.TWINSPLICE.place(changes, changes, self._reach),
                places=[_NOWHERE] * len(self._cores),
                measurements=self._measurements,
            ),
            sources=self.sources,
            skipped=self.skipped,
        )


def _from_labels(config: targets_settings.Config, path: pathlib.Path) -> Inputs:
    """Labelled variants in the sequences tested, one source for each sequence."""
    assert config.format is not None
    table = labels.read(path, labels.Format(config.format), least=config.altered_from)
    pairs = _Constructs(config.reach)
    pairs.skipped.update(table.skipped)
    is_selected = sequences.contig_filter(config.contigs, config.exclude)
    numbers: dict[str, int] = {}
    for row in table.rows:
        # A sequence without a chromosome is split by its group: the folds must not
        # share one.
        contig = row.contig or row.group
        if not is_selected(coordinates.canonical_contig(contig)):
            continue
        construct = constructs.Construct(
            name=row.group, contig=contig, ref=row.ref_seq, alt=row.alt_seq
        )
        measurement = variant_pairs.Measurement(altered=row.altered, value=row.value)
        source = pairs.enter(construct, numbers.get(construct.ref), measurement)
        if source is not None:
            numbers[construct.ref] = source
    return pairs.inputs()


def _from_table(config: targets_settings.Config, path: pathlib.Path) -> Inputs:
    pairs = _Constructs(config.reach)
    is_selected = sequences.contig_filter(config.contigs, config.exclude)
    for construct in constructs.read(path):
        if is_selected(coordinates.canonical_contig(construct.contig)):
            pairs.enter(construct)
    return pairs.inputs()
