"""FASTA files of a few contigs, plain or packed, and what refuses a bad one."""

import pathlib

import pysam
import pytest

from twinsplice import errors
from twinsplice.io import fasta

SEQUENCES = {"chr1": "ACGTNNRacgtacgtTTGCA" * 7 + "ACC", "chrM": "GATTACA", "3": "C"}


def write(path: pathlib.Path, sequences: dict[str, str]) -> pathlib.Path:
    lines: list[str] = []
    for name, sequence in sequences.items():
        lines.append(f">{name} a description")
        lines += [sequence[i : i + 10] for i in range(0, len(sequence), 10)]
    path.write_text("\n".join(lines) + "\n")
    return path


def bgzip(plain: pathlib.Path) -> pathlib.Path:
    packed = plain.with_name(plain.name + ".gz")
    pysam.tabix_compress(str(plain), str(packed))
    return packed


def refusal(path: pathlib.Path) -> str:
    with pytest.raises(errors.InputError) as caught:
        fasta.Reference.open(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message
