"""Prepare a reference map: a base model's reference probabilities of whole genes."""

import contextlib
import dataclasses
import hashlib
import json
import pathlib
import time
from collections.abc import Iterator

import twinsplice
from twinsplice import errors, progress
from twinsplice.base_models import contract, loading, reference_sites
from twinsplice.engine import devices, profiling
from twinsplice.genome import genes
from twinsplice.io import fasta, gene_lists, map_shards, reference_map
from twinsplice.io.annotation import annotations
from twinsplice.scoring import build_checks
from twinsplice.scoring.anchoring import map_jobs, map_parts, map_plan
from twinsplice.settings import prepare as prepare_settings


def run(
    config: prepare_settings.Config,
    advance: progress.Advance = progress.silent,
    announce: map_jobs.Announce = map_jobs.silent,
) -> prepare_settings.Summary:
    """Make a map, or what is left of one that an earlier run began.

    Args:
        config: Settings of the map.
        advance: Called with the bases computed since the last call and the fraction of
            the work that is done.
        announce: Called with the cost: before, and when its time was measured.

    Raises:
        TwinSpliceError: The genome, the genes or the weights cannot be used, or hold no
            gene that is asked for; or the output cannot be written.
    """
    began = time.monotonic()
    with (
        map_parts.keeping(config.output, resume=config.resume) as folder,
        opened(config) as job,
        devices.enough_memory(),
    ):
        announce(job.cost())
        work = map_jobs.Work(job, advance, announce)
        parts = [*map(work.part, map_parts.planned(job.mapper, job.places, folder))]
        if not parts:
            reference_map.write(config.output, job.mapper.metadata, [], [], job.shard)
        else:
            map_shards.join(parts, config.output, job.shard)
        written = reference_map.read(config.output)
        return prepare_settings.Summary(
            genes=len(written),
            bases=job.cost().bases,
            sites=written.site_count,
            size=config.output.stat().st_size,
            computed=work.computed,
            computing=work.seconds,
            left_out=job.selection.left_out,
            unknown=job.selection.unknown,
            elapsed=time.monotonic() - began,
            output=config.output,
        )


@contextlib.contextmanager
def opened(config: prepare_settings.Config) -> Iterator[map_jobs.Job]:
    """Open the genome and the networks, and plan the map.

    Args:
        config: Settings of the map.

    Raises:
        TwinSpliceError: The genome, the genes or the weights cannot be used, or hold no
            gene that is asked for.
    """
    names = gene_lists.read_names(config.genes) if config.genes else None
    intervals = list(gene_lists.read_bed(config.regions)) if config.regions else None
    index = annotations.load(config.annotation).index
    with fasta.Reference.open(config.reference) as reference:
        build_checks.require_same_build(
            index, reference, config.annotation, force=config.force
        )
        selection = map_plan.select(index, reference, names, intervals)
        if not selection.places:
            raise errors.InputError(
                "a map needs genes whose whole sequence is in the reference",
                got="none of those asked for",
                remedy="check --reference, --annotation, --genes and --regions",
            )
        model = loading.load(config.model, config.weights)
        ensemble = _ensemble(config, model)
        metadata = _metadata(config, model, index)
        places, shard = selection.places, None
        if config.part is not None:
            places = tuple(map_plan.shard(places, *config.part))
            shard = _shard(config.part, metadata, selection)
        mapper = map_parts.Mapper(
            ensemble=ensemble,
            reference=reference,
            metadata=metadata,
            longest=reference_sites.tile_outputs(ensemble),
        )
        yield map_jobs.Job(
            mapper=mapper, selection=selection, places=places, shard=shard
        )


def _ensemble(
    config: prepare_settings.Config, model: contract.BaseModel
) -> profiling.Ensemble:
    """The ensemble on its device, in the configured precision."""
    if len(model.tracks) != 2:
        raise errors.InputError(
            "a map needs a base model that tells acceptors from donors",
            got=model.name,
            remedy="choose another --model",
        )
    on = devices.placement(config.device, config.threads, config.max_memory_gb)
    ensemble = model.ensemble(on)
    if config.precision == "float32":
        return ensemble
    networks = tuple(network.shortened() for network in ensemble.networks)
    return dataclasses.replace(ensemble, networks=networks)


def _metadata(
    config: prepare_settings.Config,
    model: contract.BaseModel,
    index: genes.GeneIndex,
) -> reference_map.Metadata:
    annotation = config.annotation
    if annotation.lower() in annotations.SHIPPED:
        annotation = annotation.lower()
    return reference_map.Metadata(
        base_model=model.name,
        base_model_sha256=model.sha256,
        annotation=pathlib.Path(annotation).name,
        annotation_sha256=reference_map.annotation_digest(index),
        reference=config.reference.name,
        floor=config.floor,
        version=twinsplice.__version__,
        precision=config.precision,
    )


def _shard(
    part: tuple[int, int],
    metadata: reference_map.Metadata,
    selection: map_plan.Selection,
) -> reference_map.Shard:
    places = [dataclasses.astuple(place) for place in selection.places]
    text = json.dumps([dataclasses.asdict(metadata), places], sort_keys=True)
    return reference_map.Shard(*part, hashlib.sha256(text.encode()).hexdigest())
