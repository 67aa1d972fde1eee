"""Answers in the form of SpliceAI-lookup's API, so that its clients need another host.

The names of fields are that API's; the numbers are those of `twinsplice score --genes
transcripts`, of each transcript by itself, as there.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence

import numpy as np

from twinsplice import api
from twinsplice.api import look_up_answers
from twinsplice.genome import transcripts, variants
from twinsplice.io import tables
from twinsplice.scoring.one_variant import variant_profiles
from twinsplice.web.words import sentences

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

    def of(self, place: str) -> "Asked":
        """Return the same of a place, without what depends on how it was written."""
        return dataclasses.replace(self, variant=place, genes="basic", echoed=())

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


def answer(asked: Asked, scorer: api.Scorer, found: look_up_answers.Answer) -> Json:
    """Return what is kept of the answer for a variant: all that is not echoed.

    Args:
        asked: The question.
        scorer: What answers, of each transcript by itself.
        found: Its answer.
    """
    record = found.record
    scored: list[tuple[Json, variant_profiles.VariantProfile | None]] = []
    for row, profile in zip(
        found.table.iter_rows(named=True), found.profiles, strict=True
    ):
        if row["skip_reason"] is None:
            one = _numbers(row) | _described(scorer, row["gene_id"], record.contig, row)
            one["nNonZeroScores"] = 0 if profile is None else len(_listed(profile))
            scored.append((one, profile))
    if not scored:
        return {"reason": _reason(found)}
    best, profile = max(scored, key=_preference)
    return {
        "genomeVersion": asked.build,
        "chrom": record.contig.removeprefix("chr"),
        "pos": record.position + 1,
        "ref": record.ref,
        "alt": record.alts[0],
        "distance": asked.distance,
        "mask": asked.mask,
        "scores": [one for one, _ in scored],
        "source": f"{asked.tool}:model",
        "allNonZeroScores": [] if profile is None else _listed(profile),
        "allNonZeroScoresStrand": best["t_strand"],
        "allNonZeroScoresTranscriptId": best["t_id"],
        "sai10kPredictions": None,
        "sai10kPredictionsError": None,
    }


def position(asked: Asked, scorer: api.Scorer) -> Json:
    """Return the reference's own probabilities about a position.

    Args:
        asked: The question.
        scorer: What answers, of each transcript by itself.
    """
    place = POSITION.fullmatch(asked.variant)
    assert place is not None
    first = int(place["pos"])
    scored = [
        (_reference(scorer, each), each)
        for each in scorer.reference_about(place["chrom"], first - 1)
    ]
    if not scored:
        return refusal(asked, asked.nothing)
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


def _reference(scorer: api.Scorer, profile: variant_profiles.VariantProfile) -> Json:
    """Return the strongest sites of the reference, with their transcript."""
    gene = profile.gene
    assert gene is not None
    row = {
        "gene": gene.name,
        "gene_id": gene.gene_id,
        "strand": profile.strand.value,
    }
    made = _described(scorer, gene.gene_id, profile.contig, row)
    for name, values in zip(("RA", "RD"), profile.ref_profile, strict=True):
        column = int(values.argmax())
        made[f"{name}_MAX"] = _digits(float(values[column]))
        made[f"{name}_MAX_POS"] = profile.start + column + 1
    return made


def refusal(asked: Asked, words: str) -> Json:
    """Return what is said in place of an answer."""
    return {
        **dict(asked.echoed),
        "variant": asked.variant,
        "source": asked.tool,
        "error": words,
    }


def _reason(found: look_up_answers.Answer) -> str | None:
    """Return why there is no score; None where that API has words of its own."""
    reasons = found.table["skip_reason"].to_list()
    if found.skipped is None or variants.SkipReason.OUTSIDE_GENES in reasons:
        return None
    return str(reasons[0])


def _numbers(row: Mapping[str, object]) -> Json:
    """Return the numbers of a row."""
    numbers: Json = {}
    for label in sentences.TITLES:
        if f"DS_{label}" not in row:
            continue
        size = _text(row[f"DS_{label}"])
        # A loss of Pangolin's is negative.
        lost = label == "SL" and size != "0"
        numbers[f"DS_{label}"] = f"-{size}" if lost else size
        numbers[f"DP_{label}"] = row[f"DP_{label}"]
        prefix = label if label.startswith("S") else f"DS_{label}"
        numbers[f"{prefix}_REF"] = _text(row[f"REF_{label}"])
        numbers[f"{prefix}_ALT"] = _text(row[f"ALT_{label}"])
    return numbers


def _described(
    scorer: api.Scorer, name: str, contig: str, row: Mapping[str, object]
) -> Json:
    """Return what a transcript is, and its gene; or what the row says of a gene."""
    found = scorer.transcript(name, contig)
    if found is None:
        return {
            "g_name": row["gene"],
            "g_id": name,
            "t_id": name,
            "t_refseq_ids": [],
            "t_type": "",
            "t_priority": "N",
            "t_strand": row["strand"],
        }
    transcript, gene = found
    names = [transcript.partner, transcript.name]
    ensembl = next((each for each in names if each.startswith("ENST")), None)
    coding = transcript.coding
    return {
        "g_name": transcript.gene,
        "g_id": transcript.gene_id if gene is None else gene.gene_id,
        "t_id": ensembl or transcript.name,
        "t_refseq_ids": [each for each in names if each and each != ensembl],
        "t_type": "protein_coding" if coding else "non_coding",
        "t_priority": _PRIORITY[transcript.mane],
        "t_strand": transcript.strand.value,
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
