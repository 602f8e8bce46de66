# `make run` shows Lectern with its sample series; `make test` runs every test. Nothing else has to be installed
# but Python 3.11 or newer, with venv, and make.

PORT ?= 8000
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
MANAGE := $(PYTHON) manage.py

# The first Python on the path that is new enough.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
FIND_PYTHON = for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if command -v $$python > /dev/null && $$python -c '$(NEW_ENOUGH)'; then break; fi; python=; done; \
	if [ -z "$$python" ]; then echo 'Lectern needs Python 3.11 or newer: none was found.' >&2; exit 1; fi

.PHONY: help run test judge lint format clean
.DELETE_ON_ERROR:

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

# Into a file or a pipe as well, every line comes at once: the address would else wait for a full buffer.
run: export PYTHONUNBUFFERED = 1
run: $(VENV)/runtime .env  ## show the sample series on http://127.0.0.1:8000/ (another PORT=8080)
	@$(MANAGE) migrate --no-input --verbosity 0
	@$(MANAGE) demo
	@$(MANAGE) runserver 127.0.0.1:$(PORT)

test: $(VENV)/development  ## run every test, the house rules among them
	@$(PYTHON) -m pytest -n auto $(TESTS)

judge: $(VENV)/development tests/judges/node_modules/made  ## let outside judges look at every sort of page and every feed
	@$(PYTHON) -m tests.judges

tests/judges/node_modules/made: tests/judges/package.json
	@npm install --prefix tests/judges --no-audit --no-fund --no-package-lock --silent
	@touch $@

lint: $(VENV)/development  ## check style, types, imports and templates
	@$(PYTHON) -m pytest tests/test_house.py

format: $(VENV)/development  ## put the code into its one form
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

clean:  ## take away what make and the tools made, but neither the database nor the uploads
	rm -rf $(VENV) staticfiles .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Each stamp is newer than the pins that it stands for: a second run installs nothing.
$(VENV)/made:
	@echo 'Making the environment: a minute or two, once.'
	@$(FIND_PYTHON); $$python -m venv $(VENV)
	@touch $@

$(VENV)/runtime: requirements.txt | $(VENV)/made
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/development: requirements.txt requirements-dev.txt | $(VENV)/made
	@$(PIP) install -r requirements-dev.txt
	@touch $@ $(VENV)/runtime

# For this machine only: a public site has an environment of its own (docs/deploying.md).
.env: | $(VENV)/made
	@umask 077; $(PYTHON) -c 'import secrets; print("DEBUG=1", "SECRET_KEY=" + secrets.token_urlsafe(50), sep="\n")' > $@
