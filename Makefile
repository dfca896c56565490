# Everything works in .venv, which the first target that needs it makes (tools/environment), with
# the first Python that fits: PYTHON=python3.12 names another, VENV=folder another place in this folder.
#   make demo    both demo books: one of d2lbook, one of Jupyter Book, in several languages
#   make preview the demo book beside its translations, in the browser
#   make check   style, types, floors and the quick tests: while you work
#   make test    every check that CI runs
#   make docs    these pages as HTML
#   make bench   measures; benchmarks/RESULTS.md tells on what and how
#   make clean   removes what builds left; the translation memory stays

PYTHON ?=
VENV ?= .venv
BIN := $(VENV)/bin
BOOK_VENV := $(VENV)-jupyter-book
ENVIRONMENT := PYTHON='$(PYTHON)' tools/environment
LANGS ?= zh,pt
BOOK_LANGS ?= en,zh,es,pt

.PHONY: demo demo-d2lbook demo-jupyter-book preview check test lint types floors tests browser structures bench docs clean

demo: demo-d2lbook demo-jupyter-book

demo-d2lbook: $(VENV)/ready
	@echo "The first demo, demo/, is a book of d2lbook."
	@cd demo && ../$(BIN)/d2lbook build html --lang $(LANGS); code=$$?; \
	for lang in $$(echo $(LANGS) | tr ',' ' '); do \
	    test -f _build/$$lang/html/index.html || { echo "$$lang was not built"; exit 1; }; \
	done; \
	if [ $$code -eq 1 ]; then \
	    echo "What is listed above waits for a person: sentences that stay in English, since no human"; \
	    echo "translated them and no engine on this machine serves their language, and sentences of a"; \
	    echo "human whose English has changed a little since."; \
	elif [ $$code -ne 0 ]; then exit $$code; fi; \
	echo "Open the html addresses above in a browser; \"who wrote what\" is a report for editors."

# The kernel that runs the notebooks is the one of the environment.
demo-jupyter-book: $(BOOK_VENV)/ready
	@echo "The second demo, demo-jupyter-book/, is a Jupyter Book."
	@cd demo-jupyter-book && PATH="$(CURDIR)/$(BOOK_VENV)/bin:$$PATH" amts build --lang $(BOOK_LANGS); code=$$?; \
	if [ $$code -eq 1 ]; then \
	    echo "What is listed above stays in English until a human or an engine translates it."; \
	elif [ $$code -ne 0 ]; then exit $$code; fi; \
	echo "Open the address above in a browser: it leads to your language, and each page to the others."

# LANGS chooses the languages here too.
preview: $(VENV)/ready
	$(BIN)/amts preview demo --lang $(LANGS)

check: lint types floors
	$(BIN)/pytest -n auto --dist loadfile -q -m "not slow and not install"

test: lint types floors tests

lint: $(VENV)/ready
	$(BIN)/ruff check .

types: $(VENV)/ready
	$(BIN)/mypy

floors: $(VENV)/ready
	$(BIN)/lint-imports --no-logo

tests: $(VENV)/ready
	$(BIN)/pytest -n auto --dist loadfile -m "not browser"

# The preview in a browser, whole: its page, hostile books, JupyterLab; minutes.
browser: $(VENV)/ready
	$(BIN)/pytest -n auto --dist loadfile -m browser

# 20,000 documents of all constructs, whose structure other programs compare; minutes.
structures: $(VENV)/ready
	AMTS_STRUCTURES=20000 $(BIN)/pytest -q -s tests/formats/test_structure.py tests/formats/test_myst_structure.py

bench: $(VENV)/bench
	@for file in benchmarks/[a-z]*.py; do $(BIN)/python $$file || exit 1; done

docs: .venv-docs/ready
	.venv-docs/bin/sphinx-build -W -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html in a browser."

clean:
	rm -rf build dist *.egg-info demo/_build demo-jupyter-book/_build docs/_build .mypy_cache .ruff_cache .pytest_cache

$(VENV)/ready: setup.cfg setup.py pyproject.toml tools/environment
	$(ENVIRONMENT) $(VENV) demo,dev
	@touch $@

# Jupyter Book 1 needs Sphinx 7, which does not go with d2lbook.
$(BOOK_VENV)/ready: setup.cfg setup.py pyproject.toml tools/environment
	$(ENVIRONMENT) $(BOOK_VENV) jupyter-book
	@touch $@

# Sphinx for the pages is newer than the one that d2lbook needs.
.venv-docs/ready: setup.cfg tools/environment
	$(ENVIRONMENT) .venv-docs docs
	@touch $@

$(VENV)/bench: $(VENV)/ready
	$(ENVIRONMENT) $(VENV) bench,demo,dev
	@touch $@
