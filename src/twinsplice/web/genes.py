"""What a variant does in one gene, as JSON: numbers, transcripts, profiles."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Float32, Float64

from twinsplice.effect import deltas
from twinsplice.genome import dna, transcripts
from twinsplice.report import consequence_words
from twinsplice.scoring.one_variant import consequences, variant_profiles
from twinsplice.web import schemas
from twinsplice.web.words import sentences

Row = Mapping[str, object]
Inserted = Float32[np.ndarray, "2 inserted"] | None
NOTED = 0.01
"""Least change at a base that is listed."""
_DECIMALS = 4
_MANE = {
    transcripts.Mane.SELECT: "MANE Select",
    transcripts.Mane.PLUS_CLINICAL: "MANE Plus Clinical",
}


def scores(
    row: Row, profile: variant_profiles.VariantProfile | None, *, mask: bool
) -> schemas.GeneScores:
    """Return the numbers of a row of a table, digit by digit.

    Args:
        row: The row.
        profile: Its profile, where there is one.
        mask: Whether changes were left out.
    """
    return schemas.GeneScores(
        gene=str(row["gene"]),
        gene_id=str(row["gene_id"]),
        strand="-" if row["strand"] == "-" else "+",
        max_delta=_number(row["max_delta"]) or 0.0,
        changes=list(_changes(row, profile if mask else None)),
    )


def _changes(
    row: Row, masked: variant_profiles.VariantProfile | None
) -> Iterator[schemas.Change]:
    for label, title in sentences.TITLES.items():
        if f"DS_{label}" not in row:
            continue
        size = _number(row[f"DS_{label}"]) or 0.0
        yield schemas.Change.model_validate(
            {
                "kind": label,
                "title": title,
                "size": size,
                "low": _number(row.get(f"PI_LOW_{label}")),
                "high": _number(row.get(f"PI_HIGH_{label}")),
                "position": row[f"POS_{label}"],
                "relative": row[f"DP_{label}"],
                "ref": _number(row[f"REF_{label}"]) or 0.0,
                "alt": _number(row[f"ALT_{label}"]) or 0.0,
                "masked": masked is not None and _is_masked(masked, label, size),
            }
        )


def _is_masked(
    profile: variant_profiles.VariantProfile, label: str, size: float
) -> bool:
    """Whether a larger change of a kind was left out."""
    kind = next(kind for kind in deltas.SITE_KINDS if kind.label == label)
    (row,) = kind.rows
    delta = profile.alt_profile[row] - profile.ref_profile[row]
    largest = float((delta if kind.gain else -delta).max(initial=0))
    return largest >= max(NOTED, size + NOTED)


def answer(
    row: Row,
    of: consequences.VariantConsequences | None,
    inserted: Inserted,
    *,
    mask: bool,
) -> schemas.GeneAnswer:
    """Return all that is known of a variant in a gene.

    Args:
        row: Its row of the table.
        of: What follows from its profile, where there is one.
        inserted: Probabilities of sites at inserted bases, where there are any.
        mask: Whether changes were left out.
    """
    profile = None if of is None else of.profile
    numbers = scores(row, profile, mask=mask)
    p_base, p_altered = _number(row.get("P_BASE_0.2")), _number(row.get("P_ALTERED"))
    return schemas.GeneAnswer(
        **dict(numbers),
        transcript=_text(row["transcript"]),
        hgvs_c=_text(row["hgvs_c"]),
        exon_inclusion=_number(row.get("EXON_INCLUSION")),
        p_altered=p_altered,
        p_base=p_base,
        sentence=sentences.of_gene(numbers, p_altered),
        transcripts=[] if of is None else [*map(_transcript, *_each(of))],
        profile=None if profile is None else _profile(profile, inserted),
        positions=[] if profile is None else _positions(profile, inserted),
    )


def _each(
    of: consequences.VariantConsequences,
) -> tuple[
    Sequence[consequences.TranscriptConsequences],
    Sequence[variant_profiles.VariantProfile],
]:
    return of.members, [of.profile] * len(of.members)


def _transcript(
    member: consequences.TranscriptConsequences,
    profile: variant_profiles.VariantProfile,
) -> schemas.TranscriptAnswer:
    transcript = member.transcript
    sentence = "; ".join(consequence_words.lines(member))
    rows = [row for row in consequences.rows(profile, [member]) if "event" in row]
    return schemas.TranscriptAnswer(
        transcript=transcript.name,
        mane=_MANE.get(transcript.mane),
        exons=member.exons,
        coding=transcript.coding is not None,
        sentence=sentences.capital(sentence),
        blocks=_blocks(transcript, profile),
        events=[
            _event(row, each, member.exons)
            for row, each in zip(rows, member.consequences, strict=True)
        ],
    )


def _event(row: Row, of: consequences.Consequence, exons: int) -> schemas.Event:
    words = consequence_words.event(of.event, exons)
    protein = consequence_words.protein(of.protein)
    copied = (
        *("event", "exon", "last_exon", "exons", "bases", "partial", "protein"),
        *("amino_acids", "stop", "premature_stop", "nmd"),
        *("acceptor_pos", "donor_pos", "annotated"),
    )
    return schemas.Event.model_validate(
        {name: row[name] for name in copied}
        | {"words": f"{words}; {protein}", "size": round(of.event.size, _DECIMALS)}
    )


def _blocks(
    transcript: transcripts.Transcript, profile: variant_profiles.VariantProfile
) -> schemas.Blocks:
    """Return the exons in the window, and one more on each side."""
    first, end = profile.start, profile.start + profile.ref_profile.shape[1]
    inside = np.flatnonzero((transcript.starts < end) & (first < transcript.ends))
    if len(inside):
        low, high = int(inside[0]) - 1, int(inside[-1]) + 1
    else:
        high = int(np.searchsorted(transcript.starts, end))
        low = high - 1
    rows = range(max(low, 0), min(high + 1, len(transcript.starts)))
    coding = transcript.coding
    count = len(transcript.starts)
    return schemas.Blocks(
        first=count - rows[0] if transcript.minus else rows[0] + 1,
        exons=[
            (int(transcript.starts[row]) + 1, int(transcript.ends[row])) for row in rows
        ],
        cds=None if coding is None else (coding[0] + 1, coding[1]),
    )


def _profile(
    profile: variant_profiles.VariantProfile, inserted: Inserted
) -> schemas.Profile:
    deleted = _deleted(profile)
    ref, alt = _rounded(profile.ref_profile), _rounded(profile.alt_profile)
    gone = None if deleted is None else slice(*(x - profile.start for x in deleted))
    return schemas.Profile(
        start=profile.start + 1,
        sequence=profile.sequence,
        ref=_sites(ref, None),
        alt=_sites(alt, gone),
        inserted=_inserted(profile, inserted),
        deleted=None if deleted is None else (deleted[0] + 1, deleted[1]),
    )


def _sites(values: np.ndarray, gone: slice | None) -> schemas.Sites:
    listed: list[list[float | None]] = values.tolist()
    if gone is not None:
        for row in listed:
            places = range(len(row))[gone]
            row[gone] = [None] * len(places)
    return schemas.Sites(
        acceptor=listed[deltas.Site.ACCEPTOR], donor=listed[deltas.Site.DONOR]
    )


def _deleted(profile: variant_profiles.VariantProfile) -> tuple[int, int] | None:
    """Return the bases that the alternate lacks (0-based, half-open), if any."""
    query = profile.query
    if query is None:
        return None
    change = query.windows.change
    paired = min(int(change.ref.length[0]), int(change.alt.length[0]))
    start, end = int(change.start[0]) + paired, int(change.end[0])
    end = min(end, profile.start + profile.ref_profile.shape[1])
    return (start, end) if start < end else None


def _new_bases(profile: variant_profiles.VariantProfile) -> tuple[int, str]:
    """Return the base after which bases are inserted (from 1), and these."""
    query = profile.query
    if query is None:
        return 0, ""
    change = query.windows.change
    paired = min(int(change.ref.length[0]), int(change.alt.length[0]))
    bases = dna.decode(change.alt.row(0)[paired:])
    return int(change.start[0]) + paired, bases


def _inserted(
    profile: variant_profiles.VariantProfile, inserted: Inserted
) -> schemas.Inserted | None:
    after, bases = _new_bases(profile)
    if not bases:
        return None
    unknown: list[list[float | None]] = [[None] * len(bases)] * 2
    told = unknown if inserted is None else _rounded(inserted).tolist()
    return schemas.Inserted(after=after, bases=bases, acceptor=told[0], donor=told[1])


def _positions(
    profile: variant_profiles.VariantProfile, inserted: Inserted
) -> list[schemas.Position]:
    """Return every base at which a site changes, the largest change first."""
    delta = profile.alt_profile - profile.ref_profile
    rows, columns = (each.tolist() for each in np.nonzero(np.abs(delta) >= NOTED))
    ref, alt = _rounded(profile.ref_profile), _rounded(profile.alt_profile)
    sites = _annotated(profile)
    listed = [
        schemas.Position(
            position=profile.start + column + 1,
            relative=profile.start + column - profile.position,
            base=profile.sequence[column],
            site="donor" if row == deltas.Site.DONOR else "acceptor",
            ref=float(ref[row, column]),
            alt=float(alt[row, column]),
            delta=round(float(delta[row, column]), _DECIMALS) + 0.0,
            annotated=profile.start + column in sites[row],
        )
        for row, column in zip(rows, columns, strict=True)
    ]
    if inserted is not None:
        listed += _new_positions(profile, inserted)
    return sorted(listed, key=lambda each: -abs(each.delta))


def _new_positions(
    profile: variant_profiles.VariantProfile, inserted: Float32[np.ndarray, "2 _"]
) -> Iterator[schemas.Position]:
    """Yield the inserted bases that are sites; each is at the base it comes after."""
    after, bases = _new_bases(profile)
    told = _rounded(inserted)
    for row, column in zip(*np.nonzero(told >= NOTED), strict=True):
        yield schemas.Position(
            position=after,
            relative=after - 1 - profile.position,
            base=bases[column],
            site="donor" if row == deltas.Site.DONOR else "acceptor",
            ref=0.0,
            alt=float(told[row, column]),
            delta=float(told[row, column]),
            annotated=False,
            inserted=int(column) + 1,
        )


def _annotated(
    profile: variant_profiles.VariantProfile,
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the gene's acceptors and donors (0-based)."""
    gene = profile.gene
    if gene is None:
        return frozenset(), frozenset()
    return frozenset(gene.acceptors.tolist()), frozenset(gene.donors.tolist())


def _rounded(values: Float32[np.ndarray, "2 _"]) -> Float64[np.ndarray, "2 _"]:
    """Return probabilities as they are printed; zero has no sign."""
    return np.round(values.astype(np.float64), _DECIMALS) + 0.0


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
