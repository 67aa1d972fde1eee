"""Lists and VCFs that visitors send: scored one by one, held in a private folder.

Nothing of them is kept: they go when they are fetched and deleted, after an hour, or
when the server stops.
"""

import contextlib
import dataclasses
import pathlib
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator

import polars as pl

from twinsplice import api, errors
from twinsplice.io import tables
from twinsplice.io.vcf import vcf
from twinsplice.settings import serve as serve_settings
from twinsplice.web import engines, guards, refusals, schemas, uploads
from twinsplice.web.words import plain_words

KEPT_SECONDS = 3_600
"""Seconds that results are held."""
MOST = 32
"""Batches that are held at once."""


class _Gone(Exception):  # noqa: N818
    """A batch was deleted while it was scored."""


@dataclasses.dataclass(eq=False, slots=True)
class Batch:
    """A list or VCF.

    Attributes:
        id: Its name, which nobody guesses.
        folder: Its private folder.
        total: Records that it has.
        state: Whether it waits, runs, is done, or failed.
        done: Records that are scored.
        began: When its scoring began (s).
        ended: When it ended.
        error: Why it failed.
        table: Its scores.
        gone: Whether it was deleted.
    """

    id: str
    folder: tempfile.TemporaryDirectory[str]
    total: int = 0
    state: str = "waiting"
    done: int = 0
    began: float | None = None
    ended: float | None = None
    error: str | None = None
    table: pl.DataFrame | None = None
    gone: bool = False

    @property
    def source(self) -> pathlib.Path:
        """What was sent."""
        return pathlib.Path(self.folder.name) / "sent"

    @property
    def vcf(self) -> pathlib.Path:
        """Its scores as a VCF."""
        return pathlib.Path(self.folder.name) / "scores.vcf"

    def said(self) -> schemas.Batch:
        """Return what is said of it."""
        table, rate = self.table, None
        if self.began is not None and self.done:
            rate = self.done / max((self.ended or time.monotonic()) - self.began, 1e-3)
        return schemas.Batch.model_validate(
            {
                "id": self.id,
                "state": self.state,
                "done": self.done,
                "total": self.total,
                "rate": None if rate is None else round(rate, 1),
                "error": self.error,
                "columns": [] if table is None else table.columns,
                "rows": [] if table is None else [*_rows(table)],
            }
        )


class Batches:
    """The batches of a server, by their names."""

    def __init__(
        self, config: serve_settings.Config, answering: engines.Engines
    ) -> None:
        """Begin with none.

        Args:
            config: The settings.
            answering: What scores them, in turn.
        """
        self._config, self._answering = config, answering
        self._held: dict[str, Batch] = {}
        self._lock = threading.Lock()

    def begin(self, body: bytes, scorer: api.Scorer) -> Batch:
        """Take a list or VCF to be scored.

        Args:
            body: What was sent.
            scorer: What scores it.

        Raises:
            RefusedError: It cannot be read, is too large, or too many wait.
        """
        self.sweep()
        if len(self._held) >= MOST:
            raise refusals.busy()
        folder = tempfile.TemporaryDirectory(prefix="twinsplice-")
        batch = Batch(secrets.token_hex(16), folder)
        try:
            most = uploads.UNPACKED * self._config.max_body
            uploads.keep(body, batch.source, most)
            batch.total, _ = uploads.count(batch.source, self._config.max_variants)
            with self._lock:
                self._held[batch.id] = batch
            self._answering.start(lambda: self._score(batch, scorer))
        except BaseException:
            self._drop(batch)
            raise
        return batch

    def find(self, name: str) -> Batch:
        """Return a batch.

        Raises:
            RefusedError: There is none of that name.
        """
        self.sweep()
        batch = self._held.get(name)
        if batch is None:
            raise refusals.RefusedError(
                refusals.UNKNOWN,
                "a batch must be one that is held; got another, or it is gone; send it "
                "again",
                "unknown_batch",
            )
        return batch

    def result(self, name: str, form: str) -> str:
        """Return the scores of a batch, as the text of a TSV or VCF.

        Raises:
            RefusedError: There is no such batch, or it has no scores.
        """
        batch = self.find(name)
        if batch.table is None:
            raise refusals.RefusedError(
                409,
                f"a batch must be done; got one that is {batch.state}; ask again later",
                "not_done",
            )
        if form == "scores.tsv":
            return tables.text(batch.table)
        return batch.vcf.read_text(encoding="utf-8", errors="surrogateescape")

    def delete(self, name: str) -> None:
        """Let go of a batch; what of it is being scored stops.

        Raises:
            RefusedError: There is none of that name.
        """
        self._drop(self.find(name))

    def sweep(self) -> None:
        """Let go of batches that were held long enough."""
        now = time.monotonic()
        for batch in [*self._held.values()]:
            if batch.ended is not None and now - batch.ended > KEPT_SECONDS:
                self._drop(batch)

    def close(self) -> None:
        """Let go of all."""
        for batch in [*self._held.values()]:
            self._drop(batch)

    def _drop(self, batch: Batch) -> None:
        batch.gone = True
        with self._lock:
            self._held.pop(batch.id, None)
        if batch.state != "running":
            batch.folder.cleanup()

    def _score(self, batch: Batch, scorer: api.Scorer) -> None:
        """Score a batch; nothing of it leaves by the log."""
        if batch.gone:
            return
        batch.state, batch.began = "running", time.monotonic()

        def advance(records: int, fraction: float | None) -> None:
            del fraction
            batch.done += records
            if batch.gone:
                raise _Gone

        try:
            with vcf.read(batch.source, names=True) as source:
                batch.table = scorer.score_and_tell(source, batch.vcf, advance)
            batch.state = "done"
        except _Gone:
            batch.state = "failed"
        except errors.TwinSpliceError as error:
            said = plain_words.of(uploads.nameless(error, batch.source))
            batch.error = str(said)
            batch.state = "failed"
        except Exception as error:  # noqa: BLE001
            guards.log.exception("a bug, please report it")
            batch.error = refusals.bug(error).said.error
            batch.state = "failed"
        batch.ended = time.monotonic()
        if batch.gone:
            batch.folder.cleanup()


def _rows(table: pl.DataFrame) -> Iterator[list[object]]:
    """Yield a table's rows; notes are in the page's words."""
    note = table.columns.index("note")
    for row in table.iter_rows():
        said = row[note] and plain_words.text(row[note])
        yield [*row[:note], said, *row[note + 1 :]]


@contextlib.contextmanager
def held(
    config: serve_settings.Config, answering: engines.Engines
) -> Iterator[Batches]:
    """Hold batches for the duration of a block."""
    every = Batches(config, answering)
    try:
        yield every
    finally:
        every.close()
