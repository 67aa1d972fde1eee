"""The command line: flags from each command's Config, errors in one line.

Whatever is slow to load is loaded within the commands: help must come at once.
"""

import contextlib
import gc
import importlib.util
import os
import pathlib
import shlex
import signal
import sys
import tempfile
from collections.abc import Iterable
from types import FrameType
from typing import Annotated, Any, NoReturn

import cyclopts
from cyclopts import Parameter

import twinsplice
from twinsplice import bug_reports, errors, heap, standard_streams
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.settings import config_files, examples, one_variant, renamed
from twinsplice.settings import consequences as consequences_settings
from twinsplice.settings import demo as demo_settings
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.settings import explain as explain_settings
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import plot as plot_settings
from twinsplice.settings import prepare as prepare_settings
from twinsplice.settings import sample as sample_settings
from twinsplice.settings import scan as scan_settings
from twinsplice.settings import score as score_settings
from twinsplice.settings import targets as targets_settings
from twinsplice.settings import train as train_settings

_MODULES = {"lightning-fabric": "lightning_fabric", "scikit-learn": "sklearn"}
_FAILED, _MISUSED, _INTERRUPTED = 1, 2, 130
_DEMO = demo_settings.Config()
_COLLECT_AFTER = 100_000
"""Objects made between two searches for cycles; imports make many, and no cycle."""
# Errors are raised and results returned, not printed.
_PLAINLY: Any = {
    "exit_on_error": False,
    "print_error": False,
    "result_action": "return_value",
}

app = cyclopts.App(
    name="twinsplice",
    help=("Predict what DNA variants do to splicing."),
    help_epilogue=examples.EXAMPLES,
    help_format="markdown",
    version=twinsplice.__version__,
    # One way to say each thing: no --no-mask, no --empty-weights.
    default_parameter=Parameter(negative=()),
    suppress_keyboard_interrupt=False,
)


@app.command
def score(config: Annotated[score_settings.Config, Parameter(name="*")]) -> int:
    """Score the variants of a VCF, BCF or list, and write them annotated.

    Variants may stand in place of the file: a table of them goes to stdout then, unless
    -o says otherwise.
    """
    from twinsplice.io.vcf import arguments, streams  # noqa: PLC0415

    names = arguments.names(config.input, config.more)
    refined = () if config.refine is None else (config.refine,)
    _precheck(
        config,
        source=None if names else config.input,
        output=None if config.output == streams.STANDARD else config.output,
        models=(*config.models, *refined),
    )
    if names and config.output == streams.STANDARD:
        return _score_names(config)
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.report import progress, summary  # noqa: PLC0415

    with progress.bar(quiet=config.quiet) as advance:
        result = api.run(config, advance)
    (summary.warn if config.quiet else summary.show)(result)
    return _FAILED if config.strict and result.strict_failures else 0


@app.command
def scan(config: Annotated[scan_settings.Config, Parameter(name="*")]) -> int:
    """Score every variant of a gene or region, as a table, tracks or a picture."""
    from twinsplice.io import drafts, signal_tracks  # noqa: PLC0415

    _precheck(config, models=(config.model,))
    for path in filter(None, (config.plot, config.tracks)):
        drafts.check(path)
    if config.plot is not None:
        _require("--plot", "plot", "matplotlib")
    if config.tracks is not None:
        signal_tracks.check(config.tracks)
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.commands import scan as work  # noqa: PLC0415
    from twinsplice.report import progress, summary  # noqa: PLC0415

    written = []
    with progress.bar("scanning", "bases", quiet=config.quiet) as advance:
        result = api.scan(config, advance)
    if config.tracks is not None:
        written += work.write_tracks(result, config.tracks)
    if config.plot is not None:
        from twinsplice.report import saturation_map  # noqa: PLC0415

        saturation_map.write(result, config.plot)
        written.append(config.plot)
    if config.quiet:
        summary.warn(result.summary)
    else:
        summary.show(result.summary, written)
    return 0


