"""The making of a reference map in parts, each kept on disk until the map is whole.

A part is a small map of its own. Its name is a checksum of its genes' sequences and of
all settings, so that a part of other settings is never used.
"""

import contextlib
import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from twinsplice import errors
from twinsplice.base_models import reference_sites
from twinsplice.engine import profiling
from twinsplice.io import drafts, fasta, reference_map
from twinsplice.io.kept import kept_work
from twinsplice.scoring.anchoring import map_plan

Advance = Callable[[int], object]
"""Called with the bases computed since the last call."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Mapper:
    """Makes maps of genes.

    Attributes:
        ensemble: The base model's networks.
        reference: The genome.
        metadata: What the map belongs to.
        longest: Outputs of the longest tile.
    """

    ensemble: profiling.Ensemble
    reference: fasta.Reference
    metadata: reference_map.Metadata
    longest: int

    def positions(self, place: map_plan.Place) -> int:
        """Return the positions that a gene costs, tiles' flanks included."""
        flank = self.ensemble.networks[0].flank_positions
        return place.length + flank * reference_sites.tiles(place.length, self.longest)

    def sites(self, place: map_plan.Place, advance: Advance) -> reference_map.Sites:
        """Return the sites of a gene.

        Args:
            place: The gene.
            advance: Called with the bases of each tile, once it is computed.
        """
        view, floor = place.view(self.reference), self.metadata.floor
        tiles = []
        for bases, tile in reference_sites.compute(
            self.ensemble, view, self.longest, floor
        ):
            tiles.append(tile)
            advance(bases)
        if place.minus:
            tiles.reverse()
        return reference_map.Sites(
            np.concatenate([tile.position for tile in tiles]),
            np.concatenate([tile.log_odds for tile in tiles]),
        )


@dataclasses.dataclass(frozen=True)
class Part:
    """Some genes of a map, made together.

    Attributes:
        places: The genes' places.
        mapped: The same with checksums of their bases.
        path: File that keeps them.
    """

    places: tuple[map_plan.Place, ...]
    mapped: tuple[reference_map.MappedGene, ...]
    path: pathlib.Path

    def kept(self) -> reference_map.ReferenceMap | None:
        """Return the part if an earlier run has made it."""
        try:
            return reference_map.read(self.path) if self.path.exists() else None
        except errors.InputError:
            # Damaged: it is made again.
            return None

    def make(self, mapper: Mapper, advance: Advance) -> reference_map.ReferenceMap:
        """Compute the genes and keep them.

        Args:
            mapper: What makes them.
            advance: Called with the bases of each tile, once it is computed.
        """
        sites = [mapper.sites(place, advance) for place in self.places]
        reference_map.write(self.path, mapper.metadata, self.mapped, sites)
        kept_work.sync(self.path)
        kept_work.sync(self.path.parent)
        return reference_map.read(self.path)


def planned(
    mapper: Mapper, places: Iterable[map_plan.Place], folder: pathlib.Path
) -> Iterator[Part]:
    """Yield the parts of a map, made or not.

    Args:
        mapper: What makes them.
        places: The genes of the map, sorted.
        folder: Where they are kept.
    """
    settings = dataclasses.asdict(mapper.metadata) | {"longest": mapper.longest}
    for group in map_plan.parts(places):
        mapped = tuple(place.mapped(mapper.reference) for place in group)
        genes = [dataclasses.astuple(gene) for gene in mapped]
        text = json.dumps([settings, genes], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        yield Part(tuple(group), mapped, folder / f"{digest[:32]}.parquet")


@contextlib.contextmanager
def keeping(
    output: pathlib.Path, *, resume: bool | None = None
) -> Iterator[pathlib.Path]:
    """Provide the folder of an output's parts, removed if the block succeeds.

    Where another run of the same output has it, parts go into one that is not kept.

    Args:
        output: The output.
        resume: Whether parts that are there are used; None if they may be.

    Raises:
        InputError: The output is a folder, its own cannot be written to, or `resume`
            is asked for and another run has the folder.
    """
    if output.is_dir():
        raise errors.InputError(
            "an output must be a file",
            got=f"{output}, which is a folder",
            remedy="add a file name to it",
        )
    try:
        work = kept_work.hold(output, make=True)
    except BlockingIOError:
        if resume:
            raise kept_work.busy(output) from None
        with drafts.hidden(output) as folder:
            yield folder
        return
    except OSError as error:
        raise errors.InputError(
            "an output needs a folder that can be written to",
            got=f"{output.parent} ({error.strerror or error})",
            remedy="make the folder or choose another",
        ) from error
    assert work is not None
    if resume is False:
        work.clear()
    try:
        yield work.folder
    except BaseException:
        # What is finished stays for the next run; a folder without it goes.
        work.leave()
        raise
    work.remove()
