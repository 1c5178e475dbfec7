# Every way to work with brp-signals. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := data/sample/2026-11-20-0363
REAL ?= ../shared/data
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder
# Packages of the lock file that only tests and linters need; tests/structure/test_dependencies.py holds this list against
# what the packages ask for.
ONLY_DEV := ast-serialize axe-playwright-python chardet coverage diff-cover execnet grimp hypothesis import-linter iniconfig isodate \
    jsonschema-path lazy-object-proxy librt more-itertools mypy mypy-extensions openapi-core openapi-schema-validator \
    openapi-spec-validator pathable platformdirs playwright pytest pytest-cov pytest-xdist ruff sortedcontainers sqlfluff sqlglot tblib \
    types-pyyaml werkzeug

.DEFAULT_GOAL := help
.PHONY: help env demo test test-all coverage test-real test-office test-provider test-browser handleiding faults portable goldens lint audit sbom fix docs sample bench bench-desk desk-demo bench-national bench-guard bench-gateway bench-detection bench-watch points year mutation clean simulate guardrails

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: .venv/ready ## Make .venv with everything in it, from the hashed lock file.

.venv/runs: requirements.lock pyproject.toml
	@echo "Making .venv with what running needs; the first time this takes a minute or two."
	@$(PYTHON) -m venv --clear .venv
	@awk -v leave="$(ONLY_DEV)" 'BEGIN {split(leave, names, " "); for (at in names) skip[names[at]]} \
	    /^[A-Za-z0-9]/ {split($$0, pin, "=="); keep = !(pin[1] in skip)} keep' requirements.lock > .venv/requirements.txt
	$(PIP) install --require-hashes --no-deps -r .venv/requirements.txt
	$(PIP) install --no-deps --editable .
	@$(PIP) check
	@touch $@

.venv/ready: .venv/runs
	@echo "Adding what tests and linters need."
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) check
	@touch $@

demo: .venv/runs ## Run the nightly flow on the sample and say where the lists are.
	@$(BIN)/brp-signals schools import $(SAMPLE).schools.csv --date 2026-11-20 --state state
	@$(BIN)/python -m flows $(SAMPLE) --config $(SAMPLE).brp-signals.toml --state state --output output

desk-demo: .venv/runs ## Show the desk on the sample, for two users whose passwords it prints.
	@$(BIN)/python -m brp_signals.desk.demo $(SAMPLE) .

test: .venv/ready ## Run the tests that are not marked long: five minutes at most (needs only this repository).
	$(PYTEST) -m "not long and not real and not office and not provider and not browser"

test-all: .venv/ready ## Run every test of this repository, those of make test and the long ones (twenty minutes).
	$(PYTEST)

coverage: .venv/ready ## Run all tests and say which lines none of them reaches; fails below the floor (long).
	$(PYTEST) --cov

test-real: .venv/ready ## Run the tests on the public RvIG test data: make test-real REAL=DIR.
	BRP_SIGNALS_REAL="$(REAL)" $(BIN)/python -m pytest -m real tests/real

test-office: .venv/ready ## Open what was made in LibreOffice and Chromium (needs both, and poppler).
	$(BIN)/python -m pytest -m office tests/office

test-provider: .venv/ready ## Sign in at a certified OpenID provider on this machine (needs node and npm, which installs it).
	npm ci --prefix tests/desk/provider --ignore-scripts --no-audit --no-fund --silent
	$(BIN)/python -m pytest -m provider tests/desk

test-browser: .venv/ready ## Meet the desk and the published pages in Chromium: axe, keyboard, print, 400 %.
	$(BIN)/python -m pytest -rs -m browser tests/browser

handleiding: .venv/ready ## Take the pictures of docs/handleiding anew (needs Chromium); look at each before you commit.
	$(BIN)/python -m tests.browser.morning

faults: .venv/ready ## Kill nights 200 times and do every other harm; writes docs/reliability.md (long).
	$(BIN)/python -m tests.faults

simulate: .venv/ready ## Live 200 simulated years and hold the evaluation against the truth (some minutes).
	$(BIN)/python -m tests.simulation
	$(BIN)/python -m tests.simulation.draws
	$(BIN)/python -m tests.simulation.flags
	$(BIN)/python -m tests.simulation.tables $(or $(TABLES),1000)
	$(BIN)/python -m tests.simulation.pooling

