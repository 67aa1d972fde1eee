"""The README's commands print what it shows, and its Python runs."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from twinsplice import data

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
DATA = pathlib.Path(data.__file__).parent
# Of one machine and one moment.
PASSING = ("time ", "records/s ")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def _shown() -> list[tuple[str, str]]:
    """Commands and what the page shows of their output; the first one goes there."""
    text = "\n" + "".join(_blocks("console"))
    commands = text.split("\n$ ")[2:]
    return [
        (command, shown) for command, _, shown in (c.partition("\n") for c in commands)
    ]


def _words(text: str) -> list[str]:
    """What stands on the lines that are the same on any machine."""
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if not line.startswith(PASSING)]
    return re.split(r"[\s|=;]+", "\n".join(kept).strip())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    made = tmp_path_factory.mktemp("demo")
    for path in DATA.glob("demo.*"):
        shutil.copy(path, made)
    return made


@pytest.mark.slow
def test_commands_print_what_the_page_shows(folder: pathlib.Path) -> None:
    shown = _shown()
    assert sum("twinsplice score" in command for command, _ in shown) == 3
    programs = pathlib.Path(sys.executable).parent
    env = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    for command, output in shown:
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=env | {"COLUMNS": "80"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
            text=True,
        )
        for found, expected in zip(_words(ran.stdout), _words(output), strict=True):
            if "." in expected and expected.replace(".", "").isdigit():
                assert float(found) == pytest.approx(float(expected), abs=0.011)
            elif "e-" not in expected:
                assert found == expected


def test_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("twinsplice.api", reason="the Python face is not here yet")
    (code,) = _blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert "BRCA1" in capsys.readouterr().out


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE)
    assert len(links) > 10
    assert not [link for link in links if not (ROOT / link).exists()]


def test_it_is_short() -> None:
    without_code = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    assert len(without_code.split()) <= 750
