# The commands of this project. `make demo` and `make test` set up all they need in .venv.
PYTHON ?= python3
OLD ?= python3.10
NEW ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What is installed with the grader: CI has docs too, at once.
EXTRAS ?= dev
SELDOM := docutils|fontTools|mypy|mypyc|pip|pkg_resources|pygments/lexers|setuptools
# Hundreds of processes load the grader here: each module is compiled once, whatever a container's image has set.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test lint types layers tests coverage platforms lab prove versions bench scale docs pictures build catalogs wheels release clean

demo: $(READY)  ## grade a sample notebook and print the report
	$(BIN)/grade tests/samples/typical_mistakes.ipynb --exit-zero

test: lint types layers tests  ## CI runs it, and platforms and docs

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

# A file to a worker: under pytest 9.2, pytest-xdist 3.8 sees no groups (its issue 1386) and makes what is shared twice.
# Four on two cores, for some wait for a limit of time; in the order of tests/conftest.py.
PYTEST := $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -q

tests: $(VENV)/.rewritten
	$(PYTEST)

# On a new machine, or each of the workers, which begin together, would rewrite the asserts of all files.
$(VENV)/.rewritten: $(READY)
	$(BIN)/pytest -q --collect-only > /dev/null || true
	touch $@

coverage: $(READY)  ## the tests once more, slower, with what of the grader they reach
	$(BIN)/coverage erase
	$(PYTEST) --cov=grader --cov-branch --cov-report=term

platforms: $(READY)  ## grade a right notebook in every surrounding: users, walls, places of Python; HALF=1: as CI does
	$(BIN)/python -m tests.platforms $(if $(HALF),--half)

lab: $(READY)  ## the notebooks and %grade in a real JupyterLab and Chromium
	$(PYTHON) -m venv build/lab
	build/lab/bin/pip install --quiet --editable . jupyterlab playwright
	build/lab/bin/python -m tests.lab

prove: $(READY)  ## prove the course under 20 seeds; writes docs/kill-matrix.md
	$(BIN)/grade-course check --seeds 20 --out docs/kill-matrix.md

versions: $(READY)  ## prove that no verdict depends on the installed versions; OLD and NEW are Pythons
	$(BIN)/python -m tests.bench.versions --old $(OLD) --new $(NEW)

corpus: $(READY)  ## grade the wrong exercises of tests/corpus; says where a report names something else than was judged
	$(BIN)/python -m tests.bench.corpus --check

build: $(READY)  ## make the stub notebooks and samples from reference/
	$(BIN)/grade-course build --samples tests/samples

bench: $(READY)  ## how fast, beside plain nbclient and the floor; writes docs/bench.md. PEERS: see docs/compare.md; ALL=1
	$(BIN)/python -m tests.bench.bench $(addprefix --peer ,$(PEERS)) $(if $(ALL),--all) --out docs/bench.md

scale: $(READY)  ## what a Dask scheduler spends on each notebook, with workers that only wait; for docs/scale.md
	$(BIN)/python -m tests.bench.scale

docs: $(VENV)/.docs  ## the site, in build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

pictures: $(READY)  ## the pictures of the documents, made by the program itself and by chromium
	$(BIN)/python -m tests.pictures

catalogs: $(READY)  ## extract the texts, update and compile the Polish catalog
	$(BIN)/pybabel -q extract --no-location --no-default-keywords -k msg -k msgs:1,2 -k UsageError -k CourseError -k SandboxError -k OutputError -k KernelStartError -o $(VENV)/grader.pot grader
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --omit-header -i $(VENV)/grader.pot -d grader/locale -D grader -l pl
	$(BIN)/pybabel -q compile --use-fuzzy -d grader/locale -D grader

wheels: $(READY)  ## dist/wheels: a grader without any course, and the built-in course by itself
	rm -rf dist/wheels
	WITHOUT_COURSE=1 $(BIN)/python -m build --no-isolation --wheel --outdir dist/wheels
	$(BIN)/grade-course pack --out dist/wheels

release: $(READY)  ## all of a release but the upload; REPOSITORY=https://... is where its page's links lead
	.ci/release $(REPOSITORY)

# Compiled by all cores, and not by pip, without what hardly anything imports; packages hold templates too, no Python.
$(READY): pyproject.toml hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[$(EXTRAS)]'
	$(BIN)/python -m compileall -q -j 0 -x 'site-packages/(.*/tests|$(SELDOM))/' $(VENV)/lib > /dev/null || true
	touch $@

$(VENV)/.docs: $(READY)
	test -x $(BIN)/mkdocs || $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[dev,docs]'
	touch $@

clean:
	rm -rf $(VENV) .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
