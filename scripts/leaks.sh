#!/bin/sh
# Runs tests with AddressSanitizer, and looks for leaks at the end: scripts/leaks.sh [filter, the tests of TLS unless told]
#
# Builds into .build/address. Needs to be allowed ptrace, as LeakSanitizer does. Nothing is suppressed but what
# scripts/leaks.txt explains.
set -eu
cd "$(dirname "$0")/.."
filter=${1:-TLS}
out=.build/address
swift build --build-tests --sanitize=address --scratch-path "$out"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export LSAN_OPTIONS="suppressions=$PWD/scripts/leaks.txt:print_suppressions=0"
# It would take the sanitizer's own end for a crash.
export SWIFT_BACKTRACE=enable=no
swift test --skip-build --sanitize=address --scratch-path "$out" --filter "$filter"
