"""`fasta_checks`: whether an index is of its file, whatever the times say."""

import os
import pathlib
import random

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.io import fasta, fasta_checks

Verdict = fasta_checks.Verdict
_DRAW = random.Random(5)


def _bases(length: int) -> str:
    return "".join(_DRAW.choices("ACGT", k=length))


BASES = {"1": _bases(500), "22": _bases(61), "X": _bases(120), "scaffold_9": _bases(7)}


def _text(
    bases: dict[str, str], *, width: int = 60, end: str = "\n", about: str = ""
) -> str:
    lines = []
    for name, text in bases.items():
        lines.append(f">{name}{about}")
        lines += [text[i : i + width] for i in range(0, len(text), width)]
    return "".join(line + end for line in lines)


def _write(path: pathlib.Path, text: str) -> None:
    if path.suffix == ".gz":
        # Many blocks, as of a whole genome.
        with pysam.BGZFile(str(path), "wb", None) as packed:
            for first in range(0, len(text), 100):
                packed.write(text[first : first + 100].encode())
                packed.flush()
    else:
        path.write_text(text, newline="")


def _indexes(path: pathlib.Path) -> list[pathlib.Path]:
    return [*path.parent.glob(path.name + ".*i")]


def _verdict(path: pathlib.Path) -> Verdict:
    blocks = path.with_name(path.name + ".gzi")
    contigs = path.with_name(path.name + ".fai")
    return fasta_checks.verdict(path, contigs, blocks if blocks.exists() else None)


REPLACEMENTS = {
    "other names": _text({f"chr{name}": text for name, text in BASES.items()}),
    "a name of the same length": _text(
        {"Y" if name == "X" else name: text for name, text in BASES.items()}
    ),
    "another order": _text(dict(reversed(BASES.items()))),
    "other lines": _text(BASES, width=50),
    "other line ends": _text(BASES, end="\r\n"),
    "descriptions": _text(BASES, about=" a description"),
    "a longer contig": _text(BASES | {"22": _bases(62)}),
    "a longer last contig": _text(BASES | {"scaffold_9": _bases(8)}),
    "one more contig": _text(BASES | {"new": "ACGT"}),
}


@pytest.mark.parametrize("name", ["a.fa", "a.fa.gz"])
@pytest.mark.parametrize("other", list(REPLACEMENTS))
@pytest.mark.parametrize("years", [-1, 1])
def test_a_file_put_in_place_of_another_is_read_by_an_index_of_its_own(
    tmp_path: pathlib.Path, name: str, other: str, years: int
) -> None:
    path, expected = tmp_path / name, tmp_path / "expected.fa"
    _write(path, _text(BASES))
    fasta.Reference.open(path).close()
    assert _verdict(path) is Verdict.FITS
    _write(path, REPLACEMENTS[other])
    when = 1_700_000_000 + years * 31_557_600
    os.utime(path, (when, when))
    for index in _indexes(path):
        os.utime(index, (1_700_000_000, 1_700_000_000))
    assert _verdict(path) is Verdict.STALE
    expected.write_text(REPLACEMENTS[other], newline="")
    with fasta.Reference.open(path) as found, fasta.Reference.open(expected) as plain:
        assert dict(found.contigs) == dict(plain.contigs)
        for contig, length in plain.contigs.items():
            own = found.sequence(contig, 0, length)
            assert own == plain.sequence(contig, 0, length)
    assert _verdict(path) is Verdict.FITS


@pytest.mark.parametrize("name", ["a.fa", "a.fa.gz"])
def test_the_same_bases_in_other_blocks_have_another_index(
    tmp_path: pathlib.Path, name: str
) -> None:
    path = tmp_path / name
    _write(path, _text(BASES))
    fasta.Reference.open(path).close()
    if path.suffix == ".gz":
        with pysam.BGZFile(str(path), "wb", None) as packed:
            packed.write(_text(BASES).encode())
    is_other = path.suffix == ".gz"
    assert _verdict(path) is (Verdict.STALE if is_other else Verdict.FITS)


