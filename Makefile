# Two commands matter: `make book` and `make test`. Everything else is convenience.

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
BIN    := $(VENV)/bin
HTML   := _build/html
BOOK   := -W -n --keep-going --all

# Small nets are fastest on one thread, and far slower on two of a busy machine.
export OMP_NUM_THREADS      := 1
export MKL_NUM_THREADS      := 1
export OPENBLAS_NUM_THREADS := 1
export JUPYTER_PLATFORM_DIRS := 1

PIP := $(BIN)/python -m pip install --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help book test test-browser test-claims serve lab pdf chapters check student studies bench mutants clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

book: $(VENV)/book.stamp ## build the book as HTML, warnings as errors
	$(BIN)/jupyter-book build . $(BOOK)
	@echo
	@echo "The book is ready. Open $(CURDIR)/$(HTML)/index.html, or run: make serve"

test: $(VENV)/test.stamp ## all tests: the package, the chapters cell by cell, the built book
	$(BIN)/python -m pytest

test-browser: $(VENV)/test.stamp book ## read every page in a headless Chromium
	$(BIN)/python -m pytest tests/browser --dist=loadgroup

test-claims: $(VENV)/test.stamp ## run every page with other seeds, and with each cause taken away (half an hour)
	$(BIN)/python -m pytest tests/claims --dist=load

serve: book ## build, then serve on http://localhost:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(HTML) 8000

lab: $(VENV)/book.stamp ## open the chapters in JupyterLab
	$(BIN)/jupyter lab chapters

pdf: $(VENV)/test.stamp book ## print the whole book into _build/understanding-lstm-networks.pdf (needs Chromium)
	$(BIN)/python tools/pdf.py

chapters: $(VENV)/book.stamp ## run the chapters and store their outputs (ONLY="chapters/4_lstm.ipynb" for one)
	$(BIN)/python tools/chapters.py $(ONLY)

check: $(VENV)/book.stamp ## hold the chapters against the rules of the house, without running them
	$(BIN)/python tools/chapters.py --check $(ONLY)

student: $(VENV)/book.stamp ## write the chapters without their solutions into _build/student
	$(BIN)/python tools/student.py

studies: $(VENV)/book.stamp ## run what is missing of the stored studies, and collect their tables (JOBS=2; stop and resume at will)
	$(BIN)/python -m lstm_course.study run studies/*.toml --jobs $(JOBS)
	$(BIN)/python -m lstm_course.study collect studies/*.toml

bench: $(VENV)-bench/stamp ## time the engine against torch.nn and others, and store the table
	PYTHONPATH=. $(VENV)-bench/bin/python benchmarks/speed.py --write

mutants: $(VENV)/test.stamp ## change the engine in every small way; the tests must notice (half an hour)
	$(PIP) mutmut==3.8.1
	$(BIN)/python tools/mutants.py

clean: ## remove what was built (the environment stays; remove $(VENV) by hand)
	rm -rf _build .pytest_cache .hypothesis build
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print | xargs rm -rf

$(VENV)/book.stamp: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (make book PYTHON=...); this is " + sys.version) if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the book needs into $(VENV) (some minutes the first time) ..."
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/book.stamp
	$(PIP) -e '.[test]'
	@touch $@

# The contenders have an environment of their own: two of them ask for kernels that their plain back ends don't need.
$(VENV)-bench/stamp: benchmarks/requirements.txt benchmarks/requirements-nodeps.txt
	test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet -r benchmarks/requirements.txt
	$(VENV)-bench/bin/python -m pip install --quiet --no-deps -r benchmarks/requirements-nodeps.txt
	@touch $@
