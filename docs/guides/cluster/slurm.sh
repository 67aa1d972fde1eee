#!/usr/bin/env bash
# Score INPUT in shards, one a job of an array, and merge them:
#
#     sbatch --wait --array=1-100 --cpus-per-task=2 --mem=8G slurm.sh cohort.vcf.gz hg38.fa grch38 parts
#     twinsplice merge parts/*.shard -o cohort.scored.vcf.gz
#
# A job that was stopped goes on where it was when the array is submitted again.
set -euo pipefail
input=$1 reference=$2 annotation=$3 parts=$4

mkdir -p "$parts"
output=$parts/$SLURM_ARRAY_TASK_ID.shard
[ -e "$output" ] || twinsplice score "$input" --reference "$reference" --annotation "$annotation" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --threads "${SLURM_CPUS_PER_TASK:-1}" --output "$output"
