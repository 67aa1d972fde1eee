"""Commands for all who ask about variants."""

import contextlib
import dataclasses
import itertools
import pathlib
import sys
import tempfile
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from twinsplice import errors
from twinsplice.cli import (
    application,
    codes,
    mistakes,
    preparations,
    remote_places,
)
from twinsplice.settings import consequences as consequences_settings
from twinsplice.settings import demo as demo_settings
from twinsplice.settings import examples
from twinsplice.settings import explain as explain_settings
from twinsplice.settings import plot as plot_settings
from twinsplice.settings import scan as scan_settings
from twinsplice.settings import score as score_settings

if TYPE_CHECKING:
    from twinsplice.scoring.runs import scans

_DEMO = demo_settings.Config()
_TOGETHER = 1_000
"""Variants whose consequences are written at once."""


@application.command
def score(config: Annotated[score_settings.Config, Parameter(name="*")]) -> int:
    """Score the variants of a VCF, BCF or list, and write them annotated.

    Variants may stand in place of the file: a table of them goes to stdout then, unless
    -o says otherwise.
    """
    from twinsplice.io.vcf import arguments, streams  # noqa: PLC0415

    if config.output == streams.STANDARD and arguments.names(config.input, config.more):
        return _score_names(config)
    with remote_places.here(config, "input") as here:
        result = _scored(here)
    from twinsplice.report import summary  # noqa: PLC0415

    if result.output is not None:
        output = remote_places.there(result.output, config)
        result = dataclasses.replace(result, output=output)
    (summary.warn if config.quiet else summary.show)(result)
    return codes.FAILED if config.strict and result.strict_failures else 0


def _checked(config: score_settings.Config) -> None:
    """Refuse settings of `score` that name what is not there."""
    from twinsplice.io.vcf import arguments, streams  # noqa: PLC0415

    names = arguments.names(config.input, config.more)
    refined = () if config.refine is None else (config.refine,)
    preparations.check(
        config,
        source=None if names else config.input,
        output=None if config.output == streams.STANDARD else config.output,
        models=(*config.models, *refined),
    )


def _scored(config: score_settings.Config) -> score_settings.Summary:
    """Score a file."""
    _checked(config)
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415

    with progress.bar(quiet=config.quiet) as advance:
        if config.engine == "ray":
            told: score_settings.Summary = preparations.on_cluster(
                "ScoreWork", config, advance
            )
            return told
        return api.run(config, advance, mistakes.announce(quiet=config.quiet))


def _score_names(config: score_settings.Config) -> int:
    """Score variants of the command line and print them."""
    _checked(config)
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.report import progress, summary, variant_table  # noqa: PLC0415

    with progress.bar(quiet=config.quiet) as advance:
        result, table = api.score_names(config, advance)
    sys.stdout.write(variant_table.text(table, aligned=sys.stdout.isatty()))
    (summary.warn if config.quiet else summary.show)(result)
    return codes.FAILED if config.strict and result.strict_failures else 0


@application.command
def scan(config: Annotated[scan_settings.Config, Parameter(name="*")]) -> int:
    """Score every variant of a gene or region, as a table, tracks or a picture."""
    with remote_places.here(config) as here:
        result, files = _scanned(here)
    from twinsplice.report import summary  # noqa: PLC0415

    written = [remote_places.there(path, config) for path in files]
    told = result.summary
    if told.output is not None:
        output = remote_places.there(told.output, config)
        told = dataclasses.replace(told, output=output)
    if config.quiet:
        summary.warn(told)
    else:
        summary.show(told, written)
    return 0


def _scanned(config: scan_settings.Config) -> "tuple[scans.Scan, list[pathlib.Path]]":
    """Scan a place; return the scan and the files written besides the scores."""
    from twinsplice.io import drafts, signal_tracks  # noqa: PLC0415

    preparations.check(config, models=(config.model,))
    for path in filter(None, (config.plot, config.tracks)):
        drafts.check(path)
    if config.plot is not None:
        preparations.require("--plot", "plot", "matplotlib")
    if config.tracks is not None:
        signal_tracks.check(config.tracks)
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.commands import scan as work  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415

    written = []
    with progress.bar("scanning", "bases", quiet=config.quiet) as advance:
        if config.engine == "ray":
            result = preparations.on_cluster("ScanWork", config, advance)
        else:
            result = api.scan(config, advance, mistakes.announce(quiet=config.quiet))
    if config.tracks is not None:
        written += work.write_tracks(result, config.tracks)
    if config.plot is not None:
        from twinsplice.report import saturation_map  # noqa: PLC0415

        saturation_map.write(result, config.plot, narrow=config.narrow)
        written.append(config.plot)
    return result, written


