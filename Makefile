# The two commands first: `make demo` and `make test`. Everything else serves them.
.DEFAULT_GOAL := help
.PHONY: help demo up test heavy unit changed check fix docs install install-tests lock clean

run := .venv/bin/
# Python keeps what it compiled, also where the surroundings say otherwise: processes that tests start would compile
# everything again, each of them.
export PYTHONDONTWRITEBYTECODE :=
# Every processor, each with one thread of its own for numbers: more would wait for each other. The tests of one
# module stay together, since they share what is slow to start, and in the order of tests/conftest.py: the slow ones first, so
# that no processor waits at the end.
threads := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
pytest := $(threads) $(run)python -m pytest -n auto --dist loadscope --no-loadscope-reorder --durations=15
lists := infra/local/packages.txt
MARK := not heavy

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

demo: install ## install what is missing, then the whole journey to a verified release package
	@$(run)tre demo

up: install ## the demo's TRE in a browser, on http://127.0.0.1:8000
	@$(run)tre up --demo

test: install-tests ## every test but the heavy ones
	@$(pytest) -m "not heavy"

heavy: install-tests ## the others: browsers, attacks with the defence off, full scale: crashes, races, fuzzing, millions of rows
	@$(pytest) -m heavy

unit: install-tests ## the quick tests that need no sandbox and no browser, in seconds
	@$(pytest) -m "not heavy and not slow" tests/unit tests/property

changed: install-tests ## the tests that what differs from BASE (main) can reach, and why; MARK="" also runs heavy ones
	@$(threads) $(run)python tests/selection.py $(or $(BASE),main) -n auto --dist loadscope -m "$(MARK)"

check: install ## lint, types, import rules; changes nothing
	@$(run)ruff check . && $(run)ruff format --check . && $(run)mypy && $(run)lint-imports

fix: install ## what the linters can mend by themselves
	@$(run)ruff check --fix . ; $(run)ruff format .

docs: install ## the documentation site in build/site, strictly: a broken link or reference is an error
	@sh infra/docs/install.sh
	@$(run)python -m infra.docs
	@.venv-docs/bin/zensical build --strict --config-file build/zensical.toml >build/zensical.log 2>&1 || failed=1; \
		cat build/zensical.log >&2; [ -z "$$failed" ] && ! grep -q '^griffe: ' build/zensical.log
	@$(run)python -m infra.docs.built build/site

install:
	@sh infra/local/system-packages.sh $(lists)
	@sh infra/local/install.sh

install-tests:
	@sh infra/local/system-packages.sh $(lists) infra/local/packages-tests.txt
	@sh infra/local/install.sh

lock: ## renew the locks to the newest versions that pyproject.toml allows
	@$(run)uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --overrides infra/local/left-out.txt --extra dev pyproject.toml -o requirements.lock
	@$(run)uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group docs -o infra/docs/requirements.lock
	@sh infra/local/npm.sh install --package-lock-only --loglevel=error
	@sh infra/local/npm.sh install --prefix infra/docs --package-lock-only --loglevel=error

clean: ## remove what installing and running made, the demo's state included
	rm -rf .venv .venv-docs node_modules infra/docs/node_modules build .tre
