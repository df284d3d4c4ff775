#!/usr/bin/env bash
# The story of the README on real API servers: a host and three member clusters, one AccessPoint, a canary, a pause,
# a person's resume, and the rest following one by one. Servers stay up until Ctrl-C; DEMO_EXIT=1 ends after the story.
#
# Two things of a real site are played by this script, for bare API servers have neither: a cloud that assigns
# load balancer addresses (a loop that patches Service status), and Istio's CRDs (scripts/demo/istio-crds.yaml).
set -euo pipefail
cd "$(dirname "$0")/.."

: "${KUBEBUILDER_ASSETS:?names the folder with kube-apiserver, etcd and kubectl; run: make demo}"
OPERATOR=${OPERATOR:-.build/debug/accesspoint-operator}
MEMBERS=(us-west-az1-k1 us-east-az1-k1 eu-central-az1-k1)
DEADLINE=${DEMO_DEADLINE:-180}
KUBECTL="$KUBEBUILDER_ASSETS/kubectl"
DIR=$(mktemp -d "${TMPDIR:-/tmp}/accesspoint-demo.XXXXXX")
PIDS=()

bold() { printf '\n\033[1m%s\033[0m\n' "$*"; }
step() { printf '   %s\n' "$*"; }
fail() {
    printf '\n✖ %s\n' "$*" >&2
    if [ -s "$DIR/operator.log" ]; then
        printf '  the last lines of the operator (%s):\n' "$DIR/operator.log" >&2
        tail -n 15 "$DIR/operator.log" >&2
    fi
    exit 1
}
host() { "$KUBECTL" --kubeconfig "$DIR/fleet/host/kubeconfig" "$@"; }
member() {
    local name=$1
    shift
    "$KUBECTL" --kubeconfig "$DIR/fleet/$name/kubeconfig" "$@"
}
show() {
    printf '   $ kubectl %s\n' "$*"
    host "$@" 2>&1 | sed 's/^/   /'
}

