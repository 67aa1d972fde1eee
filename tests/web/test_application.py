"""The application as a whole: its description holds, and nothing gets through."""

import pathlib
import threading
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi import checks

from support import cli, served
from twinsplice import errors
from twinsplice.web import answers, batching, instances

GENE_A = cli.GENOME["chr1"]
VARIANT = f"chr1-{cli.SITE}-{GENE_A[cli.SITE - 1]}-{cli.other(GENE_A[cli.SITE - 1])}"
HOSTILE = [
    *("../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//etc/passwd"),
    *("/etc/passwd", "file:///etc/passwd", "\\\\host\\share", "C:\\windows\\x"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"),
    *("${jndi:ldap://x}", "'; DROP TABLE answers; --", "$(id)", "`id`", "%s%n%x"),
    *("\x00", "chr1-5\x00-A-C", "\x1b[2J\x1b[H", "\u202egnp.exe", "\ud7ff\uffff"),
    *("chr1-" + "9" * 4_000 + "-A-C", "chr1--5-A-C", "chr1-0-A-C", "chr1-1e9-A-C"),
    *("chr1-500-" + "A" * 9_000 + "-C", "chr1-500-A-" + "ACGT" * 2_400),
    *("chr1-500-A-<DEL>", "chr1-500-A-*", "chr1-500-A-", "chr1-500-N-A"),
    *("NM_000001.1:c." + "(" * 3_000, "NM_000001.1:c.1_2[" + "A" * 999 + "]"),
    *(
        "<b>BRCA1</b>:c.1A>G",
        "A:c.1A>G\r\nSet-Cookie: x=1",
        "A" * 10_999,
        "-",
        ":",
        ">",
    ),
]
TRACES = ("Traceback", 'File "', ".py", "site-packages", "/src/", "/tmp", "/root")


def plain(text: str) -> bool:
    """Whether a body tells nothing of the machine."""
    return not any(trace in text for trace in TRACES)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_variants_are_answered_or_refused(
    client: served.Client, text: str
) -> None:
    for address, more in (
        ("/api/v1/variant", {}),
        ("/api/v1/variant.tsv", {}),
        ("/spliceai/", {"hg": "37"}),
    ):
        answer = client.get(address, params={"variant": text} | more)
        assert answer.status_code in (200, 400, 413, 414, 422), answer.text
        assert plain(answer.text.replace("../", "").replace("/etc/passwd", ""))
        assert "html" not in answer.headers["content-type"]
        assert "set-cookie" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("text", HOSTILE[:16], ids=range(16))
@pytest.mark.parametrize("name", ["build", "model", "distance", "mask"])
def test_hostile_options_are_refused(
    client: served.Client, name: str, text: str
) -> None:
    answer = client.get("/api/v1/variant", params={"variant": VARIANT, name: text})
    assert answer.status_code == 422
    assert len(answer.json()["error"]) < 300
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../application.py", "/static/%2e%2e/application.py"),
        *("/static/..%2fapplication.py", "/static//etc/passwd", "/static/"),
        *("/static/%00", "/..%2f", "//etc/passwd", "/api/v1/batches/../../x"),
        *("/.git/config", "/docs", "/redoc", "/openapi.json", "/api/v1/picture.exe"),
        "/static/" + "a/" * 2_000,
    ],
)
def test_no_path_reaches_a_file(client: served.Client, path: str) -> None:
    answer = client.get(served.BASE + path)
    assert answer.status_code in (400, 404, 414, 422)
    assert answer.json()["reason"] in ("unknown_address", "unreadable", "length")
    assert "import" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/api/v1/variant", "/spliceai/", "/healthz"])
