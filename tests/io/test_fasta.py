"""`fasta.Reference`: what it reads, and what it refuses."""

import math
import os
import pathlib
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import fasta_files
from twinsplice import errors
from twinsplice.genome import dna
from twinsplice.io import fasta


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=["plain", "bgzip"])
def path(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> pathlib.Path:
    plain = fasta_files.write(tmp_path / "genome.fa", fasta_files.SEQUENCES)
    return plain if request.param == "plain" else fasta_files.bgzip(plain)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    contig=st.sampled_from(sorted(fasta_files.SEQUENCES)),
    start=st.integers(-30, 180),
    width=st.integers(0, 200),
)
def test_bases_are_those_of_the_file_and_unknown_beyond_it(
    path: pathlib.Path, contig: str, start: int, width: int
) -> None:
    # Blocks smaller than the contig, so that windows span several.
    with pytest.MonkeyPatch.context() as patch, fasta.Reference.open(path) as found:
        patch.setattr(fasta, "BLOCK", 16)
        whole = fasta_files.SEQUENCES[contig].upper()
        padded = "N" * 30 + whole + "N" * 400
        expected = dna.encode(padded[start + 30 : start + 30 + width])
        codes = found.codes(contig, start, start + width)
        np.testing.assert_array_equal(codes, expected)
        inside = whole[max(start, 0) : max(start + width, 0)]
        assert found.sequence(contig, start, start + width) == inside


def _slices(whole: str, *pieces: tuple[int, int]) -> dict[str, str]:
    return {f"chr1:{a + 1}-{b}": whole[a:b] for a, b in pieces}


pieces = st.lists(
    st.tuples(st.integers(0, 110), st.integers(1, 40)).map(lambda p: (p[0], sum(p))),
    min_size=1,
    max_size=5,
    unique=True,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces, st.integers(-20, 160), st.integers(0, 60))
def test_slices_are_bases_of_their_contig(
    tmp_path: pathlib.Path, cuts: list[tuple[int, int]], start: int, width: int
) -> None:
    whole = ("ACGTTGCAAGCCTGAATCGG" * 8)[:150]
    path = fasta_files.write(
        tmp_path / "slices.fa", {**_slices(whole, *cuts), "2": "GATTACA"}
    )
    path.with_name(path.name + ".fai").unlink(missing_ok=True)
    held = {base for first, end in cuts for base in range(first, end)}
    end, last = start + width, max(end for _, end in cuts)
    known = [whole[i] if i in held else "N" for i in range(160)]
    with pytest.MonkeyPatch.context() as patch, fasta.Reference.open(path) as found:
        patch.setattr(fasta, "BLOCK", 16)
        assert dict(found.contigs) == {"chr1": last, "2": 7}
        inside = "".join(known[max(start, 0) : max(min(end, last), 0)])
        assert found.sequence("chr1", start, end) == inside
        expected = "".join(known[i] if 0 <= i < 160 else "N" for i in range(start, end))
        assert dna.decode(found.codes("chr1", start, end)) == expected
        assert dna.decode(found.peek("chr1", start, end)) == expected
        assert found.holds("chr1", start, end) == held.issuperset(range(start, end))


positions = st.lists(st.integers(-20, 180), max_size=30)
bounds = st.lists(st.tuples(st.integers(-20, 170), st.integers(0, 60)), max_size=12)


def _check_together(
    path: pathlib.Path,
    contig: str,
    held: Mapping[int, str],
    at: list[int],
    intervals: list[tuple[int, int]],
) -> None:
    """Fail unless many bases and intervals at once are what each of them is alone."""
    with pytest.MonkeyPatch.context() as patch, fasta.Reference.open(path) as found:
        patch.setattr(fasta, "BLOCK", 16)
        gathered = found.gather(contig, np.array(at, dtype=np.int64))
        start, width = np.array(intervals, dtype=np.int64).reshape(-1, 2).T
        holds = found.holds_all(contig, start, start + width)
    assert gathered.tolist() == [
        int(dna.encode(held[i])[0]) if i in held else fasta.ABSENT for i in at
    ]
    assert holds.tolist() == [
        all(i in held for i in range(first, first + bases))
        for first, bases in intervals
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(fasta_files.SEQUENCES)), positions, bounds)
def test_bases_here_and_there_are_those_of_the_file(
    path: pathlib.Path, contig: str, at: list[int], intervals: list[tuple[int, int]]
) -> None:
    held = dict(enumerate(fasta_files.SEQUENCES[contig].upper()))
    _check_together(path, contig, held, at, intervals)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces, positions, bounds)
