"""Make the table of LRG transcripts from the GTF files of the LRG records.

    python -m tools.build_lrg_transcripts FOLDER src/twinsplice/data

FOLDER holds LRG.GRCh37.gtf.gz and LRG.GRCh38.gtf.gz, whose transcripts have the
attributes `lrg_transcript` and `transcript_id`.
"""

import argparse
import gzip
import pathlib
import re

_FILES = ("LRG.GRCh37.gtf.gz", "LRG.GRCh38.gtf.gz")
_ROW = re.compile(r'transcript_id "([^"]+)".* lrg_transcript "([^"]+)"')


def rows(folder: pathlib.Path) -> list[tuple[str, str]]:
    """Return LRG transcripts and RefSeq's accessions of them, by number."""
    found = {}
    for name in _FILES:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = _ROW.search(line) if "\ttranscript\t" in line else None
                if row is not None:
                    found[row[2]] = row[1]
    return sorted(found.items(), key=lambda row: _number(row[0]))


def _number(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name)))


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    made = ["lrg\ttranscript", *("\t".join(row) for row in rows(options.folder))]
    path = options.out / "lrg_transcripts.tsv"
    path.write_text("".join(f"{line}\n" for line in made), encoding="utf-8")


if __name__ == "__main__":
    main()