@settings(max_examples=40, deadline=None)
@given(
    bases=st.dictionaries(
        st.text("abc1._-|*", min_size=1, max_size=4).filter(lambda t: t[0] != "*"),
        st.text("ACGTN", min_size=1, max_size=30),
        min_size=1,
        max_size=4,
    ),
    width=st.integers(1, 12),
    end=st.sampled_from(["\n", "\r\n"]),
    about=st.sampled_from(["", " text", "\ttext >1"]),
    last=st.booleans(),
)
def test_an_index_just_built_fits(
    tmp_path_factory: pytest.TempPathFactory,
    bases: dict[str, str],
    width: int,
    end: str,
    about: str,
    *,
    last: bool,
) -> None:
    """Whatever the names and lines; the last line needs no end."""
    path = tmp_path_factory.mktemp("fits") / "a.fa"
    text = _text(bases, width=width, end=end, about=about)
    path.write_text(text if last else text.removesuffix(end), newline="")
    pysam.faidx(str(path))
    assert _verdict(path) is Verdict.FITS


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(1, 680))
def test_a_file_cut_anywhere_is_truncated_not_another(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.fa"
    _write(path, _text(BASES))
    pysam.faidx(str(path))
    # The line feed at the end need not be there, and the first header must.
    os.truncate(path, path.stat().st_size - 1 - cut)
    assert _verdict(path) is Verdict.TRUNCATED
    os.utime(path.with_name("a.fa.fai"))
    with pytest.raises(errors.InputError, match="must be whole"):
        fasta.Reference.open(path)


@pytest.mark.parametrize(
    ("contigs", "blocks"),
    [
        *((b"", b"\0" * 8), (b"1\t2\n", b"\0" * 8), (b"1\ta\t3\t4\t5\n", b"\0" * 8)),
        *((b"1\t500\t3\t0\t0\n", b"\0" * 8), (b"1\t5\t3\t60\t-1\n", b"\0" * 8)),
        (b"1\t500\t3\t60\t61\n", b"\0" * 7),
        (b"1\t500\t3\t60\t61\n", b"\xff" * 8),
        (b"1\t500\t3\t60\t61\n", b"\2" + b"\0" * 7 + b"\5\0\0\0\0\0\0\0" * 3),
    ],
)
def test_what_is_no_index_is_unreadable(
    tmp_path: pathlib.Path, contigs: bytes, blocks: bytes
) -> None:
    path = tmp_path / "a.fa.gz"
    _write(path, _text(BASES))
    for ending, content in ((".fai", contigs), (".gzi", blocks)):
        path.with_name(path.name + ending).write_bytes(content)
    assert _verdict(path) is Verdict.UNREADABLE


def test_of_very_many_records_some_are_looked_at(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.fa"
    _write(path, _text({f"contig{i}": "ACGT" for i in range(300)}))
    pysam.faidx(str(path))
    monkeypatch.setattr(fasta_checks, "MOST_RECORDS", 9)
    assert _verdict(path) is Verdict.FITS
    _write(path, _text({f"scaffold{i}": "ACGT" for i in range(300)}))
    assert _verdict(path) is Verdict.STALE


@pytest.mark.parametrize("number", [10**12, 10**18, 10**30])
@pytest.mark.parametrize("column", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["a.fa", "a.fa.gz"])
def test_an_index_may_say_any_number(
    tmp_path: pathlib.Path, name: str, column: int, number: int
) -> None:
    """No memory is taken for it, and no error is Python's own."""
    path = tmp_path / name
    _write(path, _text(BASES))
    fasta.Reference.open(path).close()
    index = path.with_name(f"{name}.fai")
    rows = [line.split("\t") for line in index.read_text().splitlines()]
    rows[-1][column] = str(number)
    if column == 3:
        rows[-1][4] = str(number)
    index.write_text("".join("\t".join(row) + "\n" for row in rows))
    # A record on one line may stand on one as long as one likes.
    assert _verdict(path) is not Verdict.FITS or column >= 3