def test_bases_here_and_there_of_slices_are_those_of_their_contig(
    tmp_path: pathlib.Path,
    cuts: list[tuple[int, int]],
    at: list[int],
    intervals: list[tuple[int, int]],
) -> None:
    whole = ("ACGTTGCAAGCCTGAATCGGNN" * 8)[:150]
    path = fasta_files.write(
        tmp_path / "slices.fa", {**_slices(whole, *cuts), "2": "GATTACA"}
    )
    path.with_name(path.name + ".fai").unlink(missing_ok=True)
    held = {i: whole[i] for first, end in cuts for i in range(first, end)}
    _check_together(path, "chr1", held, at, intervals)


def test_no_bases_of_a_contig_that_is_not_there(path: pathlib.Path) -> None:
    with (
        fasta.Reference.open(path) as reference,
        pytest.raises(errors.InputError, match=r"must be in the reference; got chr9"),
    ):
        reference.gather("chr9", np.zeros(1, dtype=np.int64))


def test_slices_that_overlap_or_touch_are_one(tmp_path: pathlib.Path) -> None:
    whole = fasta_files.SEQUENCES["chr1"]
    path = fasta_files.write(
        tmp_path / "a.fa", _slices(whole, (40, 60), (5, 30), (20, 40))
    )
    with fasta.Reference.open(path) as reference:
        assert reference.resolve("1") == "chr1"
        assert reference.holds("chr1", 5, 60)
        assert not reference.holds("chr1", 4, 60)
        assert not reference.holds("chr1", 5, 61)
        assert reference.sequence("chr1", 5, 60) == whole[5:60].upper()


@pytest.mark.parametrize("name", ["chr1:1-9", "chr1:0-9", "chr1:9-0", "HLA:x", "a:1-"])
def test_a_name_that_is_no_place_of_its_length_is_a_contig(
    tmp_path: pathlib.Path, name: str
) -> None:
    path = fasta_files.write(tmp_path / "a.fa", {name: "ACGTACGTAC"})
    with fasta.Reference.open(path) as reference:
        assert dict(reference.contigs) == {name: 10}
        assert reference.resolve("chr1") is None
        assert reference.sequence(name, 0, 4) == "ACGT"


def test_codes_belong_to_the_caller(path: pathlib.Path) -> None:
    with fasta.Reference.open(path) as reference:
        reference.codes("chrM", 0, 3)[:] = 0
        assert dna.decode(reference.codes("chrM", 0, 3)) == "GAT"


def test_contigs_keep_the_order_of_the_file(path: pathlib.Path) -> None:
    with fasta.Reference.open(path) as reference:
        assert dict(reference.contigs) == {
            k: len(v) for k, v in fasta_files.SEQUENCES.items()
        }
        assert list(reference.contigs) == list(fasta_files.SEQUENCES)
        assert reference.length("chrM") == 7


@pytest.mark.parametrize(
    ("name", "own"),
    [
        *(("chr1", "chr1"), ("1", "chr1"), ("NC_000001.11", "chr1")),
        *(("MT", "chrM"), ("NC_012920.1", "chrM"), ("chr3", "3"), ("4", None)),
    ],
)
def test_a_contig_is_found_by_any_of_its_names(
    path: pathlib.Path, name: str, own: str | None
) -> None:
    with fasta.Reference.open(path) as reference:
        assert reference.resolve(name) == own


def test_the_closer_spelling_wins(tmp_path: pathlib.Path) -> None:
    both = fasta_files.write(tmp_path / "both.fa", {"chrM": "ACGT", "chrMT": "GG"})
    with fasta.Reference.open(both) as reference:
        found = [reference.resolve(name) for name in ("M", "chrM", "MT", "chrMT")]
        assert found == ["chrM", "chrM", "chrMT", "chrMT"]
        assert reference.resolve("NC_012920.1") == "chrMT"


