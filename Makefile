## qms, for whoever works on it. Needs Python 3.11 or newer, git and make; uv if it is there.
##
##   make demo     found a small Sở GTVT in ./demo and show what the library does
##   make test     set up, check, and run every test: exactly what CI does
##   make check    form, types and rooms: ruff, mypy, import-linter
##   make format   put the code into the house's form
##   make bench    measure on both databases, and write docs/performance.md and docs/scale.md
##                 (SIZE=full takes an hour or so on each)
##   make attack   alter copies of a living system at random, and write who notices (ROUNDS=2000)
##   make crash    let every system call of an operation fail or be its last (needs strace)
##   make locale   compile the messages in src/qms/locale
##   make venv     only set up .venv
##   make clean    remove what was made here, except ./demo

# Where a machine forbids bytecode every start is three times slower; the other four
# would have .venv borrow from another environment.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV CONDA_PREFIX

BIN := .venv/bin
READY := .venv/ready
EXTRAS := cli,hsm,office,postgres,tsa,dev
WORKERS ?= 2
ROUNDS ?= 2000
SIZE ?= small

# The first that runs, is new enough and can make an environment. `make test PYTHON=…` overrules.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$p" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo "$$p"; break; }; done)

.PHONY: help venv browser demo test check format bench attack crash locale clean

help:
	@sed -n 's/^## \{0,1\}//p' Makefile

venv: $(READY)

# An environment does not survive a move, nor the loss of its Python: then it is made again.
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): pyproject.toml
	@test "$$($(BIN)/python -c '' 2>/dev/null && cat $@ 2>/dev/null)" = "$$(pwd -P)" || rm -rf .venv
	@rm -f $@
	@if command -v uv >/dev/null 2>&1; then \
		{ test -x $(BIN)/python || uv venv --quiet --python "$(or $(PYTHON),>=3.11)" .venv; } && \
		uv pip install --quiet --python $(BIN)/python --editable '.[$(EXTRAS)]'; \
	elif test -n "$(PYTHON)"; then \
		"$(PYTHON)" -m venv .venv && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'; \
	else \
		echo 'qms needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv).' >&2; \
		exit 1; \
	fi
	@pwd -P > $@

demo: venv
	@$(BIN)/qms demo ./demo --again

# Pages are tested in Debian's Chromium. Who is no administrator is told what is missing.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends --yes chromium >/dev/null; } || \
	echo 'No browser: pages will not be tested (Debian: apt-get install chromium).' >&2

test: check browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --database postgresql tests

check: venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-logo

format: venv
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One that fails does not keep the others from being measured.
bench: venv
	@failed=; for what in 'bench --size $(SIZE)' 'bench --size $(SIZE) --database postgresql' bench.scale; do \
		$(BIN)/python -m $$what || failed="$$failed $$what;"; done; \
	test -z "$$failed" || { echo "Not measured to the end:$$failed" >&2; exit 1; }

attack: venv
	$(BIN)/python -m tests.attack $(ROUNDS)

# Needs strace (Debian: apt-get install strace).
crash: venv
	$(BIN)/python -m tests.crash

locale: venv
	@find src -path '*/locale/*' -name '*.po' | while read -r po; do \
		$(BIN)/pybabel compile --input-file "$$po" --output-file "$${po%.po}.mo" || exit 1; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* dist
	find src tests -type d -name __pycache__ -prune -exec rm -rf {} +
