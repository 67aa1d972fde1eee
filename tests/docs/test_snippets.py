"""Commands and code of the README and the documentation do what the pages show."""

import pathlib

import cyclopts
import pytest

from support import shell, snippets
from twinsplice import cli
from twinsplice.settings import config_files

TEXTS = snippets.texts()
# On files of its own: `tests/test_recipes.py` runs it.
HERE = {page: text for page, text in TEXTS.items() if page != "docs/recipes.md"}
CONSOLE = [page for page, text in HERE.items() if snippets.blocks(text, "console")]
PYTHON = [page for page, text in HERE.items() if snippets.blocks(text, "python")]
# Journals: their commands are those of their day.
PRESENT = [page for page in TEXTS if not page.startswith("docs/experiments/")]
FLAGS = {
    name: {
        flag
        for argument in cli.app[name].assemble_argument_collection()
        for flag in argument.names
    }
    for name in cli.app
    if not name.startswith("-")
}


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "checkout"
    made.mkdir()
    shell.furnish(made)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("page", CONSOLE)
def test_commands_print_what_the_page_shows(page: str, folder: pathlib.Path) -> None:
    terminal = shell.Shell(folder)
    for command in snippets.commands(TEXTS[page]):
        snippets.assert_prints(terminal.run(command.line), command.shown)


@pytest.mark.slow
@pytest.mark.parametrize("page", PYTHON)
def test_python_runs(page: str, folder: pathlib.Path) -> None:
    names: dict[str, object] = {}
    for code in snippets.blocks(TEXTS[page], "python"):
        snippets.run_python(code, names, folder)


@pytest.mark.parametrize("page", PRESENT)
def test_commands_that_are_not_run_are_understood(page: str) -> None:
    for words in snippets.unrun(TEXTS[page]):
        parsed(words)


@pytest.mark.parametrize("page", PRESENT)
def test_commands_and_flags_named_in_prose_exist(page: str) -> None:
    for name, *words in snippets.mentioned(TEXTS[page]):
        flags = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert name in FLAGS or name in {"--help", "--version"}, name
        assert flags - {"-"} <= FLAGS.get(name, set()) | {"--config", "--help"}


def parsed(words: list[str]) -> None:
    """Parse a command as the command line does, without running it."""
    kept, _ = config_files.split([word for word in words if word not in ("...", "…")])
    cli.app.parse_args(list(kept), exit_on_error=False, print_error=False)


@pytest.mark.parametrize(
    "command",
    ["scoer in.vcf -r a.fa -a grch37", "score in.vcf -r a.fa -a grch37 --mak"],
)
def test_what_is_no_command_is_found(command: str) -> None:
    (words,) = snippets.unrun(f"```\ntwinsplice {command}\n```\n")
    with pytest.raises(cyclopts.CycloptsError):
        parsed(words)


def test_commands_are_found_in_all_kinds_of_blocks() -> None:
    text = """\
Text `twinsplice merge --output` and

    bcftools view x | twinsplice score - \\
      -r a.fa  # a remark

```sh
$ cd x && twinsplice models
echo 'a | twinsplice b'
```
"""
    assert snippets.unrun(text) == [["models"], ["score", "-", "-r", "a.fa"]]
    assert snippets.mentioned(text) == [["merge", "--output"]]


@pytest.mark.parametrize(
    ("printed", "shown", "alike"),
    [
        ("a 0.51\n", "a 0.50", True),
        ("a 0.53\n", "a 0.50", False),
        ("a\nb\nc\n", "a\n...\nc", True),
        ("a\nb\nc\n", "a\n...", True),
        ("a\nb\nc\n", "...\nc", True),
        ("a\nb\nc\n", "a\nc", False),
        ("a\nb\nc\n", "b\n...", False),
        ("a\nb\nc\n", "a\n...\nd", False),
        ("a\nb\nc\n", "a\nb", False),
        ("  time   3 s\na\n", "time 9 s\na", True),
        ("a\n", "", True),
        ("", "a", False),
    ],
)
def test_what_is_printed_is_held_against_what_is_shown(
    printed: str, shown: str, *, alike: bool
) -> None:
    if alike:
        snippets.assert_prints(printed, shown)
    else:
        with pytest.raises(AssertionError):
            snippets.assert_prints(printed, shown)


def test_a_pipeline_goes_through_both(folder: pathlib.Path) -> None:
    terminal = shell.Shell(folder)
    assert terminal.run("mkdir -p a && cd a") == ""
    assert terminal.folder.name == "a"
    printed = terminal.run("echo 'x|y' | cat && twinsplice models | head -n 1")
    assert printed.splitlines()[0] == "x|y"
    assert "twinsplice" in printed.splitlines()[1]
    with pytest.raises(AssertionError, match="must"):
        terminal.run("twinsplice score no.vcf -r no.fa -a grch37")
