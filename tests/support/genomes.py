"""Variants of every sort on a small genome, for targets."""

import functools
import pathlib
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from jaxtyping import Float32, UInt8

from support import models as toys
from support import reference_rules
from twinsplice.base_models import loading
from twinsplice.commands import targets
from twinsplice.genome import dna
from twinsplice.io import target_store as stores
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import variant_pairs

MODEL = toys.model([toys.member(1), toys.member(2), toys.member(3)])
NETWORKS = [member.network() for member in MODEL.members]
LENGTH, REACH, CONTEXT = 900, 30, 60
LONGEST = targets_settings.LONGEST
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t250\t800\t250,600,\t400,800,\n"
    "EDGE\t2\t-\t0\t300\t0,200,\t100,300,\n"
)
HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
CONTIGS = {
    name: "".join(np.random.default_rng(5 + i).choice(list("ACGT"), LENGTH))
    for i, name in enumerate(("chr1", "chr2"))
}
Line = tuple[str, int, str, str, str]
Start = Callable[..., targets_settings.Config]


def other(letter: str) -> str:
    return "ACGT"["ACGT".index(letter) - 1]


def every_sort() -> list[Line]:
    """Variants of every sort, in one gene, in two, and at the ends of both."""
    found: list[Line] = []
    places = [("chr1", at) for at in (100, 160, 199, 260, 330, 399, 480, 601, 790)]
    for contig, at in [*places, ("chr2", 3), ("chr2", 150), ("chr2", 290)]:
        text = CONTIGS[contig]
        base, six = text[at], text[at : at + 6]
        alts = [
            (base, other(base)),
            (base, base + "GTAAGTCC"),
            (six, base),
            (six, other(six[0]) + "GT"),
            (text[at : at + 2], other(base) + "TACCAG"),
            (text[at : at + 2], other(base) + other(text[at + 1])),
        ]
        found += [(contig, at, ref, alt, ".") for ref, alt in alts]
    return found


def refused() -> list[Line]:
    one = CONTIGS["chr1"]
    return [
        ("chr1", 20, one[20], other(one[20]), "."),
        ("chr1", 300, one[300], "<DEL>", "."),
        ("chr1", 300, other(one[300]), one[300], "."),
        ("chr1", 301, one[301], one[301], "."),
        ("chr1", 301, one[301 : 302 + REACH + 1], one[301], "GENE=PLUS"),
        ("chr1", 302, one[302], one[302] + "A" * (LONGEST + 1), "GENE=PLUS"),
        ("chr1", 420, one[420], other(one[420]), "GENE=NONE"),
        ("chr3", 420, "A", "T", "."),
    ]


def starter(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small input on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda name, weights: MODEL)
    genome = toys.write_genome(tmp_path, CONTIGS, TABLE)

    def make(
        lines: list[Line] | None = None, output: str = "out.zarr", **options: object
    ) -> targets_settings.Config:
        text = "".join(
            f"{contig}\t{at + 1}\t.\t{ref}\t{alt}\t.\t.\t{info}\n"
            for contig, at, ref, alt, info in (every_sort() if lines is None else lines)
        )
        path = tmp_path / "in.vcf"
        path.write_text(HEADER + text)
        given: dict[str, object] = {
            "input": path,
            "output": tmp_path / output,
            "reach": REACH,
            "context": CONTEXT,
        }
        return targets_settings.Config(**(genome | given | options))

    return make


def stored(config: targets_settings.Config) -> stores.Store:
    targets.run(config)
    return stores.open_store(config.output)


def arrays(store: stores.Store) -> dict[str, np.ndarray]:
    names = ("alt", *variant_pairs.columns(1, 1), *variant_pairs.PLANNED)
    return {name: store.read(name) for name in names}


def check_same(
    arrays: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray]
) -> None:
    """Fail unless plans are the same, and what networks say of them as promised.

    Two rows of one batch may go through other instructions of a processor.
    """
    assert arrays.keys() == expected.keys()
    for name, values in expected.items():
        tolerance = 1e-5 if np.issubdtype(values.dtype, np.floating) else 0
        np.testing.assert_allclose(arrays[name], values, rtol=0, atol=tolerance)


def alt_of(arrays: dict[str, np.ndarray], row: int) -> UInt8[np.ndarray, " length"]:
    alt: UInt8[np.ndarray, " length"]
    alt = arrays["alt"][row][: arrays["alt_length"][row]]
    assert (arrays["alt"][row][len(alt) :] == dna.UNKNOWN).all()
    return alt


# A second implementation: plain networks over sequences made from the rows.


def plain_profiles(
    codes: UInt8[np.ndarray, " length"],
) -> Float32[np.ndarray, "members 2 _"]:
    x = torch.from_numpy(dna.one_hot(codes))[None]
    found: Float32[np.ndarray, "members 2 _"]
    found = np.stack([network(x)[0].numpy() for network in NETWORKS])
    return found


def check_rows(arrays: dict[str, np.ndarray], reach: int) -> None:
    width = 2 * reach + 1
    first = CONTEXT + LONGEST
    spare = first - MODEL.context
    for row in range(len(arrays["codes"])):
        codes, alt = arrays["codes"][row], alt_of(arrays, row)
        start, length = int(arrays["start"][row]), int(arrays["ref_length"][row])
        begin, end = first + start, first + start + length
        changed = np.concatenate([codes[:begin], alt, codes[end:]])
        assert changed.tolist() != codes.tolist()
        ref, new = (plain_profiles(each[spare:]) for each in (codes, changed))
        place = functools.partial(
            reference_rules.onto_reference,
            width=width,
            start=start,
            ref=length,
            new=len(alt),
            backwards=bool(arrays["mirrored"][row]),
        )
        ref, new = ref[:, :, :width], new[:, :, : width + len(alt) - length]
        moved = np.array([place(tracks) for tracks in new.tolist()])
        # Inserted bases fold by maximum, so the mean is put there, not each member.
        mean = np.array(place(new.mean(axis=0).tolist()))
        expected = {
            "profile": ref.mean(axis=0),
            "profile_variance": ref.var(axis=0),
            "delta": mean - ref.mean(axis=0),
            "delta_variance": (moved - ref).var(axis=0),
        }
        for name, values in expected.items():
            np.testing.assert_allclose(arrays[name][row], values, atol=1e-5)
