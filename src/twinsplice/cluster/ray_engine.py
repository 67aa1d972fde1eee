"""Shards on the workers of a Ray cluster; needs the extra `cluster`.

Workers share a file system with who asks: they read the input and the reference, and
leave each shard as a file beside the output. A shard appears whole or not at all, so
that one that was begun twice, since its worker died, is there once. Shards that an
earlier run has left are not made again.
"""

import contextlib
import dataclasses
import logging
import os
import pathlib
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Any

import ray
import ray.exceptions

from twinsplice import errors, progress
from twinsplice.cluster import shard_work
from twinsplice.io.kept import kept_work

SHARDS_EACH = 2
"""Shards of each worker, so that a slow one holds up nobody for long."""
_FOREVER = -1
_PATIENCE = 10
"""Seconds within which a cluster must answer."""


@dataclasses.dataclass(frozen=True)
class Crew:
    """Workers of a kind.

    Attributes:
        device: Where their networks run.
        threads: Threads of each.
        count: How many there are.
    """

    device: str
    threads: int
    count: int


class _Worker:
    """A process that makes shards, one at a time."""

    def __init__(self, work: shard_work.ShardWork, folder: str) -> None:
        self._work, self._folder = work, folder
        self._opened = contextlib.ExitStack()
        self._make: shard_work.Make | None = None

    def make(self, number: int, of: int, path: str) -> int:
        """Make a shard that is not there yet; return its number."""
        # Names of files are those of who asks.
        os.chdir(self._folder)
        if self._make is None:
            # Here rather than at the start: what is refused is refused in one line.
            self._make = self._opened.enter_context(self._work.opened())
        if not pathlib.Path(path).exists():
            self._make(number, of, pathlib.Path(path))
        return number


def run(
    work: shard_work.ShardWork,
    address: str | None = None,
    workers: int | None = None,
    advance: progress.Advance = progress.silent,
) -> Any:  # noqa: ANN401
    """Do work on a cluster, and return the command's summary.

    Args:
        work: The work.
        address: Address of the cluster; of one on this machine, made for this run, if
            not given.
        workers: Workers on processors; as many as these have threads for, if not given.
            A worker on each GPU comes on top, where the device is auto or cuda.
        advance: Called with the fraction that is done.

    Raises:
        TwinSpliceError: The work cannot be done, the cluster not be reached, or another
            run is writing the same output.
    """
    began = time.monotonic()
    with _folder(work.beside, work.digest) as folder, _cluster(address, workers):
        resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
        crews = _crews(work, workers, resources)
        of = SHARDS_EACH * sum(crew.count for crew in crews)
        names = [f"{number}-of-{of}{work.ending}" for number in range(1, of + 1)]
        paths = [folder / name for name in names]
        _make_all(work, crews, paths, progress.part(advance, 0.0, 0.95))
        summary = work.join(paths, progress.part(advance, 0.95, 1.0))
    return work.lasted(summary, time.monotonic() - began)


def _make_all(
    work: shard_work.ShardWork,
    crews: Sequence[Crew],
    paths: Sequence[pathlib.Path],
    advance: progress.Advance,
) -> None:
    """Make all shards; a worker that dies is replaced, and its shard begun again."""
    idle = [
        _hired(work.on(crew.device, crew.threads), crew)
        for crew in crews
        for _ in range(crew.count)
    ]
    left = list(enumerate(paths, 1))[::-1]
    busy: dict[Any, Any] = {}
    while left or busy:
        # No more is given out than there are workers.
        while left and idle:
            number, path = left.pop()
            worker = idle.pop()
            busy[worker.make.remote(number, len(paths), str(path.absolute()))] = worker
        done, _ = ray.wait([*busy], num_returns=1)
        for future in done:
            _result(future)
            idle.append(busy.pop(future))
            advance(1, 1 - (len(left) + len(busy)) / len(paths))


def _hired(work: shard_work.ShardWork, crew: Crew) -> Any:  # noqa: ANN401
    """Start a worker, which starts again whenever it dies."""
    options = {
        "num_cpus": crew.threads,
        "num_gpus": 0 if crew.device == "cpu" else 1,
        "max_restarts": _FOREVER,
        "max_task_retries": _FOREVER,
    }
    kind: Any = ray.remote(_Worker)
    return kind.options(**options).remote(work, str(pathlib.Path.cwd()))


def _result(future: Any) -> object:  # noqa: ANN401
    """Return what a worker returned; a refusal is raised as if it were our own."""
    try:
        return ray.get(future)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, errors.TwinSpliceError):
            raise error.cause from None
        raise


def _crews(
    work: shard_work.ShardWork, workers: int | None, resources: dict[str, float]
) -> list[Crew]:
    """Return the workers for what a cluster has."""
    device, threads = work.config.device, work.config.threads or 1
    gpus = 0 if device == "cpu" else int(resources.get("GPU", 0))
    crews = [Crew("cuda", 1, gpus)] if gpus else []
    if device in ("auto", "cpu"):
        fitting = (int(resources.get("CPU", 1)) - gpus) // threads
        count = fitting if workers is None else min(workers, fitting)
        if count > 0:
            crews.append(Crew("cpu", threads, count))
    if not crews:
        cpus, gpus = (int(resources.get(name, 0)) for name in ("CPU", "GPU"))
        raise errors.InputError(
            f"a cluster must have room for a worker of {threads} threads on {device}",
            got=f"{cpus} processors and {gpus} GPUs",
            remedy="give fewer --threads, or another --device",
        )
    return crews


@contextlib.contextmanager
def _cluster(address: str | None, workers: int | None) -> Iterator[None]:
    """Join a cluster, or make one of this machine."""
    # The network is never used but for the cluster's own.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    own: dict[str, Any] = {"include_dashboard": False} if address is None else {}
    if address is None and workers is not None:
        own["num_cpus"] = max(workers, os.cpu_count() or 1)
    try:
        _knock(address)
        ray.init(
            address=address, log_to_driver=False, logging_level=logging.ERROR, **own
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise errors.InputError(
            "--address must be that of a Ray cluster that can be reached",
            got=f"{address} ({' '.join(str(error).split())[:200]})",
            remedy="start one with ray start --head, or leave --address out",
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _knock(address: str | None) -> None:
    """See whether anybody answers at an address; Ray itself tries for minutes.

    Raises:
        OSError: Nobody does.
        ValueError: It is no address.
    """
    host, colon, port = (address or "").removeprefix("ray://").rpartition(":")
    if colon:
        socket.create_connection((host, int(port)), _PATIENCE).close()


@contextlib.contextmanager
def _folder(output: pathlib.Path, digest: str) -> Iterator[pathlib.Path]:
    """Provide a hidden folder beside an output; it goes once the block succeeds."""
    try:
        work = kept_work.hold(output, make=True)
    except BlockingIOError:
        raise kept_work.busy(output) from None
    except OSError as error:
        raise errors.InputError(
            "shards are kept beside the output",
            got=f"{output}: {error.strerror}",
            remedy="name an output in a folder that all workers can write to",
        ) from error
    assert work is not None
    folder = work.folder / digest
    try:
        folder.mkdir(exist_ok=True)
        yield folder
    except BaseException:
        with contextlib.suppress(OSError):
            # Only if no shard is there.
            folder.rmdir()
        work.leave()
        raise
    work.remove()
