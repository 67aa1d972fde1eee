"""Score every allele of an input in every gene it lies in, and write the results."""

import dataclasses
import pathlib
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from twinsplice import progress
from twinsplice.commands import score_outputs
from twinsplice.effect import results
from twinsplice.engine import devices
from twinsplice.io import tables
from twinsplice.io.vcf import (
    named_answers,
    vcf,
)
from twinsplice.scoring import assembly, model_sets
from twinsplice.scoring.naming import answer_names, list_order
from twinsplice.scoring.runs import (
    contig_memory,
    diagnostics,
    kept_answers,
    run_records,
)
from twinsplice.settings import score as score_settings

CHUNK_RECORDS = 4_000
"""Records that are scored together."""
CHUNK_BYTES = 64_000_000
"""Bytes of text at which a chunk is full: many samples make long lines."""
_OVERHEAD = sys.getsizeof("")
CHUNK_ALLELES, CHUNK_LETTERS = 16_000, 8_000_000
"""Alternate alleles, and letters of them and of REF for each, at which it is."""
CHUNK_FLOP = 12_000_000_000_000
"""Operations of networks at which it is: some minutes, which a kill may cost."""

_NOTHING_KEPT = kept_answers.Keeping()

_REFERENCES = {
    results.Reference.OWN: "the model's own",
    results.Reference.MAP: "the base model's, from the map",
    results.Reference.LIVE: "the base model's, computed here",
}


def run(  # noqa: PLR0913
    models: model_sets.ModelSet,
    options: assembly.Options,
    source: vcf.Source,
    output: pathlib.Path | None,
    advance: progress.Advance = progress.silent,
    observe: score_outputs.Write = score_outputs.ignore,
    *,
    namer: answer_names.AnswerNamer | None = None,
    subject: tuple[str, ...] = run_records.SCORE,
    keeping: kept_answers.Keeping = _NOTHING_KEPT,
) -> score_settings.Summary:
    """Score the records of a source and write them.

    Args:
        models: The models.
        options: Their options, for the header.
        source: The records.
        output: File to write, if any; its ending gives the format.
        advance: Called now and then with the records done since the last call and the
            fraction of the input that is done, where it is known.
        observe: Called with each chunk and its results, once they are written.
        namer: What names the rows of a table, if they are to have names.
        subject: What is scored, for a table's metadata; see `run_records.metadata`.
        keeping: Whether and where answers are kept, so that a stopped run can go on.

    Raises:
        TwinSpliceError: The source breaks off, the output cannot be written, or a
            stopped run cannot be resumed.
    """
    began = time.monotonic()
    builder = models.scorers[0].builder
    build = run_records.build_label(builder.reference, options)
    warnings = list(diagnostics.other_header(source.header_lines, build))
    notes = list(_notes(models))
    if output is not None:
        score_outputs.check_names(output, flat=options.flat, samples=options.samples)
        if source.is_list and not tables.is_table(output):
            source = list_order.OrderedSource(source, builder.reference, build)
            warnings += filter(None, [source.warning])
    contig_memory.check(models.memory_gb, builder.reference.contigs, source, output)
    counts = [diagnostics.RunCounts() for _ in models.scorers]
    with (
        devices.enough_memory(),
        keeping.opened(models, options) as answers,
        score_outputs.opened(
            output, models, options, source, namer, subject, warnings=warnings
        ) as write,
    ):
        for chunk, scores in _answered(source, answers, models, advance):
            told = [named_answers.told(chunk, of_model) for of_model in scores]
            write(chunk, told)
            observe(chunk, told)
            for own, of_model in zip(counts, scores, strict=True):
                own.enter(chunk, of_model)
        builder.reference.require_unchanged()
    found = _summary(models, counts, output, time.monotonic() - began)
    said = (*counts[0].notes(builder.reference), *notes, *answers.notes())
    warned, resumed = tuple(warnings), answers.taken
    return dataclasses.replace(found, notes=said, warnings=warned, resumed=resumed)