.venv-spark/ready: pyproject.toml
	@java -version 2>&1 | grep -qE 'version "(1[7-9]|[2-9][0-9])' || \
	    { echo "make portable needs Java 17 or newer, for Spark: install a runtime, such as openjdk-17-jre-headless."; exit 1; }
	@echo "Making .venv-spark with Spark in it, some 500 MB."
	@$(PYTHON) -m venv --clear .venv-spark
	.venv-spark/bin/python -m pip --disable-pip-version-check install \
	    "$$($(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"])')"
	@touch $@

portable: .venv/ready .venv-spark/ready ## Carry out nights on DuckDB and on Spark and compare every table from facts to rank (minutes; needs Java 17).
	$(BIN)/python -m tests.portable

goldens: .venv/ready ## Rewrite the golden files of tests/publish/golden; read the diff before you commit.
	$(BIN)/python -m tests.publish.golden.update

lint: .venv/ready ## Format, lint, types, import directions, SQL.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar --nocolor sql

audit: .venv/ready ## Hold lock file, installed packages and licences against each other (part of make test; no network).
	$(BIN)/python -m pytest tests/structure/test_dependencies.py

sbom: .venv/ready ## Write sbom.cdx.json: what brp-signals is made of, as CycloneDX (no network).
	$(BIN)/python -m tests.structure.bill_of_materials sbom.cdx.json

fix: .venv/ready ## Format and mend what can be mended.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

points: .venv/ready ## Fit the default points on the public seeds of the benchmark (ten minutes); read the diff before you commit.
	$(BIN)/python -m benchmarks.default_points

docs: .venv/ready ## Remake the generated pages of docs/.
	$(BIN)/python -m brp_signals.upkeep.rule_docs
	$(BIN)/python -m brp_signals.state.retention
	$(BIN)/python -m tests.guardrails.page
	$(BIN)/python -m tests.structure.data_path
	$(BIN)/python -m tests.structure.data_dictionary
	$(BIN)/python -m tests.evaluation.model_card
	$(BIN)/python -m tests.evaluation.noise

sample: .venv/ready ## Remake data/sample.
	$(BIN)/brp-signals sample $(SAMPLE)

bench: .venv/ready ## Measure a run of parts of the country against a plain scan of the same files: make bench SCALES="1/64".
	$(BIN)/python -m benchmarks.national --again --only csv --repeats 3 --scales $(or $(SCALES),1/16 1/4)

bench-national: .venv/ready ## Measure everything up to two countries and write docs/performance.md (hours; 30 GB of disk).
	$(BIN)/python -m benchmarks.national --tidy --write-docs

bench-guard: .venv/ready ## See at a 64th of the country whether the program became slower (a minute).
	$(BIN)/python -m benchmarks.guard

bench-gateway: .venv/ready ## Measure pseudonymising: hashing, whole passages, memory (a few minutes).
	$(BIN)/python -m benchmarks.pseudonymise

bench-detection: .venv/ready ## Hold the lists against the truth of made-up worlds, and against a spreadsheet (some minutes).
	$(BIN)/python -m benchmarks.departed_on_paper $(ARGS)

bench-desk: .venv/ready ## Measure the desk: an inbox of 5,000 cases, its start, its memory, 20 people at once (a minute).
	$(BIN)/python -m benchmarks.desk

bench-watch: .venv/ready ## Let deliveries of a made-up town go wrong in every way and see what the watch says (half an hour; ARGS=--quick).
	$(BIN)/python -m benchmarks.watch $(ARGS)

year: .venv/ready ## Run 365 nights on a synthetic town and see that they stay as cheap as they began (long).
	$(BIN)/python -m benchmarks.year

guardrails: .venv/ready ## Break every guardrail on purpose; each must be noticed by its test (a few minutes).
	$(BIN)/python -m tests.guardrails

mutation: .venv/ready ## Change the rules one small step at a time; every change must break a test (long).
	$(BIN)/python -m tests.mutation

lock: ## Remake requirements.lock (needs uv).
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	    --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

clean: ## Remove what runs and tests leave; .venv stays.
	rm -rf state output .pytest_cache .mypy_cache .ruff_cache .hypothesis benchmarks/work