def _score_names(config: score_settings.Config) -> int:
    """Score variants of the command line and print them."""
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.report import progress, summary, variant_table  # noqa: PLC0415

    with progress.bar(quiet=config.quiet) as advance:
        result, table = api.score_names(config, advance)
    sys.stdout.write(variant_table.text(table, aligned=sys.stdout.isatty()))
    (summary.warn if config.quiet else summary.show)(result)
    return _FAILED if config.strict and result.strict_failures else 0


@app.command
def plot(config: Annotated[plot_settings.Config, Parameter(name="*")]) -> int:
    """Draw a variant: site probabilities before and after it, and what changes."""
    _require("plot", "plot", "matplotlib")
    _precheck(config, output=config.output, models=(config.model,))
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.report import consequence_words, variant_plot  # noqa: PLC0415

    first, *others = api.explain(config, config.distance)
    transcript = first.members[0].transcript if first.members else None
    effects = consequence_words.brief(first)
    variant_plot.write(first.profile, config.output, transcript, effects)
    if not config.quiet:
        title = consequence_words.title(first.profile)
        sys.stderr.write(errors.printable(f"{title}: {config.output}") + "\n")
        for other in others:
            title = consequence_words.title(other.profile)
            sys.stderr.write(errors.printable(f"not drawn: {title}") + "\n")
    return 0


@app.command
def explain(config: Annotated[explain_settings.Config, Parameter(name="*")]) -> int:
    """Show which bases a variant's change depends on, as a logo or a table."""
    from twinsplice.io import drafts  # noqa: PLC0415

    for path in filter(None, (config.output, config.table)):
        drafts.check(path)
    if config.output is not None:
        _require("--output", "plot", "matplotlib")
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.effect import contributions  # noqa: PLC0415
    from twinsplice.io import tables  # noqa: PLC0415
    from twinsplice.report import consequence_words, progress  # noqa: PLC0415
    from twinsplice.scoring import explanation_table  # noqa: PLC0415

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

        logo_plot.write(explanation, scale, config.output, transcript)
    if not config.quiet:
        files = ", ".join(str(path) for path in (config.output, config.table) if path)
        words = consequence_words.explained(explanation)
        sys.stderr.write(errors.printable(f"{words}: {files}") + "\n")
    return 0


@app.command
def consequences(
    config: Annotated[consequences_settings.Config, Parameter(name="*")],
) -> int:
    """Say what a variant does to each transcript: exons, reading frame, protein."""
    _precheck(config, models=(config.model,))
    from twinsplice import api  # noqa: PLC0415
    from twinsplice.io import tables  # noqa: PLC0415
    from twinsplice.report import consequence_words  # noqa: PLC0415
    from twinsplice.scoring import consequences as effects  # noqa: PLC0415

    every = api.explain(config, config.distance, config.threshold)
    if config.output is not None:
        with tables.open_table(config.output, effects.SCHEMA) as table:
            table.write(effects.frame(every).to_dict(as_series=False))
    text = consequence_words.text(every, everything=config.every)
    sys.stdout.write(errors.printable(text, keep="\n\t"))
    return 0


@app.command
def prepare(config: Annotated[prepare_settings.Config, Parameter(name="*")]) -> int:
    """Compute a map: a base model's probabilities of splice sites in whole genes."""
    _precheck(config)
    from twinsplice.commands import prepare as work  # noqa: PLC0415
    from twinsplice.report import map_making, progress  # noqa: PLC0415

    with progress.bar("preparing", "bases", quiet=config.quiet) as advance:
        announce = map_making.silent if config.quiet else map_making.announce
        result = work.run(config, advance, announce)
    if not config.quiet:
        map_making.show(result)
    return 0


@app.command
def merge(config: Annotated[merge_settings.Config, Parameter(name="*")]) -> int:
    """Merge the shards of a map."""
    from twinsplice.commands import merge as work  # noqa: PLC0415
    from twinsplice.report import map_making  # noqa: PLC0415

    result = work.run(config)
    if not config.quiet:
        sys.stderr.write(map_making.written(result))
    return 0


