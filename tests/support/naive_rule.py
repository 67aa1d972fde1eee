"""The rule from changes of sites to events a second time, without its classes."""

from twinsplice.effect import deltas, splice_events

KIND = splice_events.Kind
EXONS = [(0, 100), (300, 390), (1_600, 1_720), (1_800, 2_000)]
"""Four exons; the second intron is long, the third short."""
Told = tuple[str, float, int]
"""AG, AL, DG or DL; size; position."""


def change(told: Told) -> splice_events.SiteChange:
    """The change that is told of."""
    label, size, position = told
    site = deltas.Site.ACCEPTOR if label[0] == "A" else deltas.Site.DONOR
    return splice_events.SiteChange(
        site=site, gain=label[1] == "G", size=size, position=position
    )


def may_extend(gain: tuple[float, str, int]) -> bool:
    """Whether a gain in an intron may extend the exon on its side."""
    _, letter, place = gain
    before = max(end - 1 for _, end in EXONS[:-1] if end <= place)
    after = min(start for start, _ in EXONS[1:] if place < start)
    return (place - before if letter == "D" else after - place) <= 250


def events_of(told: list[Told]) -> set[tuple[object, ...]]:  # noqa: C901, PLR0912
    """The rule again, without its classes: what follows, and how large it is."""
    exons = range(len(EXONS))
    own = {("A", EXONS[n][0]): n for n in exons} | {
        ("D", EXONS[n][1] - 1): n for n in exons
    }
    inner = {site: n for site, n in own.items() if site not in (("A", 0), ("D", 1_999))}
    lost = {
        (label[0], inner[label[0], place]): size
        for label, size, place in told
        if label[1] == "L" and size >= 0.2 and (label[0], place) in inner
    }
    gains = [
        (size, label[0], place)
        for label, size, place in told
        if label[1] == "G" and size >= 0.02 and (label[0], place) not in own
    ]
    made: set[tuple[object, ...]] = set()
    while True:
        pairs = [
            (max(a[0], d[0]), min(a[0], d[0]), a, d)
            for a in gains
            for d in gains
            if (a[1], d[1]) == ("A", "D")
            and 25 <= d[2] + 1 - a[2] <= 500
            and max(a[0], d[0]) >= 0.2
            and any(EXONS[n][1] <= a[2] and d[2] < EXONS[n + 1][0] for n in exons[:-1])
            and min(a[0], d[0]) >= (0.05 if may_extend(max(a, d)) else 0.02)
        ]
        if not pairs:
            break
        size, _, a, d = max(pairs, key=lambda pair: pair[:2])
        before = sum(end <= a[2] for _, end in EXONS)
        made.add((KIND.PSEUDO_EXON, before, before, d[2] + 1 - a[2], size))
        gains = [gain for gain in gains if gain not in (a, d)]
    for size, letter, place in gains:
        near = [n for n in exons if EXONS[n][0] <= place < EXONS[n][1]]
        kind = KIND.EXON_SHORTENED if near else KIND.EXON_EXTENDED
        if not near and EXONS[0][0] <= place < EXONS[-1][1]:
            before = sum(end <= place for _, end in EXONS) - 1
            near = [before + (letter == "A")]
        if size < 0.2 or not near or (letter, near[0]) in {("A", 0), ("D", 3)}:
            continue
        (n,) = near
        bases = EXONS[n][0] - place if letter == "A" else place - EXONS[n][1] + 1
        if bases <= 250:
            made.add((kind, n + 1, n + 1, bases, size))
            if (letter, n) in lost:
                lost[letter, n] = lost[letter, n] - size
    lost = {site: size for site, size in lost.items() if size >= 0.2}
    for n in exons[:-1]:
        of = [lost.get(site, 0.0) for site in (("D", n), ("A", n + 1))]
        if min(of) > max(lost.get(site, 0.0) for site in (("A", n), ("D", n + 1))):
            bases = EXONS[n + 1][0] - EXONS[n][1]
            made.add((KIND.INTRON_RETAINED, n + 1, n + 1, bases, max(of)))
            del lost["D", n], lost["A", n + 1]
    for letter, n, first in (("D", 0, 0), ("A", 3, 2)):
        if (letter, n) in lost:
            bases = EXONS[first + 1][0] - EXONS[first][1]
            size = lost.pop((letter, n))
            made.add((KIND.INTRON_RETAINED, first + 1, first + 1, bases, size))
    # Two inner exons are left: together, or each by itself.
    of_exon = {n: max(lost.get((x, n), 0.0) for x in "AD") for n in (1, 2)}
    if min(of_exon.values()) > 0:
        made.add((KIND.EXON_SKIPPED, 2, 3, -210, max(of_exon.values())))
    else:
        for n, size in of_exon.items():
            if size:
                bases = EXONS[n][0] - EXONS[n][1]
                made.add((KIND.EXON_SKIPPED, n + 1, n + 1, bases, size))
    return made
