# make demo    two real OpenStack clouds on this machine, and the platform on top of them
# make test    everything that is tested
# make run     the platform alone, for your own clouds
# make help    the rest

SHELL := /bin/sh
PYTHON ?= python3
NEW_ENOUGH := 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
BIN := .venv/bin
export DJANGO_SETTINGS_MODULE ?= opsys.settings.dev
ADDRESS ?= 127.0.0.1
PORT ?= 8000
export PYTHON ADDRESS PORT
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

.DEFAULT_GOAL := help
.PHONY: help demo run setup test test-fast test-fresh lint format lock messages clean

help:
	@echo "make demo        two real OpenStack clouds on this machine, and the platform on top: http://127.0.0.1:8000"
	@echo "make run         the platform alone, for your own clouds"
	@echo "make test        everything that is tested (test-fast: what needs no cloud and no browser)"
	@echo "make test-fresh  the README's commands on a Debian with nothing on it (needs root and debootstrap)"
	@echo "make setup       the environment in .venv, for development"
	@echo "make lint        ruff, mypy        make format    ruff format"
	@echo "make messages    collect the translatable texts into locale/"
	@echo "make lock        resolve requirements/*.in anew"
	@echo "make clean       remove .venv and var (your database is in var!)"

# Debian's packages come first: what is missing is said at the start, and all at once.
demo:
	@sh requirements/system.sh demo
	@$(MAKE) --no-print-directory .venv/base $(MESSAGES)
	@$(BIN)/python -m lab.demo

run:
	@sh requirements/system.sh run
	@$(MAKE) --no-print-directory .venv/base $(MESSAGES)
	@$(BIN)/python manage.py init-db --verbosity 0
	@$(BIN)/python manage.py up

setup: .venv/dev $(MESSAGES)

.venv/bin/uv: requirements/tools.txt
	@$(PYTHON) -c $(NEW_ENOUGH)
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

.venv/base: .venv/bin/uv requirements/base.txt
	@echo "Installing the platform's packages …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/base.txt
	@touch $@

.venv/dev: requirements/tools.txt requirements/dev.txt requirements/base.txt
	@sh requirements/system.sh test
	@$(MAKE) --no-print-directory .venv/bin/uv
	@echo "Installing the packages for development …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/dev.txt
	@touch $@ .venv/base

%.mo: %.po
	@command -v msgfmt >/dev/null || sh requirements/system.sh run
	@msgfmt --check-format -o $@ $<

test: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m tests.run all

test-fast: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m tests.run fast

test-fresh:
	@$(PYTHON) -c $(NEW_ENOUGH)
	@$(PYTHON) -m tests.fresh

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: setup
	@$(BIN)/python manage.py makemessages --locale zh_Hans --no-obsolete --no-location --extension py,html \
	  --ignore '.*' --ignore var --ignore lab --ignore benchmarks --ignore tests --ignore 'conftest.py'

lock: .venv/bin/uv
	@for name in base mysql redis oidc ldap dev tools; do \
	  $(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-header --no-emit-index-url \
	    --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean:
	rm -rf .venv var
