#!/usr/bin/env bash
# Measures the operator's budgets on a host and six members, real kube-apiservers on loopback.
#
#   KUBEBUILDER_ASSETS=$(scripts/envtest.sh) Benchmarks/rollout-budgets.sh [ACCESSPOINTS [ROUNDS [WIDTH]]]
#
# ACCESSPOINTS (20) are changed ROUNDS (3) times; WIDTH (100%) is maxConcurrency of the wave after the canary.
# Builds what it runs with optimisation. The servers end with it.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${KUBEBUILDER_ASSETS:?names the folder with kube-apiserver, etcd and kubectl; run scripts/envtest.sh}"
members=({us-west,us-east,eu-central}-az{1,2}-k1)

swift build -c release --product accesspoint-operator
swift build -c release --package-path Benchmarks --product RolloutBudgets
operator=$(swift build -c release --show-bin-path)/accesspoint-operator
program=$(swift build -c release --package-path Benchmarks --show-bin-path)/RolloutBudgets

# In memory where there is such a folder: etcd waits for the disk at every write.
base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && base=/dev/shm
dir=$(mktemp -d "$base/accesspoint-budgets.XXXXXX")
fleet=
finish() {
    local code=$?
    trap - EXIT INT TERM
    if [ "$code" -ne 0 ] && [ -s "$dir/operator.log" ]; then tail -n 15 "$dir/operator.log" >&2; fi
    local pid
    pid=$(cat "$dir/operator.pid" 2>/dev/null || true)
    if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe")" = "$(realpath "$operator")" ]; then kill -KILL "$pid"; fi
    if [ -n "$fleet" ]; then
        kill -TERM "$fleet" 2>/dev/null || true
        wait "$fleet" 2>/dev/null || true
    fi
    rm -rf "$dir"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

names=host
for name in "${members[@]}"; do names+=",$name"; done
scripts/fleet.sh up --dir "$dir" --clusters "$names" >"$dir/fleet.log" 2>&1 &
fleet=$!
for ((i = 0; i < 900; i++)); do
    [ -e "$dir/ready" ] && break
    kill -0 "$fleet" 2>/dev/null || { cat "$dir/fleet.log" >&2; exit 1; }
    sleep 0.2
done
on() {
    local name=$1
    shift
    "$KUBEBUILDER_ASSETS/kubectl" --kubeconfig "$dir/$name/kubeconfig" "$@" >/dev/null
}
on host create --validate=false -f crds/
on host wait --for=condition=Established crd --all --timeout=60s
for name in accesspoint-system bench bare; do on host create namespace "$name"; done
for name in "${members[@]}"; do
    on "$name" create --validate=false -f scripts/demo/istio-crds.yaml
    on "$name" wait --for=condition=Established crd --all --timeout=60s
    for namespace in istio-ingress bench bare; do on "$name" create namespace "$namespace"; done
    on host create secret generic "$name" -n accesspoint-system --from-file=kubeconfig="$dir/$name/kubeconfig"
    on host apply -f - <<YAML
apiVersion: accesspoint.io/v1alpha1
kind: MemberCluster
metadata: {name: $name}
spec:
  region: ${name%-az*}
  availabilityZone: ${name%-k*}
  role: Gateway
  access: {secretRef: {name: $name}}
YAML
done
"$program" "$dir" "$operator" "$@"
