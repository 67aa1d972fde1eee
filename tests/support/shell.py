"""A shell for the documentation's commands, and a folder in which they run."""

import contextlib
import dataclasses
import io
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pytest

from twinsplice import cli, data

ROOT = pathlib.Path(__file__).parents[2]
DATA = pathlib.Path(data.__file__).parent
PROGRAM = "twinsplice"
_TO_GRCH38 = 43_090_943 - 41_242_960
"""From GRCh37 to GRCh38 at BRCA1, whose sequence is the same in both."""


def stages(line: str) -> list[str]:
    """Return the parts of a pipeline, parted at each `|` that is not in quotes."""
    parts = re.findall(r"""(?:'[^']*'|"[^"]*"|\\.|[^|'"\\])+""", line)
    return [part.strip() for part in parts]


def furnish(folder: pathlib.Path) -> None:
    """Put stand-ins of the files that pages name into a folder.

    They are made of the demo's slices: `demo.*`; `src`, as in a checkout; genomes with
    and without `chr`; of GRCh38 there is only BRCA1.
    """
    (folder / "src").symlink_to(ROOT / "src")
    for path in DATA.glob("demo.*"):
        (folder / path.name).symlink_to(path)
    (folder / "in.vcf").symlink_to(DATA / "demo.vcf")
    (folder / "map.parquet").symlink_to(DATA / "map.grch38.parquet")
    plain = (DATA / "demo.GRCh37.fa").read_text(encoding="utf-8")
    brca1 = re.sub(
        r">17:(\d+)-(\d+)",
        lambda found: ">17:{}-{}".format(
            *(int(x) + _TO_GRCH38 for x in found.groups())
        ),
        plain[plain.index(">17:") :],
    )
    for names, text in (
        (("GRCh37.fa", "hg19.fa"), plain),
        (("GRCh38.fa", "hg38.fa"), brca1),
    ):
        for name in names:
            prefixed = text.replace(">", ">chr") if name.startswith("hg") else text
            (folder / name).write_text(prefixed, encoding="utf-8")


@dataclasses.dataclass
class Shell:
    """A shell in which `twinsplice` runs within this process: PyTorch loads once.

    Attributes:
        folder: The working folder.
    """

    folder: pathlib.Path

    def run(self, line: str) -> str:
        """Run a command line that must succeed, and return all that it prints."""
        shown, piped = "", b""
        for steps in line.split(" && "):
            parts = stages(steps)
            for number, stage in enumerate(parts):
                last = number == len(parts) - 1
                if stage.split()[0] == PROGRAM:
                    piped, errors = self._ours(shlex.split(stage)[1:], piped)
                    shown += errors
                else:
                    piped = self._foreign(stage, piped)
                if last:
                    shown += piped.decode()
                    piped = b""
        return shown

    def _foreign(self, stage: str, stdin: bytes) -> bytes:
        """Run another program; the folder that it changes to is kept."""
        programs = pathlib.Path(sys.executable).parent
        with tempfile.NamedTemporaryFile("r") as where:
            ran = subprocess.run(
                ["bash", "-c", f"{stage}\nresult=$?; pwd > {where.name}; exit $result"],
                cwd=self.folder,
                env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            assert ran.returncode == 0, f"{stage}: {ran.stdout.decode()}"
            self.folder = pathlib.Path(where.read().strip())
        return ran.stdout

    def _ours(self, words: list[str], stdin: bytes) -> tuple[bytes, str]:
        """Run `twinsplice`, and return what it prints to stdout and to stderr."""
        with pytest.MonkeyPatch.context() as patch, _streams(stdin) as (out, err):
            patch.chdir(self.folder)
            patch.setenv("COLUMNS", "80")
            # The handlers must not outlive the test.
            patch.setattr(signal, "signal", lambda *_: None)
            *words, target = words if ">" in words[-2:-1] else [*words, ""]
            words = words[:-1] if target else words
            patch.setattr(sys, "argv", [PROGRAM, *words])
            with pytest.raises(SystemExit) as left:
                cli.main()
            sys.stderr.flush()
        printed, complaint = out.getvalue(), err.getvalue().decode()
        assert left.value.code == 0, f"{' '.join(words)}: {complaint}"
        if target:
            (self.folder / target).write_bytes(printed)
            printed = b""
        return printed, complaint


@contextlib.contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Put files in place of the three standard streams; restore them."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(stdin)
        files[0].seek(0)
        results = io.BytesIO(), io.BytesIO()
        kept = [os.dup(number) for number in range(3)]
        streams = sys.stdin, sys.stdout, sys.stderr
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        try:
            yield results
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            sys.stdin, sys.stdout, sys.stderr = streams
            for number, descriptor in enumerate(kept):
                os.dup2(descriptor, number)
                os.close(descriptor)
            for result, file in zip(results, files[1:], strict=True):
                file.seek(0)
                result.write(file.read())
