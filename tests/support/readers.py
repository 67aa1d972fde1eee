"""Every reader of ours, as a function of a file's bytes; for fuzzing and its replay.

What a reader says of bytes is nothing, if it takes them, or the line in which it
refuses them. Anything else that it raises is a fault.
"""

import contextlib
import functools
import itertools
import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterator

import cyclopts
import numpy as np

from support import model_readers
from support import models as toys
from twinsplice import cli, errors
from twinsplice.cli import mistakes
from twinsplice.genome import genes
from twinsplice.io import constructs, fasta, gene_lists, hgvs_names, reference_map
from twinsplice.io.annotation import annotations, transcript_sources
from twinsplice.io.labels import labels
from twinsplice.io.vcf import arguments, streams, variant_lists, vcf, vcf_output
from twinsplice.scoring.naming import variant_names
from twinsplice.settings import config_files

SEPARATOR = model_readers.SEPARATOR
_SOME = 8
_GZIP = b"\x1f\x8b"
_FIELD = '##INFO=<ID=TS,Number=1,Type=String,Description="Ours">'
_COMMANDS = ("score", "train", "targets", "evaluate", "prepare", "sample", "calibrate")
_CONTIG = "".join(np.random.default_rng(3).choice(list("ACGT"), 900))
_GTF = "".join(
    f'1\tx\t{part}\t{start}\t{end}\t.\t+\t.\tgene_id "G"; transcript_id "NM_1.2";\n'
    for part in ("exon", "CDS")
    for start, end in ((101, 200), (301, 400))
)

Read = Callable[[bytes, pathlib.Path], None]
"""Reads bytes as a file in a folder, which is empty before."""


def answer(name: str, content: bytes) -> str:
    """Return the line in which a reader refuses bytes; empty if it takes them.

    Args:
        name: One of `READERS`.
        content: The bytes; of several files, with `SEPARATOR` between them.

    Raises:
        AssertionError: It refuses them in more than a line, or loses something.
    """
    refusal: errors.TwinSpliceError | None = None
    with tempfile.TemporaryDirectory(dir=_memory()) as made, _cache_in(made):
        (folder := pathlib.Path(made, "files")).mkdir()
        try:
            READERS[name](content, folder)
        except errors.TwinSpliceError as error:
            refusal = error
    if refusal is None:
        return ""
    # As the command line prints it.
    line = " ".join(str(refusal).split())
    assert line.isprintable(), "a refusal of one line"
    assert all((refusal.rule, refusal.got, refusal.remedy))
    return line


@contextlib.contextmanager
def _cache_in(folder: str) -> Iterator[None]:
    before = os.environ.get("TWINSPLICE_CACHE")
    os.environ["TWINSPLICE_CACHE"] = f"{folder}/cache"
    try:
        yield
    finally:
        del os.environ["TWINSPLICE_CACHE"]
        if before is not None:
            os.environ["TWINSPLICE_CACHE"] = before


@functools.cache
def _memory() -> pathlib.Path | None:
    """Return a folder in memory, where there is one."""
    shared = pathlib.Path("/dev/shm")
    return shared if shared.is_dir() else None


# Variants.


def _vcf(content: bytes, folder: pathlib.Path) -> None:
    path, output = model_readers.write(folder, content), folder / "out.vcf"
    with (
        vcf.read(path) as source,
        vcf_output.open_output(output, source, [_FIELD]) as sink,
    ):
        records = []
        for record in source:
            vcf.info(record, "END")
            sink.write(record, {"TS": "1"})
            records.append(record)
        is_list = source.is_list
    if not content.startswith(_GZIP) and not is_list:
        _check_nothing_lost(content.removeprefix(b"\xef\xbb\xbf"), records)
        written = output.read_bytes()
        assert written.count(b"TS=1") >= len(records), "a field for each record"


def _check_nothing_lost(content: bytes, records: list[vcf.Record]) -> None:
    """Check that records are a text's lines, byte for byte."""
    lines = content.split(b"\n")
    header = next(i for i, line in enumerate(lines) if line.startswith(b"#CHROM"))
    expected = [line for line in lines[header + 1 :] if line.rstrip(b"\r")]
    kept = [
        (each.text + each.ending).removesuffix("\n").encode("utf-8", "surrogateescape")
        for each in records
    ]
    assert kept == expected, "records that are the lines of the text"


def _bcf(content: bytes, folder: pathlib.Path) -> None:
    path = model_readers.write(folder, content)
    with contextlib.closing(streams.Stream(path)) as stream:
        is_bcf = stream.is_bcf
    # Text has a reader of its own.
    if is_bcf:
        with vcf.read(path) as source:
            list(source)


def _bgzf(content: bytes, folder: pathlib.Path) -> None:
    path = model_readers.write(folder, content)
    with contextlib.closing(streams.Stream(path)) as stream, stream.whole():
        for _ in stream.unpacked():
            stream.fraction_read()


