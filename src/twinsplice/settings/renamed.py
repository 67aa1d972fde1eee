"""Former names of settings, accepted for one version with a hint.

Only this module knows them; it is removed with the next version.
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
"""Present name of each former name of a field."""


def current(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings under their present names; - and _ in names are equivalent."""
    return {_present(name) or name: value for name, value in settings.items()}


def current_flags(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command line with the present names of its flags."""
    # Arguments after `--` are not flags.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [*map(_current_flag, arguments[:end]), *arguments[end:]]


def hints(names: Iterable[str]) -> list[str]:
    """Return a sentence for each former name among some settings or flags."""
    return [
        f"{name} is now {_dashes(name)}{present.replace('_', '-')}; "
        "the old name goes in the next version"
        for name in dict.fromkeys(names)
        if (present := _present(name))
    ]


def _current_flag(argument: str) -> str:
    name, equals, value = argument.partition("=")
    present = _present(name) if _dashes(name) else None
    return f"--{present.replace('_', '-')}{equals}{value}" if present else argument


def _present(name: str) -> str | None:
    """Return the present name of a former name of a field; None if it is not one."""
    return FORMER.get(name.removeprefix("--").replace("-", "_"))


def _dashes(name: str) -> str:
    return "--" if name.startswith("--") else ""
