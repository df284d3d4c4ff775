#!/usr/bin/env bash
#
# Installs the Debian packages that the build and the tests need; may be run again at
# any time, and asks apt only for what is missing. Runs as root or with sudo.
#
# Arguments are further packages, for scripts that need more than the rest.
#
# The servers of the integration tests are not installed: scripts/envtest.sh keeps
# them in a cache folder, so that no etcd service appears on the machine.
set -euo pipefail
export LC_ALL=C

packages=(
  # Linked by the product.
  libcurl4-openssl-dev libyaml-dev libssl-dev pkg-config
  # Used by the scripts; dpkg-dev unpacks the source package of kube-apiserver.
  ca-certificates curl dpkg-dev git make openssl python3 util-linux
  # A DNS server for tests; this package starts no service.
  dnsmasq-base
  "$@"
)

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# Sets $missing.
find_missing() {
  local package
  missing=()
  for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
}

apt_get() {
  # Other runs of apt, such as unattended upgrades, are waited for.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -qq "$@" </dev/null >&2
}

has_candidates() {
  local package
  for package in "$@"; do
    apt-cache policy "$package" | grep -q 'Candidate: [^(]' || return 1
  done
}

install() { apt_get install --yes --no-install-recommends "$@"; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  die "this needs Debian or a relative of it. Elsewhere, install what corresponds to: ${packages[*]}"
fi

find_missing
if ((${#missing[@]} == 0)); then
  say "nothing to do"
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    die "not root, and there is no sudo. As root, run: apt-get update && apt-get install ${missing[*]}"
  as_root=(sudo)
  # Without a terminal a question for the password would wait for ever.
  [[ -t 0 ]] || as_root+=(-n)
fi

say "installing ${missing[*]}"
# Fresh images have no package lists, and old lists name versions that are gone.
if ! has_candidates "${missing[@]}" || ! install "${missing[@]}"; then
  say "reading the package lists"
  apt_get update || say "apt-get update reported errors; trying with what it got."
  install "${missing[@]}" ||
    die "apt-get could not install ${missing[*]}; see its messages above, then run this again."
fi

find_missing
((${#missing[@]} == 0)) || die "still missing after the installation: ${missing[*]}"
say "done"