def _names(content: bytes, _: pathlib.Path) -> None:
    for text in content.decode("utf-8", "replace").splitlines()[:_SOME]:
        variant_lists.parse(text)
        str(hgvs_names.parse(text))
        with contextlib.suppress(errors.InputError):
            arguments.names(pathlib.Path(text.replace("\0", "")), [text])
        listed = vcf.ListSource([text], "arguments")
        # A blank line or a comment is no variant.
        if not variant_lists.is_empty(text):
            assert len(list(variant_names.NamedSource(listed, _resolver()))) == 1


def _lists(content: bytes, folder: pathlib.Path) -> None:
    with vcf.read(model_readers.write(folder, content), names=True) as source:
        list(variant_names.NamedSource(source, _resolver()))


@functools.cache
def _resolver() -> variant_names.Resolver:
    """Return what resolves names on a small genome, for as long as the process runs."""
    folder = pathlib.Path(tempfile.mkdtemp())
    path = toys.write_fasta(folder / "x.fa", {"1": _CONTIG})
    (folder / "x.gtf").write_text(_GTF)
    index = annotations.load(str(folder / "x.gtf")).index
    resolver = variant_names.Resolver(
        fasta.Reference.open(path), index, transcripts_from=str(folder / "x.gtf")
    )
    assert len(resolver.transcripts) == 1
    shutil.rmtree(folder)
    return resolver


# The genome and its genes.


def _fasta(content: bytes, folder: pathlib.Path) -> None:
    """Read a FASTA file, and its .fai and .gzi where they are given."""
    parts = content.split(SEPARATOR, 2)
    for ending, part in zip(("", ".fai", ".gzi"), parts, strict=False):
        model_readers.write(folder, part, f"x.fa{ending}")
    with fasta.Reference.open(folder / "x.fa") as reference:
        for contig, length in itertools.islice(reference.contigs.items(), _SOME):
            for start in (-5, 0, length // 2, length - 40):
                first = reference.codes(contig, start, start + 50)
                again = reference.codes(contig, start, start + 50, concrete=True)
                assert len(first) == len(again) == 50
                reference.sequence(contig, start, start + 50)
                reference.peek(contig, start, start + 50)
            places = np.array([0, length // 2, length - 1, length + 7])
            reference.gather(contig, places)
            reference.holds(contig, 0, length)


def _genes(content: bytes, folder: pathlib.Path) -> None:
    index = annotations.load(str(model_readers.write(folder, content))).index
    reference_map.annotation_digest(index)
    for gene in index.genes[:_SOME]:
        genes.exons(gene)
        assert gene in index.at(gene.span.contig, gene.span.start)


def _transcripts(content: bytes, folder: pathlib.Path) -> None:
    table = transcript_sources.load(
        str(model_readers.write(folder, content))
    ).transcripts
    for number in range(min(len(table), _SOME)):
        one = table.row(number)
        assert one.length > 0
        for base in (one.span.start, one.span.end - 1, one.span.start - 9):
            one.base(one.position(base))
        table.named(one.name)
        table.of_gene(one.gene)
        assert number in table.over(one.contig, one.span.start, one.span.end)


def _gene_lists(content: bytes, folder: pathlib.Path) -> None:
    path = model_readers.write(folder, content)
    gene_lists.read_names(path)
    list(gene_lists.read_bed(path))


# Settings and labels.


def _settings(content: bytes, folder: pathlib.Path) -> None:
    tables, _ = config_files.read(model_readers.write(folder, content))
    for command in filter(tables.__contains__, _COMMANDS):
        cli.app.config = (cyclopts.config.Dict(tables, source="x"),)
        try:
            cli.app.parse_args(
                [command, "in.vcf"], exit_on_error=False, print_error=False
            )
        except cyclopts.CycloptsError as error:
            mistakes.reason(error)
        except errors.TwinSpliceError as error:
            str(error)
        finally:
            cli.app.config = ()


def _labels(content: bytes, folder: pathlib.Path) -> None:
    path = model_readers.write(folder, content)
    for form in labels.Format:
        with contextlib.suppress(errors.InputError):
            labels.read(path, form)


def _constructs(content: bytes, folder: pathlib.Path) -> None:
    ending = ".parquet" if content.startswith(b"PAR1") else ".tsv"
    constructs.read(model_readers.write(folder, content, f"x{ending}"))


READERS: dict[str, Read] = {
    "vcf": _vcf,
    "bcf": _bcf,
    "bgzf": _bgzf,
    "names": _names,
    "lists": _lists,
    "fasta": _fasta,
    "gene_tables": _genes,
    "gtf": _genes,
    "gff3": _genes,
    "genes": _genes,
    "transcripts": _transcripts,
    "gene_lists": _gene_lists,
    "maps": model_readers.maps,
    "weights": model_readers.weights,
    "base_weights": model_readers.base_weights,
    "graphs": model_readers.graphs,
    "runs": model_readers.runs,
    "stores": model_readers.stores,
    "settings": _settings,
    "labels": _labels,
    "constructs": _constructs,
}
"""Readers by name; those of a folder of `tests/fuzz` have the corpus therein."""
