"""Settings and summary of `score`, apart from the work: help is quick.

The flags and their help text are made from `Config`.
"""

import collections
import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from twinsplice import errors
from twinsplice.genome import variants
from twinsplice.settings import checks, engines, shards

LONGEST_DISTANCE = 4_999
GENES = ("merged", "mane", "transcripts")
"""What may be scored as a gene."""
_MOST_MEMORY_GB = 100_000
_OWN = (
    *("output", "shard", "resume", "device", "max_memory_gb", "threads", "quiet"),
    *("engine", "address", "workers"),
)
"""Settings of a run that are not of what it asks."""

# A lone `-` is a value here, although it looks like a flag.
_File = Parameter(allow_leading_hyphen=True)


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `score`.

    Attributes:
        input: VCF (plain or gzipped), BCF, or a list of one variant a line, as
            chrom-pos-ref-alt or an HGVS name; - is stdin. Or a variant itself.
        more: Further variants.
        reference: FASTA of the genome that the variants are on, plain or compressed. In
            plain gzip it is converted, once, into the cache.
        annotation: Genes: the package's, grch37 or grch38, or a file (GTF, GFF3, or a
            table in SpliceAI's or CI-SpliceAI's format).
        output: File to write. Its ending gives the format: .vcf, .vcf.gz or .bcf for
            the annotated input; .tsv, .tsv.gz or .parquet for a table with a row for
            each allele and gene. - is VCF to stdout, or a table of the variants given
            in place of a file.
        model: twinsplice (the default weights), a base model (see twinsplice models),
            the folder of a base model's weights, or a model you trained: its weight
            file or its run folder. Given several times, every model scores, each into
            its own field.
        refine: A model, as for --model, that also scores, into its own field, the
            alleles whose score by the (first) --model may reach the threshold: by the
            upper end of its prediction interval, or itself where it has none.
        refine_threshold: That threshold, 0 to 1; by default the one fitted to --model
            and --refine, else 0.02.
        map: Where the base model's own reference comes from, which the model is told:
            a map (see twinsplice prepare), live to compute it here, none, or auto: the
            map beside the reference, in the cache or in the package that fits, and live
            where variants are so dense that it costs little.
        transcripts: What HGVS names count on: grch37, grch38, a GTF or GFF3 file, or
            auto: the package's transcripts (MANE and RefSeq) of the reference's build.
        genes: What is scored as a gene: merged, all transcripts of each together; mane,
            those of MANE; or all transcripts, one by one (with --transcripts).
        hgvs: Name variants on their transcripts, in tables of any input; lists have
            these columns anyway.
        flat: In a VCF, also write every number into an INFO field of its own, with a
            value for each allele, of the gene of its largest score.
        samples: In a table of a VCF, also tell which samples carry the allele.
        shard: Score one of several shards of the input, such as 2/8, into an output
            named .shard, for twinsplice merge.
        engine: Where the run is done: local, or by the workers of a cluster, with ray.
        address: Address of the Ray cluster; one is made of this machine if not given.
        workers: Workers of the cluster on processors; as many as it has room for if not
            given.
        weights: Folder that holds the weights of openspliceai or pangolin.
        distance: Bases searched on each side of the variant, 1 to 4,999.
        mask: Ignore gains at annotated sites and losses elsewhere.
        compat: Reproduce the model's official program, including what it skips.
        intergenic: Also score variants outside genes, on both strands.
        force: Go on where the annotation is of another build than the reference.
        strict: Exit with code 1 if any allele has no score for a reason other than
            lying outside genes.
        resume: Go on from what a stopped run of the same output has left. That is done
            anyway where it fits; --resume refuses what does not fit rather than begin
            anew, and --no-resume begins anew.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use, on the device (GB).
        threads: CPU threads; all if not given.
        quiet: Show neither progress bar nor summary.
    """

    input: Annotated[pathlib.Path, _File]
    more: tuple[str, ...] = ()
    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path, Parameter(alias="-r")]
    annotation: Annotated[str, Parameter(alias="-a")]
    output: Annotated[
        pathlib.Path, _File, Parameter(alias="-o", converter=checks.output)
    ] = pathlib.Path("-")
    model: str | tuple[str, ...] = "twinsplice"
    refine: str | None = None
    refine_threshold: Annotated[float | None, checks.FRACTION] = None
    map: str = "auto"
    transcripts: str = "auto"
    genes: Literal["merged", "mane", "transcripts"] = "merged"
    hgvs: bool = False
    flat: bool = False
    samples: bool = False
    shard: str | None = None
    engine: engines.Engine = "local"
    address: str | None = None
    workers: Annotated[int | None, checks.POSITIVE] = None
    weights: pathlib.Path | None = None
    distance: Annotated[
        int, Parameter(alias="-d"), checks.Range(1, LONGEST_DISTANCE)
    ] = 50
    mask: bool = False
    compat: bool = False
    intergenic: bool = False
    force: bool = False
    strict: bool = False
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
        for name in ("input", "output"):
            path = str(getattr(self, name))
            checks.require(
                path == "-" or not path.startswith("-"),
                f"{name} must be a file name, or - alone",
                got=path,
            )
        checks.require(
            not (self.resume and str(self.output) == "-"),
            "--resume goes with an output that is a file",
            got="stdout",
            remedy="leave --resume out, or name a file with -o",
        )
        self._check_shard()
        engines.require(self.engine, self.address, self.workers, self.output)
        self._check_models()

    @property
    def models(self) -> tuple[str, ...]:
        """The models that score everything, in order."""
        return (self.model,) if isinstance(self.model, str) else self.model

    @property
    def part(self) -> tuple[int, int] | None:
        """Number of the shard, from 1, and of shards; None without shards."""
        return shards.part(self.shard)

    @property
    def request(self) -> dict[str, object]:
        """What is asked, as plain JSON values; `requested` reads it."""
        values = dataclasses.asdict(self)
        return {
            name: str(value) if isinstance(value, pathlib.Path) else value
            for name, value in values.items()
            if name not in _OWN
        }

    def _check_shard(self) -> None:
        is_shard = self.output.name.endswith(shards.ENDING)
        checks.require(
            (self.part is not None) == is_shard,
            f"--shard goes with an output named {shards.ENDING}",
            got=f"{self.output} {'without' if is_shard else 'with'} --shard",
            remedy="give both; twinsplice merge makes the output of all shards",
        )
        is_parted = self.shard is not None or self.engine != "local"
        checks.require(
            not is_parted or (str(self.input) != "-" and not self.more),
            "--shard and --engine go with an input that each shard can read, a file",
            got="variants" if self.more else "stdin",
            remedy="write the input to a file",
        )
        checks.require(
            self.shard is None or self.engine == "local",
            "--shard goes with the local engine; a cluster makes shards of its own",
            got=f"--engine {self.engine}",
            remedy="leave one of them out",
        )

    def _check_models(self) -> None:
        names = [*self.models, *([] if self.refine is None else [self.refine])]
        checks.require(bool(self.models), "--model must name a model", got="none")
        for name, count in collections.Counter(names).items():
            checks.require(
                count == 1,
                "--model and --refine must name each model once",
                got=f"{name} {count} times",
                remedy="leave one out",
            )
        checks.require(
            self.refine is not None or self.refine_threshold is None,
            "--refine-threshold goes with --refine",
            got=self.refine_threshold,
            remedy="name the model that refines, or leave the threshold out",
        )


def requested(request: Mapping[str, Any], **changes: Any) -> Config:  # noqa: ANN401
    """Return the settings of a request, for another run.

    Args:
        request: As `Config.request` gives it.
        changes: Settings that are other, or not of a request.

    Raises:
        InputError: It is no request, or values are out of range.
    """
    values = {**request, **changes}
    for name in ("input", "reference", "weights"):
        if isinstance(values.get(name), str):
            values[name] = pathlib.Path(values[name])
    for name in ("model", "more"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])
    try:
        return Config(**values)
    except TypeError as error:
        raise errors.InputError(
            "a request must have the settings of score",
            got=str(error),
            remedy="make the shards anew with this version",
        ) from error


@dataclasses.dataclass(frozen=True, kw_only=True)
class FurtherModel:
    """Counts of a model other than the first.

    Attributes:
        key: INFO key of its scores.
        scored: Number of its scores, one for each allele and gene.
        skipped: Alleles (or alleles in a gene) without its score, by reason.
        refines: Whether it scored those only that it refines.
    """

    key: str
    scored: int
    skipped: Mapping[variants.SkipReason, int]
    refines: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        records: Number of records read.
        scored: Number of the first model's scores, one for each allele and gene.
        skipped: Alleles (or alleles in a gene) without its score, by reason.
        elapsed: Wall-clock time (s).
        output: File of the results, if they were written.
        notes: Remarks that are not errors, a sentence each.
        warnings: Remarks that are made even where no summary is shown.
        further: Counts of the other models, in order.
        references: The first model's scores by where its reference is from, of models
            that can be told it.
        classes: The first model's scores that are large, or probably so, in words.
        resumed: Number of records whose scores a stopped run had left.
    """

    records: int
    scored: int
    skipped: Mapping[variants.SkipReason, int]
    elapsed: float
    output: pathlib.Path | None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    further: tuple[FurtherModel, ...] = ()
    references: Mapping[str, int] = dataclasses.field(default_factory=dict)
    classes: Mapping[str, int] = dataclasses.field(default_factory=dict)
    resumed: int = 0

    @property
    def strict_failures(self) -> int:
        """Number of alleles that a model skipped, except those outside genes.

        What is no alternate allele does not count either, such as `<NON_REF>`.
        """
        harmless = variants.NOT_ALLELES | {variants.SkipReason.OUTSIDE_GENES}
        return sum(
            count
            for skipped in (self.skipped, *(model.skipped for model in self.further))
            for reason, count in skipped.items()
            if reason not in harmless
        )
