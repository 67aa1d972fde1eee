"""From an input to pairs: alleles of a VCF in genes, or tables of sequences.

What has no target is counted by reason, never lost.
"""

import collections
import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.effect import results, rules, windows
from twinsplice.genome import coordinates, dna, regions, variants
from twinsplice.io import constructs, fasta
from twinsplice.io.annotation import annotations
from twinsplice.io.labels import labels
from twinsplice.io.vcf import vcf, vcf_output
from twinsplice.scoring import queries
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import sequences, variant_pairs

_FASTA = (".fa", ".fasta", ".fna")
NO_SEQUENCES = "no_sequences"
_NOWHERE = regions.Place(regions.Region.OTHER, regions.NO_SITE)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """What an input holds.

    Attributes:
        rows: Pairs to label.
        sources: What their `source` counts.
        skipped: Alleles without a target, by reason.
    """

    rows: list[variant_pairs.Pair]
    sources: list[variant_pairs.Source]
    skipped: collections.Counter[str]


@contextlib.contextmanager
def opened(config: targets_settings.Config, context: int) -> Iterator[Found]:
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
        asker = queries.Asker(
            reference=reference,
            index=index,
            conventions=rules.TWINSPLICE,
            reach=config.reach,
            # What is kept must be known too.
            context=max(context, config.context + targets_settings.LONGEST),
            intergenic=False,
        )
        yield _from_vcf(config, path, asker)


def _is_fasta(path: pathlib.Path) -> bool:
    if path.name.removesuffix(".gz").endswith(_FASTA):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(1) == b">"


def _from_vcf(
    config: targets_settings.Config, path: pathlib.Path, asker: queries.Asker
) -> Found:
    genes_seen = _Genes(asker.reference)
    found = Found(rows=[], sources=genes_seen.sources, skipped=collections.Counter())
    wanted = sequences.wanted(config.contigs, config.exclude)
    with vcf.read(path) as records:
        for record in records:
            if not wanted(coordinates.canonical_contig(record.contig)):
                continue
            for each in _asked(asker, record):
                reason = _refusal(each, config.reach)
                if reason is not None:
                    found.skipped[reason.value] += 1
                elif isinstance(each, queries.Question):
                    found.rows.append(genes_seen.pair(each))
    return found


def _asked(
    asker: queries.Asker, record: vcf.Record
) -> Iterator[queries.Question | results.Skipped]:
    """Questions of a record, about the gene alone that its INFO names, if any."""
    name = vcf.info(record, "GENE")
    if name is None:
        yield from asker.ask(record)
        return
    by_allele: dict[str, list[queries.Question | results.Skipped]] = {}
    for each in asker.ask(record):
        by_allele.setdefault(each.alt, []).append(each)
    for alt, asked in by_allele.items():
        kept = [each for each in asked if _gene_name(each) in {"", name}]
        yield from kept or [
            results.Skipped(
                alt=alt, gene=name, reason=variants.SkipReason.OUTSIDE_GENES
            )
        ]


def _gene_name(asked: queries.Question | results.Skipped) -> str:
    """The name of a gene as `sample` writes it; empty for an allele as a whole."""
    if isinstance(asked, results.Skipped):
        return vcf_output.info_text(asked.gene)
    return vcf_output.info_text(asked.gene.name if asked.gene else "")


def _refusal(
    asked: queries.Question | results.Skipped, reach: int
) -> variants.SkipReason | None:
    if isinstance(asked, results.Skipped):
        return asked.reason
    return _unfit(asked.window.variant, reach)


def _unfit(core: variants.Variant, reach: int) -> variants.SkipReason | None:
    """Why a trimmed variant has no target."""
    if core.kind is variants.Kind.NONE:
        return variants.SkipReason.NO_ALT
    longest = targets_settings.LONGEST
    # What is replaced must lie within the window.
    if len(core.ref) > min(longest, reach) or len(core.alt) > longest:
        return variants.SkipReason.TOO_LONG
    return None


