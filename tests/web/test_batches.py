"""Lists and VCFs: scored as `score` does, held apart, and gone without a trace."""

import gzip
import pathlib
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from support import cli, served
from twinsplice.io.vcf import vcf
from twinsplice.web import batches, instances, uploads

SITES = (300, 500, 950, 1_750)
NAMES = [
    f"chr1-{at}-{cli.GENOME['chr1'][at - 1]}-{cli.other(cli.GENOME['chr1'][at - 1])}"
    for at in reversed(SITES)
]
LIST = "\n".join([*NAMES, "nonsense", ""]).encode()
VCF = (cli.HEADER + "".join(cli.record(at) for at in SITES)).encode()
PATH = "/api/v1/batches"


@pytest.fixture(autouse=True)
def apart(tmp_path: pathlib.Path) -> Iterator[None]:
    """Have the server's folders where no other test's are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path))
        yield


def finished(client: served.Client, name: str) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"{PATH}/{name}").json()
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def sent(client: served.Client, body: bytes, **more: str) -> str:
    answer = client.post(PATH, content=body, params=more)
    assert answer.status_code == 202, answer.text
    name: str = answer.json()["id"]
    return name


def _folders() -> set[pathlib.Path]:
    return set(pathlib.Path(tempfile.gettempdir()).glob("twinsplice-*"))


def test_a_list_is_scored_in_its_order(
    client: served.Client, opened: instances.Instances
) -> None:
    name = sent(client, LIST)
    found = finished(client, name)
    assert (found["done"], found["total"]) == (5, 5)
    scorer = opened.scorers[served.BUILD].searching(model=0)
    wanted = scorer.score([*NAMES, "nonsense"])
    assert found["columns"] == wanted.columns
    told = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    assert [row["name"] for row in told] == [*NAMES, "nonsense"]
    for row, own in zip(told, wanted.iter_rows(named=True), strict=True):
        for column, value in own.items():
            expected = value
            if isinstance(value, float):
                expected = pytest.approx(value, abs=1e-4)
            assert row[column] == expected
    text = client.get(f"{PATH}/{name}/scores.tsv").text
    assert text.splitlines()[0].split("\t") == wanted.columns
    assert len(text.splitlines()) == 1 + len(wanted)
    lines = client.get(f"{PATH}/{name}/scores.vcf").text.splitlines()
    records = [line.split("\t") for line in lines if not line.startswith("#")]
    # A VCF is in the order of places.
    assert [int(record[1]) for record in records] == sorted(SITES)


@pytest.mark.parametrize("packed", [False, True])
def test_a_vcf_is_scored(client: served.Client, packed: bool) -> None:  # noqa: FBT001
    name = sent(
        client, gzip.compress(VCF, mtime=0) if packed else VCF, model="spliceai"
    )
    found = finished(client, name)
    assert found["state"] == "done"
    assert len(found["rows"]) == len(SITES)
    text = client.get(f"{PATH}/{name}/scores.vcf").text
    assert text.count("SpliceAI=") == len(SITES)


def test_what_is_no_alternate_has_a_row_with_the_reason(
    client: served.Client,
) -> None:
    base = cli.GENOME["chr1"][499]
    other = cli.other(base)
    alts = {
        "*": "overlapping_deletion",
        ".": "no_alt_allele",
        "<NON_REF>": "unspecified_allele",
        f"{other},*": "overlapping_deletion",
    }
    lines = [f"chr1\t500\tx\t{base}\t{alt}\t.\t.\t.\n" for alt in alts]
    of_vcf = finished(client, sent(client, (cli.HEADER + "".join(lines)).encode()))
    listed = [f"chr1-500-{base}-{alt}\n" for alt in alts if "<" not in alt]
    of_list = finished(client, sent(client, "".join(listed).encode()))
    for found in (of_vcf, of_list):
        rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
        reasons = [row["skip_reason"] for row in rows if row["alt"] != other]
        wanted = [why for alt, why in alts.items() if found is of_vcf or "<" not in alt]
        assert reasons == wanted
        assert [row["alt"] for row in rows if row["skip_reason"] is None] == [other]


def test_what_is_deleted_leaves_nothing(client: served.Client) -> None:
    before = _folders()
    name = sent(client, VCF)
    assert _folders() - before
    finished(client, name)
    assert client.delete(f"{PATH}/{name}").status_code == 204
    assert _folders() == before
    for answer in (client.get(f"{PATH}/{name}"), client.delete(f"{PATH}/{name}")):
        assert answer.status_code == 404
        assert answer.json()["reason"] == "unknown_batch"


def test_a_server_that_stops_leaves_nothing(
    folder: pathlib.Path, opened: instances.Instances
) -> None:
    before = _folders()
    with served.client(served.config(folder), opened) as client:
        finished(client, sent(client, VCF))
        sent(client, VCF)
        assert _folders() - before
    assert _folders() == before


def test_a_batch_is_held_for_its_time(
    client: served.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = sent(client, VCF)
    finished(client, name)
    monkeypatch.setattr(batches, "KEPT_SECONDS", -1)
    assert client.get(f"{PATH}/{name}").status_code == 404


def test_so_many_are_held_at_once(
    client: served.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST", 0)
    answer = client.post(PATH, content=VCF)
    assert answer.status_code == 503
    assert answer.headers["retry-after"].isdecimal()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"nonsense", 422),
        (b"\n".join([NAMES[0].encode()] * 101), 413),
        (b"A" * 100_001, 413),
        (gzip.compress(b"0" * 10_000_000, mtime=0), 413),
        (gzip.compress(VCF, mtime=0)[:40], 422),
        (VCF.replace(b"chr1\t500", b"chr1\tx"), 422),
    ],
)
def test_what_cannot_be_scored_is_refused_and_not_kept(
    client: served.Client, body: bytes, status: int
) -> None:
    before = _folders()
    answer = client.post(PATH, content=body)
    assert answer.status_code == status
    assert "twinsplice-" not in answer.text
    assert _folders() == before


@pytest.mark.parametrize("name", ["x", "0" * 32, "..%2f..%2fetc%2fpasswd", "%00"])
def test_names_are_no_paths(client: served.Client, name: str) -> None:
    for address in (f"{PATH}/{name}", f"{PATH}/{name}/scores.tsv"):
        assert client.get(address).status_code in (404, 422)


def test_scores_are_fetched_once_they_are_there(
    client: served.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    score = batches.Batches._score

    def later(*given: object) -> None:
        assert go.wait(20)
        score(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(batches.Batches, "_score", later)
    name = sent(client, VCF)
    assert client.get(f"{PATH}/{name}").json()["state"] == "waiting"
    assert client.get(f"{PATH}/{name}/scores.tsv").status_code == 409
    go.set()
    finished(client, name)
    assert client.get(f"{PATH}/{name}/scores.tsv").status_code == 200
    assert client.get(f"{PATH}/{name}/scores.exe").status_code == 422


def test_what_is_deleted_while_it_is_scored_stops(
    client: served.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, begun, go = _folders(), threading.Event(), threading.Event()
    read = vcf.read

    def slowly(path: pathlib.Path, *, names: bool) -> vcf.Source:
        begun.set()
        assert go.wait(20)
        return read(path, names=names)

    name = sent(client, NAMES[0].encode())
    finished(client, name)
    monkeypatch.setattr(vcf, "read", slowly)
    monkeypatch.setattr(uploads, "count", lambda *_: (4, False))
    other = sent(client, VCF)
    assert begun.wait(20)
    assert client.delete(f"{PATH}/{other}").status_code == 204
    go.set()
    monkeypatch.undo()
    # What comes after is scored once the deleted one has ended.
    finished(client, sent(client, VCF))
    client.delete(f"{PATH}/{name}")
    assert len(_folders() - before) == 1
