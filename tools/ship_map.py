"""Put a reference map of the genes in slices of a genome into the package.

python tools/ship_map.py GRCh37.LRG_regions.fa grch37 map.grch37.parquet
python tools/ship_map.py GRCh38.LRG_regions.fa grch38 map.grch38.parquet \
    --reuse map.grch37.parquet \
    --other-reference GRCh37.LRG_regions.fa --other-annotation grch37

Genes that both assemblies have with the same bases are copied from the map of the other
one, moved to their place: the networks would see, and say, the same.
"""

import argparse
import dataclasses
import pathlib

import numpy as np

from twinsplice.commands import prepare
from twinsplice.genome import genes
from twinsplice.io import fasta, map_shards, reference_map
from twinsplice.io.annotation import annotations
from twinsplice.report import map_making, progress
from twinsplice.scoring.anchoring import map_jobs, map_parts, map_plan
from twinsplice.settings import prepare as prepare_settings


@dataclasses.dataclass(frozen=True)
class Other:
    """The map of another assembly.

    Attributes:
        map: The map.
        reference: Its genome, or slices of it.
    """

    map: reference_map.ReferenceMap
    reference: fasta.Reference

    def gene_like(
        self, place: map_plan.Place, reference: fasta.Reference
    ) -> int | None:
        """Return the number of a gene of the same bases and strand, if there is one."""
        here = place.mapped(reference)
        codes = place.view(reference).codes(place.start, place.end)
        for number, gene in enumerate(self.map.genes):
            length = gene.end - gene.start
            if (gene.crc32, length, gene.minus) != (here.crc32, len(codes), here.minus):
                continue
            there = map_plan.Place(gene.contig, gene.start, gene.end, gene.minus)
            view = there.view(self.reference)
            if np.array_equal(view.codes(there.start, there.end), codes):
                return number
        return None

    def moved(self, number: int, place: map_plan.Place) -> reference_map.Sites:
        """Return a gene's sites at its place in this assembly."""
        gene = self.map.genes[number]
        sites = self.map.sites(number, gene.start, gene.end)
        return dataclasses.replace(
            sites, position=sites.position + (place.start - gene.start)
        )


def check(
    other: reference_map.Metadata,
    own: reference_map.Metadata,
    index: genes.GeneIndex,
) -> None:
    """Refuse a map that this one would not have been like.

    Raises:
        SystemExit: Base model, floor, precision, version or annotation differ.
    """
    same = ("base_model_sha256", "floor", "precision", "version")
    unlike = [name for name in same if getattr(other, name) != getattr(own, name)]
    if reference_map.annotation_digest(index) != other.annotation_sha256:
        unlike.append("annotation")
    if unlike:
        raise SystemExit(f"the other map must be alike; it differs in {unlike}")


def ship(config: prepare_settings.Config, other: Other) -> int:
    """Write a map, copying what another has; return the number of genes copied."""
    with (
        map_parts.keeping(config.output) as folder,
        prepare.opened(config) as job,
        progress.bar("preparing", "bases", quiet=config.quiet) as advance,
    ):
        like = {p: other.gene_like(p, job.mapper.reference) for p in job.places}
        copied = {p: number for p, number in like.items() if number is not None}
        rest = tuple(place for place in job.places if place not in copied)
        work = map_jobs.Work(dataclasses.replace(job, places=rest), advance)
        parts = map_parts.planned(job.mapper, rest, folder)
        maps = [work.part(part) for part in parts]
        reference_map.write(
            folder / "copied.parquet",
            job.mapper.metadata,
            [place.mapped(job.mapper.reference) for place in copied],
            [other.moved(number, place) for place, number in copied.items()],
        )
        maps.append(reference_map.read(folder / "copied.parquet"))
        map_shards.join(maps, config.output)
    return len(copied)


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", type=pathlib.Path, help="FASTA, slices or whole")
    parser.add_argument("annotation", choices=annotations.SHIPPED)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--reuse", type=pathlib.Path, help="map of the other assembly")
    parser.add_argument("--other-reference", type=pathlib.Path)
    parser.add_argument("--other-annotation")
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    config = prepare_settings.Config(
        reference=given.reference,
        annotation=given.annotation,
        output=given.output,
        threads=given.threads,
    )
    if given.reuse is None:
        with progress.bar("preparing", "bases") as advance:
            map_making.show(prepare.run(config, advance, map_making.announce))
        return
    if given.other_reference is None or given.other_annotation is None:
        parser.error("--reuse needs --other-reference and --other-annotation")
    other = reference_map.read(given.reuse)
    with prepare.opened(config) as job:
        index = annotations.load(given.other_annotation).index
        check(other.metadata, job.mapper.metadata, index)
    with fasta.Reference.open(given.other_reference) as reference:
        copied = ship(config, Other(other, reference))
    print(f"{copied:,} genes copied, {len(reference_map.read(given.output)):,} in all")


if __name__ == "__main__":
    main()
