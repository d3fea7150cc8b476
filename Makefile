# The commands of this repository. `make` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The versions that CI tests. Others in pyproject.toml's ranges: make CONSTRAINTS= demo
CONSTRAINTS ?= constraints.txt
# PyTorch without CUDA, from its publisher. TORCH= takes what pip finds instead, for machines that cannot reach it. So
# does make by itself where pip is configured with wheels of its own (find-links, or an index on this machine).
TORCH ?= $(if $(shell $(PYTHON) -m pip config list 2>/dev/null | grep -E 'find-links|file://'),,constraints-cpu.txt)
PIP := $(BIN)/python -m pip install --progress-bar off $(if $(CONSTRAINTS),-c $(CONSTRAINTS) $(if $(TORCH),-c $(TORCH)))

PYTEST := $(BIN)/python -m pytest
PARALLEL := -n 2 --dist loadfile
SLOW := tests/sandbox tests/cli tests/system tests/fuzz

.DEFAULT_GOAL := help
.PHONY: help demo test check docs verify costs repeat bench bench-cluster bench-peers bench-pages bench-copies bench-accuracy soak fuzz clean

help:  ## List these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.installed  ## Install, make the sample class, grade it and say where its report is
	$(BIN)/python examples/make.py
	$(BIN)/autograder grade examples/submitted --data examples/data --out out --allow-sandbox C
	@echo "open $(CURDIR)/out/index.html in a browser"

unit: $(VENV)/.developer  ## The tests of what starts no process: half a minute
	$(PYTEST) $(PARALLEL) tests/unit

lint: $(VENV)/.developer  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/mypy

test: coverage  ## All tests: the unit tests, then those that start processes, then those that run alone
	$(PYTEST) $(PARALLEL) --no-loadscope-reorder -m "not alone" $(SLOW)
	$(PYTEST) -m alone $(SLOW)

coverage: $(VENV)/.developer  ## The unit tests, and which branches of the pure packages they run
	$(PYTEST) $(PARALLEL) tests/unit --cov --cov-report=term:skip-covered

check: lint verify  ## Lint, types, and the graders' own proof

verify: $(VENV)/.installed  ## Prove the graders by answers whose marks are known
	$(BIN)/autograder verify

costs: $(VENV)/.developer  ## Seconds per submission of each assignment of the sample class
	$(BIN)/python examples/make.py
	$(BIN)/python tests/bench/costs.py

repeat: $(VENV)/.developer  ## The sample class 20 times with other seeds, threads and hash seeds: the same marks
	$(BIN)/python examples/make.py
	$(BIN)/python tests/bench/repeat.py

bench: $(VENV)/.developer  ## Seconds per submission, against a fresh pytest process each; SUBMISSIONS=200 ROUNDS=3 README=1
	$(BIN)/python -m tests.bench.bench --submissions $(or $(SUBMISSIONS),60) --rounds $(or $(ROUNDS),3) $(if $(README),--readme)

bench-peers: $(VENV)/.developer  ## The same submissions through other graders, too; SUBMISSIONS=200 ROUNDS=3 README=1
	$(BIN)/python -m tests.bench.peers --submissions $(or $(SUBMISSIONS),200) --rounds $(or $(ROUNDS),3) $(if $(README),--readme)

bench-cluster: $(VENV)/.developer  ## A made class through two local nodes: linear time, flat memory; COUNT=n WORK=folder
	$(BIN)/python -m tests.bench.cluster --count $(or $(COUNT),60) $(if $(WORK),--work $(WORK),--rounds $(or $(ROUNDS),3))

bench-pages: $(VENV)/.developer  ## Pages per second of a made class of 1,000, and how soon its page opens; OUT=folder of results
	$(BIN)/python -m tests.bench.pages $(or $(OUT),out)

bench-copies: $(VENV)/.developer  ## Seconds of the search for copies in a made class of 500
	$(BIN)/python -m tests.bench.copies

bench-accuracy: $(VENV)/.developer  ## CPU of measuring a class against naive loops; DATA=folder of images and weights
	$(BIN)/python -m tests.bench.accuracy $(if $(DATA),--data $(DATA)) --students $(or $(STUDENTS),8)

soak: $(VENV)/.developer  ## 2,000 submissions in a row: no long-lived process grows
	$(BIN)/python tests/bench/soak.py

fuzz: $(VENV)/.developer  ## 20,000 examples for each fuzzer of what parses hostile bytes; FUZZ=n for another number
	FUZZ=$(or $(FUZZ),20000) $(PYTEST) tests/fuzz --durations=30

docs: $(VENV)/.developer  ## The pages as a site, built without a network: site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

clean:  ## Remove the environment, the site and what the demo wrote
	rm -rf $(VENV) out build site *.egg-info examples/data

$(VENV)/.installed: pyproject.toml $(CONSTRAINTS) $(TORCH)
	@echo "creating the environment; torch is a large download the first time"
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@

$(VENV)/.developer: $(VENV)/.installed
	$(PIP) -e '.[dev]'
	@touch $@
