"""TwinSplice: what a DNA variant does to splicing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twinsplice.api import Model, Scorer, load_model
    from twinsplice.api import open_scorer as open  # noqa: A004

__version__ = "0.1.0"
__all__ = ["Model", "Scorer", "__version__", "load_model", "open"]
_FACE = {
    "Model": "Model",
    "Scorer": "Scorer",
    "load_model": "load_model",
    "open": "open_scorer",
}


def __getattr__(name: str) -> object:
    """Import the Python face when it is first used: PyTorch takes seconds to load."""
    if name in _FACE:
        from twinsplice import api  # noqa: PLC0415

        return getattr(api, _FACE[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
