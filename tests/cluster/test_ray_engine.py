"""Shards on a Ray cluster: each is made once, whatever becomes of workers."""

import contextlib
import dataclasses
import os
import pathlib
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from twinsplice import errors, progress
from twinsplice.cluster import shard_work
from twinsplice.io.kept import kept_work

ray = pytest.importorskip("ray", reason="needs the extra cluster")

from twinsplice.cluster import ray_engine  # noqa: E402

OF = 2 * ray_engine.SHARDS_EACH


@dataclasses.dataclass(frozen=True)
class _Config:
    output: pathlib.Path
    device: str = "cpu"
    threads: int | None = None


class _Lines(shard_work.ShardWork):
    """Work whose shards are lines, and one of whose workers dies over one."""

    config: _Config
    ending = ".txt"

    @contextlib.contextmanager
    def opened(self) -> Iterator[shard_work.Make]:
        folder = self.config.output.parent

        def make(number: int, of: int, path: pathlib.Path) -> None:
            tries = folder / f"tries.{number}"
            with tries.open("a") as file:
                file.write("x")
            if number == 2 and tries.stat().st_size == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            path.write_text(f"{number} of {of}\n")

        yield make

    def join(
        self, paths: Sequence[pathlib.Path], advance: progress.Advance
    ) -> pathlib.Path:
        advance(1, 1.0)
        self.config.output.write_text("".join(path.read_text() for path in paths))
        return self.config.output


@pytest.mark.slow
def test_workers_that_die_are_replaced(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Workers do not find the modules of tests.
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.chdir(tmp_path)
    output = tmp_path / "out.txt"
    done: list[float] = []

    def advance(_: int, fraction: float | None) -> None:
        done.append(fraction or 0.0)

    ray_engine.run(_Lines(_Config(output)), workers=2, advance=advance)
    assert output.read_text().splitlines() == [f"{n} of {OF}" for n in range(1, OF + 1)]
    tries = [(tmp_path / f"tries.{n}").read_text() for n in range(1, OF + 1)]
    assert tries == ["xx" if n == 2 else "x" for n in range(1, OF + 1)]
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert not kept_work.folder_of(output).exists()


def test_two_runs_do_not_make_one_output(tmp_path: pathlib.Path) -> None:
    output = tmp_path / "out.txt"
    held = kept_work.hold(output, make=True)
    assert held is not None
    with pytest.raises(errors.InputError, match="which another run is writing"):
        ray_engine.run(_Lines(_Config(output)))
    held.remove()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "127.0.0.1:x", "127.0.0.1:-1"])
def test_a_cluster_that_is_not_there_is_refused_at_once(
    tmp_path: pathlib.Path, address: str
) -> None:
    work = _Lines(_Config(tmp_path / "out.txt"))
    with pytest.raises(errors.InputError, match="--address must be"):
        ray_engine.run(work, address)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("device", "threads", "workers", "resources", "expected"),
    [
        ("auto", None, None, {"CPU": 8.0}, [("cpu", 1, 8)]),
        ("auto", 2, 3, {"CPU": 8.0}, [("cpu", 2, 3)]),
        ("auto", 2, None, {"CPU": 8.0, "GPU": 2.0}, [("cuda", 1, 2), ("cpu", 2, 3)]),
        ("cuda", None, None, {"CPU": 8.0, "GPU": 2.0}, [("cuda", 1, 2)]),
        ("cpu", None, None, {"CPU": 2.0, "GPU": 2.0}, [("cpu", 1, 2)]),
        ("cuda", None, None, {"CPU": 8.0}, []),
        ("cpu", 4, None, {"CPU": 2.0}, []),
    ],
)
def test_workers_are_those_that_a_cluster_has_room_for(
    device: str,
    threads: int | None,
    workers: int | None,
    resources: dict[str, float],
    expected: list[Any],
) -> None:
    work = _Lines(_Config(pathlib.Path("x"), device=device, threads=threads))
    if not expected:
        with pytest.raises(errors.InputError, match="room for a worker"):
            ray_engine._crews(work, workers, resources)
        return
    crews = ray_engine._crews(work, workers, resources)
    assert [dataclasses.astuple(crew) for crew in crews] == expected
