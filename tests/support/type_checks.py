"""While tests run, types are checked of all that the package's functions take and give.

`--jaxtyping-packages` puts `jaxtyping.jaxtyped` at every function. Its own way looks at
arguments twice and binds them to their names at each call, which took a third of the
time of all tests. Here beartype looks at each value once, in the same context: a letter
of a shape means one number in all arguments and in what is returned.
"""

import dataclasses
import functools
import inspect
import typing
from collections.abc import Callable
from typing import Any

import beartype
import jaxtyping

_jaxtyped = jaxtyping.jaxtyped
_context = _jaxtyped("context")
_with_types = beartype.beartype(
    conf=beartype.BeartypeConf(violation_type=jaxtyping.TypeCheckError)
)


def install() -> None:
    """Check types in this way in what is imported from now on."""
    jaxtyping.jaxtyped = _decorator  # type: ignore[assignment]


def _decorator(*, typechecker: object) -> Callable[[Any], Any]:
    del typechecker
    return checked


def checked(target: Any) -> Any:  # noqa: ANN401
    """Return a function or a dataclass that checks the types of its values."""
    if inspect.isclass(target):
        if dataclasses.is_dataclass(target):
            target.__init__ = checked(target.__init__)  # type: ignore[method-assign]
        return target
    later = inspect.isgeneratorfunction(target) or inspect.iscoroutinefunction(target)
    parts = [
        part
        for annotation in inspect.get_annotations(target).values()
        for part in _parts(annotation)
    ]
    shapes = [getattr(part, "dim_str", "") for part in parts]
    # Shapes that name an argument, as in `Float[Array, "{width}"]`, and types as text.
    if later or any(isinstance(part, str) for part in parts) or "{" in "".join(shapes):
        return _jaxtyped(typechecker=beartype.beartype)(target)
    inner = _with_types(target)
    return _in_one_context(inner) if any(shapes) else inner


def _parts(annotation: Any) -> list[Any]:  # noqa: ANN401
    """A type and all types in it."""
    members = (
        annotation if isinstance(annotation, list) else typing.get_args(annotation)
    )
    inner = [part for each in members for part in _parts(each)]
    return [annotation, *inner]


def _in_one_context(function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def outer(*args: object, **kwargs: object) -> object:
        __tracebackhide__ = True
        with _context:
            return function(*args, **kwargs)

    return outer