@app.command
def sample(config: Annotated[sample_settings.Config, Parameter(name="*")]) -> int:
    """Sample variants from genes, to be labelled by targets."""
    _precheck(config)
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


@app.command
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


@app.command
def train(config: Annotated[train_settings.Config, Parameter(name="*")]) -> int:
    """Train a model on targets."""
    _require("train", "train", "lightning-fabric", "scipy", "scikit-learn")
    from twinsplice.commands import train as work  # noqa: PLC0415
    from twinsplice.report import progress  # noqa: PLC0415

    with progress.bar("training", "steps", quiet=config.quiet) as advance:
        result = work.run(config, advance)
    if not config.quiet:
        metrics = ", ".join(f"{k} {v:.3f}" for k, v in result.metrics.items())
        sys.stderr.write(f"kept step {result.step:,}: {metrics}\n")
    return 0


@app.command
def calibrate(config: Annotated[calibrate_settings.Config, Parameter(name="*")]) -> int:
    """Calibrate a trained model on held-out variants."""
    _require("calibrate", "train", "scipy", "scikit-learn")
    from twinsplice.commands import calibrate as work  # noqa: PLC0415
    from twinsplice.report import calibrated, progress  # noqa: PLC0415

    with progress.bar("calibrating", "variants", quiet=config.quiet) as advance:
        result = work.run(config, advance)
    if not config.quiet:
        sys.stderr.write(calibrated.text(result))
    return 0


@app.command
def evaluate(config: Annotated[evaluate_settings.Config, Parameter(name="*")]) -> int:
    """Compare a model with its base model, or with laboratory labels."""
    _require("evaluate", "report", "scipy", "scikit-learn")
    if config.report is not None:
        _require("--report", "report", "matplotlib", "jinja2")
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
    from twinsplice.report import agreement_table, progress  # noqa: PLC0415

    command = shlex.join(["twinsplice", *sys.argv[1:]])
    with _draft(config.report) as draft:
        with progress.bar("evaluating", "variants", quiet=config.quiet) as advance:
            evaluation = evaluate_agreement.run(config, advance)
        agreement_record.write(config, evaluation, command)
        if draft is not None:
            from twinsplice.report import agreement_page, pages  # noqa: PLC0415

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
    from twinsplice.report import benchmark_table, progress  # noqa: PLC0415

    command = shlex.join(["twinsplice", *sys.argv[1:]])
    with _draft(config.report) as draft:
        with progress.bar("evaluating", "variants", quiet=config.quiet) as advance:
            evaluation = evaluate_benchmark.run(config, advance)
        benchmark_record.write(config, evaluation, command)
        if draft is not None:
            from twinsplice.report import benchmark_page, pages  # noqa: PLC0415

            numbers = benchmark_statistics.of(evaluation)
            pages.write(draft, benchmark_page.page(evaluation, numbers, command))
    return benchmark_table.text(evaluation.summary)


@app.command
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


@app.command
def models() -> int:
    """List the models: their names, licences and what to cite."""
    from twinsplice.report import listing  # noqa: PLC0415

    sys.stdout.write(listing.text())
    return 0


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    standard_streams.secure()
    _spare_processors()
    heap.keep()
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    _tidy_when_stopped()
    try:
        code = app.meta(sys.argv[1:], **_PLAINLY) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _FAILED
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001
        # Also what code in Rust panics with, which is no Exception.
        code = _complain(_reason(error))
    # Else Python looks for cycles in all of PyTorch as it exits: 0.3 s.
    gc.freeze()
    sys.exit(code)


@app.meta.default
def launch(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: pathlib.Path | None = None,
) -> int:
    """Run a command, its settings from a file where one is given.

    Args:
        *words: The command and its flags.
        config: TOML file with a table of settings for each command, such as [train];
            flags override it.
    """
    app.config = ()
    words, config = config_files.split(words, config)
    if config is not None:
        tables, hints = config_files.read(config)
        _hint(hints)
        app.config = (cyclopts.config.Dict(tables, source=str(config)),)
    present = renamed.current_flags(words)
    changed = (old for old, new in zip(words, present, strict=True) if old != new)
    _hint(renamed.hints(word.partition("=")[0] for word in changed))
    result: object = app(present, **_PLAINLY)
    # Help and version give no code of their own.
    return result if isinstance(result, int) else 0


