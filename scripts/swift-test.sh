#!/usr/bin/env bash
#
# `swift test` with the arguments given. What failed is said once more at the end: of a
# thousand tests the one that is red stands thousands of lines above.
set -uo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ]; then
  printf '\nswift-test: status %s; what failed, once more:\n' "$status"
  sed $'s/\x1b\\[[0-9;]*m//g' "$log" | grep -aE '✘|: error: |Fatal error' | head -n 100
fi
exit "$status"
