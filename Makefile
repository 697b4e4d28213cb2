# Every command a developer needs; `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV ?= .venv
TORCH ?= 2.13.0
BIN := $(VENV)/bin
WORKERS ?= logical
# one process a core, each of one thread: the tests share no port, cache or folder
TESTS := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
IN_ONE_PROCESS := $(BIN)/python -m pytest
export MODELKIN_CACHE ?= $(CURDIR)/cache

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check lint format types imports part docs lane-tflite lane-sklearn lane-tables lane-torch lane-keras lane-servers lane-zoo lane-map lane-apps lane-weights lane-sign lane-page calibration bench-field bench-labels bench-accuser bench-calibration bench-overhead bench-preprocessing bench-modelreuse bench-dataless bench-scan lane-making bench-evasions bench-references bench-selection bench-heads clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 22

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet -e . --group dev
	touch $@

setup: $(VENV)/.ready ## make the virtual environment: package and dev tools

demo: $(VENV)/.ready ## compare the example models and write demo/report.html
	mkdir -p demo
	$(BIN)/modelkin compare examples/models/fashion/source.onnx \
	  examples/models/fashion/copies/int8.onnx --references examples/models/fashion/honest \
	  --html demo/report.html --json demo/report.json --evidence demo/evidence.zip \
	  || [ $$? -eq 1 ] # 1 means: relation found
	@echo "report: demo/report.html"

test: $(VENV)/.ready ## run the tests, one process a core (WORKERS=0: in this one); absent extras skip
	$(TESTS) --durations=15

test-fast: $(VENV)/.ready ## the same without slow and calibration tests
	$(TESTS) -m 'not slow and not calibration'

check: lint types imports test ## what CI runs: lint, types, imports, tests

lint: $(VENV)/.ready ## ruff, format and rules
	$(BIN)/ruff format --check src tests examples
	$(BIN)/ruff check src tests examples

format: $(VENV)/.ready ## let ruff rewrite what it can
	$(BIN)/ruff format src tests examples
	$(BIN)/ruff check --fix src tests examples

types: $(VENV)/.ready ## mypy --strict on src and tests
	$(BIN)/mypy

imports: $(VENV)/.ready ## the layers of docs/design.md
	$(BIN)/lint-imports --no-cache

part: $(VENV)/.ready ## the contract tests of one part: make part NAME=onnx
	@test -n "$(NAME)" || { echo "name a part: make part NAME=onnx" >&2; exit 2; }
	MODELKIN_REQUIRE=tflite,sklearn,xgboost,lightgbm,catboost,openvino,torch,huggingface,keras $(IN_ONE_PROCESS) tests/contracts -k "[$(subst -,_,$(NAME))]"

docs: $(VENV)/.ready ## build the documentation into site/
	$(BIN)/mkdocs build --strict

calibration: $(VENV)/.ready ## error rate and power of every decision rule
	$(TESTS) -m calibration

lane-tflite: $(VENV)/.ready ## tests that need the extra tflite, none skipped, and the small field study
	$(BIN)/python -m pip install --quiet -e '.[tflite]'
	MODELKIN_REQUIRE=tflite $(TESTS) -k 'tflite'
	test -z "$$MODELKIN_CORPUS" || $(BIN)/modelkin bench field --small --json cache/field-small.json --markdown cache/field-small.md --html cache/field-small.html

lane-sklearn: $(VENV)/.ready ## tests that need the extra sklearn, none skipped
	$(BIN)/python -m pip install --quiet -e '.[sklearn]' --group sklearn-lane
	MODELKIN_REQUIRE=sklearn $(TESTS) -k '(skops or pickle or sklearn) and not (torch or huggingface)'

lane-tables: $(VENV)/.ready ## tests of boosters, OpenVINO, SavedModel and columns, none skipped
	$(BIN)/python -m pip install --quiet -e '.[xgboost,lightgbm,catboost,openvino,sklearn]' --group tables-lane
	MODELKIN_REQUIRE=xgboost,lightgbm,catboost,openvino,sklearn $(TESTS) --ignore=tests/servers \
	  -k 'xgboost or lightgbm or catboost or openvino or saved_model or coreml or table or column'

