# Everything starts with one of these; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test test-unit test-rules test-database test-pages test-bot test-journeys lint format lock catalogues \
	rules-check rules-prove rules-try rules-diff rules-publish rules-rollback measure bench-bot bench-triage bench-queue bench-figures vectors \
	mutation clean
MAKEFLAGS += --no-print-directory

PORTAL := .venv/bin/python
RULES := tools/python tools/portal_command.py rules
LOCK := $(PORTAL) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

help: ## List what make can do here
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS='	' read -r name text; do \
		printf '  make %-14s %s\n' "$$name" "$$text"; done

run: ## Start the portal, its worker and its bot; sets up what is missing. PORT=8010 chooses another port
	@tools/python tools/start_portal.py

test: ## Run every check and every test, and end with one line that says how it went
	@tools/python tools/run_tests.py

test-unit: ## Run the tests that need neither database nor network, and the fences
	@tools/python tools/run_tests.py unit

test-rules: ## Run the editors' examples and the tests of the rule files
	@tools/python tools/run_tests.py rules

test-database: ## Run the tests on SQLite and PostgreSQL
	@tools/python tools/run_tests.py database

test-pages: ## Ask the whole application for its pages and its API, without a browser
	@tools/python tools/run_tests.py pages

test-bot: ## Train the bot if need be and run its conversations
	@tools/python tools/run_tests.py bot

test-journeys: ## Walk through the portal in a browser, with and without JavaScript
	@tools/python tools/run_tests.py journeys

lint: ## Check style, format, types and import contracts
	@tools/python tools/run_tests.py lint

format: ## Put the code into its one format
	@tools/python tools/setup_environment.py dev
	@$(PORTAL) -m ruff check --quiet --fix-only .
	@$(PORTAL) -m ruff format --quiet .

lock: ## Lock requirements/*.in anew, with hashes, for Python 3.11 to 3.13; UPGRADE=--upgrade takes newer versions
	@tools/python tools/setup_environment.py dev
	@$(LOCK) $(UPGRADE) requirements/portal.in --output-file requirements/portal.txt
	@$(LOCK) $(UPGRADE) requirements/dev.in --constraint requirements/portal.txt --output-file requirements/dev.txt
	@$(LOCK) $(UPGRADE) --no-deps requirements/bot.in --output-file requirements/bot.txt
	@$(LOCK) $(UPGRADE) requirements/bench.in --constraint requirements/dev.txt --output-file requirements/bench.txt
	@$(LOCK) $(UPGRADE) requirements/mutation.in --constraint requirements/dev.txt --output-file requirements/mutation.txt

catalogues: ## Take new texts into the translations and compile them; NEW=so starts another language
	@tools/python tools/catalogues.py $(NEW)

rules-check: ## Check the rule files; every error names file, line and remedy
	@$(RULES) check

rules-prove: ## Prove over all situations that nobody is left without help; a failure prints the smallest one
	@$(RULES) prove

rules-try: ## Judge a situation: TEXT="vi blir vräkta" FACTS="age=34 when=today" AT=2026-12-24T20:00 FILE=sentences.txt
	@$(RULES) try $(if $(TEXT),"$$TEXT") $(FACTS:%=--fact %) $(AT:%=--at %) $(if $(FILE),--file "$$FILE")

rules-diff: ## Show what the rule files would change of what is published
	@$(RULES) diff published triage_rules

rules-publish: ## Put the rule files in force; REASON="…" publishes although a danger case loses its level
	@$(RULES) publish $(if $(REASON),--accept-lost-danger "$$REASON")

rules-rollback: ## Put the rules in force again that were before; ID=… chooses earlier ones
	@$(RULES) rollback $(ID)

measure: ## Measure how messages are understood, beside two baselines; ARGS="sv ar --without-baselines --verbose --worst 20"
	@tools/python tools/setup_environment.py dev
	@tools/python bot/start.py --prepare
	@$(PORTAL) tools/measure_understanding.py $(ARGS)

bench-triage: ## Measure one triage decision beside GoRules' ZEN Engine; ARGS=--dense for rules that overlap more
	@tools/python tools/setup_environment.py bench
	@$(PORTAL) tools/bench_triage.py $(ARGS)

bench-queue: ## Measure a page of the queue with 1,000 and with 100,000 open requests; ARGS="--only sqlite"
	@tools/python tools/setup_environment.py dev
	@$(PORTAL) tools/bench_queue.py $(ARGS)

bench-figures: ## Measure the page of figures over a year of 100,000 requests; ARGS="--only sqlite"
	@tools/python tools/setup_environment.py dev
	@$(PORTAL) tools/bench_figures.py $(ARGS)

bench-bot: ## Measure the bot and the way to it beside Rasa's bare parsing
	@tools/python tools/setup_environment.py portal
	@tools/python bot/start.py --prepare
	@tools/python bot/bench.py $(ARGS)

vectors: ## Work out the sentence vectors that come with the project anew, after many new sentences
	@tools/python bot/start.py --prepare
	@.venv-bot/bin/python -m bot.addons.known_vectors

mutation: ## Change the triage engine in thousands of small ways and count what the tests notice; ARGS="--only engine"
	@tools/python tools/setup_environment.py mutation
	@$(PORTAL) tools/mutation.py $(ARGS)

clean: ## Remove the environments and what tests and checks left behind; what people wrote, in var/, stays
	@rm -rf .venv .venv-bot .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/test
	@find portal bot tools tests translations -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +
