"""Work that falls into shards: what makes one, and what joins them all."""

import abc
import contextlib
import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import twinsplice
from twinsplice import progress
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import prepare as prepare_settings
from twinsplice.settings import scan as scan_settings
from twinsplice.settings import score as score_settings
from twinsplice.settings import shards

Make = Callable[[int, int, pathlib.Path], object]
"""Makes a shard: its number, from 1, of how many, and the file to write."""


@dataclasses.dataclass(frozen=True)
class ShardWork(abc.ABC):
    """The work of a command.

    Attributes:
        config: Its settings; on one worker, with the device and threads to use.
    """

    config: Any

    ending = ""
    """Of the names of its shards."""

    @abc.abstractmethod
    def opened(self) -> contextlib.AbstractContextManager[Make]:
        """Provide what makes shards; what they share is loaded once."""

    @abc.abstractmethod
    def join(self, paths: Sequence[pathlib.Path], advance: progress.Advance) -> Any:  # noqa: ANN401
        """Join all shards into the output, and return the command's summary."""

    @property
    def beside(self) -> pathlib.Path:
        """The output beside which shards are kept."""
        output: pathlib.Path = self.config.output
        return output

    def lasted(self, summary: Any, seconds: float) -> Any:  # noqa: ANN401
        """Return a command's summary with the time of the whole run."""
        if not hasattr(summary, "elapsed"):
            return summary
        return dataclasses.replace(summary, elapsed=seconds)

    def on(self, device: str, threads: int) -> "ShardWork":
        """Return the same work for a worker."""
        config = dataclasses.replace(self.config, device=device, threads=threads)
        return dataclasses.replace(self, config=config)

    @property
    def digest(self) -> str:
        """What tells this work from other work on the same output, as hexadecimals."""
        own = dataclasses.asdict(self.config)
        for name in ("device", "threads", "workers", "address", "quiet", "resume"):
            own.pop(name, None)
        files = {name: _state(value) for name, value in own.items()}
        text = json.dumps([twinsplice.__version__, own, files], default=str)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class ScoreWork(ShardWork):
    """The work of `score`."""

    config: score_settings.Config
    ending = shards.ENDING

    @contextlib.contextmanager
    def opened(self) -> Iterator[Make]:
        """Provide what makes shards, its models and genome open."""
        # Slow to load: a worker that dies has to do so again.
        from twinsplice import api  # noqa: PLC0415

        with api.sharding(self.config) as make:
            yield make

    def join(
        self, paths: Sequence[pathlib.Path], advance: progress.Advance
    ) -> score_settings.Summary:
        """Write the output."""
        from twinsplice import api  # noqa: PLC0415

        config = merge_settings.Config(tuple(paths), output=self.config.output)
        return api.merge(config, advance)


class ScanWork(ShardWork):
    """The work of `scan`."""

    config: scan_settings.Config
    ending = shards.ENDING

    @property
    def beside(self) -> pathlib.Path:
        """The first output: a scan may write tracks or a picture alone."""
        assert self.config.beside is not None
        return self.config.beside

    @contextlib.contextmanager
    def opened(self) -> Iterator[Make]:
        """Provide what makes shards, the model and genome open."""
        from twinsplice import api  # noqa: PLC0415

        with api.scan_sharding(self.config) as make:
            yield make

    def join(self, paths: Sequence[pathlib.Path], advance: progress.Advance) -> Any:  # noqa: ANN401
        """Write the scores, and return the scan."""
        from twinsplice import api  # noqa: PLC0415

        return api.merge_scan(self.config, paths, advance)

    def lasted(self, summary: Any, seconds: float) -> Any:  # noqa: ANN401
        """Return a scan with the time of the whole run."""
        told = super().lasted(summary.summary, seconds)
        return dataclasses.replace(summary, summary=told)


class MapWork(ShardWork):
    """The work of `prepare`."""

    config: prepare_settings.Config
    ending = ".parquet"

    @contextlib.contextmanager
    def opened(self) -> Iterator[Make]:
        """Provide what makes shards of a map."""
        from twinsplice.commands import prepare  # noqa: PLC0415

        def make(number: int, of: int, path: pathlib.Path) -> None:
            shard = f"{number}/{of}"
            prepare.run(dataclasses.replace(self.config, shard=shard, output=path))

        yield make

    def join(
        self, paths: Sequence[pathlib.Path], advance: progress.Advance
    ) -> merge_settings.Summary:
        """Write the map."""
        from twinsplice.commands import merge  # noqa: PLC0415

        del advance
        config = merge_settings.Config(tuple(paths), output=self.config.output)
        return merge.run(config)


def _state(value: object) -> list[int]:
    """Return size and time of change of a file that a setting names; else nothing."""
    try:
        status = pathlib.Path(str(value)).stat()
    except (OSError, ValueError):
        return []
    return [status.st_size, status.st_mtime_ns]
