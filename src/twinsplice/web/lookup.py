"""Answers in the form of SpliceAI-lookup's API, so that its clients need another host.

The names of fields are that API's; the numbers are those of `twinsplice score`.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from twinsplice import api
from twinsplice.api import looking_up
from twinsplice.genome import coordinates, transcripts, variants
from twinsplice.io import tables
from twinsplice.scoring import consequences, variant_profiles
from twinsplice.web import sentences

Json = dict[str, object]
THRESHOLD = 0.01
"""Least probability of a base that is listed."""
_PRIORITY = {
    transcripts.Mane.SELECT: "MS",
    transcripts.Mane.PLUS_CLINICAL: "MP",
    transcripts.Mane.NONE: "N",
}
_SIZES = tuple(f"DS_{label}" for label in sentences.TITLES)
VARIANT = re.compile(
    r"(?:chr)?(?P<chrom>[0-9XYMTt]{1,2})[-\s:]+(?P<pos>\d{1,9})"
    r"[-\s:]+(?P<ref>[ACGT]+)[-\s:>]+(?P<alt>[ACGT]+)",
    re.ASCII | re.IGNORECASE,
)
POSITION = re.compile(
    r"(?:chr)?(?P<chrom>[0-9XYMTt]{1,2})[-\s:]+(?P<pos>\d{1,9})",
    re.ASCII | re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a client.

    Attributes:
        tool: `spliceai` or `pangolin`.
        variant: The variant or position, as it was written.
        build: 37 or 38.
        distance: Bases searched on each side.
        mask: 0 or 1.
        genes: `basic` or `comprehensive`.
        echoed: What is sent back as it came.
    """

    tool: str
    variant: str
    build: str
    distance: int
    mask: int
    genes: str
    echoed: tuple[tuple[str, str], ...] = ()

    @property
    def nothing(self) -> str:
        """What is said where there is no score."""
        if self.tool == "pangolin":
            return "Pangolin was unable to compute scores for this variant"
        what = "variant" if VARIANT.fullmatch(self.variant) else "position"
        return (
            f"The SpliceAI model did not return any scores for {self.variant}. This "
            f"may be because the {what} does not overlap any exons or introns defined "
            f"by the GENCODE '{self.genes}' annotation."
        )


def answer(asked: Asked, scorer: api.Scorer, found: looking_up.Answer) -> Json:
    """Return the answer for a variant.

    Args:
        asked: The question.
        scorer: What answers.
        found: Its answer.
    """
    record = found.record
    known = [profile for profile in found.profiles if profile is not None]
    effects = iter(scorer.consequences_of(known))
    scored: list[tuple[Json, variant_profiles.VariantProfile | None]] = []
    for row, profile in zip(
        found.table.iter_rows(named=True), found.profiles, strict=True
    ):
        of = None if profile is None else next(effects)
        if row["skip_reason"] is None:
            scored += [(one, profile) for one in _transcripts(row, of)]
    if not scored:
        return refusal(asked, _why(asked, found))
    best, profile = max(scored, key=_preference)
    listed = [] if profile is None else _listed(profile)
    for one, own in scored:
        one["nNonZeroScores"] = 0 if own is None else len(_listed(own))
    return {
        **dict(asked.echoed),
        "variant": asked.variant,
        "genomeVersion": asked.build,
        "chrom": record.contig.removeprefix("chr"),
        "pos": record.position + 1,
        "ref": record.ref,
        "alt": record.alts[0],
        "distance": asked.distance,
        "mask": asked.mask,
        "scores": [one for one, _ in scored],
        "source": f"{asked.tool}:model",
        "allNonZeroScores": listed,
        "allNonZeroScoresStrand": best["t_strand"],
        "allNonZeroScoresTranscriptId": best["t_id"],
        "sai10kPredictions": None,
        "sai10kPredictionsError": None,
    }


def position(asked: Asked, scorer: api.Scorer) -> Json:
    """Return the reference's own probabilities about a position.

    Args:
        asked: The question.
        scorer: What answers.
    """
    place = POSITION.fullmatch(asked.variant)
    assert place is not None
    first = int(place["pos"])
    found = scorer.reference_about(place["chrom"], first - 1)
    scored = [
        (one, each)
        for each, of in zip(found, scorer.consequences_of(found), strict=True)
        for one in _annotated(of, each, {})
    ]
    if not scored:
        return refusal(asked, asked.nothing)
    for one, each in scored:
        acceptor, donor = (int(values.argmax()) for values in each.ref_profile)
        one |= {
            "RA_MAX": _digits(float(each.ref_profile[0, acceptor])),
            "RD_MAX": _digits(float(each.ref_profile[1, donor])),
            "RA_MAX_POS": each.start + acceptor + 1,
            "RD_MAX_POS": each.start + donor + 1,
        }
    best, profile = max(scored, key=lambda pair: _rank(pair[0]))
    echoed = {name: value for name, value in asked.echoed if name != "mask"}
    return {
        **echoed,
        "variant": asked.variant,
        "genomeVersion": asked.build,
        "chrom": place["chrom"],
        "pos": first,
        "distance": asked.distance,
        "scores": [one for one, _ in scored],
        "source": f"{asked.tool}:model",
        "isPositionOnly": True,
        "allNonZeroScores": [
            {name: row[name] for name in ("pos", "RA", "RD")}
            for row in _listed(profile)
        ],
        "allNonZeroScoresStrand": best["t_strand"],
        "allNonZeroScoresTranscriptId": best["t_id"],
    }


