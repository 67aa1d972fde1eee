"""The joining of a map's shards."""

import pathlib
from collections.abc import Sequence

from twinsplice import errors
from twinsplice.io import reference_map
from twinsplice.settings import shards


def merge(
    paths: Sequence[pathlib.Path], output: pathlib.Path
) -> reference_map.ReferenceMap:
    """Write the map that shards make up: the bytes that one run would have written.

    Args:
        paths: All shards, in any order.
        output: The map.

    Raises:
        InputError: A shard cannot be read, is missing, is there twice, or is of other
            settings; or the output cannot be written.
    """
    maps = [reference_map.read(path) for path in paths]
    _check(paths, maps)
    _check_genes(maps)
    join(maps, output)
    return reference_map.read(output)


def join(
    maps: Sequence[reference_map.ReferenceMap],
    output: pathlib.Path,
    shard: reference_map.Shard | None = None,
) -> None:
    """Write all genes of maps with the same metadata as one map.

    Args:
        maps: The maps, at least one; no gene may be in two of them.
        output: File to write.
        shard: Which part of a map this is, unless it is a whole one.

    Raises:
        InputError: The output cannot be written.
    """
    genes = [gene for each in maps for gene in each.genes]
    sites = [
        each.sites(number, gene.start, gene.end)
        for each in maps
        for number, gene in enumerate(each.genes)
    ]
    reference_map.write(output, maps[0].metadata, genes, sites, shard)


def _check(
    paths: Sequence[pathlib.Path], maps: Sequence[reference_map.ReferenceMap]
) -> None:
    """Refuse all but the whole set of shards of one map."""
    numbered = []
    for path, each in zip(paths, maps, strict=True):
        shard, first = each.shard, maps[0].shard
        if shard is None or first is None:
            raise errors.InputError(
                "merge joins shards of a map",
                got=f"{path}, which is a whole map",
                remedy="make shards with twinsplice prepare --shard",
            )
        alike = (shard.of, shard.settings) == (first.of, first.settings)
        if not alike or each.metadata != maps[0].metadata:
            raise errors.InputError(
                "shards must be made with the same settings",
                got=f"{path}, which was not made with those of {paths[0]}",
                remedy="merge the shards of one map only",
            )
        numbered.append((shard.number, path))
    of = maps[0].shard.of if maps[0].shard else 0
    shards.require_all(numbered, of, "prepare")


def _check_genes(maps: Sequence[reference_map.ReferenceMap]) -> None:
    places = [(g.contig, g.start, g.end, g.minus) for each in maps for g in each.genes]
    if len(set(places)) < len(places):
        raise errors.InputError(
            "shards must have no gene in common",
            got="some that are in two of them",
            remedy="make them again with twinsplice prepare --shard",
        )
