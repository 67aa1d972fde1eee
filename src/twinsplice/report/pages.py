"""Self-contained pages of HTML, rendered from `templates`."""

import datetime as dt
import functools
import pathlib
from collections.abc import Mapping

import jinja2


def write(path: pathlib.Path, page: str) -> None:
    """Write a page."""
    path.write_text(page, encoding="utf-8")


def now() -> str:
    """Return the time to the second, as a page's date."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()


def rendered(template: str, content: Mapping[str, object]) -> str:
    """Render a page.

    Args:
        template: File of `templates`.
        content: Variables of the template. Text is escaped; SVG drawings are not.
    """
    return _templates().get_template(template).render(content)


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("twinsplice.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
