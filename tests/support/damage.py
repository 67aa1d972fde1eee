"""Damage to bytes, as hypothesis draws it: cut, flipped, doubled, or filled in."""

from hypothesis import strategies as st

_TOKENS = (
    *(b"\0", b"\t", b"\n", b"\r", b'"', b";", b"=", b",", b"#", b"-", b"\xff", b"\xef"),
    *(b"9" * 25, b"1e400", b"NaN", b"\x1b[2J", b"{" * 99, b"%%", b"<", b"."),
)


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """A content after a few accidents."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        end = min(at + draw(st.integers(0, 20)), len(content))
        match draw(st.sampled_from(["cut", "drop", "double", "flip", "insert"])):
            case "cut":
                content = content[:at]
            case "drop":
                content = content[:at] + content[end:]
            case "double":
                content = content[:end] + content[at:]
            case "flip" if at < len(content):
                flipped = bytes([content[at] ^ 1 << draw(st.integers(0, 7))])
                content = content[:at] + flipped + content[at + 1 :]
            case _:
                content = content[:at] + draw(st.sampled_from(_TOKENS)) + content[at:]
    return content
