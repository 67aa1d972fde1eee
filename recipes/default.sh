#!/bin/sh
# Makes the default weights: sample, targets, train, far stage, calibrate, evaluate.
#
#   make train-default GENOME=GRCh37.fa
#
# Every part goes on where it was cut off; run it again until it is done. GENOME is one
# FASTA of GRCh37 or several in quotes (slices, with names such as 1:1-9876492, will do);
# VALIDATION and TEST are where chromosomes 2 and 20 are, if not there. WINDOWS may name
# further FASTAs whose records are labelled densely as they stand. LABELS may name MFASS's
# table, of training chromosomes only, and LABELLED a FASTA of GRCh38 that holds its
# variants: the card then has the probability that splicing is altered. MAP is a reference
# map of CI-SpliceAI whose genes the far stage learns from, if not the package's; of them
# those count that GENOME and VALIDATION have. Two processes on a core
# each are faster than one on both: start another with PART=pairs or PART=dense first.
# TRIAL=1 makes all of it small, to see that every step runs.
set -eu

: "${GENOME:?must name a FASTA of GRCh37}"
VALIDATION=${VALIDATION:-$GENOME}
TEST=${TEST:-$GENOME}
WINDOWS=${WINDOWS:-}
LABELS=${LABELS:-}
WORK=${WORK:-work/default}
MAP=${MAP:-}
PART=${PART:-all}
PAIRS=${PAIRS:-72000}
HELD_BACK=2000
TESTED=1500
SHORT=
if [ -n "${TRIAL:-}" ]; then
  PAIRS=120 HELD_BACK=400 TESTED=40
  SHORT='--steps 4 --evaluate-every 2 --evaluate-on 20'
fi
TWINSPLICE=${TWINSPLICE:-.venv/bin/twinsplice}
PYTHON=${PYTHON:-.venv/bin/python}
HERE=$(dirname "$0")
HELD='--exclude 2 --exclude 5 --exclude 7 --exclude 9 --exclude 20'
# What is learned from may be labelled in short products (docs/experiments); what is
# calibrated and evaluated on is not.
FAST='--precision bfloat16'
# A far stage reads 4,416 bases to either side, and targets keep 5,000. For what is
# learned from, the recipe reads them from GENOME.
NARROW='--context 1000'
mkdir -p "$WORK"

stem() { basename "$1" | sed 's/\.gz$//; s/\.fa\(sta\)\{0,1\}$//'; }

sampled() { # FASTA, VCF, options
  fasta=$1 vcf=$2
  shift 2
  [ -f "$vcf" ] || "$TWINSPLICE" sample -r "$fasta" -a grch37 "$@" -o "$vcf"
}

dense() {
  for fasta in $GENOME; do
    # shellcheck disable=SC2086
    "$TWINSPLICE" targets --profiles -r "$fasta" -a grch37 $HELD $FAST $NARROW \
      --mutate 1 --recombine 0.25 -o "$WORK/dense.$(stem "$fasta").zarr"
  done
  for fasta in $WINDOWS; do
    # shellcheck disable=SC2086
    "$TWINSPLICE" targets --profiles "$fasta" $HELD $FAST $NARROW --margin 4000 \
      -o "$WORK/dense.$(stem "$fasta").zarr"
  done
}

pairs() {
  # shellcheck disable=SC2086
  set -- $GENOME
  each=$((PAIRS / $#))
  for fasta in $GENOME; do
    name=$(stem "$fasta")
    # shellcheck disable=SC2086
    sampled "$fasta" "$WORK/$name.vcf" $HELD -n "$each" --per-gene 240 --seed 11 \
      --cluster 12 --cluster-reach 40 --acceptor 0.3 --donor 0.3 --exon 0.2 \
      --flank 0.12 --deep-intron 0.08
    # shellcheck disable=SC2086
    "$TWINSPLICE" targets "$WORK/$name.vcf" -r "$fasta" -a grch37 $FAST $NARROW \
      -o "$WORK/pairs.$name.zarr"
  done
  sampled "$VALIDATION" "$WORK/validation.vcf" --contigs 2 -n $HELD_BACK --seed 5
  # shellcheck disable=SC2086
  "$TWINSPLICE" targets "$WORK/validation.vcf" -r "$VALIDATION" -a grch37 \
    -o "$WORK/validation.zarr"
  sampled "$TEST" "$WORK/test.vcf" --contigs 20 -n $TESTED --per-gene 30 --seed 20
  # shellcheck disable=SC2086
  "$TWINSPLICE" targets "$WORK/test.vcf" -r "$TEST" -a grch37 -o "$WORK/test.zarr"
}

trained() { # NAME, options
  run=$WORK/$1
  shift
  [ -f "$run/weights.safetensors" ] && return
  resume=
  [ -f "$run/checkpoint.pt" ] && resume=--resume
  stores=
  for store in "$WORK"/dense.*.zarr "$WORK"/pairs.*.zarr "$WORK"/validation.zarr; do
    stores="$stores --targets $store"
  done
  # shellcheck disable=SC2086
  "$TWINSPLICE" train "$@" $stores $resume $SHORT -o "$run"
}

far() { # near weights
  set -- --near "$1" -a grch37 -o "$WORK/far" ${MAP:+--map "$MAP"} ${TRIAL:+--trial}
  for fasta in $GENOME $VALIDATION; do set -- "$@" -r "$fasta"; done
  for store in "$WORK"/pairs.*.zarr "$WORK"/validation.zarr; do set -- "$@" -t "$store"; done
  PYTHONPATH="$HERE/..${PYTHONPATH:+:$PYTHONPATH}" "$PYTHON" -m recipes.far_stage "$@"
}

case $PART in all | dense) dense ;; esac
case $PART in all | pairs) pairs ;; esac
[ "$PART" = all ] || exit 0
trained pretrain --config "$HERE/pretrain.toml"
trained finetune --config "$HERE/finetune.toml" --init-weights "$WORK/pretrain"
trained anchor --config "$HERE/anchor.toml" --init-weights "$WORK/finetune" \
  --weight-interpolation 0.3
# The near encoder stays as it is; what lies further away corrects how strong sites are.
far "$WORK/anchor"
"$TWINSPLICE" calibrate "$WORK/far" -t "$WORK/validation.zarr" \
  --methods temperature --methods intervals --methods probability \
  -o "$WORK/default.safetensors"
[ -z "$LABELS" ] || "$TWINSPLICE" calibrate "$WORK/default.safetensors" \
  --labels "$LABELS" --format mfass \
  -r "${LABELLED:?must name a FASTA of GRCh38 with the variants of LABELS}" -a grch38 \
  -o "$WORK/default.safetensors"
"$TWINSPLICE" evaluate "$WORK/default.safetensors" -t "$WORK/test.zarr" \
  --contigs 20 -o "$WORK/test.json"
"$TWINSPLICE" evaluate "$WORK/default.safetensors" -t "$WORK/test.zarr" \
  --contigs 20 --anchored map -o "$WORK/test.map.json"
echo "made $WORK/default.safetensors; tools/ship_default.py puts it into the package"
