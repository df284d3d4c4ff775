#!/usr/bin/env bash
#
# Prints the path of promtool, Prometheus' own checker: the installed one, or that of
# Debian's package `prometheus`, unpacked into a cache folder so that no service is
# installed. Prints nothing where there is none to be had; whoever needs it says so.
set -euo pipefail
export LC_ALL=C

if command -v promtool; then exit 0; fi

cache="${XDG_CACHE_HOME:-$HOME/.cache}/accesspoint-operator/promtool"
if [[ ! -x $cache/promtool ]]; then
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit 0
  work=$(mktemp -d "${TMPDIR:-/tmp}/accesspoint-promtool.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  (
    cd "$work"
    options=(-qq -o Acquire::Retries=3 -o APT::Sandbox::User=root)
    # Where the lists of packages are not there, or are older than the archive, they are got for this alone.
    if ! apt-get "${options[@]}" download prometheus >&2; then
      mkdir -p lists/partial archives/partial
      options+=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work")
      apt-get "${options[@]}" update >&2 && apt-get "${options[@]}" download prometheus >&2
    fi
    dpkg -x prometheus_*.deb root
  ) || exit 0
  mkdir -p "$cache"
  # By a rename, so that another run finds it whole or not at all.
  cp "$work/root/usr/bin/promtool" "$cache/promtool.$$"
  mv "$cache/promtool.$$" "$cache/promtool"
fi
echo "$cache/promtool"
