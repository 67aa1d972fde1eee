"""Score every allele of an input in every gene it lies in."""

import contextlib
import itertools
import os
import pathlib
import time
from collections.abc import Callable, Iterator, Sequence

import twinsplice
from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.effect import results, rules
from twinsplice.engine import devices
from twinsplice.genome import genes
from twinsplice.io import drafts, fasta, tables
from twinsplice.io.annotation import annotations
from twinsplice.io.vcf import score_fields, streams, vcf, vcf_output
from twinsplice.predictors import loading as predictors
from twinsplice.scoring import diagnostics, pipeline, queries
from twinsplice.settings import score as score_settings

CHUNK_RECORDS = 4_000
"""Records whose questions are planned together."""
_OVERHEAD_GB = 1.0
"""Memory that the program takes before any pass."""

_OFFICIAL = {
    "spliceai": rules.SPLICEAI,
    "cispliceai": rules.CISPLICEAI,
    "openspliceai": rules.SPLICEAI,
}
Advance = Callable[[int, float | None], object]
_Write = Callable[[vcf.Record, Sequence[results.Answer]], None]


def run(
    config: score_settings.Config, advance: Advance = lambda records, fraction: None
) -> score_settings.Summary:
    """Score an input and write the results.

    Args:
        config: What to do.
        advance: Called now and then with the records done since the last call
            and how much of the input is read, 0 to 1, where that is known.

    Raises:
        TwinSpliceError: The input, the reference or the weights cannot be used.
    """
    began = time.monotonic()
    _check_name(config.output)
    ledger = diagnostics.Ledger()
    with contextlib.ExitStack() as opened:
        opened.enter_context(_within_memory())
        source = opened.enter_context(vcf.read(config.input))
        reference = opened.enter_context(fasta.Reference.open(config.reference))
        scorer = build(config, reference)
        note = diagnostics.annotation_note(scorer.asker.index, reference)
        write = opened.enter_context(_output(config, scorer, source))
        before = source.fraction_read()
        advance(0, before)
        for chunk in _chunks(source):
            after = source.fraction_read()
            step = _stepping(advance, len(chunk), before, after)
            for record, found in zip(chunk, scorer.answer(chunk, step), strict=True):
                write(record, found)
                ledger.enter(record, found)
            step(1.0)
            before = after
        notes = [*ledger.notes(reference), *([note] if note else [])]
    return score_settings.Summary(
        records=ledger.records,
        scored=ledger.scored,
        skipped=ledger.skipped,
        elapsed=time.monotonic() - began,
        output=config.output,
        notes=tuple(notes),
    )


def _check_name(output: pathlib.Path) -> None:
    """Refuse a name that no form of output belongs to, before any work is done."""
    endings = (*vcf_output.ENDINGS, *tables.ENDINGS)
    plain = output == streams.STANDARD or drafts.is_special(output) or output.is_dir()
    if not plain and not output.name.endswith(endings):
        raise errors.InputError(
            f"an output's name must end in {', '.join(endings)}",
            got=str(output),
            remedy="rename it",
        )


def _stepping(
    advance: Advance, records: int, before: float | None, after: float | None
) -> Callable[[float], None]:
    """Return what turns the share of a chunk that is done into calls of `advance`.

    Args:
        advance: As for `run`.
        records: Records of the chunk.
        before: How much of the input was read before the chunk.
        after: How much was after it.
    """
    told = 0

    def step(share: float) -> None:
        nonlocal told
        done = round(share * records)
        fraction = None
        if before is not None and after is not None:
            fraction = before + share * (after - before)
        advance(done - told, fraction)
        told = done

    return step


@contextlib.contextmanager
def _within_memory() -> Iterator[None]:
    """Say in one line that memory was short."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # PyTorch has no error of its own for this on CPUs.
        if isinstance(error, RuntimeError) and "allocate" not in str(error):
            raise
        raise errors.InputError(
            "a run needs the memory that --max-memory-gb allows it",
            got="less than that",
            remedy="lower --max-memory-gb, or --distance",
        ) from error


def build(config: score_settings.Config, reference: fasta.Reference) -> pipeline.Scorer:
    """Return the scorer that a configuration asks for.

    Raises:
        TwinSpliceError: The annotation, the weights or the device cannot be used.
    """
    # Far more threads than there are processors crash PyTorch.
    threads = config.threads and min(config.threads, os.cpu_count() or 1)
    device = devices.choose(config.device, threads)
    model = predictors.load(config.model, config.weights)
    conventions = _conventions(config, model)
    asker = queries.Asker(
        reference=reference,
        index=_genes(config, model),
        conventions=conventions,
        reach=config.distance,
        context=model.context,
        intergenic=config.intergenic,
    )
    memory = int(max(config.max_memory_gb - _OVERHEAD_GB, 0.25) * 1e9)
    return pipeline.Scorer(
        model=model,
        asker=asker,
        ensemble=model.ensemble(device, memory),
        mask=config.mask,
    )


def _conventions(
    config: score_settings.Config, model: contract.Predictor
) -> rules.Rules:
    if not config.compat:
        return rules.TWINSPLICE
    entry = catalogue.entries().get(model.name)
    family = entry.family if entry else ""
    if family not in _OFFICIAL:
        raise errors.InputError(
            f"--compat needs a model of {', '.join(_OFFICIAL)}",
            got=model.name,
            remedy="name one as --model, or leave --compat out",
        )
    return _OFFICIAL[family]


def _genes(config: score_settings.Config, model: contract.Predictor) -> genes.GeneIndex:
    """The annotation's genes; with `--compat`, the official program's own table."""
    name = config.annotation.lower()
    if not config.compat or name not in annotations.SHIPPED:
        return annotations.load(config.annotation).index
    if model.name == "cispliceai":
        path = loading.official_file("cispliceai", f"data/{name}.csv")
        return annotations.load(str(path)).index
    path = loading.official_file("spliceai", f"annotations/{name}.txt")
    return annotations.load(str(path)).index


@contextlib.contextmanager
def _output(
    config: score_settings.Config, scorer: pipeline.Scorer, source: vcf.Source
) -> Iterator[_Write]:
    """Open the output; give a function that writes a record's answers."""
    key, kinds = scorer.model.info, scorer.model.kinds
    intervals = scorer.model.intervals
    if tables.is_table(config.output):
        columns = score_fields.schema(kinds, intervals=intervals)
        with tables.open_table(config.output, columns) as table:
            yield lambda record, found: table.write(
                list(score_fields.rows(record, found))
            )
        return
    about = _about(config, scorer)
    lines = score_fields.info_lines(key, about, kinds, intervals=intervals)
    with vcf_output.open_output(config.output, source, lines) as sink:
        yield lambda record, found: sink.write(
            record, score_fields.info(key, found, kinds)
        )


def _about(config: score_settings.Config, scorer: pipeline.Scorer) -> str:
    """What made the scores, for the header."""
    return (
        f"TwinSplice {twinsplice.__version__}, model {scorer.model.title} "
        f"({scorer.model.sha256[:12]}), rules {scorer.asker.conventions.name}, "
        f"annotation {config.annotation}, distance {config.distance}, "
        f"mask {'on' if config.mask else 'off'}"
    )


def _chunks(source: vcf.Source) -> Iterator[list[vcf.Record]]:
    records = iter(source)
    while chunk := list(itertools.islice(records, CHUNK_RECORDS)):
        yield chunk
