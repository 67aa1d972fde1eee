"""From an input to pairs: alleles of a VCF in genes, or tables of sequences.

What has no target is counted by reason, never lost.
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
from twinsplice.scoring import constructs as pair_constructs
from twinsplice.scoring import queries
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import sequences, variant_pairs

_CHUNK = 4_000
"""Records whose alleles go through together."""
_FASTA = (".fa", ".fasta", ".fna")
_NOWHERE = regions.Place(regions.Region.OTHER, regions.NO_SITE)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Inputs:
    """What an input holds.

    Attributes:
        pairs: Variants to label.
        sources: What their `source` counts.
        skipped: Alleles without a target, by reason.
    """

    pairs: variant_pairs.Pairs
    sources: list[sequences.SourceSequence]
    skipped: collections.Counter[str]


@contextlib.contextmanager
def opened(config: targets_settings.Config, context: int) -> Iterator[Inputs]:
    """Read an input; bases can be fetched for the length of the block.

    Args:
        config: What to label.
        context: Bases that the base model reads each side.

    Raises:
        InputError: The input is of no known form, or needs what was not given.
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
        builder = queries.QueryBuilder(
            reference=reference,
            index=index,
            conventions=rules.TWINSPLICE,
            reach=config.reach,
            # What is kept must be known too.
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
    met = _Genes(builder, config.reach)
    take = sequences.wanted(config.contigs, config.exclude)
    parts = []
    with vcf.read(path) as records:
        on_contigs = (
            record
            for record in records
            if take(coordinates.canonical_contig(record.contig))
        )
        while chunk := list(itertools.islice(on_contigs, _CHUNK)):
            parts.append(met.enter(chunk))
    return Inputs(
        pairs=variant_pairs.Pairs(
            source=np.array(met.numbers, dtype=np.int64),
            windows=windows.join(parts),
            places=met.places,
        ),
        sources=met.sources,
        skipped=met.skipped,
    )


class _Genes:
    """Alleles in genes that are to be labelled, as they are met.

    Attributes:
        sources: One for each gene met.
        numbers: For each pair, its source.
        places: Where in its gene each pair lies.
        skipped: Alleles without a target, by reason.
    """

    def __init__(self, builder: queries.QueryBuilder, reach: int) -> None:
        self.sources: list[sequences.SourceSequence] = []
        self.numbers: list[int] = []
        self.places: list[regions.Place] = []
        self.skipped: collections.Counter[str] = collections.Counter()
        self._builder = builder
        self._reach = reach
        self._known: dict[int, tuple[int, regions.Layout]] = {}

    def enter(self, records: Sequence[vcf.Record]) -> windows.Windows:
        """Take in the alleles of records; return the windows of those with a target."""
        built = self._builder.build(records)
        outcomes, own = built.outcomes, built.queries.windows
        asked = []
        for row in self._of_named_genes(records, outcomes):
            query, gene = int(outcomes.query[row]), int(outcomes.gene[row])
            reason: variants.SkipReason | None
            if outcomes.reason[row] != rules.SCORED:
                reason = rules.REASONS[outcomes.reason[row]]
            else:
                ref, alt = own.change.ref.length[query], own.change.alt.length[query]
                reason = _unfit(int(ref), int(alt), self._reach)
            if reason is not None:
                self.skipped[reason.value] += 1
                continue
            asked.append(query)
            change = own.change
            self._place(gene, int(change.start[query]), int(change.end[query]))
        return own.take(np.array(asked, dtype=np.int64))

    def _of_named_genes(
        self, records: Sequence[vcf.Record], outcomes: queries.Outcomes
    ) -> Iterator[int]:
        """Rows of outcomes, of the gene alone that a record's INFO names, if any."""
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
        """The name of a gene as `sample` writes it; empty for an allele as a whole."""
        if gene < 0:
            return ""
        return vcf_output.info_text(self._builder.index.genes[gene].name)

    def _place(self, gene: int, start: int, end: int) -> None:
        """Take in a pair: its source, and where in it the variant lies."""
        if gene not in self._known:
            of, reference = self._builder.index.genes[gene], self._builder.reference
            self._known[gene] = (len(self.sources), regions.layout(of))
            contig = reference.resolve(of.span.contig)
            assert contig is not None
            self.sources.append(sequences.of_gene(of, contig, reference))
        number, layout = self._known[gene]
        self.numbers.append(number)
        self.places.append(regions.place(layout, start, end))


def _unfit(ref_length: int, alt_length: int, reach: int) -> variants.SkipReason | None:
    """Why a trimmed variant has no target."""
    if not (ref_length or alt_length):
        return variants.SkipReason.NO_ALT
    longest = targets_settings.LONGEST
    # What is replaced must lie within the window.
    if ref_length > min(longest, reach) or alt_length > longest:
        return variants.SkipReason.TOO_LONG
    return None


class _Constructs:
    """Constructs that are to be labelled, as they are met.

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
        tested: constructs.Construct,
        source: int | None = None,
        measured: variant_pairs.Measurement | None = None,
    ) -> int | None:
        """Take a construct in, or count why it has no target.

        Args:
            tested: The construct.
            source: The number of its sequence, if it has been met before.
            measured: What a laboratory measured of it.

        Returns:
            The number of its sequence; none where it has no target.
        """
        core = reason = None
        if tested.ref and tested.alt:
            core = pair_constructs.change(tested.name, tested.ref, tested.alt)
            unfit = _unfit(len(core.ref), len(core.alt), self._reach)
            reason = unfit.value if unfit else None
        reason = reason or pair_constructs.refusal(
            tested.ref, tested.alt, core, self._reach
        )
        if reason is not None or core is None:
            self.skipped[reason or pair_constructs.NO_SEQUENCES] += 1
            return None
        if source is None:
            source = len(self.sources)
            made = sequences.of_construct(
                tested.name, tested.contig, tested.ref, f"{source}"
            )
            self.sources.append(made)
        self._numbers.append(source)
        self._cores.append(core)
        if measured is not None:
            self._measurements.append(measured)
        return source

    def inputs(self) -> Inputs:
        """Return what was taken in."""
        made = pair_constructs.replacements(self._cores)
        return Inputs(
            pairs=variant_pairs.Pairs(
                source=np.array(self._numbers, dtype=np.int64),
                windows=rules.TWINSPLICE.place(made, made, self._reach),
                places=[_NOWHERE] * len(self._cores),
                measurements=self._measurements,
            ),
            sources=self.sources,
            skipped=self.skipped,
        )


def _from_labels(config: targets_settings.Config, path: pathlib.Path) -> Inputs:
    """Labelled variants in the sequences that were tested, one source a sequence."""
    assert config.format is not None
    table = labels.read(path, labels.Format(config.format), least=config.altered_from)
    met = _Constructs(config.reach)
    met.skipped.update(table.skipped)
    take = sequences.wanted(config.contigs, config.exclude)
    known: dict[str, int] = {}
    for row in table.rows:
        # A sequence without a chromosome goes by its group, as both sides of a split
        # must not share one.
        contig = row.contig or row.group
        if not take(coordinates.canonical_contig(contig)):
            continue
        tested = constructs.Construct(
            name=row.group, contig=contig, ref=row.ref_seq, alt=row.alt_seq
        )
        measured = variant_pairs.Measurement(altered=row.altered, value=row.value)
        source = met.enter(tested, known.get(tested.ref), measured)
        if source is not None:
            known[tested.ref] = source
    return met.inputs()


def _from_table(config: targets_settings.Config, path: pathlib.Path) -> Inputs:
    met = _Constructs(config.reach)
    take = sequences.wanted(config.contigs, config.exclude)
    for construct in constructs.read(path):
        if take(coordinates.canonical_contig(construct.contig)):
            met.enter(construct)
    return met.inputs()
