"""Fuzzing of one reader, in a process of its own: coverage of our own code guides it.

    python -m tools.fuzz.worker READER FINDINGS END CORPUS SEEDS

It ends at a time, in seconds of the epoch: what is instrumented takes some to load.

What the reader raises but a refusal is kept as a file with its traceback, one of each
place in our code, and fuzzing goes on. So is an input that takes more than
`SECONDS_EACH` of a processor, however busy the machine is. One that does not come to an
end, and memory beyond `MEGABYTES`, end the process; libFuzzer keeps their inputs.
"""

import hashlib
import mmap
import os
import pathlib
import struct
import sys
import time
import traceback

import atheris

SECONDS_EACH, MEGABYTES, LARGEST = 5, 3_000, 16_384
"""Bounds on an input: its time, the process's memory, its bytes."""
_ENDLESS = 60
"""Seconds by the clock after which an input has no end."""
COUNT = "inputs"
"""Name of the file that counts the inputs tried, as eight bytes."""

# `subprocess` starts others from here; only our own code is instrumented.
with atheris.instrument_imports(include=["twinsplice"], enable_loader_override=False):
    from support import bcftools, parquet_trials, readers


class _Findings:
    """The faults of a reader, in a folder."""

    def __init__(self, reader: str, folder: pathlib.Path) -> None:
        self._reader, self._folder = reader, folder
        with (folder / COUNT).open("a+b") as file:
            file.truncate(8)
            self._count = mmap.mmap(file.fileno(), 8)
        self._known = {path.name.split("-")[1] for path in folder.glob("crash-*.txt")}

    def test(self, content: bytes) -> None:
        """Read an input; keep it if it shows a fault that is not known yet."""
        self._count[:] = struct.pack("<q", struct.unpack("<q", self._count[:])[0] + 1)
        began = _processor_time()
        try:
            readers.answer(self._reader, content)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001
            self._keep(content, error)
        if _processor_time() - began > SECONDS_EACH:
            digest = hashlib.sha256(content).hexdigest()[:12]
            (self._folder / f"timeout-{digest}").write_bytes(content)

    def _keep(self, content: bytes, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [each for each in frames if "twinsplice" in each.filename]
        last = (ours or frames)[-1]
        place = f"{type(error).__name__} {pathlib.Path(last.filename).name}:{last.name}"
        key = hashlib.sha256(place.encode()).hexdigest()[:12]
        if key in self._known:
            return
        self._known.add(key)
        (self._folder / f"crash-{key}").write_bytes(content)
        text = "".join(traceback.format_exception(error))
        (self._folder / f"crash-{key}-.txt").write_text(f"{place}\n{text}")


def _processor_time() -> float:
    """Return the time of a processor that this process and its children took (s)."""
    times = os.times()
    return sum(times[:4])


def main() -> None:
    """Fuzz."""
    reader, findings, end, corpus, seeds = sys.argv[1:]
    seconds = max(int(float(end) - time.time()), 1)
    sys.setrecursionlimit(2_000)
    found = _Findings(reader, pathlib.Path(findings))
    bcftools.fork()
    parquet_trials.fork()
    options = [
        *(f"-max_total_time={seconds}", f"-timeout={_ENDLESS}"),
        *(f"-rss_limit_mb={MEGABYTES}", f"-max_len={LARGEST}"),
        *(f"-artifact_prefix={findings}/", "-verbosity=0", "-len_control=0"),
    ]
    atheris.Setup([sys.argv[0], *options, corpus, seeds], found.test)
    os.nice(5)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
