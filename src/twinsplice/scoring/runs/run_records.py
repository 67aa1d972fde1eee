"""What an output says of the run that made it: no paths, no times."""

import dataclasses
import hashlib
import json
import pathlib
import shlex
from collections.abc import Iterator

import twinsplice
from twinsplice.genome import saturation
from twinsplice.io import fasta
from twinsplice.io.vcf import joint_fields
from twinsplice.scoring import assembly, model_sets, pipeline
from twinsplice.scoring.naming import variant_names

_PREFIX = "twinsplice."
SCORE = ("score", "INPUT")
"""The words of a command that scores a file."""


def build_label(reference: fasta.Reference, options: assembly.Options) -> str | None:
    """Return the name of the build of a run, such as GRCh37, if it is known."""
    build = variant_names.build_of(reference, options.annotation, options.transcripts)
    return None if build is None else build.label


def scan_subject(place: str, lengths: saturation.Lengths) -> tuple[str, ...]:
    """Return the words of a command that scans a place."""
    more = [
        (f"--{name}s", str(value))
        for name, value in dataclasses.asdict(lengths).items()
        if value
    ]
    return ("scan", place.replace(",", ""), *(word for pair in more for word in pair))


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
    forced = f" (forced, with {models.build.doubt})" if models.build.doubt else ""
    about = (
        f"TwinSplice {twinsplice.__version__}, model {predictor.title} "
        f"({predictor.sha256[:12]}), rules {scorer.builder.conventions.name}, "
        f"annotation {options.annotation}{forced}, distance {options.distance}, "
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


def metadata(
    models: model_sets.ModelSet, options: assembly.Options, subject: tuple[str, ...]
) -> dict[str, str]:
    """Return what describes a run, by name; what is no plain text is JSON.

    Args:
        models: The models.
        options: Their options.
        subject: The command's first words, see `SCORE` and `scan_subject`.
    """
    reference = models.scorers[0].builder.reference
    stated = {
        "version": twinsplice.__version__,
        "command": shlex.join(["twinsplice", *subject, *_flags(models, options)]),
        "models": _json([_model(models, i) for i in range(len(models.scorers))]),
        "reference": _json(_reference(reference, build_label(reference, options))),
        "annotation": _name(options.annotation),
        "settings": _json(_settings(options)),
    }
    return {f"{_PREFIX}{name}": text for name, text in stated.items()}


def _model(models: model_sets.ModelSet, number: int) -> dict[str, str | None]:
    scorer: pipeline.Scorer = models.scorers[number]
    anchoring = scorer.anchoring
    return {
        "key": models.keys[number],
        "name": scorer.predictor.name,
        "title": scorer.predictor.title,
        "sha256": scorer.predictor.sha256,
        "rules": scorer.builder.conventions.name,
        "reference": None if anchoring is None else anchoring.title,
    }


def _reference(reference: fasta.Reference, build: str | None) -> dict[str, object]:
    lengths = "".join(f"{name}\t{n}\n" for name, n in reference.contigs.items())
    return {
        "name": reference.path.name,
        "build": build,
        "contigs": len(reference.contigs),
        "lengths_sha256": hashlib.sha256(lengths.encode()).hexdigest(),
    }


def _settings(options: assembly.Options) -> dict[str, object]:
    """The options, but for those that are told apart; files by name."""
    told = dataclasses.asdict(options)
    for name in ("reference", "annotation"):
        del told[name]
    return told | {name: _name(told[name]) for name in ("map", "transcripts")}


def _flags(models: model_sets.ModelSet, options: assembly.Options) -> Iterator[str]:
    """Yield the flags that differ from the defaults, files by name."""
    names = [scorer.predictor.name for scorer in models.scorers]
    refines = [] if models.refinement is None else [names.pop()]
    yield from ("--reference", options.reference.name)
    yield from ("--annotation", _name(options.annotation))
    for flag, values in (("--model", names), ("--refine", refines)):
        for value in values:
            yield from (flag, value)
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        if field.default is dataclasses.MISSING or value == field.default:
            continue
        yield f"--{field.name.replace('_', '-')}"
        if value is not True:
            yield _name(str(value))


def _name(text: str) -> str:
    """A file's name without its folder; other words as they are."""
    return pathlib.PurePath(text).name or text


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True)
