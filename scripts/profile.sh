#!/bin/sh
# Records which parts of the proxy run how often, for the linker to lay the program out by: make profile.
#
# A binary that counts is linked, and put through the benchmarks of traffic, through benchmarks/profile/features.yaml and
# through the demo: benchmarks/profile/apus.proftext, by which the linker lays out each function. Then scripts/order.sh
# writes benchmarks/profile/apus.order, by which it puts them in a row. Both are committed; `make build` hands them to the
# linker. It takes ten minutes. Run it after changes to the way of a request: a function that has changed since is laid
# out as before there was a profile.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/.build/profiling
mkdir -p "$out"
rm -f "$out"/*.profraw
tools=$(scripts/toolchain)
runtime=$("$tools/clang" -print-runtime-dir)/libclang_rt.profile-$(uname -m).a
[ -f "$runtime" ] || runtime=$(find "$tools/../lib/clang" -name "libclang_rt.profile-$(uname -m).a" | head -1)

# The counters' runtime has to be told that the linker put them there: clang writes that word into any object.
echo 'int apus_is_profiled;' | "$tools/clang" -O1 -fcs-profile-generate -x c -c - -o "$out/kind.o"
# shellcheck disable=SC2086 # a list of words
"${SWIFT:-swift}" build $1 --product apus --scratch-path "$out" \
  -Xlinker --lto-cs-profile-generate -Xlinker "$out/kind.o" -Xlinker "$runtime" -Xlinker -u -Xlinker __llvm_profile_runtime
apus=$out/release/apus

# Files of one binary are merged as they are written.
export LLVM_PROFILE_FILE="$out/apus-%2m.profraw"
benchmarks/run.py --apus "$apus" --only apus --rounds 1 --seconds 2 --warmup 0 --transfer-bytes 268435456 --idle-connections 500 \
  --scenario small,large,transfer,2to1,2to2,1to2,grpc-unary,grpc-stream,tls-small,tls-handshakes,tls-transfer,tls-chain,idle ||
  test $? -eq 1 # a program that counts misses targets

.build/bench/origin 24102 &
origin=$!
"$apus" run --config benchmarks/profile/features.yaml &
proxy=$!
trap 'kill $origin $proxy 2>/dev/null || true' EXIT
until curl -sf -o "$out/ready" http://127.0.0.1:24101/ready; do kill -0 $proxy; done
base=http://127.0.0.1:24100
wrk -t1 -c32 -d2 -H 'Cookie: a=b; c=d' -H 'Accept: text/html' "$base/a/long/path/of/five?q=a&r=b"
wrk -t1 -c32 -d2 -H 'X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3eff7' -H 'X-B3-SpanId: e457b5a2e4d86bd1' -H 'X-B3-Sampled: 1' "$base/rest"
wrk -t1 -c32 -d2 -H 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' -H 'X-Kind: large' "$base/bytes/2000"
h2load -D 2 -c 8 -m 16 -t 1 -H 'x-kind: large' "$base/bytes/500"
for size in 100 100000; do
  head -c $size /dev/zero >"$out/body"
  h2load --h1 -D 2 -c 16 -t 1 -d "$out/body" "$base/?q=a"
  h2load -D 2 -c 8 -m 8 -t 1 -d "$out/body" "$base/?q=a"
done
kill $proxy
wait $proxy || true
DEMO_PORT=0 DEMO_ADMIN_PORT=0 "$apus" demo --seconds 20

# A line that begins with a dollar may follow the counters, and tells how many bitmaps there are: without one, the next name
# of Swift's would be taken for it.
"$tools/llvm-profdata" merge --sparse --text "$out"/*.profraw -o - |
  awk '
    { print }
    before == "# Num Counters:" { count = $0 }
    before == "# Counter Values:" { left = count }
    left > 0 && --left == 0 { print "$0" }
    { before = $0 }' >benchmarks/profile/apus.proftext

scripts/order.sh "$1"
ls -l benchmarks/profile
