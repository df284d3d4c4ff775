#!/bin/sh
# fuzz.sh [SECONDS [TARGET]]: builds a fuzz target with libFuzzer and AddressSanitizer, and runs it for SECONDS (60) at
# low priority. Targets: json (parser, pointer, patch, merge patch), render (an AccessPoint from its text to its
# rendered, judged, explained and frozen sets); both if none is named. Exits with 1 on the first finding, which is left
# in .build/fuzz/ as crash-*, and prints executions and coverage at the end.
set -eu
seconds=${1:-60}
top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/.build/fuzz
mkdir -p "$out"
flags="-O -g -swift-version 6 -sanitize=fuzzer,address -enable-upcoming-feature ExistentialAny \
    -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature InternalImportsByDefault \
    -enable-upcoming-feature NonisolatedNonsendingByDefault -I $out -I $top/Sources/COpenSSL"

# The rooms in the order in which they are built; each sees those before it.
build() {
    target=$1
    program=$2
    shift 2
    libraries=
    for room in "$@"; do
        libraries="-l$room $libraries"
        # shellcheck disable=SC2086,SC2046
        swiftc $flags -parse-as-library -wmo -emit-library -static -emit-module -module-name "$room" \
            -emit-module-path "$out/$room.swiftmodule" -o "$out/lib$room.a" $(find "$top/Sources/$room" -name '*.swift')
    done
    # shellcheck disable=SC2086
    swiftc $flags -parse-as-library -module-name "$program" -L "$out" $libraries -lcrypto \
        -o "$out/$target-fuzz" "$top/Fuzz/$program.swift"
}

run() {
    mkdir -p "$out/corpus-$1"
    # Swift's own backtraces would hide the reports of libFuzzer; what globals hold is no leak.
    (cd "$out" && ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no ACCESSPOINT_FUZZ_BASE="$top/Fuzz/render-base.json" \
        nice -n 19 "./$1-fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=60 -rss_limit_mb=2048 \
        -print_final_stats=1 -dict="$top/Fuzz/json.dict" "corpus-$1" "$top/Fuzz/Seeds/$1")
}

for target in ${2:-json render}; do
    case $target in
    json) build json JSONFuzz JSONValue ;;
    render) build render RenderFuzz JSONValue KubeModel X509Tools AccessPointAPI TrafficModel Rendering ;;
    *) echo "fuzz.sh: there is no target $target" >&2 && exit 2 ;;
    esac
    run "$target"
done
