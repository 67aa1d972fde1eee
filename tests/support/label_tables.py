"""Tables of labelled variants on disk, made up in the columns of the real ones."""

import gzip
import pathlib
from collections.abc import Mapping, Sequence


def write(
    path: pathlib.Path, rows: Sequence[Mapping[str, object]], separator: str = "\t"
) -> pathlib.Path:
    """Write rows under the names of their columns, gzipped where the name says so."""
    lines = [separator.join(rows[0])]
    lines += [separator.join(map(str, row.values())) for row in rows]
    text = "\r\n".join(lines) + "\r\n"
    if path.name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path
