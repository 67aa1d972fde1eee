"""The models and genomes that are open, and who answers what."""

import contextlib
import dataclasses
import importlib.resources
import pathlib
import threading
from collections.abc import Iterator, Sequence

from twinsplice import api
from twinsplice.api import demonstration, look_up_answers
from twinsplice.base_models import catalogue, loading
from twinsplice.genome import builds
from twinsplice.settings import checks
from twinsplice.settings import serve as serve_settings
from twinsplice.web import refusals, schemas

UNNAMED = "genome"
"""What a genome of no known build is called."""
BY_TRANSCRIPT = ("spliceai", "pangolin")
"""Models that are asked for each transcript by itself, at addresses of their own."""
_ADDRESSES = {
    "spliceai": "https://doi.org/10.1016/j.cell.2018.12.015",
    "cispliceai": "https://doi.org/10.1371/journal.pone.0269159",
    "openspliceai": "https://doi.org/10.7554/eLife.107454",
    "pangolin": "https://doi.org/10.1186/s13059-022-02664-4",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for beside a variant.

    Attributes:
        build: Name of the genome.
        model: Name of the model.
        distance: Bases searched on each side.
        mask: Whether gains at annotated sites and losses elsewhere are left out.
        by_transcript: Whether each transcript is scored by itself.
    """

    build: str
    model: str
    distance: int
    mask: bool
    by_transcript: bool = False

    def by(self, model: str) -> "Asking":
        """Return the same of another model."""
        return dataclasses.replace(self, model=model)


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Instances:
    """What is open.

    Attributes:
        scorers: A scorer of all models for each genome, by its name.
        by_transcript: The same, of each transcript by itself, where that is asked.
        annotations: What its genes are called.
        models: The models, the default one first.
        demo: Whether these are the bundled genes.
        warmed: Set unless what is loaded when needed is being loaded; see `warming`.
    """

    scorers: dict[str, api.Scorer]
    by_transcript: dict[str, api.Scorer]
    annotations: dict[str, str]
    models: tuple[schemas.ModelAbout, ...]
    demo: bool = False
    warmed: threading.Event = dataclasses.field(default_factory=_set)

    def scorer(self, asking: Asking) -> api.Scorer:
        """Return what answers; distance and mask are set."""
        number = [model.name for model in self.models].index(asking.model)
        opened = self.by_transcript if asking.by_transcript else self.scorers
        return opened[asking.build].searching(
            distance=asking.distance, mask=asking.mask, model=number
        )

    def understand(self, build: str, text: str) -> look_up_answers.Understood:
        """Return a variant as it is understood on a genome."""
        (understood,) = self.scorers[build].understand([text])
        return understood

    def model(self, name: str) -> schemas.ModelAbout:
        """Return what is said of a model.

        Raises:
            RefusedError: It is not open.
        """
        for model in self.models:
            if model.name == name:
                return model
        raise refusals.bad(
            "model must be one that this server has open",
            got=name,
            remedy=f"choose one of {', '.join(model.name for model in self.models)}",
            reason="unknown_model",
        )

    def build(self, name: str | None) -> str:
        """Return the name of a genome by any of its names; the first of none.

        Raises:
            RefusedError: It is not open.
        """
        if name is None:
            return next(iter(self.scorers))
        known = builds.named(name)
        label = name if known is None else known.label
        if label not in self.scorers:
            raise refusals.bad(
                "build must be one that this server has open",
                got=name,
                remedy=f"choose one of {', '.join(self.scorers)}",
                reason="unknown_build",
            )
        return label


@contextlib.contextmanager
def opened(config: serve_settings.Config) -> Iterator[Instances]:
    """Open what settings name, for the duration of a block.

    Raises:
        TwinSpliceError: A file or a model cannot be used.
    """
    with contextlib.ExitStack() as stack:
        models = load(config)
        genomes = config.genomes
        if config.demo:
            source = importlib.resources.files("twinsplice.data") / demonstration.FASTA
            path = stack.enter_context(importlib.resources.as_file(source))
            genomes = (serve_settings.Genome(reference=path, annotation="grch37"),)
        scorers: dict[str, api.Scorer] = {}
        annotations: dict[str, str] = {}
        for genome in genomes:
            scorer = stack.enter_context(_scorer(config, models, genome))
            name = scorer.build or UNNAMED
            checks.require(
                name not in scorers,
                "--reference and --reference-37 must be of two builds",
                got=f"{name} twice",
                remedy="give one of each",
            )
            scorers[name] = scorer
            annotations[name] = pathlib.PurePath(genome.annotation).name
        yield Instances(
            scorers=scorers,
            by_transcript=one_by_one(scorers, models),
            annotations=annotations,
            models=described(models),
            demo=config.demo,
        )


def load(config: serve_settings.Config) -> list[api.Model]:
    """Load the models of settings."""
    takers = [name for name in config.models if loading.needs_folder(name)]
    return [
        api.load_model(
            name,
            weights=config.weights if name in (takers or config.models[:1]) else None,
            device=config.device,
            threads=config.threads,
            max_memory_gb=config.max_memory_gb,
        )
        for name in config.models
    ]


def _scorer(
    config: serve_settings.Config,
    models: Sequence[api.Model],
    genome: serve_settings.Genome,
) -> api.Scorer:
    return api.Scorer(
        models,
        reference=genome.reference,
        annotation=genome.annotation,
        distance=config.distance,
        map=genome.map,
        transcripts=genome.transcripts,
        force=config.force,
    )


def one_by_one(
    scorers: dict[str, api.Scorer], models: Sequence[api.Model]
) -> dict[str, api.Scorer]:
    """Return scorers of single transcripts, if a model is asked for these."""
    if not {model.predictor.name for model in models} & set(BY_TRANSCRIPT):
        return {}
    return {name: scorer.by_transcript() for name, scorer in scorers.items()}


def described(models: Sequence[api.Model]) -> tuple[schemas.ModelAbout, ...]:
    """Return what is said of models."""
    return tuple(
        schemas.ModelAbout(
            name=_plain(model.predictor.name),
            title=model.name,
            licence=_licence(model.predictor.name),
            url=_ADDRESSES.get(model.predictor.name, ""),
            default=number == 0,
            intervals=model.predictor.has_intervals,
        )
        for number, model in enumerate(models)
    )


def _plain(name: str) -> str:
    """Return a model's name without the folder of its file."""
    known = name in (catalogue.OURS, *catalogue.entries())
    return name if known else pathlib.PurePath(name).stem


def _licence(name: str) -> str:
    entry = catalogue.entries().get(name)
    if entry is not None:
        return entry.licence
    return "CC BY 4.0" if name == catalogue.OURS else "as its makers say"
