#!/usr/bin/env bash
#
# Tests the Helm chart with Helm's own engine (helm-python-sdk from PyPI, pinned by hash, kept in a user cache folder).
# With KUBEBUILDER_ASSETS set, the chart is also installed, upgraded and removed on a real kube-apiserver.
set -euo pipefail
cd "$(dirname "$0")/.."

sdk=0.2.2
hash=sha256:28cc13abaf134c3a7e37f070c939be8d9cdc9825c3c8b8b2d35161073bcd4578
venv="${XDG_CACHE_HOME:-$HOME/.cache}/accesspoint-operator/helm-python-sdk-$sdk"

if [ ! -e "$venv/ready" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || scripts/setup.sh python3-venv
    python3 -m venv --clear "$venv"
    echo "helm-python-sdk==$sdk --hash=$hash" >"$venv/requirements.txt"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r "$venv/requirements.txt"
    touch "$venv/ready"
fi

kubeconfig=
if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
    dir=$(mktemp -d "${TMPDIR:-/tmp}/accesspoint-chart.XXXXXX")
    scripts/fleet.sh up --dir "$dir/fleet" --clusters host >"$dir/log" 2>&1 &
    fleet=$!
    trap 'kill -TERM "$fleet" 2>/dev/null || true; wait "$fleet" 2>/dev/null || true; rm -rf "$dir"' EXIT
    for ((i = 0; i < 300; i++)); do
        [ -e "$dir/fleet/ready" ] && break
        kill -0 "$fleet" 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
        sleep 0.2
    done
    [ -e "$dir/fleet/ready" ] || { cat "$dir/log" >&2; exit 1; }
    kubeconfig="$dir/fleet/host/kubeconfig"
    "$KUBEBUILDER_ASSETS/kubectl" --kubeconfig "$kubeconfig" create namespace accesspoint-system >/dev/null
fi

"$venv/bin/python" scripts/chart-test.py "$kubeconfig"

promtool=$(scripts/promtool.sh)
if [ -n "$promtool" ]; then
    "$promtool" check rules charts/accesspoint-operator/files/alerts.yaml
    "$promtool" test rules scripts/alerts-test.yaml
else
    echo "chart: the alerts cannot be tried: promtool is not to be had (Debian's package prometheus)" >&2
    exit 1
fi
