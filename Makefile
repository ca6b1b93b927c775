# Everything a person does with this project. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv/bin
# Names that were not given stay unset: an empty one is not the same.
$(foreach name,HOST PORT DATA_DIR DEMO N,$(if $($(name)),$(eval export $(name))))
# Without byte code every start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run environment test-environment test test-fast lint format schema bench-search clean-data

help: ## List every target
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: environment ## Install, build the demo and serve on 127.0.0.1:8000 (PORT= HOST= DATA_DIR= DEMO=0 change it)
	@exec $(VENV)/python -m sunlit serve

environment: ## Make .venv with what the platform needs
	@$(PYTHON) site/sunlit/bootstrap.py

test-environment: ## Make .venv with what the tests need as well
	@$(PYTHON) site/sunlit/bootstrap.py cluster test

test: test-environment ## Lint and the whole suite, on SQLite and on PostgreSQL + Redis + Elasticsearch, and in the browser
	@$(VENV)/python -m tests.suite all

test-fast: test-environment ## The suite on SQLite only, without browser
	@$(VENV)/python -m tests.suite sqlite

lint: test-environment ## Style, formatting, import contracts, sizes, types, templates
	@$(VENV)/python -m tests.suite lint

format: test-environment ## Rewrite Python files and templates in the house's form
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format --quiet .

schema: test-environment ## Write site/sunlit/schema.sql anew after migrations changed
	@$(VENV)/python -m sunlit schema --write

bench-search: ## Compare the embedded search with its peers (N=20000 documents)
	@$(PYTHON) site/sunlit/bootstrap.py cluster test bench
	@$(VENV)/python -m tests.bench.search --documents $${N:-20000}

clean-data: ## Delete the data folder, after asking
	@$(PYTHON) site/sunlit/clean.py
