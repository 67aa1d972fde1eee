"""`preconditions`: what is missing is told before anything slow is loaded."""

import dataclasses
import gzip
import os
import pathlib
import subprocess
import sys

import pytest

from twinsplice import errors
from twinsplice.io import cache, fasta
from twinsplice.scoring.runs import preconditions

SOURCE = pathlib.Path(__file__).parents[3] / "src"


@dataclasses.dataclass(frozen=True)
class _Config:
    reference: pathlib.Path
    annotation: str = "GRCh38"
    transcripts: str = "auto"
    map: str = "auto"


@pytest.fixture
def genome(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "genome.fa"
    path.write_text(">1\nACGT\n")
    return path


@pytest.mark.parametrize("name", ["grch37", "HG19", "b37", "hg38", "GRCh38", "gRcH37"])
def test_builds_go_by_any_name_in_any_case(genome: pathlib.Path, name: str) -> None:
    assert preconditions.check(_Config(genome, name, name)) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("reference", "none.fa", "No such file"),
        ("annotation", "none.gtf", "which is no file; check the path"),
        ("annotation", "grhc38", "did you mean grch38"),
        ("annotation", "auto", "an annotation must be"),
        ("transcripts", "h38", "did you mean hg38"),
        ("map", "liv", "--map must be a file"),
    ],
)
def test_what_is_missing_is_refused(
    genome: pathlib.Path, field: str, value: str, said: str
) -> None:
    settings = {"annotation": "grch38", field: value}
    reference = pathlib.Path(settings.pop("reference", str(genome)))
    config = _Config(reference, **settings)
    with pytest.raises(errors.InputError, match=said):
        preconditions.check(config)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("twinsplic", "did you mean twinsplice"),
        ("ci-spliceai", "did you mean cispliceai"),
        ("x", "use one of twinsplice, spliceai, cispliceai, openspliceai, pangolin"),
    ],
)
def test_a_model_that_is_none_is_refused(
    genome: pathlib.Path, name: str, remedy: str
) -> None:
    with pytest.raises(errors.InputError, match=remedy):
        preconditions.check(_Config(genome), models=("twinsplice", name))


def test_models_by_name_and_path_pass(genome: pathlib.Path) -> None:
    models = ("twinsplice", "pangolin", str(genome.parent))
    assert preconditions.check(_Config(genome), models=models) == []


def test_a_pipe_is_not_opened(genome: pathlib.Path) -> None:
    # To open it would wait for a writer, or lose what one has written.
    assert preconditions.check(_Config(genome), source=pathlib.Path("/dev/null")) == []
    with pytest.raises(errors.InputError, match="an input must be a file"):
        preconditions.check(_Config(genome), source=genome.parent)


def test_a_conversion_is_announced_once(
    genome: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(genome.parent / "cache"))
    packed = genome.with_name("genome.fa.gz")
    packed.write_bytes(gzip.compress(genome.read_bytes()))
    (remark,) = preconditions.check(_Config(packed))
    assert str(packed) in remark
    assert str(cache.folder()) in remark
    fasta.Reference.open(packed).close()
    assert preconditions.check(_Config(packed)) == []


@pytest.mark.parametrize(
    "words",
    [
        "score none.vcf -r {fa} -a grch38",
        "score 1-2-C-T -r none.fa -a grch38",
        "plot 1-2-C-T -r {fa} -a none.gtf -o x.png",
        "score 1-2-C-T -r {fa} -a grch38 --model none",
    ],
)
def test_a_refusal_loads_nothing_slow(genome: pathlib.Path, words: str) -> None:
    code = (
        "import sys\n"
        "from twinsplice import cli\n"
        "try: cli.main()\n"
        "except SystemExit as left: assert left.code == 2\n"
        "print({'torch', 'polars', 'numpy', 'pysam'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words.format(fa=genome).split()],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
    assert done.stderr.startswith("twinsplice: error: ")
