"""Settings and summary of `scan`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.genome import saturation
from twinsplice.settings import checks, engines
from twinsplice.settings import score as score_settings

FIGURES = (".png", ".svg", ".pdf")
LONGEST_DELETION = 50
_MOST_MEMORY_GB = 100_000


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `scan`.

    Attributes:
        place: What to scan: a gene of the annotation (name or identifier), a transcript
            (NM_000214.3) from its first exon to its last, or a region such as
            chr7:117,559,000-117,560,000.
        reference: FASTA of the genome, plain or compressed.
        annotation: Genes: the package's, grch37 or grch38, or a file (GTF, GFF3, or a
            table in SpliceAI's or CI-SpliceAI's format).
        output: File of all scores. Its ending gives the format: .tsv, .tsv.gz,
            .parquet, .vcf, .vcf.gz or .bcf; - is VCF to stdout.
        tracks: Files of the largest gain and loss at each base, .bw (bigWig) or
            .bedgraph: scan.bw makes scan.gain.bw and scan.loss.bw.
        plot: Picture of all substitutions, .png, .svg or .pdf.
        narrow: Draw fewer bases, with letters that can be read on a phone.
        deletions: Also scan all deletions of up to so many bases.
        insertions: Also scan all insertions of up to so many bases.
        engine: Where the run is done: local, or by the workers of a cluster, with ray.
        address: Address of the Ray cluster; one is made of this machine if not given.
        workers: Workers of the cluster on processors; as many as it has room for if not
            given.
        model: twinsplice (the default weights), a base model (see twinsplice models),
            the folder of a base model's weights, or a model you trained.
        map: Where the base model's own reference comes from, as for score.
        weights: Folder that holds the weights of openspliceai or pangolin.
        distance: Bases searched on each side of the variant, 1 to 4,999.
        mask: Ignore gains at annotated sites and losses elsewhere.
        intergenic: Also score variants outside genes, on both strands.
        force: Go on where the annotation is of another build than the reference.
        resume: Go on from what a stopped run of the same output has left, as for score.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        max_memory_gb: Upper limit of memory use, on the device (GB).
        threads: CPU threads; all if not given.
        flat: In a VCF, also write every number into an INFO field of its own.
        quiet: Show neither progress bar nor summary.
    """

    place: str
    _: dataclasses.KW_ONLY
    reference: Annotated[pathlib.Path, Parameter(alias="-r")]
    annotation: Annotated[str, Parameter(alias="-a")]
    output: Annotated[
        pathlib.Path | None,
        Parameter(alias="-o", allow_leading_hyphen=True, converter=checks.output),
    ] = None
    tracks: pathlib.Path | None = None
    plot: pathlib.Path | None = None
    deletions: Annotated[int, checks.Range(0, LONGEST_DELETION)] = 0
    insertions: Annotated[int, checks.Range(0, saturation.LONGEST_INSERTION)] = 0
    engine: engines.Engine = "local"
    address: str | None = None
    workers: Annotated[int | None, checks.POSITIVE] = None
    model: str = "twinsplice"
    map: str = "auto"
    weights: pathlib.Path | None = None
    distance: Annotated[
        int, Parameter(alias="-d"), checks.Range(1, score_settings.LONGEST_DISTANCE)
    ] = 50
    mask: bool = False
    intergenic: bool = False
    force: bool = False
    resume: Annotated[bool | None, checks.RESUME] = None
    device: str = "auto"
    max_memory_gb: Annotated[float, checks.Range(0, _MOST_MEMORY_GB, above=True)] = 4.0
    threads: Annotated[int | None, checks.POSITIVE] = None
    flat: bool = False
    narrow: bool = False
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range, or nothing is to be written.
        """
        checks.check(self)
        checks.require(
            any((self.output, self.tracks, self.plot)),
            "scan must write something",
            got="no output",
            remedy="give --output, --tracks or --plot",
        )
        checks.require(
            not (self.resume and str(self.beside) == "-"),
            "--resume goes with an output that is a file",
            got="stdout",
            remedy="leave --resume out, or name a file with -o",
        )
        assert self.beside is not None
        engines.require(self.engine, self.address, self.workers, self.beside)
        checks.require(
            self.plot is None or self.plot.name.lower().endswith(FIGURES),
            f"--plot must end in {', '.join(FIGURES)}",
            got=str(self.plot),
        )

    @property
    def beside(self) -> pathlib.Path | None:
        """The first output, beside which is kept what a later run can go on from."""
        return next(filter(None, (self.output, self.tracks, self.plot)), None)

    @property
    def lengths(self) -> saturation.Lengths:
        """The longest insertions and deletions."""
        return saturation.Lengths(deletion=self.deletions, insertion=self.insertions)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a scan.

    Attributes:
        title: The place.
        scoring: The summary of scoring.
        written: Files that were written, less the scores.
    """

    title: str
    scoring: score_settings.Summary
    written: tuple[pathlib.Path, ...] = ()
