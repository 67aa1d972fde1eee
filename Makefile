# Needs only make and Python 3.11 or newer; everything else goes into .venv.

PYTHON ?= python3
# The official SpliceAI program needs Python 3.9 to 3.11 (TensorFlow 2.15).
OFFICIAL_PYTHON ?= $(PYTHON)
# FASTA with chromosome 20 of GRCh37, for `make bench`.
REFERENCE ?=
# More options of the benchmark, such as --large or --records 200.
BENCH ?=
# More options of the ablation, such as --quick --output work/try.
ABLATE ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
DATA := src/twinsplice/data
PINS := pyproject.toml constraints.txt

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup check format test demo bench bench-engine bench-training bench-table ablate clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.setup ## make .venv with everything the checks and tests use

# Stamps: pip runs again only when a pin or a dependency has changed.
$(VENV)/.setup: $(PINS) | $(VENV)/.made
	@echo "installing twinsplice and its tests' packages into $(VENV) (some minutes)"
	@$(PIP) install -c constraints.txt -e '.[test,train,spliceai,cispliceai]'
	@touch $(VENV)/.demo $@

$(VENV)/.demo: $(PINS) | $(VENV)/.made
	@echo "installing twinsplice and CI-SpliceAI's weights into $(VENV) (some minutes)"
	@$(PIP) install -c constraints.txt -e '.[cispliceai]'
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

check: setup ## format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## mend format and lint where that is safe
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup ## run the tests
	$(BIN)/python -m pytest

demo: $(VENV)/.demo ## score a bundled VCF of disease variants
	@mkdir -p demo
	$(BIN)/twinsplice score $(DATA)/demo.vcf --reference $(DATA)/demo.GRCh37.fa \
	  --annotation grch37 --distance 500 -o demo/demo.twinsplice.vcf
	@$(BIN)/python tools/show_demo.py demo/demo.twinsplice.vcf

bench: setup .bench/official/.ready ## measure against the official SpliceAI program
	$(BIN)/python -m benchmarks.score.run $(if $(REFERENCE),--reference $(REFERENCE)) $(BENCH)

bench-engine: setup ## measure the engine against the machine's peak
	$(BIN)/python -m benchmarks.engine.run

bench-training: setup ## measure making targets and training against the peak
	$(BIN)/python -m benchmarks.training.run

ablate: setup ## measure the write-up's models, its faults and ours side by side
	$(BIN)/twinsplice ablate $(ABLATE) --config benchmarks/ablation/published.toml

bench-table: setup ## write the READMEs' tables from results.json
	$(BIN)/python -m benchmarks.score.run --table

.bench/official/.ready: benchmarks/score/official.txt
	@echo "installing the official SpliceAI program into .bench/official (some minutes)"
	@$(OFFICIAL_PYTHON) -m venv .bench/official
	@.bench/official/bin/python -m pip --quiet --disable-pip-version-check install -r $<
	@touch $@

clean: ## remove what make made
	rm -rf $(VENV) .bench demo dist .mypy_cache .pytest_cache .ruff_cache \
	  .hypothesis .import_linter_cache
