"""Score every allele of an input in every gene it lies in, and write the results."""

import contextlib
import pathlib
import time
from collections.abc import Callable, Iterator, Sequence

import twinsplice
from twinsplice import errors, progress
from twinsplice.effect import results
from twinsplice.engine import devices
from twinsplice.io import drafts, tables
from twinsplice.io.vcf import score_fields, streams, vcf, vcf_output
from twinsplice.scoring import assembly, diagnostics, pipeline
from twinsplice.settings import score as score_settings

CHUNK_RECORDS = 4_000
"""Records that are scored together."""
CHUNK_BYTES = 64_000_000
"""Bytes of text at which a chunk is full: many samples make long lines."""

_Write = Callable[[Sequence[vcf.Record], results.Results], None]


def check_names(output: pathlib.Path) -> None:
    """Refuse an output name without a known ending, before any work is done.

    Raises:
        InputError: The name has no known ending.
    """
    endings = (*vcf_output.ENDINGS, *tables.ENDINGS)
    plain = output == streams.STANDARD or drafts.is_special(output) or output.is_dir()
    if not plain and not output.name.endswith(endings):
        raise errors.InputError(
            f"an output's name must end in {', '.join(endings)}",
            got=str(output),
            remedy="rename it",
        )


def run(
    scorer: pipeline.Scorer,
    options: assembly.Options,
    source: vcf.Source,
    output: pathlib.Path,
    advance: progress.Advance = progress.silent,
) -> score_settings.Summary:
    """Score the records of a source and write them.

    Args:
        scorer: The scorer.
        options: Its options, for the header.
        source: The records.
        output: File to write; its ending gives the format.
        advance: Called now and then with the records done since the last call and the
            fraction of the input that is done, where it is known.

    Raises:
        TwinSpliceError: The source breaks off, or the output cannot be written.
    """
    began = time.monotonic()
    check_names(output)
    reference = scorer.builder.reference
    counts = diagnostics.RunCounts()
    note = diagnostics.annotation_note(scorer.builder.index, reference)
    with devices.enough_memory(), _output(output, scorer, options, source) as write:
        before = source.fraction_read()
        advance(0, before)
        for chunk in _chunks(source):
            after = source.fraction_read()
            step = _Step(advance, len(chunk), before, after)
            scores = scorer.score(chunk, step)
            write(chunk, scores)
            counts.enter(chunk, scores)
            step(0, 1.0)
            before = after
    return score_settings.Summary(
        records=counts.records,
        scored=counts.scored,
        skipped=counts.skipped,
        elapsed=time.monotonic() - began,
        output=output,
        notes=(*counts.notes(reference), *([note] if note else [])),
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


@contextlib.contextmanager
def _output(
    output: pathlib.Path,
    scorer: pipeline.Scorer,
    options: assembly.Options,
    source: vcf.Source,
) -> Iterator[_Write]:
    """Open the output; yield a function that writes records with their results."""
    predictor = scorer.predictor
    key, kinds, intervals = predictor.info, predictor.kinds, predictor.has_intervals
    if tables.is_table(output):
        schema = score_fields.schema(kinds, intervals=intervals)
        with tables.open_table(output, schema) as table:
            yield lambda records, scores: table.write(
                score_fields.columns(records, scores)
            )
        return
    about = _about(scorer, options)
    lines = score_fields.info_lines(key, about, kinds, intervals=intervals)
    with vcf_output.open_output(output, source, lines) as sink:

        def write(records: Sequence[vcf.Record], scores: results.Results) -> None:
            fields = score_fields.info_fields(key, scores, len(records))
            for record, info in zip(records, fields, strict=True):
                sink.write(record, info)

        yield write


def _about(scorer: pipeline.Scorer, options: assembly.Options) -> str:
    """Provenance of the scores, for the header."""
    predictor = scorer.predictor
    return (
        f"TwinSplice {twinsplice.__version__}, model {predictor.title} "
        f"({predictor.sha256[:12]}), rules {scorer.builder.conventions.name}, "
        f"annotation {options.annotation}, distance {options.distance}, "
        f"mask {'on' if options.mask else 'off'}"
    )


def _chunks(source: vcf.Source) -> Iterator[list[vcf.Record]]:
    """Yield records together, bounded in number and in bytes."""
    chunk: list[vcf.Record] = []
    size = 0
    for record in source:
        chunk.append(record)
        size += len(record.text)
        if len(chunk) >= CHUNK_RECORDS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
