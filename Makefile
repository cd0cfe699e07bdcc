# The same few words locally and in CI. Each target does its own set-up (deploy/bootstrap.sh).
VENV ?= .venv
BIN  := $(VENV)/bin
ARGS ?=
# Twice the processors of a small machine: half the time tests wait, for processes, servers and time-outs.
JOBS ?= 4
QUEUE ?= wheel
# The files of tests are shared among processes (tests/support/parallel.py).
PARALLEL := --processes $(JOBS)
export VENV

.DEFAULT_GOAL := help
.PHONY: help demo test test-redis test-fast test-long lint format bench bench-targets bench-pages bench-pages-load bench-import bench-memory bench-copies bench-noise bench-ocr bench-search bench-latency bench-profile bench-road bench-lists bench-events bench-workers bench-scale container-test pictures licences keep-store package try-package lock clean run-env dev-env

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: run-env ## the whole service against bundled sample sites (ARGS=--once: ends by itself)
	$(BIN)/gongbao demo $(ARGS)

test: dev-env ## all tests, on SQLite and PostgreSQL, real Redis, a real browser
	$(BIN)/python -m pytest $(PARALLEL) -m "not long" --queue-server $(QUEUE) $(ARGS)

# The files of tests that speak to a private server.
TESTS_OF_QUEUE := embedded queue wake web_shared_pace workers_main workers_faults fleet stream poll
test-redis: dev-env ## the tests of the queue on the distribution's Redis; all others run on the wheel's Valkey
	@deploy/bootstrap.sh redis
	$(BIN)/python -m pytest $(PARALLEL) -m "not long" --queue-server distribution $(ARGS) \
		$(TESTS_OF_QUEUE:%=tests/test_%.py)

test-fast: dev-env ## the tests that need no database, process or network: about a minute
	$(BIN)/python -m pytest $(PARALLEL) -m "not long" --fast $(ARGS)

test-long: dev-env ## the runs that take minutes; of each a short one is among the tests
	$(BIN)/python -m pytest -m long $(ARGS)

pictures: dev-env ## take the README's pictures anew
	$(BIN)/python -m pytest -q tests/test_site_browser.py -k pictures --pictures

licences: dev-env ## write docs/licences.md anew
	$(BIN)/python deploy/licences.py

keep-store: dev-env ## keep a store of the version that is about to be released, for the tests of upgrades
	$(BIN)/python -m tests.support.kept_stores $(ARGS)

package: dev-env ## wheel and sdist in dist/, checked
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl
	$(BIN)/pyroma --min 10 --skip-tests AuthorEmail dist/*.tar.gz

try-package: package ## install the wheel with pip into an empty environment and run it there
	deploy/try-package.sh pip dist/*.whl $(ARGS)

lint: dev-env ## ruff, mypy, import contracts, workflows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github

format: dev-env ## ruff format, and what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: dev-env ## speed of reading and extraction beside a named peer, in one run
	$(BIN)/python -m tests.bench $(ARGS)

bench-targets: dev-env ## precision and recall of targets on known reports (ARGS="--reports FOLDER --truth CSV")
	$(BIN)/python -m tests.bench.targets $(ARGS)

bench-pages: dev-env ## precision and recall of the text of real pages beside trafilatura and GNE (ARGS="--misses 10")
	$(BIN)/python -m tests.bench.pages $(ARGS)

bench-pages-load: dev-env ## what each page costs beside an empty one, with 100 reports and with 32,000 (ARGS="--regions 3200 --years 10")
	$(BIN)/python -m tests.bench.pages_load $(ARGS)

bench-import: dev-env ## processor time of an import, file by file, and what 100,000 files would take (ARGS="--files 3000")
	$(BIN)/python -m tests.bench.import_files $(ARGS)

bench-memory: dev-env ## the most memory that each role has had after so many documents (ARGS="--documents 10000")
	$(BIN)/python -m tests.bench.memory $(ARGS)

bench-copies: dev-env ## are copies known for what they are; lookup beside datasketch and rensa (ARGS="--texts 1000000")
	$(BIN)/python -m tests.bench.copies $(ARGS)

bench-noise: dev-env ## are the same figures read in noisy copies (ARGS="--reports FOLDER --misses 10")
	$(BIN)/python -m tests.bench.noise $(ARGS)

bench-ocr: dev-env ## letters and figures of scans, read by the tesseract of this machine (ARGS="--misses 10")
	$(BIN)/python -m tests.bench.ocr $(ARGS)

bench-search: dev-env ## milliseconds of a search at 100,000 texts, on both databases (ARGS="--texts 3000 --letters 10000")
	$(BIN)/python -m tests.bench.search $(ARGS)

bench-latency: dev-env ## milliseconds from an event to its webhook while 1,000 wait for a dead endpoint
	$(BIN)/python -m tests.bench.latency $(ARGS)

bench-profile: dev-env ## where the time of a document goes, stage by stage (ARGS="--stage store --top 20")
	$(BIN)/python -m tests.bench.profile $(ARGS)

bench-road: dev-env ## processor time of the whole road against the bare one and Scrapy, on both databases (ARGS="--databases sqlite")
	$(BIN)/python -m tests.bench.road $(ARGS)

bench-lists: dev-env ## what an unchanged list costs beside a bare httpx loop, on both databases (ARGS="--lists 300 --profile")
	$(BIN)/python -m tests.bench.lists $(ARGS)

bench-events: dev-env ## the first look at a filter's events among a million beside one event, on both databases (ARGS="--events 100000")
	$(BIN)/python -m tests.bench.events $(ARGS)

bench-workers: dev-env ## how much sooner two workers are done with twenty waiting documents than one, on both databases
	$(BIN)/python -m tests.bench.workers $(ARGS)

bench-scale: dev-env ## what a document costs in each stage, and throughput with 1, 2 and 4 workers, on PostgreSQL
	$(BIN)/python -m tests.bench.scale $(ARGS)

container-test: ## the image, compose and Kubernetes manifests for real, with podman or docker (docs/containers.md)
	deploy/test.sh $(ARGS)

lock: dev-env ## resolve requirements*.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra channels --extra postgres --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --group test --group lint --group package --group bench --universal --python-version 3.11 \
		--generate-hashes --no-header -q -o requirements-dev.lock
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' | \
		$(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-build.lock

clean: ## the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache build *.egg-info

run-env:
	@deploy/bootstrap.sh run

dev-env:
	@deploy/bootstrap.sh dev
