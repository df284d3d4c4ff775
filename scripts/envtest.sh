#!/usr/bin/env bash
#
# Fills a cache folder with kube-apiserver, etcd and kubectl and prints its path
# as the last line of stdout; progress goes to stderr.
#
#   assets=$(scripts/envtest.sh)
#
# KUBEBUILDER_ASSETS, when it names a folder that holds the three, is used as it is.
#
# Everything comes from Debian 12's own archive through the configured apt sources,
# because that archive can be reached wherever apt works. It has no kube-apiserver
# package, so that one is built from Debian's source package, once (a few minutes).
# Nothing is installed and no root is needed: packages are unpacked in the cache
# folder, so the system gets no Go and no etcd service.
set -euo pipefail
export LC_ALL=C

readonly kubernetes_version=1.20.2
readonly go_version=1.19
readonly binaries=(kube-apiserver etcd kubectl)
readonly cache="${XDG_CACHE_HOME:-$HOME/.cache}/accesspoint-operator/envtest"
# Measured: 2.4 GB of build tree and compile cache at the peak.
readonly needed_megabytes=4000

say() { printf 'envtest: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

holds_binaries() {
  local binary
  for binary in "${binaries[@]}"; do
    [[ -x "$1/$binary" ]] || return 1
  done
}

# --- Steps ---------------------------------------------------------------------

child=

# Runs one step in the background and waits, so that a signal ends it at once instead
# of being noticed only when a minutes-long compilation is over. The step is a shell
# of its own with errexit on: it may change folders, and ends at its first failure.
step() {
  local title=$1 status=0
  shift
  say "$title"
  # Job control gives the step its own process group, which can be ended as a whole.
  set -m
  "$@" </dev/null >>"$log" 2>&1 &
  child=$!
  set +m
  wait "$child" || status=$?
  child=
  ((status == 0)) && return
  tail -n 25 "$log" >&2
  die "failed: $title (the whole log: $log)." \
    "Where Debian 12's archive cannot be reached, put the binaries in a folder and set KUBEBUILDER_ASSETS to it."
}

clean_up() {
  if [[ -n $child ]]; then
    kill -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  # Go makes read-only folders in some of its caches.
  chmod -R u+w "$work" 2>/dev/null || true
  rm -rf "$work"
}

# --- Packages ------------------------------------------------------------------

# A private copy of the apt configuration with source packages switched on: same
# mirrors, keys, proxies and pins as the system's, whose own lists stay untouched.
configure_apt() {
  local list parts SOURCE_LIST='' SOURCE_PARTS=''
  mkdir -p "$work"/apt/{sources,lists/partial,cache/archives/partial}
  eval "$(apt-config shell SOURCE_LIST Dir::Etc::sourcelist/f SOURCE_PARTS Dir::Etc::sourceparts/d)"

  shopt -s nullglob
  parts=("${SOURCE_PARTS%/}"/*.list)
  [[ -f $SOURCE_LIST ]] && parts+=("$SOURCE_LIST")
  for list in "${parts[@]}"; do
    sed -nE '/^[[:space:]]*deb[[:space:]]/{p;s/deb/deb-src/p}' "$list" >"$work/apt/sources/list-${list##*/}"
  done
  for list in "${SOURCE_PARTS%/}"/*.sources; do
    sed -E 's/^Types:.*/Types: deb deb-src/' "$list" >"$work/apt/sources/${list##*/}"
  done
  shopt -u nullglob

  apt_options=(
    -o Dir::Etc::SourceList=/dev/null
    -o Dir::Etc::SourceParts="$work/apt/sources"
    -o Dir::State::Lists="$work/apt/lists"
    -o Dir::Cache="$work/apt/cache"
    -o Acquire::Languages=none
    -o Acquire::Retries=3
    # The download user of root's apt cannot enter a cache below root's home.
    -o APT::Sandbox::User=root
  )
}

# An unrelated third-party source that is down makes the update fail as a whole;
# what counts is whether the packages below are found afterwards.
update_lists() {
  apt-get "${apt_options[@]}" update || true
}

# The newest offered version of a package that matches a pattern.
# $1: Sources or Packages, $2: package, $3: pattern
offered_version() {
  apt-cache "${apt_options[@]}" madison "$2" 2>/dev/null |
    awk -F ' *[|] *' -v kind="$1" -v pattern="$3" '
      !found && $3 ~ kind "$" && $2 ~ pattern { print $2; found = 1 }'
}

download_and_unpack() {
  local package=$1 pattern=$2 version
  version=$(offered_version Packages "$package" "$pattern")
  if [[ -z $version ]]; then
    echo "the configured apt sources offer no $package that matches '$pattern'"
    return 1
  fi
  mkdir -p "$work/packages/$package"
  cd "$work/packages/$package"
  apt-get "${apt_options[@]}" download "$package=$version"
  dpkg-deb -x ./*.deb "$work/root"
}

download_source() {
  local version
  version=$(offered_version Sources kubernetes "[+]really${kubernetes_version}-|^${kubernetes_version}-")
  if [[ -z $version ]]; then
    echo "the configured apt sources offer no source package kubernetes $kubernetes_version"
    return 1
  fi
  mkdir -p "$work/source" "${tree%/*}"
  cd "$work/source"
  apt-get "${apt_options[@]}" source --download-only "kubernetes=$version"
  # apt has checked the files against the signed index; the maintainer's own
  # signature would need a keyring that is rarely installed.
  dpkg-source --no-check -x ./*.dsc "$tree"
}

# --- kube-apiserver ------------------------------------------------------------

patch_tree() {
  cd "$tree"

  # The vendored reflect2 reaches into the runtime in a way that newer Go breaks:
  # the server crashes on the first custom resource. Debian's package is mended.
  rm -rf vendor/github.com/modern-go/reflect2
  cp -rL "$work/root/usr/share/gocode/src/github.com/modern-go/reflect2" vendor/github.com/modern-go/

  # With newer Go this comparison takes an empty string or a zero for null, and
  # custom resources that hold one are refused.
  local file=vendor/k8s.io/kube-openapi/pkg/validation/validate/type.go
  sed -i 's/if data == nil || reflect\.DeepEqual(reflect\.Zero(.*{$/if data == nil {/' "$file"
  grep -q 'if data == nil {' "$file"
}

# The source package lacks this one generated file; upstream's makefile would make
# it with the same generator, but needs the whole upstream build to do so.
generate_openapi() {
  cd "$tree"
  "$go" build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  local packages
  packages=$(grep -rl --include='*.go' '^// *+k8s:openapi-gen=' cmd pkg plugin staging/src/k8s.io |
    grep -v -e /code-generator/ -e /sample-apiserver/ -e _test.go |
    sed -e 's,/[^/]*$,,' -e 's,^staging/src/,vendor/,' -e 's,^,k8s.io/kubernetes/,' |
    sort -u | paste -sd,)
  "$work/openapi-gen" --logtostderr -i "$packages" \
    -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/openapi-violations"
  test -s pkg/generated/openapi/zz_generated.openapi.go
}

compile_apiserver() {
  cd "$tree"
  local package flags='-s -w' major minor
  IFS=. read -r major minor _ <<<"$kubernetes_version"
  for package in component-base/version client-go/pkg/version; do
    package=k8s.io/kubernetes/vendor/k8s.io/$package
    flags+=" -X $package.gitVersion=v$kubernetes_version -X $package.gitMajor=$major -X $package.gitMinor=$minor"
  done
  "$go" build -trimpath -ldflags "$flags" -o "$work/assets/kube-apiserver" ./cmd/kube-apiserver
}

collect_binaries() {
  cp "$work/root/usr/bin/etcd" "$work/root/usr/bin/kubectl" "$work/assets/"
  cd "$work/assets"
  ./kube-apiserver --version
  ./etcd --version
  ./kubectl version --client
}

# Comments are no part of a function's definition in the shell's memory, so only a
# changed recipe gives a new folder.
recipe_hash() {
  { echo "$kubernetes_version $go_version" && declare -f download_and_unpack download_source \
    patch_tree generate_openapi compile_apiserver collect_binaries build; } | sha256sum | cut -c1-12
}

build() {
  configure_apt
  step "reading the package lists" update_lists
  step "fetching the Kubernetes $kubernetes_version source" download_source
  step "fetching Go $go_version" download_and_unpack "golang-$go_version-go" .
  step "fetching Go $go_version's library" download_and_unpack "golang-$go_version-src" .
  step "fetching reflect2" download_and_unpack golang-github-modern-go-reflect2-dev '^1[.]0[.]([2-9]|[1-9][0-9])'
  step "fetching etcd" download_and_unpack etcd-server .
  step "fetching kubectl" download_and_unpack kubernetes-client "[+]really${kubernetes_version}-|^${kubernetes_version}-"

  go=$work/root/usr/lib/go-$go_version/bin/go
  export GOROOT=$work/root/usr/lib/go-$go_version GOPATH=$work/gopath GOCACHE=$work/gocache GOTMPDIR=$work/gotmp
  # The reader's own Go settings must not leak into a build in the old GOPATH mode.
  export GO111MODULE=off CGO_ENABLED=0 GOENV=off GOFLAGS='' GOWORK=off
  unset GOOS GOARCH GOAMD64 GOARM GOEXPERIMENT
  mkdir -p "$GOTMPDIR" "$work/assets"

  step "preparing the source" patch_tree
  step "generating the OpenAPI definitions" generate_openapi
  step "compiling kube-apiserver (about 4 minutes on 2 cores)" compile_apiserver
  step "checking the binaries" collect_binaries
}

main() {
  if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
    if holds_binaries "$KUBEBUILDER_ASSETS"; then
      printf '%s\n' "$KUBEBUILDER_ASSETS"
      return
    fi
    say "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS lacks one of: ${binaries[*]}; using the cache folder instead."
  fi

  local key target
  key=$kubernetes_version-$(uname -m)-$(recipe_hash)
  target=$cache/$key
  if holds_binaries "$target"; then
    printf '%s\n' "$target"
    return
  fi

  local tool missing=()
  for tool in apt-get apt-cache apt-config dpkg-deb dpkg-source patch flock; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  ((${#missing[@]} == 0)) ||
    die "missing: ${missing[*]}. Run scripts/setup.sh (on Debian 12), or set KUBEBUILDER_ASSETS to a folder that holds ${binaries[*]}."

  mkdir -p "$cache"
  exec {lock}>"$cache/.lock"
  if ! flock -n "$lock"; then
    say "another run is filling $cache; waiting for it"
    flock "$lock"
  fi
  if holds_binaries "$target"; then
    printf '%s\n' "$target"
    return
  fi

  # Only the lock's holder builds: what is left here is of a run that was killed.
  chmod -R u+w "$cache"/.build.* 2>/dev/null || true
  rm -rf "$cache"/.build.*

  local free
  free=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
  ((free >= needed_megabytes)) ||
    die "$cache has $free MB free, the build needs $needed_megabytes. Free some, or set XDG_CACHE_HOME to a roomier place."

  work=$(mktemp -d "$cache/.build.XXXXXX")
  log=$cache/$key.log
  tree=$work/gopath/src/k8s.io/kubernetes
  : >"$log"
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  local started=$SECONDS
  build
  chmod 755 "$work/assets" "$work"/assets/*
  rm -rf "$target"
  mv -T "$work/assets" "$target"
  rm -f "$log"
  say "done in $((SECONDS - started)) s"
  printf '%s\n' "$target"
}

main