class _Genes:
    """The genes that variants lie in, as sources.

    Attributes:
        sources: One for each gene met.
    """

    def __init__(self, reference: fasta.Reference) -> None:
        self.sources: list[variant_pairs.Source] = []
        self._reference = reference
        self._known: dict[int, tuple[int, regions.Layout]] = {}

    def pair(self, question: queries.Question) -> variant_pairs.Pair:
        """Return a question as a pair."""
        gene, core = question.gene, question.window.variant
        assert gene is not None
        if id(gene) not in self._known:
            self._known[id(gene)] = (len(self.sources), regions.layout(gene))
            contig = question.seen.contig
            self.sources.append(variant_pairs.of_gene(gene, contig, self._reference))
        number, layout = self._known[id(gene)]
        place = regions.place(layout, core.start, core.end)
        return variant_pairs.Pair(source=number, window=question.window, place=place)


def _from_labels(config: targets_settings.Config, path: pathlib.Path) -> Found:
    """Labelled variants in the sequences that were tested, one source a sequence."""
    assert config.format is not None
    table = labels.read(path, labels.Format(config.format), least=config.altered_from)
    found = Found(rows=[], sources=[], skipped=table.skipped)
    wanted = sequences.wanted(config.contigs, config.exclude)
    known: dict[str, int] = {}
    for row in table.rows:
        # A sequence without a chromosome goes by its group, as both sides of a split
        # must not share one.
        contig = row.contig or row.group
        if not wanted(coordinates.canonical_contig(contig)):
            continue
        tested = constructs.Construct(
            name=row.group, contig=contig, ref=row.ref_seq, alt=row.alt_seq
        )
        window = _in_construct(tested, config.reach)
        if isinstance(window, str):
            found.skipped[window] += 1
            continue
        source = known.setdefault(tested.ref, len(found.sources))
        if source == len(found.sources):
            found.sources.append(_of_construct(tested, source))
        finding = variant_pairs.Finding(altered=row.altered, value=row.value)
        found.rows.append(
            variant_pairs.Pair(
                source=source, window=window, place=_NOWHERE, finding=finding
            )
        )
    return found


def _from_table(config: targets_settings.Config, path: pathlib.Path) -> Found:
    found = Found(rows=[], sources=[], skipped=collections.Counter())
    wanted = sequences.wanted(config.contigs, config.exclude)
    for number, construct in enumerate(constructs.read(path)):
        if not wanted(coordinates.canonical_contig(construct.contig)):
            continue
        window = _in_construct(construct, config.reach)
        if isinstance(window, str):
            found.skipped[window] += 1
            continue
        source = len(found.sources)
        found.sources.append(_of_construct(construct, number))
        found.rows.append(
            variant_pairs.Pair(source=source, window=window, place=_NOWHERE)
        )
    return found


def _in_construct(construct: constructs.Construct, reach: int) -> windows.Window | str:
    """Where a construct's change is looked at, or why it has no target."""
    if not (construct.ref and construct.alt):
        return NO_SEQUENCES
    core = change(construct.name, construct.ref, construct.alt)
    if reason := _unfit(core, reach):
        return reason.value
    if not dna.is_plain(core.ref + core.alt):
        return variants.SkipReason.NON_ACGT.value
    return rules.TWINSPLICE.place(core, core, reach)


def change(name: str, ref: str, alt: str) -> variants.Variant:
    """Return what makes one sequence of another, trimmed and left-most."""
    return variants.normalise(
        variants.Variant(name, 0, ref, alt),
        lambda position: ref[position - 1 : position] if position else "",
    )


def _of_construct(construct: constructs.Construct, number: int) -> variant_pairs.Source:
    codes = dna.encode(construct.ref)
    return variant_pairs.Source(
        name=construct.name,
        contig=coordinates.canonical_contig(construct.contig),
        strand=coordinates.Strand.PLUS,
        start=0,
        end=len(codes),
        fetch=sequences.bounded(codes),
        contig_key=f"{number}",
    )