@application.command
def plot(config: Annotated[plot_settings.Config, Parameter(name="*")]) -> int:
    """Draw a variant: site probabilities before and after it, and what changes."""
    preparations.require("plot", "plot", "matplotlib")
    preparations.check(config, output=config.output, models=(config.model,))
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.report import consequence_words, variant_plot  # noqa: PLC0415

    first, *others = api.explain(config, config.distance)
    transcript = first.members[0].transcript if first.members else None
    effects = consequence_words.brief(first)
    variant_plot.write(
        first.profile, config.output, transcript, effects, narrow=config.narrow
    )
    if not config.quiet:
        title = consequence_words.title(first.profile)
        sys.stderr.write(errors.printable(f"{title}: {config.output}") + "\n")
        for other in others:
            title = consequence_words.title(other.profile)
            sys.stderr.write(errors.printable(f"not drawn: {title}") + "\n")
    return 0


@application.command
def explain(config: Annotated[explain_settings.Config, Parameter(name="*")]) -> int:
    """Show which bases a variant's change depends on, as a logo or a table."""
    from twinsplice.io import drafts  # noqa: PLC0415

    for path in filter(None, (config.output, config.table)):
        drafts.check(path)
    if config.output is not None:
        preparations.require("--output", "plot", "matplotlib")
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.effect import contributions  # noqa: PLC0415
    from twinsplice.io import tables  # noqa: PLC0415
    from twinsplice.report import consequence_words, progress  # noqa: PLC0415
    from twinsplice.scoring.one_variant import explanation_table  # noqa: PLC0415

    with progress.bar("explaining", "changes", quiet=config.quiet) as advance:
        explanation, transcript = api.explanation(config, advance)
    scale = contributions.named(config.scale)
    if config.table is not None:
        with tables.open_table(config.table, explanation_table.SCHEMA) as table:
            table.write(
                explanation_table.frame(explanation, scale).to_dict(as_series=False)
            )
    if config.output is not None:
        from twinsplice.report import logo_plot  # noqa: PLC0415

        logo_plot.write(
            explanation, scale, config.output, transcript, narrow=config.narrow
        )
    if not config.quiet:
        files = ", ".join(str(path) for path in (config.output, config.table) if path)
        words = consequence_words.explained(explanation)
        sys.stderr.write(errors.printable(f"{words}: {files}") + "\n")
    return 0


@application.command
def consequences(
    config: Annotated[consequences_settings.Config, Parameter(name="*")],
) -> int:
    """Say what variants do to each transcript: exons, reading frame, protein.

    One variant or several, or a VCF, BCF or list of them.
    """
    from twinsplice.io.vcf import arguments  # noqa: PLC0415

    path = pathlib.Path(config.variant)
    names = arguments.names(path, config.more)
    preparations.check(
        config,
        source=None if names else path,
        output=config.output,
        models=(config.model,),
    )
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.io import tables  # noqa: PLC0415
    from twinsplice.report import consequence_words, progress  # noqa: PLC0415
    from twinsplice.scoring.one_variant import consequences as effects  # noqa: PLC0415

    silent = config.output is not None and (config.quiet or not names)
    with contextlib.ExitStack() as stack:
        table = None
        if config.output is not None:
            opening = tables.open_table(config.output, effects.SCHEMA)
            table = stack.enter_context(opening)
        hidden = config.quiet or len(names) == 1
        bar = progress.bar("telling", "variants", quiet=hidden)
        told = api.told(config, stack.enter_context(bar))
        while part := list(itertools.islice(told, _TOGETHER)):
            if table is not None:
                table.write(effects.columns(part))
            for each in part if not silent else ():
                text = consequence_words.told(each, everything=config.every)
                sys.stdout.write(errors.printable(text, keep="\n\t"))
    return 0


@application.command
def demo(
    config: Annotated[demo_settings.Config, Parameter(name="*")] = _DEMO,
) -> int:
    """Score bundled disease variants, and print them with what is known of them."""
    from twinsplice.api import demonstration  # noqa: PLC0415
    from twinsplice.report import demo_table, progress, summary  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="twinsplice-") as passing:
        folder = config.to or pathlib.Path(passing)
        with progress.bar(quiet=config.quiet) as advance:
            result, scored = demonstration.run(folder, advance)
        demo_table.show(*scored)
    if config.to is not None and not config.quiet:
        summary.show(result)
        sys.stderr.write(examples.after_demo(config.to))
    return 0


@application.command
def models() -> int:
    """List the models: their names, licences and what to cite."""
    from twinsplice.report import listing  # noqa: PLC0415

    sys.stdout.write(listing.text())
    return 0
