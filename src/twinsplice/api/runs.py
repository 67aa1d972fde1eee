"""What the command line runs, each command by its settings."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from twinsplice import progress
from twinsplice.api import models
from twinsplice.api.models import Model, load_model
from twinsplice.api.scorers import Scorer
from twinsplice.base_models import loading as base_loading
from twinsplice.commands import score_outputs
from twinsplice.engine import devices
from twinsplice.io import tables
from twinsplice.io.vcf import arguments, vcf
from twinsplice.scoring.runs import kept_answers, scans, shards
from twinsplice.settings import checks
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import scan as scan_settings
from twinsplice.settings import score as score_settings


def run(
    config: score_settings.Config,
    advance: progress.Advance = progress.silent,
    announce: kept_answers.Announce = kept_answers.silent,
) -> score_settings.Summary:
    """Score as `twinsplice score` does.

    Args:
        config: The command line's settings.
        advance: As for `Scorer.score_vcf`.
        announce: Called with what is done about what a stopped run has left.

    Raises:
        TwinSpliceError: The input, the reference or the weights cannot be used.
    """
    keeping: kept_answers.Keeping
    if config.part is None:
        keeping = kept_answers.Keeping(
            output=config.output, resume=config.resume, announce=announce
        )
        return _run(config, config.output, keeping, advance)
    _require_file(config)
    number, of = config.part
    keeping = shards.Making(
        output=config.output,
        resume=config.resume,
        announce=announce,
        number=number,
        of=of,
        request=config.request,
    )
    summary = _run(config, None, keeping, advance)
    return dataclasses.replace(summary, output=config.output)


@contextlib.contextmanager
def sharding(
    config: score_settings.Config,
) -> Iterator[Callable[[int, int, pathlib.Path], score_settings.Summary]]:
    """Provide what makes shards of a run, by number, count and file.

    The models and the genome are open as long as the block lasts.

    Args:
        config: The command line's settings, without a shard.

    Raises:
        TwinSpliceError: The input, the reference or the weights cannot be used.
    """
    _require_file(config)
    with devices.enough_memory(), _scorer(config) as scorer:

        def make(number: int, of: int, path: pathlib.Path) -> score_settings.Summary:
            making = shards.Making(
                output=path, number=number, of=of, request=config.request
            )
            with _source(config) as source:
                return scorer.score_source(source, None, keeping=making)

        yield make


def merge(
    config: merge_settings.Config, advance: progress.Advance = progress.silent
) -> score_settings.Summary:
    """Merge shards of scores into the output of one run.

    Args:
        config: The command line's settings.
        advance: As for `Scorer.score_vcf`.

    Raises:
        TwinSpliceError: A shard is missing or damaged, or what it was made from is not
            there.
    """
    with shards.opened(config.shards) as opened:
        request = score_settings.requested(
            opened[0].request, output=config.output, **config.moved
        )
        joining = shards.Joining(shards=opened)
        return _run(request, config.output, joining, advance)


def _require_file(config: score_settings.Config) -> None:
    checks.require(
        not arguments.names(config.input, config.more),
        "shards go with an input that is a file",
        got=str(config.input),
        remedy="write the variants to a file, or score them in one run",
    )


def _run(
    config: score_settings.Config,
    output: pathlib.Path | None,
    keeping: kept_answers.Keeping,
    advance: progress.Advance,
) -> score_settings.Summary:
    if output is not None:
        score_outputs.check_names(output, flat=config.flat, samples=config.samples)
    # The input first: what is wrong with it costs no time then.
    with devices.enough_memory(), _source(config) as source, _scorer(config) as scorer:
        if source.is_list and isinstance(keeping, shards.Joining):
            # Sorted for a VCF, a list has other chunks.
            checks.require(
                tables.is_table(config.output),
                "shards of a list are merged into a table",
                got=str(output),
                remedy="name it .tsv or .parquet, or score the list in one run",
            )
        return scorer.score_source(source, output, advance, keeping=keeping)


def score_names(
    config: score_settings.Config, advance: progress.Advance = progress.silent
) -> tuple[score_settings.Summary, pl.DataFrame]:
    """Score the variants that stand on the command line; see `Scorer.score_names`.

    Args:
        config: The command line's settings.
        advance: As for `Scorer.score_vcf`.

    Raises:
        TwinSpliceError: The reference or the weights cannot be used.
    """
    score_outputs.check_fields(is_table=True, flat=config.flat, samples=config.samples)
    with devices.enough_memory(), _scorer(config) as scorer:
        return scorer.score_names(arguments.names(config.input, config.more), advance)


def _source(config: score_settings.Config) -> vcf.Source:
    """Open a command line's input: a file, or the variants themselves."""
    names = arguments.names(config.input, config.more)
    if names:
        return vcf.ListSource(names, "the command line")
    return vcf.read(config.input, names=True)


