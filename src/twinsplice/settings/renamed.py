"""Former names of settings, accepted for one version with a hint.

This is the only place that knows them; with the next version it goes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FORMER: Mapping[str, str] = {
    "beside": "compare_with",
    "most": "max_variants",
    "site_share": "site_fraction",
    "trunk_share": "encoder_lr_scale",
    "start": "init_weights",
    "start_share": "weight_interpolation",
    "clip": "grad_clip",
    "warm_up": "warmup_fraction",
}
"""Former names of fields, and what they are called now."""


def current(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings under their present names; - and _ in a name are one."""
    return {_present(name) or name: value for name, value in settings.items()}


def current_flags(words: Sequence[str]) -> list[str]:
    """Return the words of a command line with the present names of its flags."""
    # What follows `--` is no flag, whatever it looks like.
    end = words.index("--") if "--" in words else len(words)
    return [*map(_current_flag, words[:end]), *words[end:]]


def hints(names: Iterable[str]) -> list[str]:
    """Return a sentence for each former name among some settings or flags."""
    return [
        f"{name} is now {_dashes(name)}{present.replace('_', '-')}; "
        "the old name goes in the next version"
        for name in dict.fromkeys(names)
        if (present := _present(name))
    ]


def _current_flag(word: str) -> str:
    name, equals, value = word.partition("=")
    present = _present(name) if _dashes(name) else None
    return f"--{present.replace('_', '-')}{equals}{value}" if present else word


def _present(name: str) -> str | None:
    """Return the present name of a field; none if it never had another."""
    return FORMER.get(name.removeprefix("--").replace("-", "_"))


def _dashes(name: str) -> str:
    return "--" if name.startswith("--") else ""