def test_many_small_windows_are_read_from_the_file_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    letters = "".join(np.array(list("ACGT"))[rng.integers(0, 4, 100_000)])
    packed = fasta_files.bgzip(
        fasta_files.write(tmp_path / "genome.fa", {"1": letters})
    )
    reads: list[int] = []
    read = fasta.Reference._read

    def counted(reference: fasta.Reference, record: str, start: int, end: int) -> str:
        reads.append(end - start)
        return read(reference, record, start, end)

    monkeypatch.setattr(fasta.Reference, "_read", counted)
    with fasta.Reference.open(packed) as reference:
        for start in rng.integers(0, 99_000, 2_000).tolist():
            reference.codes("1", start, start + 200)
    # A read of the file for each would be what makes them slow.
    assert sum(reads) == 100_000
    assert len(reads) == math.ceil(100_000 / fasta.BLOCK)


def test_a_contig_that_is_not_there_is_refused(path: pathlib.Path) -> None:
    with (
        fasta.Reference.open(path) as reference,
        pytest.raises(errors.InputError, match=r"must be in the reference; got chr9"),
    ):
        reference.codes("chr9", 0, 5)


def test_a_missing_file_is_refused(tmp_path: pathlib.Path) -> None:
    assert "No such file" in fasta_files.refusal(tmp_path / "none.fa")
    assert "directory" in fasta_files.refusal(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        *("", "##fileformat=VCFv4.2\n", "@read\nACGT\n+\nIIII\n", "PK\x03\x04"),
        ">a\nACG\nACGTACGT\nA\n",
    ],
)
def test_what_is_not_fasta_is_refused(
    tmp_path: pathlib.Path, content: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "genome.fa"
    path.write_text(content)
    assert "a FASTA file is" in fasta_files.refusal(path)
    # Not even the indexing library's own complaint.
    assert capfd.readouterr().err == ""


def test_a_file_that_shrinks_while_it_is_read_is_one_line(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "genome.fa"
    path.write_text(">a\n" + f"{'ACGT' * 15}\n" * 5_000)
    with fasta.Reference.open(path) as found:
        os.truncate(path, path.stat().st_size // 3)
        with pytest.raises(errors.InputError, match="must not change"):
            found.sequence("a", 0, 300_000)
    # Nor has the library a line of its own.
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("change", ["rewritten", "replaced", "gone", "none"])
def test_a_file_that_is_written_to_while_it_is_read_is_refused(
    path: pathlib.Path, change: str
) -> None:
    os.utime(path, (0, 0))
    with fasta.Reference.open(path) as found:
        if change == "rewritten":
            path.write_bytes(path.read_bytes())
        elif change == "replaced":
            # The file that was opened is still there.
            path.with_name("new").write_bytes(b"other")
            path.with_name("new").replace(path)
        elif change == "gone":
            path.unlink()
        if change == "rewritten":
            with pytest.raises(errors.InputError, match="must not change"):
                found.require_unchanged()
        else:
            found.require_unchanged()


def test_a_truncated_file_is_refused(path: pathlib.Path) -> None:
    fasta.Reference.open(path).close()
    path.write_bytes(path.read_bytes()[:-12])
    for index in path.parent.glob("*.[fg][az]i"):
        os.utime(index)
    assert "breaks off" in fasta_files.refusal(path)


def test_the_last_line_needs_no_end(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "genome.fa"
    for text in (">a\nACGT\nACGT", ">a\nACGT\nAC", ">a\nACGT\nACGT\n"):
        path.write_text(text)
        path.with_name("genome.fa.fai").unlink(missing_ok=True)
        with fasta.Reference.open(path) as reference:
            whole = "".join(text.split("\n")[1:])
            assert reference.sequence("a", 0, 99) == whole


def test_an_interval_touches_slices_if_it_shares_a_base(tmp_path: pathlib.Path) -> None:
    slices = {"1:11-15": "ACGTA", "1:31-32": "GG"}
    with fasta.Reference.open(
        fasta_files.write(tmp_path / "sliced.fa", slices)
    ) as reference:
        start, width = (part.ravel() for part in np.mgrid[0:40, 1:22])
        touched = reference.touches_all("1", start, start + width)
        for first, end, told in zip(start, start + width, touched, strict=True):
            bases = reference.codes("1", int(first), int(end))
            assert told == (bases != dna.UNKNOWN).any()
