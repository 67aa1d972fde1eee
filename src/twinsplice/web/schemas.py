"""The JSON of the API; positions are counted from 1, on the plus strand."""

from typing import Annotated, Literal

import pydantic

Kind = Literal["AG", "AL", "DG", "DL", "SG", "SL"]
Probability = float | None


class Form(pydantic.BaseModel):
    """What all have in common."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Refusal(Form):
    """Why there is no answer.

    Attributes:
        error: The rule, what came, the remedy.
        reason: The same in a word.
        guesses: What may have been meant, to be asked for as it is.
        elsewhere: Builds that are open here and have the variant.
    """

    error: str
    reason: str
    guesses: list[str] = []
    elsewhere: list[str] = []


class LookupRefusal(Form):
    """Why there is no answer in the form of SpliceAI-lookup, in its words."""

    error: str
    source: str


class BuildAbout(Form):
    """A genome that can be asked."""

    name: str
    annotation: str
    demo: bool


class ModelAbout(Form):
    """A model that can be asked."""

    name: str
    title: str
    licence: str
    url: str
    default: bool
    intervals: bool


class Limits(Form):
    """What may be asked at once."""

    distance: int
    scan_bases: int
    variants: int
    body_bytes: int


class Defaults(Form):
    """What is taken where nothing is said."""

    distance: int
    mask: bool
    threshold: float


class Example(Form):
    """Something to try."""

    text: str
    build: str
    says: str


class About(Form):
    """What this server is."""

    version: str
    program: str
    builds: list[BuildAbout]
    models: list[ModelAbout]
    limits: Limits
    defaults: Defaults
    examples: list[Example]
    demo: bool


class Query(Form):
    """What was asked."""

    variant: str
    build: str
    model: str
    distance: int
    mask: bool


class Variant(Form):
    """The variant as it was understood."""

    contig: str
    position: int
    ref: str
    alt: str
    name: str
    note: str | None


class Change(Form):
    """The largest change of a kind."""

    kind: Kind
    title: str
    size: float
    low: float | None
    high: float | None
    position: int
    relative: int
    ref: float
    alt: float
    masked: bool


class Event(Form):
    """What happens to a transcript."""

    event: str
    words: str
    exon: int
    last_exon: int
    exons: int
    bases: int
    size: float
    partial: bool
    protein: str
    amino_acids: int | None
    stop: int | None
    premature_stop: bool
    nmd: bool
    acceptor_pos: int | None
    donor_pos: int | None
    annotated: bool


class Blocks(Form):
    """Where a transcript's exons lie, near the variant.

    Attributes:
        exons: First and last base of each, ascending.
        first: Number of the first of them, as transcribed; of a gene on the minus
            strand numbers fall from there.
        cds: First and last base of the coding sequence.
    """

    exons: list[tuple[int, int]]
    first: int
    cds: tuple[int, int] | None


class TranscriptAnswer(Form):
    """What the variant does to a transcript."""

    transcript: str
    mane: str | None
    exons: int
    coding: bool
    sentence: str
    blocks: Blocks
    events: list[Event]


class Sites(Form):
    """Probabilities of sites, base by base."""

    acceptor: list[Probability]
    donor: list[Probability]


class Inserted(Form):
    """Bases that the variant inserts, along the plus strand."""

    after: int
    bases: str
    acceptor: list[Probability]
    donor: list[Probability]


class Profile(Form):
    """What the model sees before and after the variant."""

    start: int
    sequence: str
    ref: Sites
    alt: Sites
    inserted: Inserted | None
    deleted: tuple[int, int] | None


class Position(Form):
    """A base at which something changes."""

    position: int
    relative: int
    base: str
    site: Literal["acceptor", "donor"]
    ref: float
    alt: float
    delta: float
    annotated: bool
    inserted: int | None = None


class GeneScores(Form):
    """The numbers of one gene."""

    gene: str
    gene_id: str
    strand: Literal["+", "-"]
    max_delta: float
    changes: list[Change]


class GeneAnswer(GeneScores):
    """What the variant does in a gene."""

    transcript: str | None
    hgvs_c: str | None
    exon_inclusion: float | None
    p_altered: float | None
    p_base: float | None
    sentence: str
    transcripts: list[TranscriptAnswer]
    profile: Profile | None
    positions: list[Position]


class VariantAnswer(Form):
    """What a model says of a variant."""

    query: Query
    variant: Variant
    model: ModelAbout
    genes: list[GeneAnswer]
    skip_reason: str | None = None
    skip_words: str | None = None
    guesses: list[str] = []
    elsewhere: list[str] = []
    text: str


class ModelScores(Form):
    """The numbers of one model, or why there are none."""

    model: ModelAbout
    genes: list[GeneScores]
    error: str | None


class Scores(Form):
    """The numbers of several models."""

    models: list[ModelScores]


class Letters(Form):
    """A number for each base that may be put in; none for the base itself."""

    A: list[Probability]
    C: list[Probability]
    G: list[Probability]
    T: list[Probability]


class Scan(Form):
    """The largest changes by every substitution of a region."""

    contig: str
    start: int
    end: int
    sequence: str
    gene: str | None
    strand: str | None
    gain: Letters
    loss: Letters


Cell = str | int | float | bool | None


class Batch(Form):
    """A list or VCF that is being scored."""

    id: Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{32}$")]
    state: Literal["waiting", "running", "done", "failed"]
    done: int = 0
    total: int | None = None
    rate: float | None = None
    error: str | None = None
    columns: list[str] = []
    rows: list[list[Cell]] = []
