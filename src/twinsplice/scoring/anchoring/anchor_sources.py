"""Where a paired model's references come from: the choice behind `score --map`."""

import contextlib
import importlib.resources
import pathlib
from collections.abc import Iterator

from twinsplice import errors, threads
from twinsplice.base_models import contract, loading
from twinsplice.engine import devices, profiling
from twinsplice.io import cache, reference_map
from twinsplice.scoring import queries
from twinsplice.scoring.anchoring import anchors

AUTO, LIVE, NONE = "auto", "live", "none"
ENDING = ".map.parquet"
"""What a map beside a reference is named, after the reference."""
_SHIPPED = ("map.grch37.parquet", "map.grch38.parquet")


def find(
    predictor: contract.Predictor, builder: queries.QueryBuilder, choice: str
) -> anchors.Anchoring | None:
    """Return what a model is told of references; None if it is told nothing.

    Args:
        predictor: The model.
        builder: Its genome and genes.
        choice: `AUTO`, `LIVE`, `NONE`, or the file of a map.

    Raises:
        TwinSpliceError: The map is damaged or does not belong to these, or the base
            model is not installed.
    """
    model = predictor.anchor_model
    if model is None or choice == NONE:
        return None
    if choice == LIVE:
        live = _live(predictor, model, builder, always=True)
        # Now rather than at the first variant: what is missing is told at once.
        live.load()
        return anchors.Anchoring(title="references computed", live=live)
    if choice != AUTO:
        path = pathlib.Path(choice)
        found = reference_map.read(path)
        _require_fit(path, found, model, builder)
        source = anchors.MapSource(
            found, builder.index, builder.reference, required=True
        )
        return anchors.Anchoring(title=f"map {path.name}", from_map=source)
    return _automatic(predictor, model, builder)


def _automatic(
    predictor: contract.Predictor,
    model: contract.AnchorModel,
    builder: queries.QueryBuilder,
) -> anchors.Anchoring | None:
    """Return the first map that fits, and what computes dense references."""
    live = source = None
    if loading.is_installed(model.name):
        live = _live(predictor, model, builder, always=False)
    title = "no map"
    for path in _candidates(builder.reference.path):
        try:
            found = reference_map.read(path)
        except errors.InputError:
            # It was not asked for: another one, or none, serves.
            continue
        if not _misfit(found, model, builder):
            source = anchors.MapSource(
                found, builder.index, builder.reference, required=False
            )
            title = f"map {path.name}"
            break
    if source is None and live is None:
        return None
    return anchors.Anchoring(title=title, from_map=source, live=live)


def _candidates(reference: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yield maps that may fit: beside the reference, in the cache, in the package."""
    beside = reference.with_name(reference.name + ENDING)
    if beside.is_file():
        yield beside
    with contextlib.suppress(OSError):
        yield from sorted((cache.folder() / "maps").glob("*.parquet"))
    folder = importlib.resources.files("twinsplice.data")
    for name in _SHIPPED:
        shipped = pathlib.Path(str(folder / name))
        if shipped.is_file():
            yield shipped


def _live(
    predictor: contract.Predictor,
    model: contract.AnchorModel,
    builder: queries.QueryBuilder,
    *,
    always: bool,
) -> anchors.LiveSource:
    own = predictor.ensemble
    on = devices.Placement(device=own.device, memory=own.memory)
    cone = sum(network.flops_of_cone(builder.reach) for network in own.networks)

    def load() -> profiling.Ensemble:
        base = loading.load(model.name, None)
        if base.sha256 != model.sha256:
            raise errors.WeightsError(
                "a model is told the reference of the base model it was trained on",
                got=f"other weights of {model.name} ({base.sha256[:12]})",
                remedy="install the version it was trained on, or set --map none",
            )
        return base.ensemble(on)

    return anchors.LiveSource(
        load=threads.once(load),
        index=builder.index,
        reference=builder.reference,
        flops_of_query=None if always else cone,
    )


def _require_fit(
    path: pathlib.Path,
    found: reference_map.ReferenceMap,
    model: contract.AnchorModel,
    builder: queries.QueryBuilder,
) -> None:
    misfit = _misfit(found, model, builder)
    if misfit:
        raise errors.InputError(
            "a map must be of the model's base model and the annotation in use",
            got=f"{path}, made {misfit}",
            remedy="prepare a map with these, or set --map auto",
        )


def _misfit(
    found: reference_map.ReferenceMap,
    model: contract.AnchorModel,
    builder: queries.QueryBuilder,
) -> str | None:
    """Return what a map was made with instead, or None where it fits."""
    metadata = found.metadata
    if found.shard is not None:
        return f"as shard {found.shard.number} of {found.shard.of}, not merged yet"
    if metadata.base_model_sha256 != model.sha256:
        return f"by {metadata.base_model} ({metadata.base_model_sha256[:12]})"
    if metadata.annotation_sha256 != reference_map.annotation_digest(builder.index):
        return f"with other genes ({metadata.annotation})"
    return None