finish() {
    local code=$?
    trap - EXIT INT TERM
    if [ ${#PIDS[@]} -gt 0 ]; then
        bold "Ending the operator and the servers"
        # In reverse, so that the operator still finds its servers and releases its lease.
        for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do
            kill -TERM "${PIDS[$i]}" 2>/dev/null || true
            wait "${PIDS[$i]}" 2>/dev/null || true
        done
    fi
    if [ "$code" -eq 0 ]; then rm -rf "$DIR"; else printf '  logs are kept in %s\n' "$DIR" >&2; fi
    exit "$code"
}
trap finish EXIT
trap 'exit 0' INT TERM

start_servers() {
    bold "A host and three member clusters: real kube-apiserver and etcd, on loopback"
    local names=host
    for name in "${MEMBERS[@]}"; do names+=",$name"; done
    scripts/fleet.sh up --dir "$DIR/fleet" --clusters "$names" >"$DIR/fleet.log" 2>&1 &
    PIDS+=($!)
    for ((i = 0; i < DEADLINE * 5; i++)); do
        [ -e "$DIR/fleet/ready" ] && break
        kill -0 "${PIDS[0]}" 2>/dev/null || fail "the servers did not start; see $DIR/fleet.log"
        sleep 0.2
    done
    [ -e "$DIR/fleet/ready" ] || fail "the servers were not ready in time; see $DIR/fleet.log"
    while read -r name port _; do
        step "✔ $(printf '%-18s' "$name") https://127.0.0.1:$port  $(host version --short 2>/dev/null | awk '/Server/ {print $3}')"
    done <"$DIR/fleet/ready"
}

# What a platform team prepares once: CRDs, namespaces, an application to route to, a certificate.
prepare() {
    bold "CRDs and the namespace on the host; namespaces, an application and a certificate on the members"
    host create --validate=false -f crds/ >/dev/null
    host create namespace shop >/dev/null
    host create namespace accesspoint-system >/dev/null
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -keyout "$DIR/tls.key" \
        -out "$DIR/tls.crt" -subj /CN=checkout -addext subjectAltName=DNS:checkout.shop.example.com 2>/dev/null
    for name in "${MEMBERS[@]}"; do
        member "$name" create --validate=false -f scripts/demo/istio-crds.yaml >/dev/null
        member "$name" create namespace shop >/dev/null
        member "$name" create namespace istio-ingress >/dev/null
        member "$name" create service clusterip checkout -n shop --tcp=8080:8080 >/dev/null
        member "$name" create secret tls checkout-tls -n istio-ingress --cert "$DIR/tls.crt" --key "$DIR/tls.key" >/dev/null
        step "✔ $name"
    done
}

register() {
    bold "Each member is a MemberCluster and a Secret with its kubeconfig"
    for name in "${MEMBERS[@]}"; do
        host create secret generic "$name" -n accesspoint-system \
            --from-file=kubeconfig="$DIR/fleet/$name/kubeconfig" >/dev/null
        host apply -f - >/dev/null <<YAML
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
    "$OPERATOR" --kubeconfig "$DIR/fleet/host/kubeconfig" --namespace accesspoint-system --allow-loopback-members \
        --probe-seconds 2 --fact-poll-seconds 2 --health-address 0 --metrics-address 0 \
        >"$DIR/operator.log" 2>&1 &
    OPERATOR_PID=$!
    PIDS+=("$OPERATOR_PID")
    host wait --for=condition=Ready mcl --all --timeout=60s >/dev/null || fail "a member did not become Ready"
    show get mcl
}

# The cloud: every LoadBalancer Service without an address gets one from its cluster's range (RFC 5737).
play_cloud() {
    local ranges=(198.51.100 203.0.113 192.0.2) i=0
    for name in "${MEMBERS[@]}"; do
        local range=${ranges[$i]}
        i=$((i + 1))
        {
            local number=10
            while :; do
                while read -r namespace service; do
                    [ -n "$service" ] || continue
                    member "$name" get service "$service" -n "$namespace" -o json |
                        sed "s/\"loadBalancer\": {}/\"loadBalancer\": {\"ingress\": [{\"ip\": \"$range.$number\"}]}/" |
                        member "$name" replace --raw "/api/v1/namespaces/$namespace/services/$service/status" -f - >/dev/null
                    number=$((number + 1))
                done < <(member "$name" get services -A -o \
                    jsonpath='{range .items[?(@.spec.type=="LoadBalancer")]}{.metadata.namespace} {.metadata.name} {.status.loadBalancer.ingress[0].ip}{"\n"}{end}' |
                    awk 'NF == 2')
                sleep 1
            done
        } >"$DIR/cloud-$name.log" 2>&1 &
        PIDS+=($!)
    done
}

# Prints a line whenever a cluster's row changes, until the condition of $1 (phase) holds.
follow() {
    local want=$1 started=$SECONDS
    declare -A seen=()
    while :; do
        local rows phase
        rows=$(host get axp checkout -n shop -o \
            jsonpath='{range .status.clusters[*]}{.name} {.phase} {.revision} {.addresses[0].value} {.reason}{"\n"}{end}')
        while read -r name state; do
            [ -n "$name" ] || continue
            if [ "${seen[$name]:-}" != "$state" ]; then
                seen[$name]=$state
                step "$(printf '%3ss  %-18s %s' $((SECONDS - started)) "$name" "$state")"
            fi
        done <<<"$rows"
        phase=$(host get axp checkout -n shop -o jsonpath='{.status.rollout.phase}')
        [ "$phase" = "$want" ] && return
        [ $((SECONDS - started)) -lt "$DEADLINE" ] || fail "the AccessPoint is $phase, not $want, after $DEADLINE s: $(host get axp checkout -n shop -o wide)"
        sleep 0.5
    done
}

story() {
    bold "One AccessPoint for three zones"
    show apply -f samples/quickstart.yaml
    follow Paused
    bold "The canary cluster is written; the rollout paused by itself and waits for a person"
    show get axp -n shop
    for name in "${MEMBERS[@]}"; do
        step "$(printf '%-18s' "$name") VirtualServices: $(member "$name" get virtualservices -n shop -o name | wc -l)"
    done
    host get axp checkout -n shop -o jsonpath='{.status.conditions[?(@.type=="Ready")].message}' | sed 's/^/   /'
    echo

    local gate
    gate=$(host get axp checkout -n shop -o jsonpath='{.status.rollout.gate}')
    bold "A person resumes; the remaining clusters follow one by one"
    show annotate axp checkout -n shop "accesspoint.io/resume=$gate" --overwrite
    follow Healthy
    host wait --for=condition=Ready axp/checkout -n shop --timeout=60s >/dev/null || fail "the AccessPoint did not become Ready"

    bold "VIP, name, certificate and routes of all three, in one place"
    show get axp -n shop -o wide
    host get axp checkout -n shop -o jsonpath='{range .status.clusters[*]}{.name}{"\t"}{.phase}{"\t"}{.revision}{"\t"}{.addresses[*].value}{"\tcertificates "}{.certificates.ready}/{.certificates.total}{"\troutes "}{.routes.programmed}/{.routes.total}{"\n"}{end}' |
        sed 's/^/   /'
    step "the override per zone: timeouts $(for name in "${MEMBERS[@]}"; do member "$name" get virtualservice checkout -n shop -o jsonpath='{.spec.http[0].timeout}'; printf ' '; done)"
}

start_servers
prepare
register
play_cloud
story

bold "Done. The servers are yours:"
step "export KUBECONFIG=$DIR/fleet/host/kubeconfig$(printf ":$DIR/fleet/%s/kubeconfig" "${MEMBERS[@]}")"
step "#                                                 the host; members: kubectl --context ${MEMBERS[0]} ..."
step "alias kubectl=$KUBECTL"
step "kubectl edit axp checkout -n shop               # a change starts at the canary again"
if [ "${DEMO_EXIT:-}" = 1 ]; then exit 0; fi
step "Ctrl-C ends everything."
# Waits without polling; a signal ends the wait and runs the trap.
wait -n "${PIDS[0]}" "$OPERATOR_PID" || true
kill -0 "$OPERATOR_PID" 2>/dev/null || fail "the operator has ended"
fail "the servers have ended"
