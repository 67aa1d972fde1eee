"""Connections to the server: those that keep it waiting make room for others.

A connection waits for its visitor before the head of a request has come, while a body
comes, and while an answer is not taken. One that waits for a head too long is closed;
of more than may be held, the one that has waited longest of whoever holds most. A proxy
holds all of its visitors' connections, but none that waits for long.
"""

import asyncio
import collections

from uvicorn.protocols.http import h11_impl

PATIENCE = 10.0
"""Seconds within which a request's head must have come."""
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


class Patient(h11_impl.H11Protocol):
    """A connection whose requests' heads must come in time."""

    patience = PATIENCE
    most = 256
    """Connections that are held at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look = self.loop.call_later(self.patience, self._check)
        if len(self.connections) > self.most and not self._make_room():
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._look.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    @property
    def waits(self) -> bool:
        """Whether it is the visitor's turn."""
        answering = self._is_asked and not self.cycle.more_body
        return not answering or self.flow.write_paused

    @property
    def _is_asked(self) -> bool:
        """Whether the head of a request has come that is not answered."""
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete

    def _make_room(self) -> bool:
        """Close the connection that others can best do without, if there is one."""
        others = [
            each
            for each in self.connections
            if isinstance(each, Patient)
            and each is not self
            and each.waits
            and not each.transport.is_closing()
        ]
        if not others:
            return False
        held = collections.Counter(map(_address, others))
        spared = max(others, key=lambda each: (held[_address(each)], -each._since))
        # Nothing is flushed: who does not read would be waited for.
        spared.transport.abort()
        return True

    def _check(self) -> None:
        """Close what has kept the server waiting."""
        left = self._since + self.patience - self.loop.time()
        if not self._is_asked and left <= 0:
            self.transport.close()
            return
        self._look = self.loop.call_later(max(left, self.patience / 4), self._check)


def holding(most: int) -> type[Patient]:
    """Return the connections of a server that holds so many at once.

    Args:
        most: How many.
    """
    return type("Connection", (Patient,), {"most": most})


def _address(connection: Patient) -> str:
    """Return where a connection is from; nothing where that is not known."""
    return connection.client[0] if connection.client else ""
