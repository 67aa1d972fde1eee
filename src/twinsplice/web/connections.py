"""Connections to the server: one that does not come to its point is closed."""

import asyncio

from uvicorn.protocols.http import h11_impl

PATIENCE = 20.0
"""Seconds within which a request's head must have come."""


class Patient(h11_impl.H11Protocol):
    """A connection whose requests' heads must come in time."""

    patience = PATIENCE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look = self.loop.call_later(self.patience, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._look.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def _check(self) -> None:
        """Close what has kept the server waiting."""
        cycle = self.cycle
        waits = cycle is None or cycle.response_complete
        left = self._since + self.patience - self.loop.time()
        if waits and left <= 0:
            self.transport.close()
            return
        self._look = self.loop.call_later(max(left, self.patience / 4), self._check)