def _answered(
    source: vcf.Source,
    answers: kept_answers.Answers,
    models: model_sets.ModelSet,
    advance: progress.Advance,
) -> Iterator[tuple[list[vcf.Record], Sequence[results.Results]]]:
    """Yield the chunks that are this run's, with the results of each model."""
    before = source.fraction_read()
    advance(0, before)
    for number, chunk in enumerate(_chunks(source, models.flops_of_allele)):
        after = source.fraction_read()
        if answers.takes(number):
            scores = answers.known(chunk)
            if scores is None:
                step = _Step(advance, len(chunk), before, after)
                scores = answers.score(chunk, step)
                step(0, 1.0)
            else:
                advance(0, after)
            yield chunk, scores
        before = after


def _summary(
    models: model_sets.ModelSet,
    counts: Sequence[diagnostics.RunCounts],
    output: pathlib.Path | None,
    elapsed: float,
) -> score_settings.Summary:
    """Return what was counted, of the first model and of the further ones."""
    first = counts[0]
    return score_settings.Summary(
        records=first.records,
        scored=first.scored,
        skipped=first.skipped,
        elapsed=elapsed,
        output=output,
        further=tuple(_further(models, counts)),
        references={
            _REFERENCES[origin]: count
            for origin, count in sorted(first.references.items())
        },
        classes=dict(first.classes),
    )


def _notes(models: model_sets.ModelSet) -> Iterator[str]:
    """Yield remarks that hold whatever the records are."""
    first = models.scorers[0]
    if models.build.note:
        yield models.build.note
    if models.refinement is not None and models.refinement.is_default:
        refiner = models.scorers[-1].predictor
        yield (
            f"{models.refinement.threshold:g} is the default threshold of --refine; "
            f"none was fitted to {first.predictor.name} and {refiner.name}"
        )


def _further(
    models: model_sets.ModelSet, counts: Sequence[diagnostics.RunCounts]
) -> Iterator[score_settings.FurtherModel]:
    """Yield the counts of each model but the first."""
    last = len(counts) - 1
    for number in range(1, len(counts)):
        yield score_settings.FurtherModel(
            key=models.keys[number],
            scored=counts[number].scored,
            skipped=counts[number].skipped,
            refines=number == last and models.refinement is not None,
        )


class _Step:
    """Converts a chunk's progress into that of the whole input."""

    def __init__(
        self,
        advance: progress.Advance,
        records: int,
        before: float | None,
        after: float | None,
    ) -> None:
        """Begin a chunk.

        Args:
            advance: Progress of the whole input.
            records: Records of the chunk.
            before: Fraction of the input read before the chunk.
            after: Fraction read after it.
        """
        self._advance = advance
        self._records = records
        self._bounds = before, after
        self._done = 0

    def __call__(self, units: int, fraction: float | None) -> None:
        """Report the fraction of the chunk done; `units` (queries) are ignored."""
        del units
        before, after = self._bounds
        total = None
        share = fraction or 0.0
        if before is not None and after is not None:
            total = before + share * (after - before)
        done = round(share * self._records)
        self._advance(done - self._done, total)
        self._done = done


def _chunks(source: Iterable[vcf.Record], flops: int = 0) -> Iterator[list[vcf.Record]]:
    """Yield records together, bounded in number, bytes, alleles and their `flops`."""
    most_alleles = max(1, min(CHUNK_ALLELES, CHUNK_FLOP // max(flops, 1)))
    chunk: list[vcf.Record] = []
    size = alleles = letters = 0
    for record in source:
        chunk.append(record)
        size += sys.getsizeof(record.text) - _OVERHEAD
        alleles += len(record.alts)
        letters += len(record.alts) * len(record.ref) + sum(map(len, record.alts))
        # A generator that waits must hold nothing of what it has given.
        del record
        if (
            len(chunk) >= CHUNK_RECORDS
            or size >= CHUNK_BYTES
            or alleles >= most_alleles
            or letters >= CHUNK_LETTERS
        ):
            yield chunk
            chunk, size, alleles, letters = [], 0, 0, 0
    if chunk:
        yield chunk