def _scorer(config: score_settings.Config) -> Scorer:
    """Open a command line's scorer."""
    chosen = _loaded_set(config)
    refine = None if config.refine is None else chosen.pop()
    return Scorer(
        chosen,
        reference=config.reference,
        annotation=config.annotation,
        distance=config.distance,
        mask=config.mask,
        compat=config.compat,
        intergenic=config.intergenic,
        refine=refine,
        refine_threshold=config.refine_threshold,
        map=config.map,
        transcripts=config.transcripts,
        genes=config.genes,
        hgvs=config.hgvs,
        flat=config.flat,
        samples=config.samples,
        force=config.force,
    )


def scan(
    config: scan_settings.Config,
    advance: progress.Advance = progress.silent,
    announce: kept_answers.Announce = kept_answers.silent,
) -> scans.Scan:
    """Scan as `twinsplice scan` does, but for tracks and pictures.

    Args:
        config: The command line's settings.
        advance: As for `Scorer.score_vcf`.
        announce: As for `run`.

    Raises:
        TwinSpliceError: The place, the reference or the weights cannot be used.
    """
    keeping = kept_answers.Keeping(
        output=config.beside, resume=config.resume, announce=announce
    )
    with _scanner(config) as scan_into:
        return scan_into(config.output, keeping, advance)


@contextlib.contextmanager
def scan_sharding(
    config: scan_settings.Config,
) -> Iterator[Callable[[int, int, pathlib.Path], scans.Scan]]:
    """Provide what makes shards of a scan; see `sharding`.

    Args:
        config: The command line's settings.

    Raises:
        TwinSpliceError: As for `scan`.
    """
    with _scanner(config) as scan_into:

        def make(number: int, of: int, path: pathlib.Path) -> scans.Scan:
            making = shards.Making(output=path, number=number, of=of, request={})
            return scan_into(None, making, progress.silent)

        yield make


def merge_scan(
    config: scan_settings.Config,
    paths: Sequence[pathlib.Path],
    advance: progress.Advance = progress.silent,
) -> scans.Scan:
    """Merge shards of a scan into what one run returns and writes.

    Args:
        config: The command line's settings, those of the shards.
        paths: All shards.
        advance: As for `Scorer.score_vcf`.

    Raises:
        TwinSpliceError: As for `merge`.
    """
    with shards.opened(paths) as opened, _scanner(config) as scan_into:
        return scan_into(config.output, shards.Joining(shards=opened), advance)


_ScanInto = Callable[
    [pathlib.Path | None, kept_answers.Keeping, progress.Advance], scans.Scan
]


@contextlib.contextmanager
def _scanner(config: scan_settings.Config) -> Iterator[_ScanInto]:
    """Open a command line's scorer, and provide what scans its place."""
    if config.output is not None:
        score_outputs.check_names(config.output, flat=config.flat)
    with (
        devices.enough_memory(),
        Scorer(
            models.loaded(config),
            reference=config.reference,
            annotation=config.annotation,
            distance=config.distance,
            mask=config.mask,
            intergenic=config.intergenic,
            force=config.force,
            map=config.map,
            flat=config.flat,
        ) as scorer,
    ):

        def scan_into(
            output: pathlib.Path | None,
            keeping: kept_answers.Keeping,
            advance: progress.Advance,
        ) -> scans.Scan:
            return scorer.scan(
                config.place,
                deletions=config.deletions,
                insertions=config.insertions,
                output=output,
                advance=advance,
                keeping=keeping,
            )

        yield scan_into


def _loaded_set(config: score_settings.Config) -> list[Model]:
    """Load the models of a configuration; the one that refines comes last.

    A folder of weights goes to the models that need one; if none does, to the first,
    which refuses it.
    """
    names = [*config.models, *([] if config.refine is None else [config.refine])]
    takers = [name for name in names if base_loading.needs_folder(name)] or names[:1]
    return [
        load_model(
            name,
            weights=config.weights if name in takers else None,
            device=config.device,
            threads=config.threads,
            max_memory_gb=config.max_memory_gb,
        )
        for name in names
    ]
