"""What is measured, in Prometheus' text form; no variant, no name of a visitor."""

from collections.abc import Callable

import prometheus_client
from prometheus_client import exposition

CONTENT_TYPE = exposition.CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 2, 3, 10, 30)


class Measurements:
    """The counters of one server.

    Attributes:
        requests: Answers by route and status.
        seconds: How long each took, by route.
        kept: Answers that were kept already.
        passes: Passes of the networks.
        variants: Variants that they answered.
    """

    def __init__(self) -> None:
        self._registry = prometheus_client.CollectorRegistry()
        counter, of = prometheus_client.Counter, self._registry
        self.requests = counter(
            "twinsplice_requests", "Answers sent.", ["route", "status"], registry=of
        )
        self.seconds = prometheus_client.Histogram(
            "twinsplice_request_seconds",
            "Time to an answer.",
            ["route"],
            buckets=_SECONDS,
            registry=of,
        )
        self.kept = counter("twinsplice_kept", "Answers kept before.", registry=of)
        self.passes = counter("twinsplice_passes", "Passes of networks.", registry=of)
        self.variants = counter(
            "twinsplice_variants", "Variants that passes answered.", registry=of
        )
        prometheus_client.ProcessCollector(registry=of)

    def watch(self, name: str, words: str, value: Callable[[], float]) -> None:
        """Measure something when it is asked for.

        Args:
            name: Its name, without the program's.
            words: What it is.
            value: Returns it.
        """
        gauge = prometheus_client.Gauge(
            f"twinsplice_{name}", words, registry=self._registry
        )
        gauge.set_function(value)

    def text(self) -> bytes:
        """Return all that is measured."""
        return exposition.generate_latest(self._registry)