def test_other_methods_are_refused(
    client: served.Client, method: str, path: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert plain(answer.text)


def test_a_bug_says_so_in_a_line(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr(answers, "replies", broken)
    with served.client(served.config(folder), opened) as client:
        answer = client.get("/api/v1/variant", params={"variant": VARIANT})
        assert answer.status_code == 500
        assert answer.json()["reason"] == "bug"
        assert "secret" not in answer.text
        assert "\n" not in answer.text
        assert "/secret/place" in caplog.text
        assert client.get("/healthz").status_code == 200


def test_what_takes_too_long_is_given_up(
    folder: pathlib.Path,
    opened: instances.Instances,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()

    def slow(*_: object) -> object:
        assert go.wait(20)
        raise errors.InputError("x", got="y", remedy="z")

    monkeypatch.setattr(answers, "replies", slow)
    settings = served.config(folder, timeout=0.05, queue=1)
    with served.client(settings, opened) as client:
        answer = client.get("/api/v1/variant", params={"variant": VARIANT})
        assert answer.status_code == 504
        assert answer.headers["retry-after"].isdecimal()
        go.set()


def test_when_too_many_wait_it_says_when_to_come_again(
    client: served.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        raise batching.BusyError

    monkeypatch.setattr(batching.Engine, "ask", full)
    base = GENE_A[700]
    variant = f"chr1-701-{base}-{cli.other(base)}"
    answer = client.get("/api/v1/variant", params={"variant": variant})
    assert answer.status_code == 503
    assert answer.json()["reason"] == "busy"
    assert answer.headers["retry-after"].isdecimal()
    lookup = client.get("/spliceai/", params={"variant": variant, "hg": "37"})
    assert lookup.status_code == 503
    assert lookup.headers["retry-after"].isdecimal()


def test_what_was_answered_is_answered_again(client: served.Client) -> None:
    def kept() -> float:
        lines = client.get("/metrics").text.splitlines()
        (line,) = [each for each in lines if each.startswith("twinsplice_kept_total ")]
        return float(line.split()[1])

    first = client.get("/api/v1/variant", params={"variant": VARIANT})
    before = kept()
    again = client.get("/api/v1/variant", params={"variant": VARIANT})
    assert again.content == first.content
    assert kept() == before + 1


def test_a_scan_is_of_every_substitution(
    client: served.Client, opened: instances.Instances
) -> None:
    where = {"contig": "chr1", "start": "495", "end": "505", "gene": "A"}
    found = client.get("/api/v1/scan", params=where).json()
    assert found["sequence"] == GENE_A[494:505]
    scorer = opened.scorers[served.BUILD].searching(model=0)
    for letter in "ACGT":
        for column, own in enumerate(found["sequence"]):
            gain, loss = (found[name][letter][column] for name in ("gain", "loss"))
            assert (gain is None) == (loss is None) == (own == letter)
    (row,) = scorer.score(
        [f"chr1-500-{GENE_A[499]}-{cli.other(GENE_A[499])}"]
    ).iter_rows(named=True)
    gain = found["gain"][cli.other(GENE_A[499])][5]
    assert gain == pytest.approx(max(row["DS_AG"], row["DS_DG"]), abs=1e-4)


@pytest.mark.parametrize(
    "where",
    [
        {"contig": "chr1", "start": 500, "end": 520},
        {"contig": "chr1", "start": 500, "end": 499},
        {"contig": "chr1", "start": 0, "end": 1},
        {"contig": "chr9", "start": 1, "end": 2},
        {"contig": "chr1 ", "start": 1, "end": 2},
        {"contig": "chr1", "start": 2_999, "end": 3_005},
        {"contig": "chr1", "start": 10**9, "end": 10**9},
        {"contig": "chr1", "start": 500, "end": 501, "gene": "B"},
    ],
)
def test_other_scans_are_refused(client: served.Client, where: dict[str, Any]) -> None:
    answer = client.get("/api/v1/scan", params=where)
    assert answer.status_code == 422
    assert plain(answer.text)


def test_pictures_are_drawn(client: served.Client) -> None:
    for form, first in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        answer = client.get(f"/api/v1/picture.{form}", params={"variant": VARIANT})
        assert answer.content.startswith(first)
    for gene in ("<script>", "../../etc/passwd"):
        asked = {"variant": VARIANT, "gene": gene}
        assert client.get("/api/v1/picture.svg", params=asked).status_code == 422


def test_about_tells_what_may_be_asked(
    folder: pathlib.Path, client: served.Client
) -> None:
    about = client.get("/api/v1/about").json()
    settings = served.config(folder)
    assert about["limits"] == {
        "distance": settings.max_distance,
        "scan_bases": settings.scan_bases,
        "variants": settings.max_variants,
        "body_bytes": settings.max_body,
    }
    assert [each["name"] for each in about["models"]] == list(served.MODELS)
    assert [each["default"] for each in about["models"]] == [True, False]
    assert "CC BY 4.0" in about["models"][0]["licence"]
    assert about["builds"][0]["name"] == served.BUILD
    assert plain(str(about))


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
def test_the_description_holds(
    client: served.Client,
) -> None:
    """No request that fits the description, or does not, finds a bug."""
    described = client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(described)
    told = 0
    for operation in schema.get_all_operations():
        of: Any = operation

        @hypothesis.settings(
            max_examples=4,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=of.ok().as_strategy())
        def holds(case: schemathesis.Case[Any]) -> None:
            sent = case.as_transport_kwargs(base_url=served.BASE)
            del sent["cookies"]
            if isinstance(sent.get("data"), bytes | str):
                sent["content"] = sent.pop("data")
            answer = client.request(**sent)
            assert answer.status_code < 500, answer.text
            assert plain(answer.text)
            case.validate_response(answer, checks=[checks.response_schema_conformance])

        holds()
        told += 1
    assert told >= 12
