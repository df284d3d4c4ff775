#!/bin/sh
# fuzz.sh [SECONDS]: builds the fuzz target of JSONValue (parser, pointer, patch, merge patch) with libFuzzer and
# AddressSanitizer, and runs it for SECONDS (60) at low priority. Exits with 1 on the first finding, which is left
# in .build/fuzz/ as crash-*, and prints executions and coverage at the end.
set -eu
seconds=${1:-60}
top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/.build/fuzz
mkdir -p "$out/corpus-json"
flags="-O -g -swift-version 6 -sanitize=fuzzer,address -enable-upcoming-feature ExistentialAny \
    -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature InternalImportsByDefault"
# shellcheck disable=SC2086
swiftc $flags -parse-as-library -wmo -emit-library -static -emit-module -module-name JSONValue \
    -emit-module-path "$out/JSONValue.swiftmodule" -o "$out/libJSONValue.a" "$top"/Sources/JSONValue/*.swift
# shellcheck disable=SC2086
swiftc $flags -parse-as-library -module-name JSONFuzz -I "$out" -L "$out" -lJSONValue \
    -o "$out/json-fuzz" "$top/Fuzz/JSONFuzz.swift"
cd "$out"
# Swift's own backtraces would hide the reports of libFuzzer.
export SWIFT_BACKTRACE=enable=no
exec nice -n 19 ./json-fuzz -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -dict="$top/Fuzz/json.dict" corpus-json "$top/Fuzz/Seeds/json"
