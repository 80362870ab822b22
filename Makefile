# Two commands do all the set-up: `make demo` and `make test`. Everything lives in .venv and ./data.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: schema install setup demo run test image-steps crash oracle days check bench bench-peers bench-million first-card screenshots rule-pages playbook-docs lock lock-peers clean docs

install: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Amends needs Python 3.11 or newer; this is ' + sys.version.split()[0]) if sys.version_info < (3, 11) else None"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: install
	$(BIN)/amends demo

setup: install
	$(BIN)/amends setup

run: install
	$(BIN)/amends run

test: install
	$(BIN)/python -m pytest -n 3 --dist worksteal

# What the Dockerfile does, without a container engine: installed into an empty folder, tried from outside of it.
IMAGE := build/image
image-steps:
	rm -rf $(IMAGE) && mkdir -p $(IMAGE)/data
	PYTHON=$(PYTHON) deploy/install.sh $(IMAGE)/opt
	cd $(IMAGE)/data && env -i PATH="$$PATH" AMENDS_DATA_DIR=. AMENDS_HTTP_PORT=9 TELEGRAM_BOT_TOKEN=1:x SLACK_BOT_TOKEN=xoxb- \
	  SLACK_APP_TOKEN=xapp- SLACK_CHANNEL=x sh -c \
	  '../opt/bin/amends migrate && ../opt/bin/amends migrate --check && ../opt/bin/amends cases && ! ../opt/bin/amends ready'

# The long form of the crash tests: every crash point on both databases, then 225 kills at random moments in bad
# weather. About 25 minutes on two cores. AMENDS_SEED chooses the storms, AMENDS_KILLS how many kills each has.
crash: install
	AMENDS_LONG_CRASH=1 $(BIN)/python -m pytest -n 2 --dist worksteal -rP tests/scenarios/test_crash_points.py tests/scenarios/test_storms.py

# The arithmetic of deadlines against a judge of its own: a million cases, every change of clocks 2000 to 2035.
oracle: install
	$(BIN)/python -m tests.oracle --cases 1000000 --workers 2

# After an upgrade of `holidays`: what moves, and the checked table written anew.
days: install
	$(BIN)/python -m tests.oracle.days

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What was measured goes to build/results.json; `python -m benchmarks.page` makes docs/performance.md of it.
bench: install
	mkdir -p build
	$(BIN)/python -m benchmarks --json build/results.json

# APScheduler, DBOS, opsdroid and procrastinate, each in an environment of its own below build/peers; then ours beside them.
bench-peers: install
	$(BIN)/python -m benchmarks.peers.environments
	$(BIN)/python -m benchmarks 5 6 7 procrastinate --json build/results-peers.json

# Bar 12 with a million cases: some 30 GB in build, which go away at the end.
bench-million: install
	AMENDS_BENCH_CASES=1000000 $(BIN)/python -m benchmarks '12 SQLite' --json build/results-million.json

# From an empty folder to the first card, timed: what a newcomer's machine has to do.
first-card: install
	$(BIN)/python -m benchmarks.first_card

# What editors know of shop.toml: after a change of a setting or of the example's comments.
schema: install
	$(BIN)/python -m bot.shop.schema shop.example.toml docs/shop.schema.json

# The documentation as pages to read offline: build/site/index.html. A broken link or anchor fails it; not so with --quiet,
# which drops the warnings before `strict` can count them.
docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

screenshots: install
	$(BIN)/python -m tests.browser.pictures docs/pictures

# The pages of docs/playbooks, from the tables; a test fails when the two differ.
playbook-docs: install
	$(BIN)/amends playbooks write docs/playbooks

rule-pages: install
	$(BIN)/python -m bot.rule_pages docs/rules

lock: install
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

lock-peers: install
	for peer in apscheduler dbos opsdroid procrastinate; do $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q benchmarks/peers/$$peer.in -o benchmarks/peers/$$peer.txt || exit 1; done

clean:
	rm -rf .venv data build
