"""Explanations a second time: whole texts, through the networks' own forward."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
import torch

from support import models as toys
from support import trained_models
from twinsplice.engine import encoding
from twinsplice.genome import dna, genes
from twinsplice.io.vcf import vcf
from twinsplice.models import anchoring

BASES = trained_models.BASES
FLANK = 4
MODEL = toys.model([toys.member(1), toys.member(2)])
NETWORKS = [member.network() for member in MODEL.members]
BASE = toys.model([toys.member(4)], "cispliceai")
BASE_NETWORKS = [member.network() for member in BASE.members]
PAIRED = trained_models.paired_model()
Profile = Callable[[list[str]], np.ndarray]
"""From texts along the plus strand to acceptor and donor at each of their bases."""


def encoded(texts: list[str], minus: bool, context: int) -> torch.Tensor:  # noqa: FBT001
    codes = [dna.encode("N" * context + text + "N" * context) for text in texts]
    if minus:
        codes = [dna.reverse_complement(each) for each in codes]
    return encoding.one_hot_tracks(torch.from_numpy(np.stack(codes)))


def tracks(
    forward: Callable[[torch.Tensor], torch.Tensor],
    context: int,
    texts: list[str],
    *,
    minus: bool,
) -> np.ndarray:
    with torch.no_grad():
        values = forward(encoded(texts, minus, context)).double().numpy()
    along: np.ndarray = values[:, :, ::-1] if minus else values
    return along


def mean_profile(networks: Sequence[torch.nn.Module]) -> Callable[..., torch.Tensor]:
    return lambda x: torch.stack([network(x) for network in networks]).mean(0)


def softmax(log_odds: np.ndarray) -> np.ndarray:
    odds = np.exp(log_odds)
    shares: np.ndarray = odds / (1 + odds.sum(axis=1, keepdims=True))
    return shares


def log_odds(probability: np.ndarray) -> np.ndarray:
    neither = 1 - probability.sum(axis=1, keepdims=True)
    values: np.ndarray = np.log(probability.clip(1e-9) / neither.clip(1e-9))
    return values


def profile_of(which: str, text: str, *, minus: bool) -> Profile:
    """What a model says of sequences: at sites that are placed as in the reference."""
    if which == "base":
        forward = mean_profile(NETWORKS)
        return functools.partial(tracks, forward, MODEL.context, minus=minus)
    encode = functools.partial(tracks, PAIRED.encode, PAIRED.context, minus=minus)
    if which == "paired":
        return lambda texts: softmax(encode(texts)[:, :2])
    own = encode([text])
    told = tracks(mean_profile(BASE_NETWORKS), BASE.context, [text], minus=minus)
    ceiling = np.log(anchoring.FLOOR / (1 - anchoring.FLOOR))
    known = log_odds(told)
    listed = told >= anchoring.FLOOR
    before = np.where(listed, known, np.minimum(own[:, :2], ceiling))
    weights = PAIRED.correction.double().numpy()

    def anchored(texts: list[str]) -> np.ndarray:
        shift = encode(texts) - own
        shift = shift[:, :2] + np.einsum("sk,bkl->bsl", weights, shift[:, 2:])
        return softmax(before + shift)

    return anchored


def masked(gene: genes.Gene) -> str:
    """The bases that a model sees."""
    start, end = gene.span.start, gene.span.end
    return "N" * start + BASES[start:end] + "N" * (len(BASES) - end)


def mutated(text: str, places: list[int]) -> list[tuple[int, int, str]]:
    return [
        (at, code, text[:at] + letter + text[at + 1 :])
        for at in places
        for code, letter in enumerate("ACGT")
        if text[at] not in (letter, "N")
    ]


def replaced(
    profile: Profile, text: str, places: list[int], site: tuple[int, int]
) -> tuple[float, np.ndarray]:
    """The site's probability, and that with each base replaced."""
    place, row = site
    found = np.full((len(text), 4), np.nan)
    changes = mutated(text, places)
    values = profile([text, *(changed for _, _, changed in changes)])[:, row, place]
    for (at, code, _), value in zip(changes, values[1:], strict=True):
        found[at, code] = value
    return float(values[0]), found[places]


def places_of(
    record: vcf.Record, site: int
) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Bases of the reference, those of the alternate, and what the latter are."""
    ref, alt = record.ref, record.alts[0]
    start = record.position
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    near = {*range(site - FLANK, site + FLANK + 1)}
    own = sorted(near | {*range(start - FLANK, start + len(ref) + FLANK)})
    paired = min(len(ref), len(alt))
    grown = len(alt) - len(ref)
    moved = [(at, at, 0) for at in own if at < start + paired]
    moved += [
        (start + paired + number, start + paired - 1, number + 1)
        for number in range(len(alt) - paired)
    ]
    moved += [(at + grown, at, 0) for at in own if at >= start + len(ref)]
    return own, [at for at, _, _ in moved], [(at, n) for _, at, n in moved]


def as_read(values: np.ndarray, *, minus: bool) -> np.ndarray:
    return values[::-1, ::-1] if minus else values
