"""What a run reads, and the folder that it goes on in."""

import contextlib
import dataclasses
import importlib.resources
import json
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from recipes.far_stage import settings

from twinsplice import errors
from twinsplice.io import cache, fasta, reference_map
from twinsplice.io import target_store as stores
from twinsplice.predictors import checkpoints

_MAP = "map.grch37.parquet"
_PRIVATE = ("output", "threads", "quiet")
"""Settings that weights do not depend on."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Inputs:
    """What a run reads.

    Attributes:
        near: Near weights.
        map: Reference map.
        stores: Stores of variants.
        references: The genome, or parts of it.
    """

    near: checkpoints.Trained
    map: reference_map.ReferenceMap
    stores: Sequence[stores.Store]
    references: Sequence[fasta.Reference]


@contextlib.contextmanager
def opened(config: settings.Config) -> Iterator[Inputs]:
    """Open the inputs of a run; they are usable until the block ends.

    Raises:
        TwinSpliceError: They cannot be used, or do not belong together.
    """
    found = config.map
    if found is None:
        found = pathlib.Path(str(importlib.resources.files("twinsplice.data") / _MAP))
    with contextlib.ExitStack() as stack:
        inputs = Inputs(
            near=checkpoints.load(config.near),
            map=reference_map.read(found),
            stores=[stores.open_store(path) for path in config.pairs],
            references=[
                stack.enter_context(fasta.Reference.open(path))
                for path in config.reference
            ],
        )
        _require_one_origin(inputs)
        yield inputs


def _require_one_origin(inputs: Inputs) -> None:
    """Refuse inputs that are not of one base model."""
    named = {"map": inputs.map.metadata.base_model_sha256} | {
        str(store.path): store.metadata["base_model_sha256"] for store in inputs.stores
    }
    own = inputs.near.card.get("base_model_sha256")
    for name, checksum in named.items():
        if checksum != own:
            raise errors.InputError(
                "weights, map and targets must be of one base model",
                got=f"{str(own)[:12]} of the weights, {checksum[:12]} of {name}",
                remedy="leave one out, or make it again",
            )


def open_folder(config: settings.Config, inputs: Inputs) -> None:
    """Make the folder of a run, or refuse one of other settings.

    Raises:
        InputError: It holds a run of other settings.
    """
    path = config.output / "config.json"
    own = plain(config) | {
        "near_sha256": inputs.near.sha256,
        "rows": [int(store.done_rows().sum()) for store in inputs.stores],
    }
    if path.exists() and json.loads(path.read_text(encoding="utf-8")) != own:
        raise errors.InputError(
            "a run goes on with the settings and inputs it was begun with",
            got=f"others than those of {path}",
            remedy="use those, or name another --output",
        )
    with cache.replacing(path) as draft:
        draft.write_text(json.dumps(own, indent=2) + "\n", encoding="utf-8")


def plain(config: settings.Config) -> dict[str, Any]:
    """Return the settings that weights depend on, as JSON values."""
    given = dataclasses.asdict(config)
    for name in _PRIVATE:
        del given[name]
    made: dict[str, Any] = json.loads(json.dumps(given, default=str))
    return made
