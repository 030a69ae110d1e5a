#!/bin/sh
# Fuzzes the HTTP codecs, the readers of JSON, protocol buffers and tokens, and the framing of TLS: scripts/fuzz.sh [seconds for each, 10 unless told]
#
# Builds with libFuzzer (part of the Swift toolchain) into .build/fuzz and starts from Tests/Fuzz/corpus. An input
# that breaks an invariant is written into that corpus as crash-*: commit it, since the tests run the whole corpus.
set -eu
cd "$(dirname "$0")/.."
# libFuzzer itself must catch the trap, to write the input down.
export SWIFT_BACKTRACE=enable=no
out=.build/fuzz
# Those in a second round, with inputs as long as what a connection gives at once.
long="http2-server+long http2-client+long"
targets="requests responses http2-server http2-client grpc-web json protobuf tokens tls-records"

# Optimised, with checks: the invariants are preconditions.
flags="-O -wmo -package-name apus -swift-version 6 -parse-as-library -strict-memory-safety -enable-experimental-feature Lifetimes
  -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature ExistentialAny -sanitize=fuzzer -I $out -I Sources/CNghttp2 -I Sources/COpenSSL"

compile() {
  name=$1
  shift
  # shellcheck disable=SC2086
  swiftc $flags -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
    -c "$@" -o "$out/$name.o"
}

build() {
  target=$1
  case $target in
    requests) entry=Tests/Fuzz/FuzzRequests.swift ;;
    responses) entry=Tests/Fuzz/FuzzResponses.swift ;;
    http2-server) entry=Tests/Fuzz/FuzzHTTP2Server.swift ;;
    http2-client) entry=Tests/Fuzz/FuzzHTTP2Client.swift ;;
    grpc-web) entry=Tests/Fuzz/FuzzGRPCWeb.swift ;;
    json) entry=Tests/Fuzz/FuzzJSON.swift ;;
    protobuf) entry=Tests/Fuzz/FuzzProtobuf.swift ;;
    tls-records) entry="Sources/Reactor/TLS/TLSRecord.swift Tests/Fuzz/FuzzTLSRecords.swift" ;;
    *) entry=Tests/Fuzz/FuzzTokens.swift ;;
  esac
  case $target in
    json | protobuf | tokens) objects="Primitives.o JSON.o Protobuf.o Certificates.o Identity.o TextInvariants.o" ;;
    tls-records) objects= ;;
    *) objects="Primitives.o HTTP.o HTTPInvariants.o" ;;
  esac
  # shellcheck disable=SC2086,SC2046
  swiftc $flags $entry $(for object in $objects; do echo "$out/$object"; done) -lnghttp2 -l:libssl.a -l:libcrypto.a -o "$out/$target"
}

# New inputs go to a directory of their own; the corpus is only read. No leak checks: they need ptrace.
feed() {
  seconds=$1
  name=$2
  target=${name%+long}
  longest="-max_len=1024"
  seeds=Tests/Fuzz/corpus/$target
  if [ "$name" != "$target" ]; then
    longest="-max_len=131072 -len_control=0"
    seeds=$out/seeds-$target
    python3 Tests/Fuzz/seeds.py "$seeds" "${target#http2-}"
  fi
  case $target in
    http2-*) dictionary=http2.dict ;;
    json | tokens) dictionary=json.dict ;;
    protobuf) dictionary=protobuf.dict ;;
    *) dictionary=http.dict ;;
  esac
  mkdir -p "$out/found-$name"
  # shellcheck disable=SC2086
  "$out/$target" -max_total_time="$seconds" $longest -timeout=10 -detect_leaks=0 -verbosity=1 \
    -dict="Tests/Fuzz/$dictionary" -artifact_prefix="Tests/Fuzz/corpus/$target/" -print_final_stats=1 \
    "$out/found-$name" "$seeds" 2>"$out/$name.log" || {
      tail -40 "$out/$name.log" >&2
      echo "fuzz: $name broke an invariant; the input is in Tests/Fuzz/corpus/$target" >&2
      exit 1
    }
  grep -E '^stat::number_of_executed_units' "$out/$name.log" | sed "s/^stat::/$name: /"
}

# Calls this script for each of some targets, as many at a time as there are cores: each "TARGETS" build|feed [seconds]
each() {
  names=$1
  shift
  # shellcheck disable=SC2086
  printf '%s\n' $names | xargs -n 1 -P "$(nproc)" scripts/fuzz.sh "$@"
}

case ${1:-} in
  build | feed)
    "$@"
    exit
    ;;
esac
mkdir -p "$out"

newest() { ls -t "$@" | head -1; }

stamp=$(newest $(find Sources/Primitives Sources/JSON Sources/Protobuf Sources/HTTP Sources/Certificates Sources/Identity Sources/Reactor/TLS/TLSRecord.swift Tests/Fuzz -name '*.swift') scripts/fuzz.sh)
if [ ! -e "$out/built" ] || [ "$stamp" -nt "$out/built" ]; then
  rm -f "$out/built"
  compile Primitives Sources/Primitives/*.swift
  compile HTTP $(find Sources/HTTP -name '*.swift')
  compile HTTPInvariants Tests/Fuzz/Invariants/*.swift
  compile JSON Sources/JSON/*.swift
  compile Protobuf Sources/Protobuf/*.swift
  compile Certificates $(find Sources/Certificates -name '*.swift')
  compile Identity $(find Sources/Identity -name '*.swift')
  compile TextInvariants Tests/Fuzz/TextInvariants/*.swift
  each "$targets" build
  touch "$out/built"
fi
each "${FUZZ_TARGETS:-$long $targets}" feed "${1:-10}"
