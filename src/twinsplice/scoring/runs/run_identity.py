"""What the scores of a run depend on besides its records, in a few comparable words.

Two runs that are the same in all of it score a chunk of records alike. How many
threads and how much memory they have does not count: no printed digit depends on it.
"""

import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Mapping

import torch

import twinsplice
from twinsplice.scoring import assembly, model_sets, pipeline

Identity = Mapping[str, object]

_PRINTED = ("hgvs", "flat", "samples", "force", "refine_threshold")
"""Options that change what is written of scores, or stand elsewhere."""
_FILES = ("reference", "annotation", "transcripts", "map")


def of(
    models: model_sets.ModelSet, options: assembly.Options, *, anywhere: bool = False
) -> Identity:
    """Return the identity of a run, of plain JSON values.

    Args:
        models: The models.
        options: Their options.
        anywhere: Whether it is compared between machines, on any device: files are told
            by all they hold then, else by size and times of change, one of which cannot
            be set.
    """
    tell = _content if anywhere else _file
    settings = dataclasses.asdict(options)
    identity: dict[str, object] = {
        name: value for name, value in settings.items() if name not in _PRINTED
    }
    for name in _FILES:
        identity[name] = tell(settings[name])
    refinement = models.refinement
    if not anywhere:
        devices = [each.predictor.ensemble.device.type for each in models.scorers]
        identity |= {"PyTorch": torch.__version__, "device": devices}
    return identity | {
        "version": twinsplice.__version__,
        "model": [_model(scorer) for scorer in models.scorers],
        "refine": refinement and [refinement.threshold, refinement.anchored],
    }


def text(identity: Identity) -> str:
    """Return an identity as text; `differences` reads it."""
    return json.dumps(identity, sort_keys=True)


def differences(earlier: str, identity: Identity) -> list[str]:
    """Return the names of what is not as in another run.

    Args:
        earlier: The other's identity, as text; what is no identity differs in all.
        identity: This run's.
    """
    try:
        other = json.loads(earlier)
    except ValueError:
        other = None
    if not isinstance(other, dict):
        return ["format"]
    present = json.loads(text(identity))
    return sorted(
        name for name in other.keys() | present if other.get(name) != present.get(name)
    )


def _model(scorer: pipeline.Scorer) -> list[object]:
    """What a model's scores depend on: weights, rules, genes, and what it is told."""
    index, anchoring = scorer.builder.index, scorer.anchoring
    genes = index.start.tobytes(), index.end.tobytes(), index.minus.tobytes()
    told: list[object] = []
    if anchoring is not None:
        source = anchoring.from_map
        told = [anchoring.live is not None, source and source.checksum]
    return [
        *(scorer.predictor.name, scorer.predictor.sha256),
        *(scorer.builder.conventions.name, _digest(b"".join(genes)), told),
    ]


def _file(name: str | pathlib.Path) -> list[object]:
    """Return what tells a file from others; of other words, themselves."""
    try:
        status = pathlib.Path(name).stat()
    except OSError:
        return [str(name)]
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _content(name: str | pathlib.Path) -> list[object]:
    """Return what tells a file from others by what it holds; of other words, those."""
    try:
        with pathlib.Path(name).open("rb") as file:
            return [hashlib.file_digest(file, "sha256").hexdigest()]
    except OSError:
        return [str(name)]


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
