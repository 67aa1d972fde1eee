"""Settings and summary of `prepare`, apart from the work: help is quick."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks, engines, shards
from twinsplice.settings import targets as targets_settings

_MOST_MEMORY_GB = 100_000


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `prepare`.

    Attributes:
        reference: FASTA of the genome, plain or compressed; genes that it does not
            contain whole are left out.
        annotation: Genes: grch37, grch38, or a file, as for score.
        output: Map to write, named .parquet. What is finished is kept beside it until
            the map is whole; the same command goes on from a run that was stopped.
        genes: File of the genes to use, one name or gene id a line; all if not given.
        regions: BED file; only genes that overlap one of its intervals are used.
        shard: Make one of several shards, such as 2/8, for twinsplice merge.
        engine: Where the run is done: local, or by the workers of a cluster, with ray.
        address: Address of the Ray cluster; one is made of this machine if not given.
        workers: Workers of the cluster on processors; as many as it has room for if not
            given.
        model: Base model that computes the map.
        weights: Folder that holds the weights of openspliceai.
        floor: Lowest probability that is kept.
        precision: Number format of convolutions; bfloat16 is faster on some processors
            and changes probabilities by up to 0.005.
        force: Go on where the annotation is of another build than the reference.
        resume: Go on from what a stopped run of the same output has left. That is done
            anyway; --no-resume begins anew.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use, on the device (GB).
        threads: CPU threads; all if not given.
        quiet: Show neither progress bar nor summary.
    """

    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path, Parameter(alias="-r")]
    annotation: Annotated[str, Parameter(alias="-a")]
    output: Annotated[pathlib.Path, Parameter(alias="-o"), checks.Ending(".parquet")]
    genes: pathlib.Path | None = None
    regions: pathlib.Path | None = None
    shard: str | None = None
    engine: engines.Engine = "local"
    address: str | None = None
    workers: Annotated[int | None, checks.POSITIVE] = None
    model: str = "cispliceai"
    weights: pathlib.Path | None = None
    floor: Annotated[float, checks.Range(1e-6, 0.5)] = 3e-5
    precision: targets_settings.Precision = "float32"
    force: bool = False
    resume: Annotated[bool | None, checks.RESUME] = None
    device: str = "auto"
    max_memory_gb: Annotated[float, checks.Range(0, _MOST_MEMORY_GB, above=True)] = 4.0
    threads: Annotated[int | None, checks.POSITIVE] = None
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        checks.check(self)
        shards.part(self.shard)
        engines.require(self.engine, self.address, self.workers, self.output)

    @property
    def part(self) -> tuple[int, int] | None:
        """Number of the shard, from 1, and of shards; None without shards."""
        return shards.part(self.shard)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cost:
    """What a run takes.

    Attributes:
        genes: Number of genes.
        bases: Their bases.
        tflop: Arithmetic of the networks (TFLOP).
        seconds: Time left (s), once it was measured; else None.
    """

    genes: int
    bases: int
    tflop: float
    seconds: float | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        genes: Number of genes in the map.
        bases: Their bases.
        sites: Number of sites in the map.
        size: Bytes of the file.
        computed: Bases that this run computed; the rest was there.
        left_out: Number of genes that are not in the map, by reason.
        unknown: Names of --genes that no gene of the annotation has.
        computing: Time of that (s).
        elapsed: Wall-clock time of the whole run (s).
        output: File of the map.
    """

    genes: int
    bases: int
    sites: int
    size: int
    computed: int
    left_out: Mapping[str, int]
    unknown: tuple[str, ...]
    computing: float
    elapsed: float
    output: pathlib.Path
