#!/bin/sh
# Tests HTTP/2 and gRPC with clients and servers that others wrote: scripts/peers.sh [pytest's arguments]
#
# Takes the binary that was built last (APUS_BINARY names another). PEERS_PROXY=envoy|nghttpx|haproxy runs the same
# tests against that proxy instead, which shows that the tests themselves are right.
set -eu
cd "$(dirname "$0")/.."
venv=$PWD/.build/peers-venv
wanted=Tests/Peers/requirements.txt
[ "${PEERS_PROXY:-apus}" = envoy ] && wanted="$wanted Tests/Peers/reference.txt"

# shellcheck disable=SC2086 # a list of files
stamp=$(cat $wanted | cksum)
if [ "$(cat "$venv/installed" 2>/dev/null)" != "$stamp" ]; then
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
  for file in $wanted; do
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$file"
  done
  echo "$stamp" >"$venv/installed"
fi
cd Tests/Peers
# Whole, they run as many at a time as there are cores: most of them wait. A part says what its tests print as it goes.
[ $# -gt 0 ] || set -- --numprocesses "$(nproc)" --dist worksteal
exec "$venv/bin/python" -m pytest "$@"
