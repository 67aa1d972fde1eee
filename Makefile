# Needs only make and Python 3.11 or newer; everything else goes into .venv.

PYTHON ?= python3
# The official SpliceAI program needs Python 3.9 to 3.11 (TensorFlow 2.15).
OFFICIAL_PYTHON ?= $(PYTHON)
# FASTA with chromosome 20 of GRCh37, for `make bench`.
REFERENCE ?=
# FASTA of GRCh37, for `make train-default`; see recipes/default.sh for more.
GENOME ?=
# More options of the benchmark, such as --records 200.
BENCH ?=
# Minutes of `make fuzz`, for all readers; more of its options, such as --readers vcf,gtf.
MINUTES ?= 10
FUZZ ?=
# More options of the ablation, such as --quick --output work/try.
ABLATE ?=
# More options of the kills, such as --kills 5.
FAULTS ?=
# A worker a core, each with one thread.
PYTEST ?= --numprocesses 2 --dist worksteal
# Arrays, rules and networks: where a law is broken, one of these fails.
QUICK := tests/genome tests/effect tests/stats tests/engine tests/models \
  tests/scoring tests/commands/test_score.py tests/io/vcf tests/test_demo.py

# Two processes on a core each take less time than one on two. These rows take half of it.
ABLATE_HALF := v2 v2-10x cnn cnn-quantile cnn-scaled cnn-temperature cnn-multitask
ABLATE_REST := single-pass v2-faults cnn-faults ours ours-10x ours-scratch \
  ours-scratch-10x fault-strand fault-softmax fault-indels

