# The commands of this repository. Everything they need is installed into .venv; the Temporal server goes into the user's cache.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: run test test-kill postgresql check format fuzz bench-clients bench-compute bench-growth bench-workflows bench-host chaos clean

## Compile an example and run it on a real Temporal server. EXAMPLE=folder in examples/, ARGS=--keep leaves everything running.
run: $(INSTALLED)
	@$(BIN)/python examples/run.py $(EXAMPLE) $(ARGS)

## Check the code, then run the whole test suite. TESTS=path selects some.
test: check
	@echo "getting the Temporal server (built once, which takes minutes; then kept)"
	@$(BIN)/python -m assay.runtime.temporal.dev_server
	@$(MAKE) --silent postgresql
	$(BIN)/python -m pytest -n 2 $(TESTS)

# A real PostgreSQL for the tests of `db`, which are skipped where it is not there and cannot be installed.
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || { \
		command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && echo "installing PostgreSQL for the tests" && \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql >/dev/null; \
	} || echo "PostgreSQL is not installed: tests that need it are skipped"

## Workflows of compiled packages, their worker killed at every wait and started again; each history replays. Ten minutes.
test-kill: $(INSTALLED)
	$(BIN)/python -m pytest $(KILLED) --kill-all -k "killed" -s

KILLED := $(addprefix tests/temporal/test_,scenarios.py compiled.py compiled_shapes.py beyond_the_page.py)

## The tests of the language and its library without the compiled accelerator (runtime/accelerator/).
.PHONY: test-pure
test-pure: $(INSTALLED)
	ASSAY_PURE_PYTHON=1 $(BIN)/python -m pytest -n 2 tests/runtime tests/language tests/stdlib $(TESTS)

## Does Mermaid (from npm's registry, for Node.js) read what `assay graph` writes?
.PHONY: test-graph
test-graph: $(INSTALLED)
	mkdir -p build/mermaid && cp tests/cli/mermaid/* build/mermaid
	cd build/mermaid && npm install --silent --no-audit --no-fund
	$(BIN)/python -m pytest tests/cli/test_graph_mermaid.py

## Workflows while workers are killed and the server is restarted. SEED=, COUNT=workflows, SECONDS=how long things are killed.
chaos: $(INSTALLED)
	$(BIN)/python tests/temporal/chaos/run.py --seed $(or $(SEED),1) --count $(or $(COUNT),200) --seconds $(or $(SECONDS),60)

## Linter, formatter and type checker.
check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet transpiler runtime templates tests examples
	$(BIN)/mypy -p assay.transpiler -p assay.runtime
	$(BIN)/mypy tests/clients/typed_calls.py

## Compare random Lua programs with real Lua. SEED=number of the first, COUNT=how many, ARGS=--classes for programs about classes.
fuzz: $(INSTALLED)
	$(BIN)/python tests/language/fuzz.py --seed $(or $(SEED),1) --count $(or $(COUNT),2000) $(ARGS)

## Compare what the parser reads, as bytecode, with what real Lua reads. SEED=number of the first, COUNT=how many of each generator.
.PHONY: bytecode
bytecode: $(INSTALLED)
	$(BIN)/python -m tests.syntax.bytecode --seed $(or $(SEED),1) --count $(or $(COUNT),2000)

## All benchmarks below in a short form, under ten minutes on a quiet machine of two cores.
.PHONY: bench
bench:
	@$(MAKE) --silent bench-compute REPETITIONS=3
	@$(MAKE) --silent bench-growth LINES="1000 10000 100000"
	@$(MAKE) --silent bench-compile
	@$(MAKE) --silent bench-host REPETITIONS=8
	@$(MAKE) --silent bench-clients CALLS=100 ROUNDS=4 SOAK=1000
	@$(MAKE) --silent bench-workflows TURNS=5

## Speed of compiled code against Python written by hand and real Lua. PROGRAMS=names, REPETITIONS=number.
bench-compute: $(INSTALLED)
	$(BIN)/python tests/benchmarks/compute/measure.py --repetitions $(or $(REPETITIONS),5) $(PROGRAMS)

## What compiled workflows cost against Python twins. PARTS=promotion hundreds replay memory fetches, TURNS=number.
bench-workflows: $(INSTALLED)
	$(BIN)/python tests/benchmarks/workflows/measure.py --turns $(or $(TURNS),8) $(PARTS)

## Measure http and json beside httpx and the standard library. REPETITIONS=how many turns.
bench-host: $(INSTALLED)
	$(BIN)/python tests/benchmarks/host.py --repetitions $(or $(REPETITIONS),20)

## How long compiling takes, beside the bare parse and format. LINES=size of the project.
.PHONY: bench-compile
bench-compile: $(INSTALLED)
	$(BIN)/python tests/benchmarks/compile.py --lines $(or $(LINES),10000)

## How run time grows with ten times as many elements, beside real Lua; LINES=1000 10000 adds compile time.
bench-growth: $(INSTALLED)
	$(BIN)/python tests/benchmarks/growth.py $(if $(LINES),--lines $(LINES))

## Format the code.
format: $(INSTALLED)
	$(BIN)/black --quiet transpiler runtime templates tests examples
	$(BIN)/ruff check --fix .

## Both clients against httpx and the SDK, and what 10,000 calls leave behind. CALLS, ROUNDS, SOAK=how many.
bench-clients: $(INSTALLED)
	$(BIN)/python tests/benchmarks/clients.py --calls $(or $(CALLS),200) --rounds $(or $(ROUNDS),9) --soak $(or $(SOAK),10000)

clean:
	rm -rf $(VENV) build *.egg-info examples/*/build

# Links give type checkers the package layout that pyproject.toml maps the folders to.
export MYPYPATH := $(VENV)/typing

$(INSTALLED): pyproject.toml setup.py $(wildcard runtime/accelerator/*.[ch])
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	@echo "making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@mkdir -p $(VENV)/typing/assay
	@for part in transpiler runtime templates; do ln -sfn ../../../$$part $(VENV)/typing/assay/$$part; done
	@touch $@
