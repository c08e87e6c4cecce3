# All targets do all of their own set-up. PYTHON may name another interpreter (3.11+).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OTHER := .venv-zensical

.PHONY: site test test-spark zensical check clean

site: $(READY)  ## graph, checks, responsibility tables, validated examples, site
	$(BIN)/python scripts/regenerate.py --check
	$(BIN)/cetu check
	mkdir -p build
	$(BIN)/cetu coverage | tail -n 1
	$(BIN)/cetu matrix --format xlsx -o build/任务分工表.xlsx
	$(BIN)/cetu site -o build/site

check: $(READY)  ## quick: lint, types, contracts, golden files
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/regenerate.py --check

test: check  ## everything; browser tests skip, and say so, without Chromium
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test-spark: $(READY)  ## the Spark engine: installs PySpark (500 MB), needs Java 17 or newer
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[spark]"
	$(BIN)/python -m pytest tests/validation/test_spark.py

zensical: $(READY) $(OTHER)/.ready  ## the same pages from another builder, in an environment of its own
	ZENSICAL=$(OTHER)/bin/zensical $(BIN)/python -m pytest tests/publishing/test_zensical.py

$(OTHER)/.ready:
	$(PYTHON) -m venv $(OTHER)
	$(OTHER)/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 zensical==0.0.73
	touch $@

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

clean:
	rm -rf build dist $(VENV) $(OTHER)