VENV := .venv
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip $(FLAGS)
# Nothing is installed but what a lock names, with the hash it names.
FLAGS := --quiet --disable-pip-version-check
LOCKED := --no-deps --require-hashes -r requirements
OURS := --no-deps --no-index --no-build-isolation
LOCKS := pyproject.toml $(wildcard requirements/*.txt)
TOOLS := .bench/tools

PUBLISHED = $(BIN)/python -m benchmarks.ablation $(ABLATE) --config benchmarks/ablation/published.toml

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup check format test test-laws test-quick fuzz demo train-default bench bench-overhead bench-engine \
  bench-training bench-table ablate faults docs notebooks lock sbom wheel wheel-test clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.setup ## make .venv with everything the checks and tests use

# What a lock names, by a Python: $(call install,PYTHON,LOCK). A build of PyTorch on the disk
# (PIP_FIND_LINKS) comes before the registry's; one that is not for CPUs alone needs more.
define install
@$(1) -m pip $(FLAGS) install --no-index $(LOCKED)/torch.txt >/dev/null 2>&1 || true
@$(1) -m pip $(FLAGS) install $(LOCKED)/$(2).txt
@$(1) -c 'import importlib.metadata as m, sys; sys.exit(m.version("torch").endswith("+cpu"))' || exit 0; \
  $(1) -m pip $(FLAGS) install $(LOCKED)/cuda.txt
endef

# Stamps: pip runs again only when a lock or a dependency has changed.
$(VENV)/.setup: $(LOCKS) | $(VENV)/.made
	@echo "installing twinsplice and its tests' packages into $(VENV) (some minutes)"
	$(call install,$(BIN)/python,setup)
	@$(PIP) install $(OURS) -e .
	@touch $(VENV)/.demo $@

$(VENV)/.demo: $(LOCKS) | $(VENV)/.made
	@echo "installing twinsplice into $(VENV) (some minutes)"
	$(call install,$(BIN)/python,demo)
	@$(PIP) install $(OURS) -e .
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

check: setup ## format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers auto
	$(BIN)/lint-imports

format: setup ## mend format and lint where that is safe
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup ## run the tests (some minutes on two cores)
	$(BIN)/python -m pytest $(PYTEST)

test-laws: setup ## run the laws on other random examples than `make test` does
	$(BIN)/python -m pytest $(PYTEST) --hypothesis-profile twinsplice \
	  $$(grep -rl --include='test_*.py' '^@given' tests)

test-quick: setup ## run a choice of tests that finds a broken law (under a minute)
	$(BIN)/python -m pytest $(PYTEST) -m "not slow" --hypothesis-profile quick $(QUICK)

fuzz: $(VENV)/.fuzz ## fuzz every reader for MINUTES=10 in all, guided by coverage
	$(BIN)/python -m tools.fuzz.run --minutes $(MINUTES) $(FUZZ)

$(VENV)/.fuzz: $(VENV)/.setup
	@echo "installing what fuzzes into $(VENV)"
	@$(PIP) install -c constraints.txt -e '.[fuzz]'
	@touch $@

demo: $(VENV)/.demo ## score bundled disease variants
	@$(BIN)/twinsplice demo --to demo

train-default: setup ## make the default weights anew (hours; resumes)
	GENOME='$(GENOME)' recipes/default.sh

bench: setup .bench/official/.ready .bench/openspliceai/.ready ## measure against SpliceAI's and OpenSpliceAI's programs
	$(BIN)/python -m benchmarks.score.run $(if $(REFERENCE),--reference $(REFERENCE)) $(BENCH)

bench-overhead: setup ## measure the work outside the networks, at most 80 µs a variant
	$(BIN)/python -m benchmarks.score.overhead $(if $(REFERENCE),--reference $(REFERENCE))

bench-engine: setup ## measure the engine against the machine's peak
	$(BIN)/python -m benchmarks.engine.run

bench-training: setup ## measure making targets and training against the peak
	$(BIN)/python -m benchmarks.training.run

ablate: setup ## measure the write-up's models, its faults and ours side by side
	@for rows in "$(addprefix --rows ,$(ABLATE_HALF))" "$(addprefix --rows ,$(ABLATE_REST))"; do \
	  OMP_NUM_THREADS=1 $(PUBLISHED) --threads 1 --quiet $$rows >/dev/null & \
	done; wait
	$(PUBLISHED)

faults: setup ## kill commands at random moments, go on, and compare (FAULTS='--kills 5')
	$(BIN)/python -m benchmarks.faults.kills $(FAULTS)

bench-table: setup ## write the READMEs' tables from results.json
	$(BIN)/python -m benchmarks.score.run --table
	$(BIN)/python -m benchmarks.accuracy.table
	$(BIN)/python -m benchmarks.ablation.table
	$(BIN)/python -m benchmarks.truth.run --table

.bench/official/.ready: benchmarks/score/official.txt
	@echo "installing the official SpliceAI program into .bench/official (some minutes)"
	@$(OFFICIAL_PYTHON) -m venv .bench/official
	@.bench/official/bin/python -m pip --quiet --disable-pip-version-check install -r $<
	@touch $@

.bench/openspliceai/.ready: benchmarks/score/openspliceai.txt
	@echo "installing OpenSpliceAI's program into .bench/openspliceai (some minutes)"
	@$(PYTHON) -m venv .bench/openspliceai
	$(call install,.bench/openspliceai/bin/python,torch)
	@.bench/openspliceai/bin/python -m pip --quiet --disable-pip-version-check install -r $<
	@touch $@

docs: setup ## build the documentation into site/, strictly
	$(BIN)/python -m tools.site.build

lock: $(TOOLS)/.ready ## write requirements/*.txt anew from pyproject.toml and constraints.txt
	$(TOOLS)/bin/python -m tools.lock

sbom: setup $(TOOLS)/.ready ## list what is installed, as CycloneDX and by licence, in sbom/
	@mkdir -p sbom
	$(TOOLS)/bin/python -m tools.sbom $(BIN)/python sbom

wheel: $(VENV)/.demo ## build the sdist, and the wheel from it, into dist/
	@rm -rf dist
	@$(BIN)/python -m hatchling build -t sdist -d dist
	@$(PIP) wheel $(OURS) -w dist dist/*.tar.gz

wheel-test: wheel ## install the wheel into an empty environment and run the demo from there
	@rm -rf .bench/wheel
	@$(PYTHON) -m venv .bench/wheel
	$(call install,.bench/wheel/bin/python,demo)
	@.bench/wheel/bin/python -m pip $(FLAGS) install --no-deps --no-index dist/*.whl
	@.bench/wheel/bin/python -m pip $(FLAGS) check
	@cd .bench/wheel && bin/twinsplice demo
	@rm -rf .bench/wheel

$(TOOLS)/.ready: requirements/tools.txt
	@echo "installing uv and cyclonedx-bom into $(TOOLS)"
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip $(FLAGS) install $(LOCKED)/tools.txt
	@touch $@

notebooks: setup ## run the documentation's notebooks anew
	$(BIN)/python -m tools.site.notebooks

clean: ## remove what make made
	rm -rf $(VENV) .bench .fuzz demo dist sbom site .mypy_cache .pytest_cache .ruff_cache \
	  .hypothesis .import_linter_cache
