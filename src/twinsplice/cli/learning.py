"""Commands for those who train, calibrate and evaluate models."""

import shlex
import sys
from typing import Annotated

from cyclopts import Parameter

from twinsplice import errors
from twinsplice.cli import application, preparations
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.settings import sample as sample_settings
from twinsplice.settings import targets as targets_settings
from twinsplice.settings import train as train_settings


@application.command
def sample(config: Annotated[sample_settings.Config, Parameter(name="*")]) -> int:
    """Sample variants from genes, to be labelled by targets."""
    preparations.check(config)
    from twinsplice.commands import sample as work  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415

    with progress.bar("drawing", "variants", quiet=config.quiet) as advance:
        result = work.run(config, advance)
    if not config.quiet:
        sys.stderr.write(
            f"{result.variants:,} variants of {result.genes:,} genes drawn\n"
        )
    if result.warning:
        sys.stderr.write(f"twinsplice: warning: {errors.printable(result.warning)}\n")
    return 0


@application.command
def targets(config: Annotated[targets_settings.Config, Parameter(name="*")]) -> int:
    """Compute what to train on: a base model's scores of variants or sequences."""
    from twinsplice.commands import targets as work  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415

    with progress.bar("labelling", "targets", quiet=config.quiet) as advance:
        result = work.run(config, advance)
    if not config.quiet:
        sys.stderr.write(f"{result.computed:,} of {result.rows:,} targets made\n")
        for reason, count in sorted(result.skipped.items()):
            sys.stderr.write(f"no target: {reason.replace('_', ' ')}: {count:,}\n")
    return 0


@application.command
def train(config: Annotated[train_settings.Config, Parameter(name="*")]) -> int:
    """Train a model on targets."""
    preparations.require("train", "train", "lightning-fabric", "scipy", "scikit-learn")
    from twinsplice.commands import train as work  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415

    # Of processes that share the work, the first alone talks.
    quiet = config.quiet or not work.is_first()
    with progress.bar("training", "steps", quiet=quiet) as advance:
        result = work.run(config, advance)
    if not quiet:
        metrics = ", ".join(f"{k} {v:.3f}" for k, v in result.metrics.items())
        sys.stderr.write(f"kept step {result.step:,}: {metrics}\n")
    return 0


@application.command
def calibrate(config: Annotated[calibrate_settings.Config, Parameter(name="*")]) -> int:
    """Calibrate a trained model on held-out variants."""
    preparations.require("calibrate", "train", "scipy", "scikit-learn")
    from twinsplice.commands import calibrate as work  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415
    from twinsplice.report.evaluation import calibrated  # noqa: PLC0415

    with progress.bar("calibrating", "variants", quiet=config.quiet) as advance:
        result = work.run(config, advance)
    if not config.quiet:
        sys.stderr.write(calibrated.text(result))
    return 0


@application.command
def evaluate(config: Annotated[evaluate_settings.Config, Parameter(name="*")]) -> int:
    """Compare a model with its base model, or with laboratory labels."""
    preparations.require("evaluate", "report", "scipy", "scikit-learn")
    if config.report is not None:
        preparations.require("--report", "report", "matplotlib", "jinja2")
    sys.stdout.write(
        _agreement(config) if config.labels is None else _benchmark(config)
    )
    return 0


def _agreement(config: evaluate_settings.Config) -> str:
    """Compare with a base model, write what was asked for, and return the table."""
    from twinsplice.commands import evaluate_agreement  # noqa: PLC0415
    from twinsplice.evaluation import (  # noqa: PLC0415
        agreement_record,
        agreement_statistics,
    )
    from twinsplice.report import progress  # noqa: PLC0415
    from twinsplice.report.evaluation import agreement_table  # noqa: PLC0415

    command = shlex.join(["twinsplice", *sys.argv[1:]])
    with preparations.draft(config.report) as draft:
        with progress.bar("evaluating", "variants", quiet=config.quiet) as advance:
            evaluation = evaluate_agreement.run(config, advance)
        agreement_record.write(config, evaluation, command)
        if draft is not None:
            from twinsplice.report import pages  # noqa: PLC0415
            from twinsplice.report.evaluation import agreement_page  # noqa: PLC0415

            numbers = agreement_statistics.of(evaluation)
            pages.write(draft, agreement_page.page(evaluation, numbers, command))
    return agreement_table.text(evaluation)


def _benchmark(config: evaluate_settings.Config) -> str:
    """Compare with labels, write what was asked for, and return the tables."""
    from twinsplice.commands import evaluate_benchmark  # noqa: PLC0415
    from twinsplice.evaluation import (  # noqa: PLC0415
        benchmark_record,
        benchmark_statistics,
    )
    from twinsplice.report import progress  # noqa: PLC0415
    from twinsplice.report.evaluation import benchmark_table  # noqa: PLC0415

    command = shlex.join(["twinsplice", *sys.argv[1:]])
    with preparations.draft(config.report) as draft:
        with progress.bar("evaluating", "variants", quiet=config.quiet) as advance:
            evaluation = evaluate_benchmark.run(config, advance)
        benchmark_record.write(config, evaluation, command)
        if draft is not None:
            from twinsplice.report import pages  # noqa: PLC0415
            from twinsplice.report.evaluation import benchmark_page  # noqa: PLC0415

            numbers = benchmark_statistics.of(evaluation)
            pages.write(draft, benchmark_page.page(evaluation, numbers, command))
    return benchmark_table.text(evaluation.summary)
