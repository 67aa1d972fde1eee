"""Examples of the command line, for its help.

Each command is of one line: a wrapped one cannot be copied.
"""

import pathlib
import shlex

EXAMPLES = """Without files of your own: `twinsplice demo`. Files to try the rest on:
`twinsplice demo --to FOLDER`.

Examples (`-r` is `--reference`, `-a` is `--annotation`):

```
twinsplice score in.vcf.gz -r hg38.fa -a grch38 -o out.vcf.gz
twinsplice score in.vcf -r hg19.fa -a grch37 -d 500 --mask -o out.tsv
twinsplice score in.vcf -r hg19.fa -a grch37 --refine cispliceai -o out.vcf
twinsplice score in.vcf -r hg19.fa -a grch37 --refine cispliceai -o out.vcf --resume
bcftools view in.bcf chr17 | twinsplice score - -r hg38.fa -a genes.gtf.gz
twinsplice score chr17-43090943-C-T 'BRCA1:c.68_69del' -r hg38.fa -a grch38
```

In shards, on any machines:

```
twinsplice score in.vcf.gz -r hg38.fa -a grch38 --shard 1/2 -o 1.shard
twinsplice score in.vcf.gz -r hg38.fa -a grch38 --shard 2/2 -o 2.shard
twinsplice merge 1.shard 2.shard -o out.vcf.gz
```

A picture of a variant; every variant of a gene or region:

```
twinsplice plot chr17-43090943-C-T -r hg38.fa -a grch38 -o variant.png
twinsplice explain chr17-43090943-C-T -r hg38.fa -a grch38 -o logo.png
twinsplice consequences 'BRCA1:c.4185+1G>A' -r hg38.fa -a grch38
twinsplice consequences chr17-43090943-C-T 'BRCA1:c.5332+1G>A' -r hg38.fa -a grch38
twinsplice consequences in.vcf.gz -r hg38.fa -a grch38 -o effects.tsv
twinsplice scan BRCA1 -r hg38.fa -a grch38 -o brca1.tsv.gz --tracks brca1.bw
twinsplice scan chr17:43,090,900-43,091,000 -r hg38.fa -a grch38 --plot exon.png
```

The look-up page, at http://127.0.0.1:8080/:

```
twinsplice serve --demo
twinsplice serve -r hg38.fa -a grch38 --model twinsplice --model cispliceai
```

A map of the base model's reference, in one run or in shards:

```
twinsplice prepare -r hg38.fa -a grch38 -o map.parquet
twinsplice prepare -r hg38.fa -a grch38 --genes panel.txt -o panel.parquet
twinsplice prepare -r hg38.fa -a grch38 --shard 1/2 -o 1.parquet
twinsplice prepare -r hg38.fa -a grch38 --shard 2/2 -o 2.parquet
twinsplice merge 1.parquet 2.parquet -o map.parquet
```

A model of your own, from genes to scores:

```
twinsplice sample -r hg19.fa -a grch37 -n 20000 -o variants.vcf
twinsplice targets variants.vcf -r hg19.fa -a grch37 -o pairs.zarr
twinsplice train -t pairs.zarr -o run --init-from cispliceai
twinsplice evaluate run -t pairs.zarr --report report.html
twinsplice calibrate run -t pairs.zarr -o mine.safetensors
twinsplice score in.vcf -r hg19.fa -a grch37 --model mine.safetensors
```

Models compared with laboratory labels, on the sequences that were tested:

```
twinsplice evaluate run -l mfass.tsv --format mfass --sequences
twinsplice evaluate run -l labels.tsv --sequences --compare-with cispliceai
twinsplice evaluate run -l labels.tsv --sequences --report truth.html
```
"""


def of_command(name: str) -> str:
    """Return the examples of one command, for its help; empty if there are none."""
    lines = [line for line in EXAMPLES.splitlines() if f"twinsplice {name} " in line]
    if not lines:
        return ""
    # The text before the examples explains the short flags.
    return "\n".join(["Examples:", "", "```", *lines, "```", ""])


def after_demo(folder: pathlib.Path) -> str:
    """Return what to try on the demo's files."""
    files = f"-r {shlex.quote(str(folder / 'demo.GRCh37.fa'))} -a grch37"
    return (
        "to try next, on these files or your own:\n"
        f"  twinsplice score 17-41242960-C-T {files}\n"
        f"  twinsplice plot 17-41242960-C-T {files} -o variant.png\n"
    )
