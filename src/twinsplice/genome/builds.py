"""The two builds of the human genome: lengths and accessions of their chromosomes.

Source: Genome Reference Consortium, GRCh37 (GCF_000001405.25) and GRCh38
(GCF_000001405.40).
"""

import enum
import re
from collections.abc import Mapping

from twinsplice.genome import coordinates, whole_numbers


class Build(enum.StrEnum):
    """A build of the human genome; the value is the name of the package's tables."""

    GRCH37 = "grch37"
    GRCH38 = "grch38"

    @property
    def label(self) -> str:
        """Its name in print."""
        return "GRCh" + self.value[-2:]

    @property
    def other(self) -> "Build":
        """The other build."""
        return Build.GRCH38 if self is Build.GRCH37 else Build.GRCH37


NAMES = (*map(str, range(1, 23)), "X", "Y")
"""The chromosomes, in the order of `LENGTHS`."""
LENGTHS: Mapping[Build, tuple[int, ...]] = {
    Build.GRCH37: (
        *(249_250_621, 243_199_373, 198_022_430, 191_154_276, 180_915_260),
        *(171_115_067, 159_138_663, 146_364_022, 141_213_431, 135_534_747),
        *(135_006_516, 133_851_895, 115_169_878, 107_349_540, 102_531_392),
        *(90_354_753, 81_195_210, 78_077_248, 59_128_983, 63_025_520),
        *(48_129_895, 51_304_566, 155_270_560, 59_373_566),
    ),
    Build.GRCH38: (
        *(248_956_422, 242_193_529, 198_295_559, 190_214_555, 181_538_259),
        *(170_805_979, 159_345_973, 145_138_636, 138_394_717, 133_797_422),
        *(135_086_622, 133_275_309, 114_364_328, 107_043_718, 101_991_189),
        *(90_338_345, 83_257_441, 80_373_285, 58_617_616, 64_444_167),
        *(46_709_983, 50_818_468, 156_040_895, 57_227_415),
    ),
}
"""Lengths of the chromosomes (bp)."""
_VERSIONS = (
    *(10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10),
    *(8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9),
)
"""Versions of the chromosomes' RefSeq accessions on GRCh37; one more on GRCh38."""
_ACCESSION = re.compile(r"NC_0000(\d\d)\.(\d+)")
# NC_001807 is an older mitochondrion, which hg19 had at first.
_MITOCHONDRION = re.compile(r"NC_(?:012920|001807)\.\d+")


ALIASES: Mapping[str, Build] = {
    **{build.value: build for build in Build},
    "hg19": Build.GRCH37,
    "b37": Build.GRCH37,
    "hg38": Build.GRCH38,
    "b38": Build.GRCH38,
}
"""Builds by their names in lower case."""


def named(name: str) -> Build | None:
    """Return the build of a name, such as GRCh38 or hg38, in any case."""
    return ALIASES.get(name.lower())


def accession(build: Build, contig: str) -> str | None:
    """Return the RefSeq accession of a chromosome, by any of its names."""
    name = coordinates.canonical_contig(contig)
    if name == "MT":
        return "NC_012920.1"
    if name not in NAMES:
        return None
    number = NAMES.index(name)
    version = _VERSIONS[number] + (build is Build.GRCH38)
    return f"NC_{number + 1:06d}.{version}"


def of_accession(name: str) -> Build | None:
    """Return the build that a chromosome's RefSeq accession belongs to, if known."""
    found = _ACCESSION.fullmatch(name)
    if not found or not 1 <= whole_numbers.parse(found[1]) <= len(NAMES):
        return None
    newer = whole_numbers.parse(found[2]) - _VERSIONS[whole_numbers.parse(found[1]) - 1]
    return {0: Build.GRCH37, 1: Build.GRCH38}.get(newer)


def own_version(build: Build, name: str) -> str | None:
    """Return a build's accession of the chromosome that another version names.

    Args:
        build: The build.
        name: What may be a chromosome's accession with a version, of any build.

    Returns:
        The accession; None if `name` is of the build, or no such accession.
    """
    own = None
    if _MITOCHONDRION.fullmatch(name):
        own = accession(build, "MT")
    elif _ACCESSION.fullmatch(name):
        own = accession(build, name)
    return None if own == name else own


def of_lengths(lengths: Mapping[str, int]) -> Build | None:
    """Return the build that contigs belong to by their lengths, if any tells.

    Args:
        lengths: Lengths of contigs (bp), by any of their names.
    """
    chromosomes = {length for build in Build for length in LENGTHS[build]}
    # A look at the length is quick, and files may have a million contigs.
    found = {
        (coordinates.canonical_contig(contig), length)
        for contig, length in lengths.items()
        if length in chromosomes
    }
    for build in Build:
        if not found.isdisjoint(zip(NAMES, LENGTHS[build], strict=True)):
            return build
    return None
