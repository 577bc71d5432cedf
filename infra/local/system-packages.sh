#!/bin/sh
# Install the system packages of the given lists that are missing, when root; otherwise name them and stop.
set -eu
missing=""
for name in $(cat "$@" | sed 's/#.*//'); do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $name"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "These system packages are missing:$missing" >&2
    echo "Install them as root: apt-get install$missing" >&2
    exit 7
fi
echo "Installing system packages:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $missing >/dev/null
