# shellcheck shell=bash
#
# The files of a fleet's servers: certificates, tokens, kubeconfigs and command lines.
# Read by fleet.sh; uses its $dir, $assets, $etcd_extra and $with_audit.
# shellcheck disable=SC2154

# A certificate for a key of its own, signed by a CA beside it (or by itself).
# $1: folder, $2: name of the files, $3: section, $4: subject, $5: name of the CA's files
make_certificate() {
  local signer=()
  [[ -n ${5:-} ]] && signer=(-CA "$1/$5.crt" -CAkey "$1/$5.key")
  openssl req -x509 -config "$dir/openssl.cnf" -extensions "$3" -subj "$4" -days 3650 \
    -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    "${signer[@]}" -keyout "$1/$2.key" -out "$1/$2.crt" 2>"$1/openssl.log" ||
    die "openssl could not make $1/$2.crt; see $1/openssl.log. OpenSSL 3 is needed (scripts/setup.sh installs it)."
}

write_openssl_configuration() {
  cat >"$dir/openssl.cnf" <<'END'
[req]
prompt = no
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
END
}

write_credentials() {
  local name=$1 folder=$dir/$1 user
  make_certificate "$folder" ca authority "/CN=$name server CA"
  make_certificate "$folder" server server "/CN=$name" ca
  make_certificate "$folder" client-ca authority "/CN=$name client CA"
  make_certificate "$folder" admin client "/O=system:masters/CN=admin" client-ca
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$folder/sa.key" 2>>"$folder/openssl.log"
  openssl pkey -in "$folder/sa.key" -pubout -out "$folder/sa.pub"

  for user in admin operator nobody; do
    openssl rand -hex 16 >"$folder/token.$user"
  done
  {
    echo "$(<"$folder/token.admin"),admin,admin,\"system:masters\""
    echo "$(<"$folder/token.operator"),operator,operator,\"accesspoint-operators\""
    echo "$(<"$folder/token.nobody"),nobody,nobody"
  } >"$folder/tokens.csv"
  # From a file, because a command line can be read by every user of the machine.
  echo "Authorization: Bearer $(<"$folder/token.admin")" >"$folder/readyz.header"
}

# $1: cluster, $2: file, $3: user, then the lines of that user's credential
write_kubeconfig() {
  # Files of several clusters can be joined: clusters, users and contexts have names of their own.
  local name=$1 file=$dir/$1/$2 user=$3@$1
  shift 3
  {
    cat <<END
apiVersion: v1
kind: Config
clusters:
- name: $name
  cluster:
    server: https://127.0.0.1:$(<"$dir/$name/port")
    certificate-authority-data: $(base64 -w0 <"$dir/$name/ca.crt")
users:
- name: $user
  user:
END
    printf '    %s\n' "$@"
    cat <<END
contexts:
- name: $name
  context:
    cluster: $name
    user: $user
current-context: $name
END
  } >"$file"
}

write_kubeconfigs() {
  local name=$1 folder=$dir/$1
  write_kubeconfig "$name" kubeconfig admin "token: $(<"$folder/token.admin")"
  write_kubeconfig "$name" kubeconfig.operator operator "token: $(<"$folder/token.operator")"
  write_kubeconfig "$name" kubeconfig.nobody nobody "token: $(<"$folder/token.nobody")"
  write_kubeconfig "$name" kubeconfig.cert admin \
    "client-certificate-data: $(base64 -w0 <"$folder/admin.crt")" \
    "client-key-data: $(base64 -w0 <"$folder/admin.key")"
}

# Below the range from which the system takes ports for outgoing connections, which
# would otherwise occupy a server's port while it restarts.
declare -A given_ports=()
choose_port() {
  local try
  for ((try = 0; try < 500; try++)); do
    port=$((20000 + RANDOM % 12000))
    [[ -n ${given_ports[$port]:-} ]] && continue
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
    given_ports[$port]=1
    return
  done
  die "found no free port between 20000 and 31999 on 127.0.0.1; end some of the servers there (ss -ltnp)."
}

write_etcd_args() {
  local folder=$dir/etcd port
  choose_port
  echo "$port" >"$folder/port"
  # Plain HTTP, so that the TLS between etcd and the API servers, which no client
  # of a cluster sees, costs no time. The peer port is never used: the system picks it.
  printf '%s\n' "$assets/etcd" \
    "--data-dir=$folder/data" \
    "--listen-client-urls=http://127.0.0.1:$port" \
    "--advertise-client-urls=http://127.0.0.1:$port" \
    "--listen-peer-urls=http://127.0.0.1:0" \
    "--initial-advertise-peer-urls=http://127.0.0.1:0" \
    "--initial-cluster=default=http://127.0.0.1:0" \
    "--quota-backend-bytes=8589934592" \
    "--logger=zap" "--log-level=warn" \
    "${etcd_extra[@]}" >"$folder/args"
}

write_apiserver_args() {
  local name=$1 index=$2 folder=$dir/$1 port audit=()
  choose_port
  echo "$port" >"$folder/port"
  if [[ -n $with_audit ]]; then
    audit=("--audit-policy-file=$dir/audit-policy.yaml" "--audit-log-path=$folder/audit.log")
  fi
  # No endpoint reconciler: it refuses loopback addresses and would need a route to
  # elsewhere. No ServiceAccount admission: nothing here issues tokens to pods.
  printf '%s\n' "$assets/kube-apiserver" \
    "--etcd-servers=http://127.0.0.1:$(<"$dir/etcd/port")" \
    "--etcd-prefix=/$name" \
    "--bind-address=127.0.0.1" \
    "--secure-port=$port" \
    "--advertise-address=127.0.0.1" \
    "--endpoint-reconciler-type=none" \
    "--service-cluster-ip-range=10.$index.0.0/16" \
    "--tls-cert-file=$folder/server.crt" \
    "--tls-private-key-file=$folder/server.key" \
    "--cert-dir=$folder" \
    "--client-ca-file=$folder/client-ca.crt" \
    "--token-auth-file=$folder/tokens.csv" \
    "--authorization-mode=RBAC" \
    "--disable-admission-plugins=ServiceAccount" \
    "--service-account-issuer=https://$name.fleet.invalid" \
    "--service-account-signing-key-file=$folder/sa.key" \
    "--service-account-key-file=$folder/sa.pub" \
    "--profiling=false" \
    "${audit[@]}" >"$folder/args"
  write_kubeconfigs "$name"
}

write_audit_policy() {
  cat >"$dir/audit-policy.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
END
}

# A folder that this script did not make is not its own to empty.
make_folder() {
  local folder=$dir/$1
  if [[ -e $folder && ! -e $folder/.server ]]; then
    die "$folder exists and is none of a fleet's; choose another --dir or remove it."
  fi
  rm -rf "$folder"
  mkdir "$folder"
  : >"$folder/.server"
}
