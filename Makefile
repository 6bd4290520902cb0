# Everything a newcomer needs. Each target sets up the virtual environment by itself.
PYTHON ?= python3
VENV   ?= .venv
HOME_DIR ?= .
BIN    := $(VENV)/bin

.PHONY: help setup setup-dev demo run once test browser check quality polite fuzz torture month kinds letters api bench messages screenshots pages lock clean

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# --no-deps: the lock files are complete; a resolver that looked for newer releases of what is pinned would stop at their hashes.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "setting up $(VENV) from requirements.lock (about a minute on first use)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "adding the tools for tests and checks from requirements-dev.lock"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.installed          ## the program in .venv
setup-dev: $(VENV)/.installed-dev  ## the same with the tools for tests and checks

demo: setup      ## the whole way on an embedded little world of news, in under a minute; DEMO=--serve keeps its pages up
	$(BIN)/monitor demo $(DEMO)

run: setup       ## the service on your own feeds.yaml and watchlists/
	$(BIN)/monitor run --home $(HOME_DIR)

once: setup      ## one round of the same, then exit
	$(BIN)/monitor once --home $(HOME_DIR)

# A file's tests stay together, on one core. Those in a browser run apart: their driver's event loop suffers no other.
test: setup-dev  ## all tests; those of tests/browser need a Chromium, and are loud where there is none
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile tests/browser

browser: setup-dev ## the pages in a headless Chromium: journeys, attacks, accessibility, 320 pixels
	$(BIN)/python -m pytest tests/browser $(BROWSER)

check: setup-dev ## ruff, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

quality: setup-dev ## the evaluators' figures against their floors
	$(BIN)/python tests/quality/gate.py

polite: setup-dev ## a month of polls of a small internet in minutes: what the reader costs others, and what it gets
	$(BIN)/python tests/quality/polite.py

fuzz: setup-dev  ## hostile feeds and pages by the ten thousand; FUZZ="--feeds 100 --seed 2" for another run
	$(BIN)/python -W ignore tests/quality/fuzz.py $(FUZZ)

torture: setup-dev ## killed again and again: what is lost, what is told twice; KILLS=1000
	$(BIN)/python tests/quality/torture.py --kills $(or $(KILLS),100)

kinds: setup-dev ## what is news in invented streams of many subjects and languages; KINDS="--placed given --show"
	$(BIN)/python tests/quality/kinds.py $(KINDS)

api: setup-dev   ## 10,000 calls of the API made up from its description; API="--calls 1000 --seed 2" for another run
	$(BIN)/python -W ignore tests/quality/api.py $(API)

letters: setup-dev ## 20,000 mails of hostile subjects and names, read by two parsers; LETTERS="--mails 1000" for fewer
	$(BIN)/python tests/quality/letters.py $(LETTERS)

month: setup-dev ## a month of mails to 200 subscribers in minutes: MONTH="--month october --seed 2"
	$(BIN)/python -W ignore tests/quality/month.py $(MONTH)

bench: setup-dev ## speed of each room, as a table
	$(BIN)/python -m benchmarks

messages: setup-dev ## after a change of the words of mails or pages: the catalogues of monitor/locale, new sentences empty
	$(BIN)/pybabel -q extract -F babel.cfg -k say -k count:1,2 -k mark -k mark_plural:1,2 --no-wrap --sort-output --no-location --omit-header -o .messages.pot .
	for language in fr de es ru uk ko ja zh ar; do $(BIN)/pybabel -q update -D mail -d monitor/locale -l $$language -i .messages.pot --no-wrap --ignore-obsolete; done
	$(BIN)/pybabel -q extract -F babel-pages.cfg --no-wrap --no-location --omit-header -o .messages.pot .
	for language in fr de es ru uk ko ja zh ar; do $(BIN)/pybabel -q update -D pages -d monitor/locale -l $$language -i .messages.pot --no-wrap --ignore-obsolete; done
	rm .messages.pot

screenshots: setup-dev ## a digest in each language, light and dark, wide and narrow (needs chromium), into storage/screenshots
	$(BIN)/python tests/quality/screenshots.py $(SHOTS)

pages: setup-dev ## a picture of each page from the demo's world (needs chromium), into docs/images; PAGES="--dark --out /tmp/shots"
	$(BIN)/python tests/quality/pages.py $(PAGES)

lock:            ## renew both lock files (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --all-extras -c requirements.lock -o requirements-dev.lock

clean:           ## remove the virtual environment and caches, never storage/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