def refusal(asked: Asked, words: str) -> Json:
    """Return what is said in place of an answer."""
    return {
        **dict(asked.echoed),
        "variant": asked.variant,
        "source": asked.tool,
        "error": words,
    }


def _why(asked: Asked, found: looking_up.Answer) -> str:
    """Return why there is no score, in that API's words where it has them."""
    reasons = found.table["skip_reason"].to_list()
    if found.skipped is None or variants.SkipReason.OUTSIDE_GENES in reasons:
        return asked.nothing
    return str(found.skipped)


def _transcripts(
    row: Mapping[str, object], of: consequences.VariantConsequences | None
) -> Iterator[Json]:
    """Yield the numbers of a gene for each of its transcripts."""
    numbers: Json = {}
    for label in [name[3:] for name in row if name.startswith("DS_")]:
        size = _text(row[f"DS_{label}"])
        # A loss of Pangolin's is negative.
        lost = label == "SL" and size != "0"
        numbers[f"DS_{label}"] = f"-{size}" if lost else size
        numbers[f"DP_{label}"] = row[f"DP_{label}"]
        prefix = label if label.startswith("S") else f"DS_{label}"
        numbers[f"{prefix}_REF"] = _text(row[f"REF_{label}"])
        numbers[f"{prefix}_ALT"] = _text(row[f"ALT_{label}"])
    if of is not None:
        yield from _annotated(of, of.profile, numbers)
        return
    yield numbers | {
        "g_name": row["gene"],
        "g_id": row["gene_id"],
        "t_id": row["transcript"] or row["gene_id"],
        "t_refseq_ids": [],
        "t_type": "",
        "t_priority": "N",
        "t_strand": row["strand"],
    }


def _annotated(
    of: consequences.VariantConsequences,
    profile: variant_profiles.VariantProfile,
    numbers: Json,
) -> Iterator[Json]:
    """Yield numbers with each transcript that they are of."""
    gene = profile.gene
    minus = profile.strand is coordinates.Strand.MINUS
    shared: Json = {
        "g_name": "" if gene is None else gene.name,
        "g_id": "" if gene is None else gene.gene_id,
        "t_strand": "-" if minus else "+",
    }
    if not of.members:
        yield numbers | shared | _no_transcript(shared)
    for member in of.members:
        yield numbers | shared | _described(member.transcript)


def _no_transcript(shared: Json) -> Json:
    return {
        "t_id": shared["g_id"],
        "t_refseq_ids": [],
        "t_type": "",
        "t_priority": "N",
    }


def _described(transcript: transcripts.Transcript) -> Json:
    names = [transcript.partner, transcript.name]
    ensembl = next((name for name in names if name.startswith("ENST")), None)
    coding = transcript.coding
    return {
        "t_id": ensembl or transcript.name,
        "t_refseq_ids": [name for name in names if name and name != ensembl],
        "t_type": "protein_coding" if coding else "non_coding",
        "t_priority": _PRIORITY[transcript.mane],
        "EXON_STARTS": (transcript.starts + 1).tolist(),
        "EXON_ENDS": transcript.ends.tolist(),
        "CDS_START": None if coding is None else coding[0] + 1,
        "CDS_END": None if coding is None else coding[1],
    }


def _preference(
    pair: tuple[Json, variant_profiles.VariantProfile | None],
) -> tuple[int, float]:
    one, _ = pair
    sizes = [abs(float(str(one[name]))) for name in _SIZES if name in one]
    return _rank(one), sum(sizes)


def _rank(one: Json) -> int:
    return ("N", "C", "MP", "MS").index(str(one["t_priority"]))


def _listed(profile: variant_profiles.VariantProfile) -> list[Json]:
    """Return the bases that are sites before or after the variant, in order."""
    ref, alt = profile.ref_profile, profile.alt_profile
    columns: Sequence[int] = np.flatnonzero(
        np.maximum(ref, alt).max(axis=0) >= THRESHOLD
    ).tolist()
    return [
        {
            "pos": profile.start + column + 1,
            "RA": _digits(float(ref[0, column])),
            "AA": _digits(float(alt[0, column])),
            "RD": _digits(float(ref[1, column])),
            "AD": _digits(float(alt[1, column])),
        }
        for column in columns
    ]


def _digits(value: float) -> str:
    return _text(round(value, 4) + 0.0)


def _text(value: object) -> str:
    """Return a number as the TSV has it."""
    return tables.number_text(value)
