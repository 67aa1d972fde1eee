"""Measure the memory of `twinsplice score` on many clustered variants.

    python -m benchmarks.score.memory [--model spliceai] [--records 100000]

Run from the repository's root after `make bench`, which brings the reference and the
gene table. What is found goes into memory.json, one entry a model, and the READMEs.
"""

import argparse
import dataclasses
import json
import shlex

from benchmarks import pages
from benchmarks.score import programs, run, table, workloads

COMMANDS = {"default": programs.default_command, "spliceai": programs.our_command}


def main() -> None:
    """Read the command line, measure, keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=COMMANDS, default="default")
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    reference = run.prepare_reference(None)
    vcf = run.WORK / f"memory.{options.model}.vcf"
    genes = workloads.read_genes(programs.gene_table())
    contig = workloads.read_contig(reference)
    workloads.write(vcf, workloads.clustered(genes, contig, options.records))
    files = programs.Files(reference=reference)
    words = COMMANDS[options.model](vcf, vcf.with_suffix(".scored.vcf"), files)
    words += ["--device", "cpu"]
    measured = programs.measure(words, vcf.with_suffix(".log"))
    entries = table.read(table.MEMORY)
    entries[options.model] = {
        "records": options.records,
        "command": shlex.join(words),
        **dataclasses.asdict(measured),
        "commit": run.commit(),
    }
    text = json.dumps(entries, indent=2, sort_keys=True)
    table.MEMORY.write_text(text + "\n", encoding="utf-8")
    pages.write(table.NAME, table.texts())


if __name__ == "__main__":
    main()
