#!/bin/sh
# Records which functions a sidecar runs: from its start and for requests, plain ones first, then over mutual TLS. Laid in
# a row, they fill few pages; wherever they came from, each would bring the 64 KiB around it into memory (3 MB in all).
#
#   scripts/order.sh "OPTIONS OF THE RELEASE BUILD"         # make profile calls it; needs valgrind
set -eu
cd "$(dirname "$0")/.."
order=benchmarks/profile/apus.order
out=$PWD/.build/ordering
mkdir -p "$out"
rm -f "$out"/*.calls

# The same program with the names of its functions; valgrind cannot read this compiler's debug information.
# shellcheck disable=SC2046 # lists of words
"${SWIFT:-swift}" build $(printf %s "$1" | sed 's/-Xlinker -s\>/-Xlinker --strip-debug/') $(scripts/link-profile) \
  --product apus --scratch-path "$out"
apus=$out/release/apus

.build/bench/origin 24104 &
origin=$!
proxy=
trap 'kill $origin $proxy 2>/dev/null || true' EXIT

# record NAME CONFIGURATION URL
record() {
  valgrind -q --tool=callgrind --demangle=no --callgrind-out-file="$out/$1.calls" "$apus" run --config "$2" >"$out/$1.log" &
  proxy=$!
  until curl -sf -o "$out/ready" http://127.0.0.1:24101/ready; do kill -0 $proxy; done
  for _ in $(seq 200); do curl -sf -o "$out/answer" "$3"; done
  curl -sf -o "$out/answer" http://127.0.0.1:24101/metrics
  kill $proxy
  wait $proxy
}

rm -rf "$out/ids"
"$apus" identity init --directory "$out/ids" --trust-domain prod.example web >"$out/identities"
record plain benchmarks/profile/plain.yaml http://127.0.0.1:24100/
# The sidecar is its own peer.
ADMIN=127.0.0.1:24101 IDS=$out/ids PEER=web APP=127.0.0.1:24104 OUT=127.0.0.1:24100 IN=127.0.0.1:24103 \
  PEER_ADDRESS=127.0.0.1:24103 record tls configs/mutual-tls.yaml http://127.0.0.1:24100/

# What runs most comes first. Lines are "INSTRUCTIONS (SHARE) FILE:FUNCTION [OBJECT]".
for run in plain tls; do
  callgrind_annotate --threshold=100 "$out/$run.calls" | sed -n 's/^.*???:\([^ ]*\) \[.*\/apus\]$/\1/p'
done | grep -v "^0x" | sed "s/'[0-9]*$//" | awk '!seen[$0]++' >"$out/order"
[ -s "$out/order" ] || { echo "order.sh: callgrind_annotate names no function" >&2; exit 1; }
cp "$out/order" "$order"
