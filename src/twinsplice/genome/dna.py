"""The DNA alphabet and its one encoder.

Bases are codes 0 to 3 for A C G T and 4 for everything else (N, IUPAC codes,
padding). With that numbering the complement of a base `c` is `3 - c`.
"""

import numpy as np
from jaxtyping import Float32, UInt8

LETTERS = "ACGTN"
UNKNOWN = 4

_CODE = np.full(256, UNKNOWN, dtype=np.uint8)
_CODE[np.frombuffer(b"ACGTacgt", dtype=np.uint8)] = [0, 1, 2, 3] * 2
# Where a base is one of several, VCF writes the first of them by the alphabet
# (specification 4.3, section 1.6.1, REF).
_CONCRETE = str.maketrans("RYKMSWBDHVrykmswbdhv", "ACGACACAAAacgacacaaa")
_COMPLEMENT = np.array([3, 2, 1, 0, UNKNOWN], dtype=np.uint8)
_LETTERS = np.frombuffer(LETTERS.encode("ascii"), dtype=np.uint8)
_ONE_HOT = np.eye(5, 4, dtype=np.float32)


def encode(sequence: str) -> UInt8[np.ndarray, " length"]:
    """Return the codes of a sequence; case does not matter."""
    return _CODE[np.frombuffer(sequence.encode("ascii", "replace"), dtype=np.uint8)]


def concrete(sequence: str) -> str:
    """Return a sequence as VCF writes it: R, Y and the like as their first base.

    N stays; so does case.
    """
    return sequence.translate(_CONCRETE)


def decode(codes: UInt8[np.ndarray, " length"]) -> str:
    """Return the letters of `codes`, upper case; unknown bases are N."""
    letters: UInt8[np.ndarray, " length"] = _LETTERS[codes]
    return letters.tobytes().decode("ascii")


def reverse_complement(
    codes: UInt8[np.ndarray, " length"],
) -> UInt8[np.ndarray, " length"]:
    """Return the reverse complement of a sequence."""
    complement: UInt8[np.ndarray, " length"] = _COMPLEMENT[codes[::-1]]
    return complement


def one_hot(codes: UInt8[np.ndarray, " length"]) -> Float32[np.ndarray, "4 length"]:
    """Return the one-hot encoding, rows A C G T; unknown bases are zero columns."""
    return np.ascontiguousarray(_ONE_HOT[codes].T)


def is_plain(sequence: str) -> bool:
    """Return whether a sequence is of A, C, G and T only; case does not matter."""
    return not (encode(sequence) == UNKNOWN).any()