def _hint(hints: Iterable[str]) -> None:
    for hint in hints:
        sys.stderr.write(f"twinsplice: {errors.printable(hint)}\n")


def _precheck(
    config: score_settings.Config
    | scan_settings.Config
    | one_variant.OneVariant
    | prepare_settings.Config
    | sample_settings.Config,
    *,
    source: pathlib.Path | None = None,
    output: pathlib.Path | None = None,
    models: tuple[str, ...] = (),
) -> None:
    """Refuse what is missing before PyTorch is loaded; tell what takes its time."""
    from twinsplice.scoring import preconditions  # noqa: PLC0415

    remarks = preconditions.check(config, source=source, output=output, models=models)
    if not getattr(config, "quiet", False):
        _hint(remarks)


def _usage(error: cyclopts.CycloptsError) -> str:
    """Return a usage mistake in one line."""
    command = " ".join(["twinsplice", *(error.command_chain or ())])
    if isinstance(error, cyclopts.MissingArgumentError) and error.argument is not None:
        rule = f"{_flag(error.argument)} must be given a value; got none"
    elif isinstance(error, cyclopts.UnusedCliTokensError):
        unused = " ".join(error.unused_tokens or ())
        rule = f"{command} takes no more arguments; got {unused}"
    else:
        rule = " ".join(str(error).split()).removesuffix(".")
    return f"{rule}; see {command} --help"


def _flag(argument: cyclopts.Argument) -> str:
    """Return what help calls an argument: INPUT, or --reference."""
    if argument.index is None:
        return argument.name
    return argument.name.removeprefix("--").upper()


def _require(feature: str, extra: str, *packages: str) -> None:
    """Refuse, before any work, what needs packages that are not installed.

    Raises:
        InputError: One is missing.
    """
    modules = {name: _MODULES.get(name, name) for name in packages}
    missing = [each for each in modules if not importlib.util.find_spec(modules[each])]
    if missing:
        raise errors.InputError(
            f"{feature} needs {', '.join(packages)}",
            got=f"no {', no '.join(missing)}",
            remedy=f"pip install 'twinsplice[{extra}]'",
        )


def _draft(
    path: pathlib.Path | None,
) -> contextlib.AbstractContextManager[pathlib.Path | None]:
    """Give where to write an output, if any; a bad place is refused at once."""
    from twinsplice.io import drafts  # noqa: PLC0415

    return contextlib.nullcontext() if path is None else drafts.publishing(path)


def _reason(error: BaseException) -> str:
    """Return the line that an error deserves."""
    if isinstance(error, cyclopts.CycloptsError):
        return _usage(error)
    if isinstance(error, errors.TwinSpliceError):
        return str(error)
    if isinstance(error, OSError):
        return (
            f"a file must be readable or writable; got {error}; "
            "check the path, its permissions and the space left"
        )
    if isinstance(error, MemoryError):
        return "a run needs memory; got none that is left; lower --max-memory-gb"
    return bug_reports.line(error)


def _complain(message: str) -> int:
    line = errors.printable(" ".join(message.split()))
    sys.stderr.write(f"twinsplice: error: {line}\n")
    return _MISUSED


def _spare_processors() -> None:
    """Let idle threads of PyTorch sleep rather than spin, unless that was decided.

    Where others use the processors too, threads that wait for one another by spinning
    take most of the time. It must be said before PyTorch is loaded.
    """
    if "GOMP_SPINCOUNT" not in os.environ:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _tidy_when_stopped() -> None:
    """Leave as after Ctrl-C, so that half-written files are removed."""
    for name in ("SIGTERM", "SIGHUP"):
        # Windows has no SIGHUP; nohup has it ignored, and so it stays.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(signum: int, frame: FrameType | None) -> NoReturn:
    del frame
    sys.exit(128 + signum)


if __name__ == "__main__":
    main()
