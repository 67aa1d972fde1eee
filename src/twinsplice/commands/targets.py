"""Compute a base model's predictions for variants or sequences, to train on."""

import dataclasses
import hashlib
import pathlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import twinsplice
from twinsplice import errors, progress
from twinsplice.base_models import contract, loading
from twinsplice.engine import devices, profiling
from twinsplice.genome import regions
from twinsplice.io import fasta
from twinsplice.io import target_store as stores
from twinsplice.io.annotation import annotations
from twinsplice.scoring import build_checks
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import inputs, profiles, sequences, variant_pairs


def run(
    config: targets_settings.Config,
    advance: progress.Advance = progress.silent,
) -> targets_settings.Summary:
    """Compute the targets that a store still lacks.

    Args:
        config: Settings of the targets.
        advance: Called with the targets computed since the last call and the share of
            the store that is complete.

    Raises:
        TwinSpliceError: The input, the weights or the store cannot be used.
    """
    began = time.monotonic()
    model = loading.load(config.model, config.weights)
    if len(model.tracks) != 2:
        raise errors.InputError(
            "targets need a base model that tells acceptors from donors",
            got=model.name,
            remedy="choose another --model",
        )
    skipped: dict[str, int] = {}
    if config.profiles:
        store, computed = _label_profiles(config, model, advance)
        width = config.window
    else:
        store, computed, skipped = _label_pairs(config, model, advance)
        width = 2 * config.reach + 1
    return targets_settings.Summary(
        rows=store.rows,
        computed=computed,
        bases=computed * width,
        skipped=skipped,
        elapsed=time.monotonic() - began,
        output=config.output,
    )


def _label_profiles(
    config: targets_settings.Config,
    model: contract.BaseModel,
    advance: progress.Advance,
) -> tuple[stores.Store, int]:
    sources = _sources(config)
    rows = profiles.plan(
        sources,
        window=config.window,
        margin=config.margin,
        mutate=config.mutate,
        recombine=config.recombine,
    )
    if not rows.rows:
        raise errors.InputError(
            "--profiles needs genes or sequences to label",
            got="none in the reference, or on the contigs asked for",
            remedy="check --reference, --contigs and --exclude",
        )
    contigs = sorted({source.contig for source in sources})
    number = {contig: i for i, contig in enumerate(contigs)}
    of_source = np.array([number[s.contig] for s in sources] + [-1], dtype=np.int16)
    store = stores.create(
        config.output,
        profiles.columns(config.window, config.context),
        metadata(config, model)
        | {
            "kind": "profiles",
            "rows": rows.rows,
            "chunk": profiles.CHUNK,
            "native": int((rows.how == profiles.NATIVE).sum()),
            "contigs": contigs,
        },
        {
            "contig": of_source[rows.source],
            "start": rows.start.astype(np.int32),
            "how": rows.how.astype(np.uint8),
        },
    )
    ensemble = _ensemble(config, model)
    computer = profiles.TargetComputer(
        networks=ensemble.networks,
        device=ensemble.device,
        window=config.window,
        context=config.context,
        seed=config.seed,
    )
    return store, fill(
        store, lambda span: profiles.label(computer, sources, rows, span), advance
    )


def _label_pairs(
    config: targets_settings.Config,
    model: contract.BaseModel,
    advance: progress.Advance,
) -> tuple[stores.Store, int, dict[str, int]]:
    with inputs.opened(config, model.context) as data:
        rows = variant_pairs.plan(data.pairs, data.sources)
        if not rows.rows:
            raise errors.InputError(
                "targets need variants in genes, or pairs of sequences that differ",
                got=f"none ({_counts(data.skipped)})",
                remedy="check the input, --contigs and --exclude",
            )
        store = stores.create(
            config.output,
            variant_pairs.columns(config.reach, config.context),
            metadata(config, model)
            | {
                "kind": "pairs",
                "rows": rows.rows,
                "chunk": variant_pairs.CHUNK,
                "contigs": rows.contigs,
                "genes": [source.name for source in rows.sources],
                "regions": list(regions.NAMES),
                "longest": targets_settings.LONGEST,
            },
            rows.arrays,
        )
        computer = variant_pairs.computer(_ensemble(config, model), config)
        computed = fill(
            store, lambda span: variant_pairs.label(computer, rows, span), advance
        )
    return store, computed, dict(data.skipped)


def _counts(skipped: Mapping[str, int]) -> str:
    counts = (f"{reason}: {count:,}" for reason, count in sorted(skipped.items()))
    return ", ".join(counts) or "and nothing refused"


def _ensemble(
    config: targets_settings.Config, model: contract.BaseModel
) -> profiling.Ensemble:
    """The ensemble on its device, in the configured precision."""
    device = devices.choose(config.device)
    memory = int(config.max_memory_gb * 1e9)
    ensemble = model.ensemble(devices.Placement(device=device, memory=memory))
    if config.precision == "float32":
        return ensemble
    networks = tuple(network.shortened() for network in ensemble.networks)
    return dataclasses.replace(ensemble, networks=networks)


def fill(
    store: stores.Store,
    label: Callable[[slice], Any],
    advance: progress.Advance,
) -> int:
    """Compute and write the chunks that a store lacks; return the rows computed."""
    pending = store.pending()
    present = store.rows - sum(_width(store.span(chunk)) for chunk in pending)
    advance(0, present / store.rows)
    computed = 0
    for chunk in pending:
        span = store.span(chunk)
        store.write(chunk, label(span))
        computed += _width(span)
        advance(_width(span), (present + computed) / store.rows)
    return computed


def metadata(
    config: targets_settings.Config, model: contract.BaseModel
) -> dict[str, Any]:
    """Return the provenance and settings of targets, for the store's metadata."""
    settings = dataclasses.asdict(config)
    unused = () if config.format else ("format", "altered_from")
    if not config.force:
        unused = (*unused, "force")
    for name in ("output", "device", "max_memory_gb", "quiet", "weights", *unused):
        del settings[name]
    return {
        "twinsplice": twinsplice.__version__,
        "base_model": model.name,
        "base_model_sha256": model.sha256,
        "reference_sha256": _sha256(config.reference),
        "input_sha256": _sha256(config.input),
        "settings": {
            name: str(value) if isinstance(value, pathlib.Path) else value
            for name, value in settings.items()
        },
    }


def _sources(config: targets_settings.Config) -> Sequence[sequences.SourceSequence]:
    is_selected = sequences.contig_filter(config.contigs, config.exclude)
    if config.input is not None:
        return sequences.from_fasta(config.input, is_selected)
    assert config.reference is not None
    assert config.annotation is not None
    reference = fasta.Reference.open(config.reference)
    index = annotations.load(config.annotation).index
    build_checks.require_same_build(
        index, reference, config.annotation, force=config.force
    )
    return sequences.from_genes(reference, index, is_selected)


def _width(span: slice) -> int:
    return int(span.stop - span.start)


def _sha256(path: pathlib.Path | None) -> str | None:
    if path is None:
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
