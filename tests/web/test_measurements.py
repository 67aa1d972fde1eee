"""What is measured: counted, in Prometheus' form, and of nobody."""

from prometheus_client import parser

from support import cli, served
from twinsplice.web import measurements


def _values(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_answers_are_counted_by_route_and_status(client: served.Client) -> None:
    before = _values(client.get("/metrics").text)
    variant = f"chr1-640-{cli.GENOME['chr1'][639]}-N"
    client.get("/api/v1/variant", params={"variant": variant})
    client.get("/api/v1/variant")
    text = client.get("/metrics").text
    after = _values(text)
    for status in ("200", "422"):
        key = ("twinsplice_requests_total", "/api/v1/variant", status)
        assert after[key] == before.get(key, 0) + 1
    assert after[("twinsplice_waiting",)] == 0
    assert variant not in text


def test_what_is_watched_is_looked_at_when_asked() -> None:
    measured, seen = measurements.Measurements(), [1.0]
    measured.watch("seen", "What is seen.", lambda: seen[-1])
    seen.append(7.0)
    assert _values(measured.text().decode())[("twinsplice_seen",)] == 7.0
