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
from twinsplice.io.vcf import joint_fields, streams, vcf, vcf_output
from twinsplice.scoring import answer_names, assembly, diagnostics, model_sets
from twinsplice.settings import score as score_settings

CHUNK_RECORDS = 4_000
"""Records that are scored together."""
CHUNK_BYTES = 64_000_000
"""Bytes of text at which a chunk is full: many samples make long lines."""

Write = Callable[[Sequence[vcf.Record], Sequence[results.Results]], None]
"""Takes a chunk of records and their results, by model."""


def ignore(records: Sequence[vcf.Record], scores: Sequence[results.Results]) -> None:
    """Do nothing with results."""


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
    observe: Write = ignore,
    *,
    namer: answer_names.AnswerNamer | None = None,
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

    Raises:
        TwinSpliceError: The source breaks off, or the output cannot be written.
    """
    began = time.monotonic()
    if output is not None:
        check_names(output)
    builder = models.scorers[0].builder
    counts = [diagnostics.RunCounts() for _ in models.scorers]
    notes = list(_notes(models))
    with (
        devices.enough_memory(),
        _output(output, models, options, source, namer) as write,
    ):
        before = source.fraction_read()
        advance(0, before)
        for chunk in _chunks(source):
            after = source.fraction_read()
            step = _Step(advance, len(chunk), before, after)
            scores = models.score(chunk, step)
            write(chunk, scores)
            observe(chunk, scores)
            for own, of_model in zip(counts, scores, strict=True):
                own.enter(chunk, of_model)
            step(0, 1.0)
            before = after
    return score_settings.Summary(
        records=counts[0].records,
        scored=counts[0].scored,
        skipped=counts[0].skipped,
        elapsed=time.monotonic() - began,
        output=output,
        notes=(*counts[0].notes(builder.reference), *notes),
        further=tuple(_further(models, counts)),
        references={
            _REFERENCES[origin]: count
            for origin, count in sorted(counts[0].references.items())
        },
    )


def _notes(models: model_sets.ModelSet) -> Iterator[str]:
    """Yield remarks that hold whatever the records are."""
    first = models.scorers[0]
    note = diagnostics.annotation_note(first.builder.index, first.builder.reference)
    if note:
        yield note
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


@contextlib.contextmanager
def _output(
    output: pathlib.Path | None,
    models: model_sets.ModelSet,
    options: assembly.Options,
    source: vcf.Source,
    namer: answer_names.AnswerNamer | None,
) -> Iterator[Write]:
    """Open the output; yield a function that writes records with their results."""
    if output is None:
        yield ignore
        return
    fields_of = model_fields(models, options)
    if tables.is_table(output):
        schema = joint_fields.schema(fields_of, named=source.is_list)
        if namer is not None:
            schema |= answer_names.SCHEMA
        with tables.open_table(output, schema) as table:

            def write_rows(
                records: Sequence[vcf.Record], scores: Sequence[results.Results]
            ) -> None:
                columns = joint_fields.columns(fields_of, records, scores)
                more = {} if namer is None else namer.columns(columns)
                table.write({**columns, **more})

            yield write_rows
        return
    lines = joint_fields.info_lines(fields_of)
    with vcf_output.open_output(output, source, lines) as sink:

        def write(
            records: Sequence[vcf.Record], scores: Sequence[results.Results]
        ) -> None:
            fields = joint_fields.info_fields(fields_of, scores, len(records))
            for record, info in zip(records, fields, strict=True):
                sink.write(record, info)

        yield write


def model_fields(
    models: model_sets.ModelSet, options: assembly.Options
) -> list[joint_fields.ModelFields]:
    """Return what the fields of each model are, with their provenance."""
    return [
        joint_fields.ModelFields(
            key=key,
            about=_about(models, number, options),
            kinds=models.scorers[number].predictor.kinds,
            intervals=models.scorers[number].predictor.has_intervals,
        )
        for number, key in enumerate(models.keys)
    ]


def _about(models: model_sets.ModelSet, number: int, options: assembly.Options) -> str:
    """Provenance of a model's scores, for the header."""
    scorer, keys = models.scorers[number], models.keys
    predictor = scorer.predictor
    about = (
        f"TwinSplice {twinsplice.__version__}, model {predictor.title} "
        f"({predictor.sha256[:12]}), rules {scorer.builder.conventions.name}, "
        f"annotation {options.annotation}, distance {options.distance}, "
        f"mask {'on' if options.mask else 'off'}"
    )
    if scorer.anchoring is not None:
        about += f", {scorer.anchoring.title}"
    if keys[number] != predictor.info:
        about += f"; {keys[number]} is {predictor.name}, after {predictor.info}"
    if models.refinement is not None and number == len(keys) - 1:
        about += (
            f"; only where a {keys[0]} score of an allele in a gene, by the upper end "
            f"of its prediction interval, may be {models.refinement.title} or more"
        )
    return about


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
