"""Settings of `serve`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks
from twinsplice.settings import score as score_settings

_MEGABYTE = 1_000_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names by which this machine calls itself."""
_NAMED_MAPS = ("auto", "live", "none")
_MOST_MEMORY_GB = 100_000
_MOST_BYTES = 1_000_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Genome:
    """A genome to open.

    Attributes:
        reference: Its FASTA file.
        annotation: Its genes.
        map: Where the base model's reference is from.
        transcripts: What names and consequences count on.
    """

    reference: pathlib.Path
    annotation: str
    map: str = "auto"
    transcripts: str = "auto"


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `serve`.

    Attributes:
        reference: FASTA of the genome, plain or compressed.
        annotation: Genes: grch37, grch38, or a file (GTF, GFF3, or a table in
            SpliceAI's or CI-SpliceAI's format).
        reference_37: FASTA of GRCh37, to be asked beside the first.
        annotation_37: Its genes.
        model: Model to answer with, as for score; given several times, the first
            answers and the others can be chosen.
        weights: Folder that holds the weights of openspliceai or pangolin.
        map: Where the base model's own reference comes from, as for score.
        transcripts: What names and consequences count on, as for score; of the first
            reference.
        demo: Serve the bundled genes of GRCh37; no file is needed.
        host: Address to listen at. Others than this machine reach it at 0.0.0.0 only,
            by a name that --allow-host gives.
        port: Port to listen at.
        allow_host: A name or address by which browsers call this machine, such as that
            of a proxy before it; can be given several times.
        token: What a visitor must bring, as /?token=... or as a bearer token.
        distance: Bases searched on each side of a variant, if not asked otherwise.
        max_distance: The most that may be asked for.
        max_variants: Most variants of a list or VCF.
        max_body: Most bytes that may be sent (and 20 times as many unpacked).
        scan_bases: Most bases of a scan.
        queue: Requests that may wait; beyond, 503 is answered.
        max_connections: Connections that are held at once; beyond, those are closed
            that keep the server waiting, of whoever has most of them.
        timeout: Seconds until a request is given up.
        cache: File to keep answers in; by default they are kept until the end only.
        cache_mb: Most that is kept (MB).
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use, on the device (GB).
        threads: CPU threads; all if not given.
        force: Go on where the annotation is of another build than the reference.
        quiet: Say nothing of the start.
    """

    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path | None, Parameter(alias="-r")] = None
    annotation: Annotated[str | None, Parameter(alias="-a")] = None
    reference_37: Annotated[pathlib.Path | None, Parameter(name="--reference-37")] = (
        None
    )
    annotation_37: Annotated[str, Parameter(name="--annotation-37")] = "grch37"
    model: str | tuple[str, ...] = "twinsplice"
    weights: pathlib.Path | None = None
    map: str = "auto"
    transcripts: str = "auto"
    demo: bool = False
    host: str = "127.0.0.1"
    port: Annotated[int, checks.Range(0, 65_535)] = 8080
    allow_host: tuple[str, ...] = ()
    token: Annotated[str | None, Parameter(env_var="TWINSPLICE_TOKEN")] = None
    distance: Annotated[
        int, Parameter(alias="-d"), checks.Range(1, score_settings.LONGEST_DISTANCE)
    ] = 500
    max_distance: Annotated[int, checks.Range(1, score_settings.LONGEST_DISTANCE)] = (
        score_settings.LONGEST_DISTANCE
    )
    max_variants: Annotated[int, checks.Range(1, 1_000_000)] = 1_000
    max_body: Annotated[int, checks.Range(1, _MOST_BYTES)] = 5_000_000
    scan_bases: Annotated[int, checks.Range(1, 10_000)] = 400
    queue: Annotated[int, checks.Range(1, 10_000)] = 64
    max_connections: Annotated[int, checks.Range(8, 100_000)] = 256
    timeout: Annotated[float, checks.Range(0, 3_600, above=True)] = 60.0
    cache: pathlib.Path | None = None
    cache_mb: Annotated[int, checks.Range(0, 1_000_000)] = 200
    device: str = "auto"
    max_memory_gb: Annotated[float, checks.Range(0, _MOST_MEMORY_GB, above=True)] = 4.0
    threads: Annotated[int | None, checks.POSITIVE] = None
    force: bool = False
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range, or files do not go together.
        """
        checks.check(self)
        given = [self.reference, self.annotation, self.reference_37]
        checks.require(
            not (self.demo and any(each is not None for each in given)),
            "--demo has a genome and genes of its own",
            got="others as well",
            remedy="leave --demo out, or --reference and --annotation",
        )
        checks.require(
            self.demo or (self.reference is not None and self.annotation is not None),
            "serve needs a genome and its genes",
            got="no --reference" if self.reference is None else "no --annotation",
            remedy="give --reference and --annotation, or --demo",
        )
        checks.require(
            self.distance <= self.max_distance,
            "--distance must be at most --max-distance",
            got=f"{self.distance:,} and {self.max_distance:,}",
        )
        checks.require(bool(self.models), "--model must name a model", got="none")
        checks.require(
            len(set(self.models)) == len(self.models),
            "--model must name each model once",
            got=", ".join(self.models),
            remedy="leave one out",
        )
        checks.require(
            self.token is None or _is_token(self.token),
            "--token must be 16 to 200 letters, digits, - or _",
            got=f"{len(self.token or '')} characters",
            remedy="make one with: openssl rand -hex 16",
        )

    @property
    def genomes(self) -> tuple[Genome, ...]:
        """The genomes that are named, the default one first."""
        if self.reference is None or self.annotation is None:
            return ()
        first = Genome(
            reference=self.reference,
            annotation=self.annotation,
            map=self.map,
            transcripts=self.transcripts,
        )
        if self.reference_37 is None:
            return (first,)
        # A file is of one genome; words hold for both.
        own = self.map if self.map in _NAMED_MAPS else "auto"
        second = Genome(
            reference=self.reference_37, annotation=self.annotation_37, map=own
        )
        return first, second

    @property
    def models(self) -> tuple[str, ...]:
        """The models, the default one first."""
        return (self.model,) if isinstance(self.model, str) else self.model

    @property
    def cache_bytes(self) -> int:
        """Most bytes of answers that are kept."""
        return self.cache_mb * _MEGABYTE

    @property
    def hosts(self) -> frozenset[str]:
        """Names by which this server may be called, in lower case."""
        own = {self.host, *self.allow_host, *LOOPBACK}
        return frozenset(name.lower().strip("[]") for name in own)

    @property
    def is_open(self) -> bool:
        """Whether other machines may reach it."""
        return self.host not in LOOPBACK


def _is_token(text: str) -> bool:
    plain = text.replace("-", "").replace("_", "")
    return 16 <= len(text) <= 200 and plain.isascii() and plain.isalnum()
