"""Ask the look-up page as several users at once; measure latency, rate and memory.

    python -m benchmarks.serve.load [--users 8] [--requests 400] [--growth 10000]

Run from the repository's root. A server of the demo's genes is started. First each of
the users asks, waits for the answer, and asks again; then so many further requests are
made, and the server's memory before is compared with that after. Variants are drawn at
random, none twice: nothing is answered from what was kept. What is found is printed,
and kept in results.json with --keep.
"""

import argparse
import contextlib
import dataclasses
import importlib.resources
import json
import os
import pathlib
import platform
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent import futures

RESULTS = pathlib.Path(__file__).with_name("results.json")
WARM = 300
"""Requests before the memory is looked at first: what is loaded when needed is then."""
_LETTERS = "ACGT"
_EDGE = 700
"""Bases at the ends of a slice that are left out."""
_INDELS = 0.15
_PATIENCE = 120.0


@dataclasses.dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes:
        users: Users at once.
        requests: Their requests.
        median: Median time to an answer (s).
        p95: Time within which 95 % came (s).
        rate: Answers a second.
        passes: Passes of the networks.
        growth_requests: Requests between two looks at the memory.
        before_mb: Memory of the server at first (MB).
        after_mb: Memory at the end.
        failed: Requests that were not answered.
        machine: Processor and its cores.
        load: Mean number of processes that wanted a core, before.
    """

    users: int
    requests: int
    median: float
    p95: float
    rate: float
    passes: int
    growth_requests: int
    before_mb: float
    after_mb: float
    failed: int
    machine: str
    load: float


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--growth", type=int, default=10_000)
    parser.add_argument("--model", default="twinsplice")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with server(given.model) as address:
        asked = variants(random.Random(1))
        ask_all(address, asked, WARM, given.users)
        passes = metric(address, "twinsplice_passes_total")
        began = time.monotonic()
        seconds, failed = ask_all(address, asked, given.requests, given.users)
        rate = given.requests / (time.monotonic() - began)
        passes = metric(address, "twinsplice_passes_total") - passes
        before = metric(address, "process_resident_memory_bytes")
        _, more = ask_all(address, asked, given.growth, given.users)
        after = metric(address, "process_resident_memory_bytes")
    found = Measured(
        users=given.users,
        requests=given.requests,
        median=round(statistics.median(seconds), 3),
        p95=round(statistics.quantiles(seconds, n=20)[-1], 3),
        rate=round(rate, 1),
        passes=int(passes),
        growth_requests=given.growth,
        before_mb=round(before / 1e6, 1),
        after_mb=round(after / 1e6, 1),
        failed=failed + more,
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        load=round(load, 1),
    )
    text = json.dumps(dataclasses.asdict(found), indent=2)
    print(text)
    if given.keep:
        RESULTS.write_text(text + "\n", encoding="utf-8")


@contextlib.contextmanager
def server(model: str) -> Iterator[str]:
    """Run a server for the duration of a block; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-m", "twinsplice.cli", "serve", "--demo", "--quiet", f"--port={port}"]
    child = subprocess.Popen([sys.executable, *words, f"--model={model}"])
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                ask(f"{address}/healthz")
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        child.terminate()
        child.wait(_PATIENCE)


def variants(draw: random.Random) -> Iterator[str]:
    """Yield variants of the demo's slices, none twice."""
    source = importlib.resources.files("twinsplice.data") / "demo.GRCh37.fa"
    slices = []
    for record in source.read_text(encoding="ascii").split(">")[1:]:
        name, _, bases = record.partition("\n")
        contig, start = re.findall(r"(.+):(\d+)-\d+", name)[0]
        slices.append((contig, int(start), bases.replace("\n", "").upper()))
    seen = set()
    while True:
        contig, start, bases = draw.choice(slices)
        at = draw.randrange(_EDGE, len(bases) - _EDGE)
        ref = bases[at]
        alt = draw.choice(_LETTERS.replace(ref, ""))
        if draw.random() < _INDELS:
            alt = ref + "".join(draw.choices(_LETTERS, k=draw.randint(1, 6)))
            if draw.random() < 0.5:
                ref, alt = bases[at : at + draw.randint(2, 7)], ref
        variant = f"{contig}-{start + at}-{ref}-{alt}"
        if variant not in seen:
            seen.add(variant)
            yield variant


def ask_all(
    address: str, asked: Iterator[str], requests: int, users: int
) -> tuple[list[float], int]:
    """Ask as users who each wait for their answers.

    Args:
        address: The server's.
        asked: The variants.
        requests: How many requests.
        users: How many ask at once.

    Returns:
        Seconds to each answer, and how many were refused.
    """
    lock = threading.Lock()

    def one(_: int) -> float | None:
        with lock:
            variant = next(asked)
        query = urllib.parse.urlencode({"variant": variant})
        began = time.monotonic()
        try:
            ask(f"{address}/api/v1/variant?{query}")
        except OSError:
            return None
        return time.monotonic() - began

    with futures.ThreadPoolExecutor(users) as pool:
        found = [*pool.map(one, range(requests))]
    seconds = [each for each in found if each is not None]
    return seconds, len(found) - len(seconds)


def ask(address: str) -> str:
    """Return what an address answers."""
    with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:
        text: str = answer.read().decode()
        return text


def metric(address: str, name: str) -> float:
    """Return a number that the server measures."""
    (line,) = re.findall(rf"^{name} (\S+)$", ask(f"{address}/metrics"), re.MULTILINE)
    return float(line)


if __name__ == "__main__":
    main()
