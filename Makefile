# The only door: `make` alone says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-containers check fmt bench schemas storm soak migrate psql rebuild verify up down logs clean

BIN := .venv/bin
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
# the version of this file's rules and of all that decides what stands in the environment
MEMBERS := pyproject.toml uv.lock $(wildcard cli/pyproject.toml bench/pyproject.toml services/*/pyproject.toml shared/*/pyproject.toml)

help: ## Say what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Variables: COHOI_PORT (8000), COHOI_DATA_DIR (./.cohoi), COHOI_DEMO (1), DATABASE_URL (or COHOI_LOG_DSN,"
	@echo "           COHOI_READ_DSN, COHOI_REPORTS_DSN, a database each), REDIS_URL"

run: .venv/.ready ## Run the product here, until Ctrl-C
	@exec $(BIN)/cohoi up

test: .venv/.ready ## Run all tests but the storms (COHOI_DEMAND=all: a missing part fails)
	@exec $(BIN)/pytest -m "not storm" $(ARGS)

test-containers: .venv/.ready ## Run the integration tests on PostgreSQL, Valkey and Kafka in containers
	@COHOI_TEST_PARTS=containers exec $(BIN)/pytest -m "not storm" tests/integration $(ARGS)

storm: .venv/.ready ## Run the long races and kills (COHOI_KILLS=10; 100 for all of it)
	@exec $(BIN)/pytest -s --show-capture=no -m storm --deselect tests/faults/test_a_long_soak.py $(ARGS)

soak: .venv/.ready ## Run half of capacity for long, and see that everything stays flat (COHOI_SOAK_MINUTES=30)
	@exec $(BIN)/pytest -s --show-capture=no -m storm tests/faults/test_a_long_soak.py $(ARGS)

check: .venv/.ready ## Check style, types and the directions of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports

fmt: .venv/.ready ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

bench: .venv/.ready ## Measure the product beside its baselines (ARGS="--quick --only P1,P6")
	@exec $(BIN)/cohoi bench $(ARGS)

schemas: .venv/.ready ## Write the committed JSON Schemas, the AsyncAPI and the OpenAPI document anew
	$(BIN)/python -m opportunity_events.schemas shared/events/schemas
	$(BIN)/python -m opportunity_events.asyncapi shared/events/asyncapi.json
	$(BIN)/python -m cohoi.entrypoints.write_openapi docs/openapi.json

KAFKA ?= 1
export COHOI_LANES COHOI_KAFKA_STATES_TOPIC
ifeq ($(KAFKA),0)
up down logs: export COHOI_KAFKA_BOOTSTRAP =
else
up down logs: export COMPOSE_PROFILES = kafka
endif
COMPOSE = docker compose --env-file deploy/.env --file deploy/docker-compose.yml

up: deploy/.env ## Run every service in a container of its own (KAFKA=0 ARGS="--scale projector=3")
	$(COMPOSE) up --build --detach --wait $(ARGS)

down: deploy/.env ## Stop the containers; what they keep stays (ARGS=--volumes: it goes too)
	$(COMPOSE) --profile kafka down $(ARGS)

logs: deploy/.env ## Follow what the containers say (ARGS=relay: one of them)
	$(COMPOSE) logs --follow --tail 100 $(ARGS)

# Passwords of this installation, made once; nobody else may read them.
deploy/.env:
	@umask 077 && printf 'POSTGRES_PASSWORD=%s\n' "$$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" > $@

migrate: .venv/.ready ## Bring the schemas of the running product, and its read models, up to date
	@exec $(BIN)/cohoi migrate

psql: .venv/.ready ## Open psql on the running product's database
	@exec $(BIN)/cohoi psql

rebuild: .venv/.ready ## Fold the whole log into new read models beside the present ones, and flip to them
	@exec $(BIN)/cohoi rebuild

verify: .venv/.ready ## Compare every cell with the log, and check its numbers and hashes
	@exec $(BIN)/cohoi verify

clean: ## Remove the environment and all caches, but no data
	rm -rf .venv .uv .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find bench cli services shared tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: by uv, which is fetched by pip into a folder of its own where there is none.
.venv/.ready: $(MEMBERS)
	@set -eu; \
	suitable() { "$$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; }; \
	python=; \
	for one in .venv/bin/python python3.13 python3.12 python3.11 python3; do \
	  if suitable "$$one"; then python=$$one; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Cohoi needs Python 3.11 to 3.14: install one of them and run make again." >&2; exit 1; \
	fi; \
	uv=uv; \
	if ! uv --version >/dev/null 2>&1; then \
	  uv=.uv/bin/uv; \
	  if ! [ -x "$$uv" ]; then \
	    "$$python" -m venv .uv || { echo "Python's venv is missing: on Debian, apt install python3-venv." >&2; exit 1; }; \
	    .uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"; \
	  fi; \
	fi; \
	if [ "$$python" != .venv/bin/python ]; then "$$uv" venv --quiet --clear --python "$$python" .venv; fi; \
	"$$uv" sync --quiet --locked; \
	touch $@