lane-torch: $(VENV)/.ready ## tests that need torch and transformers, none skipped
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[torch,huggingface]' --group torch-lane
	MODELKIN_REQUIRE=torch,huggingface $(TESTS) --ignore=tests/bench -k 'torch or huggingface' # lane-zoo has them

lane-keras: $(VENV)/.ready ## tests that need Keras on PyTorch, none skipped
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[keras]'
	MODELKIN_REQUIRE=keras $(TESTS) -k 'keras'

SERVER_VENVS ?= .venvs/servers
SERVERS := $(basename $(notdir $(wildcard tests/servers/venvs/*.txt)))

$(SERVER_VENVS)/%/.ready: tests/servers/venvs/%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet -r $<
	touch $@

lane-servers: $(VENV)/.ready $(SERVERS:%=$(SERVER_VENVS)/%/.ready) ## tests against real model servers on loopback
	$(BIN)/python -m pip install --quiet -e '.[sklearn,grpc]' --group servers-lane
	MODELKIN_SERVER_VENVS=$(SERVER_VENVS) MODELKIN_REQUIRE=servers,grpc,sklearn $(IN_ONE_PROCESS) tests/servers tests/contracts tests/models -k 'servers or grpc' --durations=10

lane-zoo: $(VENV)/.ready ## tests that train models, and the small ModelReuse, dataless and heads benchmarks
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	MODELKIN_REQUIRE=bench $(TESTS) tests/bench
	$(BIN)/modelkin bench modelreuse --small --json cache/modelreuse-small.json --html cache/modelreuse-small.html
	$(BIN)/modelkin bench dataless --small --json cache/dataless-small.json --html cache/dataless-small.html
	$(BIN)/modelkin bench heads --small --json cache/heads-small.json

lane-making: $(VENV)/.ready ## tests that derive copies and train references, none skipped
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[train]'
	MODELKIN_REQUIRE=train,torch $(TESTS) tests/making tests/models/test_views.py

lane-map: $(VENV)/.ready ## tests of maps, none skipped
	$(BIN)/python -m pip install --quiet -e '.[map]'
	MODELKIN_REQUIRE=map $(TESTS) tests/zoo tests/docs -k 'zoo or map'

lane-apps: $(VENV)/.ready ## tests of scans of apps, none skipped
	$(BIN)/python -m pip install --quiet -e '.[apps,tflite]' --group apps-lane
	MODELKIN_REQUIRE=apps,tflite $(TESTS) tests/apps

EXPORTERS ?= .venvs/exporters

$(EXPORTERS)/.ready: tests/apps/exporting/venv.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet -r $<
	touch $@

cache/exported/.ready: $(EXPORTERS)/.ready $(wildcard tests/apps/exporting/scripts/*.py)
	rm -rf $(@D) && mkdir -p cache
	OMP_NUM_THREADS=1 $(EXPORTERS)/bin/python tests/apps/exporting/scripts/export.py $(@D) >cache/exported.log 2>&1 \
	  || { tail -n 30 cache/exported.log; exit 1; }
	touch $@

lane-weights: $(VENV)/.ready cache/exported/.ready ## read the weights that real exporters write; needs MODELKIN_DATA
	$(BIN)/python -m pip install --quiet -e '.[apps]'
	MODELKIN_EXPORTED=cache/exported MODELKIN_REQUIRE=apps,exporters $(BIN)/python -m pytest tests/apps -k 'weight or export'
	PYTHONPATH=. $(BIN)/python tests/apps/exporting/exported.py cache/exported

bench-scan: $(VENV)/.ready ## scans: identification, the whole corpus in time, false and found kin by size of the zoo
	$(BIN)/python -m pip install --quiet -e '.[bench,apps,tflite]'
	$(BIN)/modelkin bench scan --json benchmarks/results/scan.json --markdown benchmarks/results/scan.md

lane-sign: $(VENV)/.ready ## tests of signatures, none skipped
	$(BIN)/python -m pip install --quiet -e '.[sign]'
	MODELKIN_REQUIRE=sign $(TESTS) tests/pipeline tests/cli tests/docs -k 'sign or seal or dispute'

lane-page: $(VENV)/.ready ## tests that render the report page in headless Chromium
	command -v chromium >/dev/null || { echo "install chromium first (apt-get install chromium)" >&2; exit 2; }
	MODELKIN_REQUIRE=chromium $(TESTS) -k 'page'

bench-field: $(VENV)/.ready ## kin found among the models of real apps, judged by their weights
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[tflite,torch]'
	$(BIN)/modelkin bench field --json benchmarks/results/field.json --markdown benchmarks/results/field.md --html benchmarks/results/field.html

bench-labels: $(VENV)/.ready ## copies found from labels alone, replayed on recorded labels
	$(BIN)/modelkin bench labels --json benchmarks/results/labels.json --markdown benchmarks/results/labels.md

bench-accuser: $(VENV)/.ready ## honest models against a malicious accuser, on recorded labels
	$(BIN)/modelkin bench accuser --json benchmarks/results/accuser.json --markdown benchmarks/results/accuser.md

bench-calibration: $(VENV)/.ready ## error rates of decision rules on recorded labels and, where the zoo was trained, on scores
	$(BIN)/modelkin bench calibration --json benchmarks/results/calibration.json --markdown benchmarks/results/calibration.md

bench-overhead: $(VENV)/.ready ## our asking against the bare runtime, and start-up
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	$(BIN)/modelkin bench overhead --json benchmarks/results/overhead.json --markdown benchmarks/results/overhead.md

bench-preprocessing: $(VENV)/.ready ## how often the value range of real app models is guessed right
	$(BIN)/python -m pip install --quiet -e '.[tflite]'
	$(BIN)/modelkin bench preprocessing --json benchmarks/results/preprocessing.json --markdown benchmarks/results/preprocessing.md

bench-modelreuse: $(VENV)/.ready ## train the full zoo (hours; goes on where it stopped) and judge every method on it
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	$(BIN)/modelkin bench modelreuse --json benchmarks/results/modelreuse.json --markdown benchmarks/results/modelreuse.md --html benchmarks/results/modelreuse.html

bench-evasions: $(VENV)/.ready ## copies found when whoever runs them tries to hide them, on the full zoo
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	$(BIN)/modelkin bench evasions --json benchmarks/results/evasions.json --markdown benchmarks/results/evasions.md

bench-heads: $(VENV)/.ready ## own heads on trained backbones against siblings of these (an hour; goes on where it stopped)
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	$(BIN)/modelkin bench heads --json benchmarks/results/heads.json --markdown benchmarks/results/heads.md

bench-selection: $(VENV)/.ready ## labels of the recorded zoo, chosen queries against the pool as it is
	$(BIN)/modelkin bench selection --json benchmarks/results/selection.json --markdown benchmarks/results/selection.md

bench-references: $(VENV)/.ready ## honest models accused by references of each origin, on the full zoo
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	$(BIN)/modelkin bench references --json benchmarks/results/references.json --markdown benchmarks/results/references.md

bench-dataless: $(VENV)/.ready ## tell training sets apart without data, on CNNs, SVMs and GANs of five image sets
	$(BIN)/python -m pip install --quiet torch==$(TORCH)
	$(BIN)/python -m pip install --quiet -e '.[bench]'
	$(BIN)/modelkin bench dataless --json benchmarks/results/dataless.json --markdown benchmarks/results/dataless.md --html benchmarks/results/dataless.html

clean: ## remove what the commands made
	rm -rf $(VENV) .venvs cache demo site build dist .mypy_cache .ruff_cache .pytest_cache
