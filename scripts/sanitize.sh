#!/usr/bin/env bash
#
# sanitize.sh thread|address: runs the suites of KubeClient and CurlTransport under ThreadSanitizer, or under
# AddressSanitizer with LeakSanitizer, in a copy below .build that holds only what they need. Prints the number of
# reports; exits with 1 if there are any, or if a test fails.
#
# ThreadSanitizer does not see the locks of Synchronization.Mutex and would report every access under them, so in its
# copy a mutex of pthreads takes their place.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-}
case $kind in thread | address) ;; *) echo "usage: scripts/sanitize.sh thread|address" >&2 && exit 2 ;; esac

out=$PWD/.build/sanitize/$kind
rooms='CYAML COpenSSL CCurl JSONValue YAMLFormat KubeModel X509Tools KubeClient CurlTransport'
mkdir -p "$out"
rm -rf "$out/Sources" "$out/Tests"
mkdir "$out/Sources" "$out/Tests"
for room in $rooms; do cp -R "Sources/$room" "$out/Sources/"; done
cp -R Tests/KubeClientTests Tests/CurlTransportTests "$out/Tests/"
# The manifest with the rows of these rooms alone, without tests but those two and without other packages. The stand-in
# for the mutex is no code of the house, so the compiler's strictest rules do not hold for the copy.
awk -v rooms=" $rooms " '
    /^    (room|system|executable|support|suite)\("/ {
        split($0, part, "\""); name = part[2]
        if (!index(rooms, " " name " ")) next
        if (name != "KubeClient" && name != "CurlTransport") sub(/room\(/, "library(")
    }
    /^let house/ {
        print "func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> [Target] {"
        print "    [.target(name: name, dependencies: dependencies, swiftSettings: strict)]\n}"
    }
    /^let package/ { print "let package = Package(name: \"sanitized\", targets: house.flatMap { $0 })"; exit }
    { gsub(/\.strictMemorySafety\(\), \.treatAllWarnings\(as: \.error\),/, ""); print }
' Package.swift >"$out/Package.swift"

if [ "$kind" = thread ]; then
    while read -r file; do
        sed -i 's/^import Synchronization$/import Glibc/' "$file"
        # The folder of the target: Sources/ROOM or Tests/ROOM.
        target=$(cut -d/ -f1-2 <<<"${file#"$out"/}")
        cat >"$out/$target/PthreadMutex.swift" <<'END'
import Glibc

final class Mutex<Value>: @unchecked Sendable {
    private var value: Value
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init(_ value: Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    func withLock<Outcome, Failure: Error>(_ body: (inout Value) throws(Failure) -> Outcome) throws(Failure) -> Outcome {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
END
    done < <(grep -rl '^import Synchronization$' "$out/Sources" "$out/Tests")
fi

cd "$out"
swift build --build-tests --sanitize="$kind"
status=0
# XCTest, which finds no tests of its own here, leaves 368 bytes behind.
echo 'leak:libXCTest.so' >leaks
# Swift's own backtraces would hide the sanitizers' reports.
SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS="suppressions=$out/leaks" \
    swift test --skip-build --no-parallel --sanitize="$kind" >log 2>&1 || status=$?
grep -a 'Test run with' log || true
reports=$(grep -acE '(WARNING: ThreadSanitizer|ERROR: (Address|Leak)Sanitizer)' log || true)
grep -aE '^SUMMARY: ' log | sort | uniq -c || true
echo "$kind: $reports reports, exit status $status; the log is $out/log"
[ "$reports" = 0 ] && [ "$status" = 0 ]
