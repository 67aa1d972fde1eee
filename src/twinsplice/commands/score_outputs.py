"""Where the scores of a run are written: a VCF or a table, opened and refused here."""

import contextlib
import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from twinsplice import errors
from twinsplice.effect import results
from twinsplice.io import drafts, tables
from twinsplice.io.vcf import genotypes, joint_fields, streams, vcf, vcf_output
from twinsplice.scoring import assembly, model_sets
from twinsplice.scoring.naming import answer_names
from twinsplice.scoring.runs import run_records
from twinsplice.settings import checks

Write = Callable[[Sequence[vcf.Record], Sequence[results.Results]], None]
"""Takes a chunk of records and their results, by model."""


def ignore(records: Sequence[vcf.Record], scores: Sequence[results.Results]) -> None:
    """Do nothing with results."""


def check_names(
    output: pathlib.Path, *, flat: bool = False, samples: bool = False
) -> None:
    """Refuse an output's name or fields that cannot be, before any work is done.

    Args:
        output: The output.
        flat: As for `check_fields`.
        samples: Likewise.

    Raises:
        InputError: The name has no known ending, or the form has no such fields.
    """
    check_fields(is_table=tables.is_table(output), flat=flat, samples=samples)
    endings = (*vcf_output.ENDINGS, *tables.ENDINGS)
    plain = output == streams.STANDARD or drafts.is_special(output) or output.is_dir()
    if not plain and not output.name.endswith(endings):
        raise errors.InputError(
            f"an output's name must end in {', '.join(endings)}",
            got=str(output),
            remedy="rename it",
        )


def check_fields(*, is_table: bool, flat: bool, samples: bool) -> None:
    """Refuse fields that an output does not have.

    Args:
        is_table: Whether it is a table rather than a VCF.
        flat: Whether each number is to have an INFO field of its own.
        samples: Whether carriers are to be told.

    Raises:
        InputError: It is of the other form.
    """
    checks.require(
        not (flat and is_table),
        "--flat goes with a VCF; a table has a column for each number anyway",
        got="a table",
        remedy="leave it out, or write to .vcf, .vcf.gz or .bcf",
    )
    checks.require(
        is_table or not samples,
        "--samples goes with a table; a VCF has its samples' genotypes",
        got="a VCF",
        remedy="leave it out, or write to .tsv, .tsv.gz or .parquet",
    )


@contextlib.contextmanager
def opened(  # noqa: PLR0913
    output: pathlib.Path | None,
    models: model_sets.ModelSet,
    options: assembly.Options,
    source: vcf.Source,
    namer: answer_names.AnswerNamer | None,
    subject: tuple[str, ...],
    *,
    warnings: list[str],
) -> Iterator[Write]:
    """Open the output; yield a function that writes records with their results.

    What is to be said of it once it is closed goes into `warnings`.
    """
    if output is None:
        yield ignore
        return
    fields_of = run_records.model_fields(models, options)
    if tables.is_table(output):
        schema = joint_fields.schema(
            fields_of, named=source.is_list, samples=options.samples
        )
        if namer is not None:
            schema |= answer_names.SCHEMA
        stated = run_records.metadata(models, options, subject)
        reference = models.scorers[0].builder.reference
        build = run_records.build_label(reference, options)
        samples = None
        if options.samples:
            samples = genotypes.sample_names(source.header_lines)
        with tables.open_table(output, schema, stated) as table:

            def write_rows(
                records: Sequence[vcf.Record], scores: Sequence[results.Results]
            ) -> None:
                columns = joint_fields.columns(
                    fields_of, records, scores, build=build, samples=samples
                )
                more = {} if namer is None else namer.columns(columns)
                table.write({**columns, **more})

            yield write_rows
        return
    lines = joint_fields.info_lines(fields_of, flat=options.flat)
    older = joint_fields.names(fields_of)
    with vcf_output.open_output(output, source, lines, older) as sink:

        def write(
            records: Sequence[vcf.Record], scores: Sequence[results.Results]
        ) -> None:
            fields = joint_fields.info_fields(
                fields_of, records, scores, flat=options.flat
            )
            for record, info in _with_place(source, records, fields):
                sink.write(record, info)

        yield write
    warnings += filter(None, [sink.note])


def _with_place(
    source: vcf.Source, records: Sequence[vcf.Record], fields: Iterable[dict[str, str]]
) -> Iterator[tuple[vcf.Record, dict[str, str]]]:
    """Yield the records that a VCF can hold, with their fields."""
    for record, info in zip(records, fields, strict=True):
        if source.is_writable(record):
            yield record, info
