#!/bin/sh
# Fuzzes the HTTP/1 parsers: scripts/fuzz.sh [seconds for each, 10 unless told]
#
# Builds with libFuzzer (part of the Swift toolchain) into .build/fuzz and starts from Tests/Fuzz/corpus. An input
# that breaks an invariant is written into that corpus as crash-*: commit it, since the tests run the whole corpus.
set -eu
cd "$(dirname "$0")/.."
# libFuzzer itself must catch the trap, to write the input down.
export SWIFT_BACKTRACE=enable=no
seconds=${1:-10}
out=.build/fuzz
mkdir -p "$out"

# Optimised, with checks: the invariants are preconditions.
flags="-O -wmo -package-name apus -swift-version 6 -parse-as-library -strict-memory-safety -enable-experimental-feature Lifetimes
  -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature ExistentialAny -sanitize=fuzzer -I $out"

compile() {
  name=$1
  shift
  # shellcheck disable=SC2086
  swiftc $flags -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
    -c "$@" -o "$out/$name.o"
}

newest() { ls -t "$@" | head -1; }

stamp=$(newest Sources/Primitives/*.swift Sources/HTTP/*.swift Sources/HTTP/HTTP1/*.swift Tests/Fuzz/*.swift \
  Tests/Fuzz/Invariants/*.swift scripts/fuzz.sh)
if [ ! -x "$out/responses" ] || [ "$stamp" -nt "$out/responses" ]; then
  compile Primitives Sources/Primitives/*.swift
  compile HTTP $(find Sources/HTTP -name '*.swift')
  compile HTTPInvariants Tests/Fuzz/Invariants/*.swift
  for target in requests responses; do
    case $target in
      requests) entry=Tests/Fuzz/FuzzRequests.swift ;;
      *) entry=Tests/Fuzz/FuzzResponses.swift ;;
    esac
    # shellcheck disable=SC2086
    swiftc $flags "$entry" "$out/Primitives.o" "$out/HTTP.o" "$out/HTTPInvariants.o" -o "$out/$target"
  done
fi

# New inputs go to a directory of their own; the corpus is only read. No leak checks: they need ptrace.
for target in requests responses; do
  mkdir -p "$out/found-$target"
  "$out/$target" -max_total_time="$seconds" -max_len=1024 -timeout=10 -detect_leaks=0 -verbosity=1 \
    -dict=Tests/Fuzz/http.dict -artifact_prefix="Tests/Fuzz/corpus/$target/" -print_final_stats=1 \
    "$out/found-$target" "Tests/Fuzz/corpus/$target" 2>"$out/$target.log" || {
      tail -40 "$out/$target.log" >&2
      echo "fuzz: $target broke an invariant; the input is in Tests/Fuzz/corpus/$target" >&2
      exit 1
    }
  grep -E '^stat::number_of_executed_units' "$out/$target.log" | sed "s/^stat::/$target: /"
done
