#!/bin/sh
# Make or bring up to date .venv-docs, in which `make docs` builds the site. Does nothing when its locks have not changed.
set -eu
cd "$(dirname "$0")/../.."
stamp=.venv-docs/.installed
locks=$(cat infra/docs/requirements.lock infra/docs/package-lock.json | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$locks" ] && [ -d infra/docs/node_modules ] && exit 0

echo "Installing what the documentation site is built with into .venv-docs ..." >&2
rm -rf .venv-docs
.venv/bin/uv venv -q --python .venv/bin/python .venv-docs
.venv/bin/uv pip install -q --python .venv-docs/bin/python --no-deps --require-hashes -r infra/docs/requirements.lock
sh infra/local/npm.sh ci --prefix infra/docs --loglevel=error >/dev/null
echo "$locks" > "$stamp"
