"""A page for each command, made from its settings as `--help` is."""

import html
import pathlib
import re
import typing
from collections.abc import Iterator

import cyclopts
from tools.site import sources

from twinsplice import cli
from twinsplice.settings import examples

FOLDER = "docs/commands"


def names() -> list[str]:
    """Return the names of the commands, in the order of work."""
    hidden = {*cli.app.help_flags, *cli.app.version_flags}
    return [name for name in cli.app if name not in hidden]


def pages() -> dict[str, str]:
    """Return the pages by their paths."""
    made = {f"{FOLDER}/index.md": _index()}
    return made | {f"{FOLDER}/{name}.md": page(name) for name in names()}


def arguments(name: str) -> list[cyclopts.Argument]:
    """Return the arguments of a command that help shows."""
    return [*_shown(cli.app[name]), *_shown(cli.app.meta)]


def _shown(app: cyclopts.App) -> list[cyclopts.Argument]:
    every = app.assemble_argument_collection(
        default_parameter=cli.app.default_parameter, parse_docstring=True
    )
    return list(every.filter_by(show=True))


def page(name: str) -> str:
    """Return the page of a command.

    Args:
        name: The command.
    """
    required = [each for each in arguments(name) if each.required]
    optional = [each for each in arguments(name) if not each.required]
    usage = " ".join(["twinsplice", name, *map(_usage, required)])
    blocks = [
        f"# twinsplice {name}",
        _text(_help(name)),
        f"```text\n{usage}{' [OPTIONS]' if optional else ''}\n```",
        *(f"[More about it](../reference/{each}.md)." for each in _more(name)),
    ]
    for heading, members in (("Required", required), ("Options", optional)):
        if members:
            blocks += [f"## {heading}", *map(_entry, members)]
    shown = list(_examples(name))
    if shown:
        lines = "\n".join(shown)
        blocks += ["## Examples", f"```sh\n{lines}\n```"]
    return "\n\n".join(blocks) + "\n"


def _index() -> str:
    rows = [
        f"| [`twinsplice {name}`]({name}.md) | {_text(_help(name)).splitlines()[0]} |"
        for name in names()
    ]
    return "\n".join(
        [
            "# All commands",
            "",
            _text(cli.app.help),
            "",
            "| command | |",
            "|---|---|",
            *rows,
            "",
            "`-r` is `--reference`, `-a` is `--annotation`. `--help` of a command says"
            " what its page says.",
            "",
        ]
    )


def _help(name: str) -> str:
    return cli.app[name].help


def _more(name: str) -> list[str]:
    """Return the reference pages that bear a command's name."""
    path = pathlib.Path("docs/reference", f"{name}.md")
    return [name] if (sources.ROOT / path).is_file() else []


def _examples(name: str) -> Iterator[str]:
    for line in examples.EXAMPLES.splitlines():
        if re.search(rf"\btwinsplice {name} ", line):
            yield line


def _usage(argument: cyclopts.Argument) -> str:
    if argument.index is not None:
        return argument.name.removeprefix("--").upper()
    return f"{argument.name} {_value(argument)}".strip()


def _value(argument: cyclopts.Argument) -> str:
    """Return what stands for a flag's value, such as PATH; nothing for a switch."""
    choices = argument.get_choices()
    if choices:
        return "|".join(choices)
    kinds = [kind for kind in _kinds(argument.hint) if kind is not type(None)]
    words = {pathlib.Path: "PATH", int: "N", float: "X", str: "TEXT", bool: ""}
    return next((words[kind] for kind in kinds if kind in words), "VALUE")


def _kinds(hint: object) -> Iterator[object]:
    """Yield the plain types that a hint is made of."""
    inner = typing.get_args(hint)
    if not inner:
        yield hint
    for each in inner:
        yield from _kinds(each)


def _entry(argument: cyclopts.Argument) -> str:
    """Return an argument as an entry of a list of definitions."""
    value = _value(argument)
    if argument.index is None:
        shown = [f"`{each}`" for each in argument.names]
        shown[-1] = f"`{argument.names[-1]} {value}`" if value else shown[-1]
    else:
        shown = [f"`{_usage(argument)}`"]
    text = _text(argument.parameter.help or "")
    default = argument.field_info.default
    is_plain = isinstance(default, str | int | float | pathlib.Path)
    if is_plain and not isinstance(default, bool):
        text += f" Default: `{default}`."
    return f"{', '.join(shown)}\n:   {text}"


def _text(words: str) -> str:
    """Return plain words as Markdown that shows them as they are."""
    paragraphs = [" ".join(each.split()) for each in words.strip().split("\n\n")]
    safe = (html.escape(each, quote=False) for each in paragraphs)
    return "\n\n".join(re.sub(r"([*_\[\]\\])", r"\\\1", each) for each in safe)
