"""Blocks of code in the documentation.

- console: commands after `$`, run in one folder from the top of the page to its end,
  and what they print, where it is shown. A line `...` stands for any lines.
- python: run, a page's blocks in one namespace.
- any other block, indented ones too: not run; `twinsplice` commands in it are parsed.
"""

import contextlib
import dataclasses
import pathlib
import re
import shlex
from collections.abc import Mapping

import pytest

from support import shell

ROOT = pathlib.Path(__file__).parents[2]
# Of one machine and one moment.
PASSING = ("time ", "records/s ")
_FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Command:
    """A command of a page and what the page shows of its output."""

    line: str
    shown: str


def pages() -> list[str]:
    """Return the pages whose code is tested, as paths in the repository."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return [code for name, code in _FENCED.findall(text) if name.strip() == language]


def commands(text: str) -> list[Command]:
    """Return the commands of a page's console blocks."""
    found = []
    for block in blocks(text, "console"):
        first, *parts = f"\n{block}".split("\n$ ")
        assert not first.strip(), "a console block must begin with a command: $ ..."
        found += [Command(*part.partition("\n")[::2]) for part in parts]
    return found


def unrun(text: str) -> list[list[str]]:
    """Return the words of each `twinsplice` command that a page does not run."""
    fenced = [code for name, code in _FENCED.findall(text) if _is_unrun(name)]
    indented = re.findall(r"^ {4,}\S.*$", _FENCED.sub("", text), re.MULTILINE)
    lines = "\n".join([*fenced, *indented]).replace("\\\n", " ").splitlines()
    return [
        shlex.split(stage, comments=True)[1:]
        for line in lines
        for step in re.split(r" && | \|\| |; ", line.strip())
        for stage in shell.stages(step.removeprefix("$ "))
        if re.match(rf"{shell.PROGRAM} [a-z-]", stage)
    ]


def _is_unrun(info: str) -> bool:
    return info.strip() not in {"console", "python"}


def mentioned(text: str) -> list[list[str]]:
    """Return the words of each `twinsplice` command named in a page's prose."""
    prose = _FENCED.sub("", text)
    return [
        each.split()[1:] for each in re.findall(rf"`({shell.PROGRAM} [^`]+)`", prose)
    ]


def assert_prints(printed: str, shown: str) -> None:
    """Check what a command printed against what a page shows of it, if anything.

    Numbers may differ in their last place; what belongs to one machine and one moment
    is not compared.
    """
    if not shown.strip():
        return
    lines = [line.strip() for line in printed.splitlines()]
    lines = [line for line in lines if line and not line.startswith(PASSING)]
    for part in re.split(r"^\s*\.\.\.\s*$", shown, flags=re.MULTILINE):
        wanted = [line.strip() for line in part.splitlines() if line.strip()]
        wanted = [line for line in wanted if not line.startswith(PASSING)]
        starts = range(len(lines) - len(wanted) + 1)
        place = next((i for i in starts if _alike(lines[i:], wanted)), None)
        message = "\n".join(["the page shows:", *wanted, "printed:", *lines])
        assert place is not None, message
        skips = part is not shown and not shown.startswith(part)
        assert place == 0 or skips, message
        lines = lines[place + len(wanted) :]
    ends_open = re.search(r"^\s*\.\.\.\s*\Z", shown, re.MULTILINE)
    assert ends_open or not lines, f"the page does not show: {lines}"


def _alike(printed: list[str], shown: list[str]) -> bool:
    return all(
        _same_line(found, wanted)
        for found, wanted in zip(printed[: len(shown)], shown, strict=True)
    )


def _same_line(found: str, wanted: str) -> bool:
    pairs = [re.split(r"[\s|=;,()]+", line) for line in (found, wanted)]
    return len(pairs[0]) == len(pairs[1]) and all(map(_same, *pairs))


def _same(found: str, wanted: str) -> bool:
    """Return whether words are alike, numbers to the hundredth."""
    if re.fullmatch(r"-?\d+\.\d+", wanted):
        with contextlib.suppress(ValueError):
            return abs(float(found) - float(wanted)) <= 0.011
    return found == wanted or bool(re.fullmatch(r"\d\.\d+e-\d+", wanted))


def run_python(code: str, names: dict[str, object], folder: pathlib.Path) -> None:
    """Run Python code in a folder, with what the page's code before it defined."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(compile(code, "<page>", "exec"), names)


def texts() -> Mapping[str, str]:
    """Return the pages' texts by path."""
    return {page: (ROOT / page).read_text(encoding="utf-8") for page in pages()}
