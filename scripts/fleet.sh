#!/usr/bin/env bash
#
# A fleet of real Kubernetes API servers on loopback: one etcd and one kube-apiserver
# per cluster, for the demo and for the integration tests.
#
#   scripts/fleet.sh up --dir DIR --clusters NAME,NAME,... [--until-stdin-eof] [--audit] [--timeout SECONDS]
#       Starts them and stays in the foreground until SIGTERM, SIGINT or SIGHUP (and,
#       with --until-stdin-eof, until its stdin ends, so that the servers go when the
#       process that asked for them dies); then ends all it started. DIR/ready appears
#       when all are ready: one line "NAME PORT KUBECONFIG" each. A server that ends
#       in between does not end the others. A DIR below /dev/shm spares the disk.
#   scripts/fleet.sh restart --dir DIR --cluster NAME
#       Ends the server if it runs and starts it again: same port, data and DIR/NAME/args.
#   scripts/fleet.sh stop --dir DIR --cluster NAME
#       Ends one server and leaves it ended.
#   scripts/fleet.sh down --dir DIR
#       Ends a whole fleet from outside, and what one left behind.
#
# For restart and stop, NAME may also be "etcd", which all clusters share.
#
# In DIR/NAME:
#   kubeconfig            token of a cluster administrator (system:masters)
#   kubeconfig.cert       the same rights by client certificate
#   kubeconfig.operator   token of user "operator", group "accesspoint-operators"; no rights
#                         but those that a test grants
#   kubeconfig.nobody     token of user "nobody", without group and without rights
#   ca.crt, server.crt, server.key     what the server presents
#   client-ca.crt, client-ca.key       what the server accepts client certificates from
#   tokens.csv, port, pid, args (one a line, the command first), log, audit.log
set -euo pipefail
export LC_ALL=C
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
readonly here
readonly grace_milliseconds=5000

say() { printf 'fleet: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# shellcheck source-path=SCRIPTDIR source=fleet-files.sh
. "$here/fleet-files.sh"

usage() {
  sed -n '/^#   scripts/,/^#$/s/^# \{0,1\}//p' "$here/fleet.sh" >&2
  exit 2
}

milliseconds() {
  local now=${EPOCHREALTIME/[.,]/}
  echo $((now / 1000))
}

# --- Processes -----------------------------------------------------------------

# Whether a process is one of this fleet's: ids are reused, and a recorded one may by
# now belong to a stranger. A process that is ending has no command line any more.
is_ours() {
  local words word
  # The redirection itself fails, noisily, when the process ends meanwhile.
  { mapfile -d '' -t words <"/proc/$1/cmdline"; } 2>/dev/null || return 1
  for word in "${words[@]}"; do
    [[ $word == "$dir" || $word == *"$dir/"* ]] && return
  done
  return 1
}

# The id in a file of process ids.
recorded_pid() {
  local pid
  { read -r pid <"$1"; } 2>/dev/null && [[ $pid =~ ^[0-9]+$ ]] && echo "$pid"
}

# Prints the id of a server's process if it runs.
running() {
  local pid
  pid=$(recorded_pid "$dir/$1/pid") && is_ours "$pid" && echo "$pid"
}

# Whether a process has ended. One that is ending holds its ports to the very end, when
# its last thread has gone; what then remains is an entry that its parent has to collect.
has_gone() {
  local stat threads
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  [[ ${stat##*) } == [ZX]* ]] || return 1
  threads=("/proc/$1/task"/*)
  ((${#threads[@]} < 2))
}

# Waits until the processes have ended, at most some milliseconds.
await_end() {
  local pid deadline=$(($(milliseconds) + $1))
  shift
  for pid in "$@"; do
    until has_gone "$pid"; do
      (($(milliseconds) < deadline)) || return 1
      sleep 0.02
    done
  done
}

# Ends processes of the fleet: politely, then by force when the grace is over.
end_processes() {
  local pid
  for pid in "$@"; do
    kill -TERM "$pid" 2>/dev/null || true
    # A frozen process sees the signal only when it goes on.
    kill -CONT "$pid" 2>/dev/null || true
  done
  await_end "$grace_milliseconds" "$@" && return
  for pid in "$@"; do
    if is_ours "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
  done
  await_end "$grace_milliseconds" "$@" ||
    say "some of these processes do not end even when killed: $*"
}

# Names of the servers that DIR holds, etcd among them.
recorded_servers() {
  local marker name
  for marker in "$dir"/*/.server; do
    [[ -e $marker ]] || continue
    name=${marker%/.server}
    echo "${name##*/}"
  done
}

# API servers first: without their etcd they would take long to end.
end_all_servers() {
  local name pid servers=() etcd=()
  while read -r name; do
    pid=$(running "$name") || continue
    if [[ $name == etcd ]]; then etcd+=("$pid"); else servers+=("$pid"); fi
    # Tells the supervisor that the end is on purpose.
    rm -f "$dir/$name/pid"
  done < <(recorded_servers)
  end_processes "${servers[@]}"
  end_processes "${etcd[@]}"
}

# The foreground process holds this lock as long as it lives, however it ends.
fleet_runs() { [[ -e $dir/lock ]] && ! flock -n -s "$dir/lock" true; }

# --- Running -------------------------------------------------------------------

# Starts a server from its args file as a child of this very shell, which the kernel
# takes with it when the shell is killed.
start_server() {
  local name=$1 folder=$dir/$1 words
  mapfile -t words <"$folder/args"
  "${with_parent[@]}" "${words[@]}" </dev/null >>"$folder/log" 2>&1 {lock}>&- {control}>&- {caller}<&- &
  children[$name]=$!
  # Else this shell writes a line of its own about each child that is killed.
  disown "$!"
  echo "$!" >"$folder/pid.new"
  mv "$folder/pid.new" "$folder/pid"
}

is_ready() {
  local name=$1 folder=$dir/$1 url
  local options=(-q --silent --noproxy '*' --max-time 5 --output /dev/null --fail)
  if [[ $name == etcd ]]; then
    url=http://127.0.0.1:$(<"$folder/port")/health
  else
    url=https://127.0.0.1:$(<"$folder/port")/readyz
    options+=(--cacert "$folder/ca.crt" --header "@$folder/readyz.header")
  fi
  curl "${options[@]}" "$url"
}

explain_end() {
  local name=$1 log=$dir/$1/log
  { grep -E '^[EF][0-9]{4} |^Error|^panic|"level":"(error|fatal|panic)"|[Ee]rror:' "$log" || tail -n 5 "$log"; } |
    tail -n 5 | cut -c1-400 >&2
  say "the whole log: $log; its command: $dir/$name/args"
}

# Waits until the named servers answer; takes another port where one was snatched.
await_all() {
  local waiting=("$@") still name attempt
  declare -A attempts=()
  while ((${#waiting[@]} > 0)); do
    still=()
    for name in "${waiting[@]}"; do
      if is_ready "$name"; then
        [[ $name == etcd ]] ||
          say "$name ready on https://127.0.0.1:$(<"$dir/$name/port") after $(elapsed)"
      elif running "$name" >/dev/null; then
        still+=("$name")
      elif grep -q 'address already in use' "$dir/$name/log" && ((${attempts[$name]:-0} < 5)); then
        attempt=$((${attempts[$name]:-0} + 1))
        attempts[$name]=$attempt
        mv "$dir/$name/log" "$dir/$name/log.$attempt"
        if [[ $name == etcd ]]; then write_etcd_args; else write_apiserver_args "$name" "${indices[$name]}"; fi
        start_server "$name"
        still+=("$name")
      else
        explain_end "$name"
        die "$name ended before it was ready."
      fi
    done
    waiting=("${still[@]}")
    ((${#waiting[@]} == 0)) && break
    if (($(milliseconds) - started > timeout * 1000)); then
      for name in "${waiting[@]}"; do explain_end "$name"; done
      die "not ready after $timeout s: ${waiting[*]}. On a busy machine give more with --timeout SECONDS."
    fi
    listen 0.2
  done
}

elapsed() {
  local spent=$(($(milliseconds) - started))
  printf '%d.%d s' $((spent / 1000)) $((spent % 1000 / 100))
}

# Waits some seconds and notes what is asked on the control pipe meanwhile. Ends this
# process when its stdin ends, if that was wished.
listen() {
  local status=0 line pause=$1
  if [[ -n $until_stdin_eof ]]; then
    read -r -n 4096 -t "$pause" -u "$caller" line || status=$?
    # Above 128 the time was over; anything else is the end of stdin.
    if ((status > 0 && status <= 128)); then
      say "stdin has ended"
      exit 0
    fi
    pause=0.01
  fi
  if read -r -t "$pause" -u "$control" line; then
    requests+=("$line")
  fi
}

# Says when a server has ended, which ends nothing else: tests kill them on purpose.
notice_ended() {
  local name
  for name in "${!children[@]}"; do
    has_gone "${children[$name]}" || continue
    unset "children[$name]"
    if [[ -e $dir/$name/pid ]]; then
      say "$name has ended by itself; log: $dir/$name/log; start it again with: scripts/fleet.sh restart --dir $dir --cluster $name"
    else
      say "$name stopped"
    fi
  done
}

shut_down() {
  trap '' TERM INT HUP
  rm -f "$dir/ready"
  end_all_servers
  # Nobody reads it again, and below /dev/shm it is memory.
  rm -rf "$dir/etcd/data" "$dir/control" "$dir/pid"
}

write_ready_file() {
  local name
  for name in "$@"; do
    echo "$name $(<"$dir/$name/port") $dir/$name/kubeconfig"
  done >"$dir/ready.new"
  mv "$dir/ready.new" "$dir/ready"
}

up() {
  local name index=0 clusters
  [[ -n $cluster_list ]] || usage
  IFS=, read -r -a clusters <<<"$cluster_list"
  declare -gA children=() indices=()
  requests=()
  for name in "${clusters[@]}"; do
    [[ $name =~ ^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$ ]] ||
      die "'$name' is no cluster name: lower-case letters, digits and '-' only, at most 63."
    [[ $name != etcd && -z ${indices[$name]:-} ]] || die "the cluster name '$name' is taken; use another."
    indices[$name]=$((++index))
  done
  ((index < 255)) || die "at most 254 clusters."

  # Older kernels and other systems lack it; then only a SIGKILL of this process
  # leaves servers behind, which "down" ends.
  with_parent=()
  if setpriv --pdeathsig KILL true 2>/dev/null; then
    with_parent=(setpriv --pdeathsig KILL --)
    assets=$(setpriv --pdeathsig TERM -- "$here/envtest.sh" </dev/null)
  else
    assets=$("$here/envtest.sh" </dev/null)
  fi

  started=$(milliseconds)
  exec {lock}>"$dir/lock"
  # A short wait, because a look at whether a fleet runs holds the lock for a moment.
  flock -w 1 "$lock" || die "a fleet already runs in $dir; end it with: scripts/fleet.sh down --dir $dir"
  end_all_servers
  while read -r name; do rm -rf "${dir:?}/$name"; done < <(recorded_servers)
  rm -f "$dir/ready" "$dir/control"
  mkfifo "$dir/control"
  exec {control}<>"$dir/control"
  exec {caller}<&0 </dev/null
  echo "$$" >"$dir/pid"
  trap shut_down EXIT
  trap 'exit 0' TERM INT HUP

  # Neither the disk's safety nor its slowness is wanted here.
  etcd_extra=()
  local help
  help=$("$assets/etcd" --help 2>&1) || true
  [[ $help == *--unsafe-no-fsync* ]] && etcd_extra=(--unsafe-no-fsync)
  # etcd 3.4 starts on this architecture only when told that one knows.
  [[ $(uname -m) == aarch64 ]] && export ETCD_UNSUPPORTED_ARCH=arm64

  make_folder etcd
  write_etcd_args
  start_server etcd
  write_openssl_configuration
  [[ -n $with_audit ]] && write_audit_policy
  for name in "${clusters[@]}"; do
    make_folder "$name"
    write_credentials "$name"
  done
  await_all etcd
  for name in "${clusters[@]}"; do
    write_apiserver_args "$name" "${indices[$name]}"
    start_server "$name"
  done
  await_all "${clusters[@]}"
  write_ready_file "${clusters[@]}"
  say "ready after $(elapsed): $dir/ready"

  while true; do
    listen 0.25
    notice_ended
    for name in "${requests[@]}"; do
      running "$name" >/dev/null || start_server "$name"
    done
    requests=()
  done
}

need_server() {
  [[ -n $cluster ]] || usage
  [[ -e $dir/$cluster/args ]] ||
    die "$dir holds no server '$cluster'; it has: $(recorded_servers | paste -sd' ')."
}

stop() {
  local pid
  need_server
  pid=$(recorded_pid "$dir/$cluster/pid") || return 0
  # Tells the supervisor that the end is on purpose.
  rm -f "$dir/$cluster/pid"
  if is_ours "$pid"; then
    end_processes "$pid"
  else
    # It may have been killed just now, and still be busy ending.
    await_end "$grace_milliseconds" "$pid" || true
  fi
}

restart() {
  need_server
  fleet_runs || die "no fleet runs in $dir; start one with: scripts/fleet.sh up --dir $dir --clusters ..."
  stop
  started=$(milliseconds)
  # Open for reading too: a pipe whose reader has just gone would block for ever.
  echo "$cluster" 1<>"$dir/control"
  while [[ ! -e $dir/$cluster/pid ]]; do
    fleet_runs || die "the fleet in $dir ended meanwhile."
    (($(milliseconds) - started < timeout * 1000)) || die "the fleet in $dir does not answer."
    sleep 0.05
  done
  while ! is_ready "$cluster"; do
    if ! running "$cluster" >/dev/null; then
      explain_end "$cluster"
      die "$cluster ended before it was ready."
    fi
    if (($(milliseconds) - started > timeout * 1000)); then
      explain_end "$cluster"
      die "$cluster not ready after $timeout s. On a busy machine give more with --timeout SECONDS."
    fi
    sleep 0.1
  done
  say "$cluster ready on port $(<"$dir/$cluster/port") after $(elapsed)"
}

down() {
  local pid
  if pid=$(recorded_pid "$dir/pid") && is_ours "$pid"; then
    kill -TERM "$pid" 2>/dev/null || true
    # It ends its servers in two rounds, each with a grace of its own.
    await_end $((5 * grace_milliseconds)) "$pid" || kill -KILL "$pid" 2>/dev/null || true
  fi
  end_all_servers
  rm -rf "$dir/ready" "$dir/pid" "$dir/control" "$dir/etcd/data"
}

main() {
  local verb=${1:-} given=("$@")
  dir='' cluster='' cluster_list='' until_stdin_eof='' with_audit='' timeout=180
  shift || usage
  while (($# > 0)); do
    case $1 in
      --dir | --clusters | --cluster | --timeout)
        (($# > 1)) || usage
        case $1 in
          --dir) dir=$2 ;;
          --clusters) cluster_list=$2 ;;
          --cluster) cluster=$2 ;;
          --timeout) timeout=$2 ;;
        esac
        shift
        ;;
      --until-stdin-eof) until_stdin_eof=yes ;;
      --audit) with_audit=yes ;;
      *) usage ;;
    esac
    shift
  done
  [[ -n $dir && $dir != *$'\n'* && $timeout =~ ^[0-9]+$ ]] || usage

  local tool
  for tool in openssl curl flock; do
    command -v "$tool" >/dev/null || die "$tool is missing; run scripts/setup.sh."
  done

  [[ $verb == up ]] && mkdir -p "$dir"
  [[ -d $dir ]] || die "there is no folder $dir."
  local absolute
  absolute=$(cd "$dir" && pwd -P)
  if [[ $absolute != "$dir" && $verb == up ]]; then
    # "down" knows this process by the absolute path on its command line.
    exec "$BASH" "$here/fleet.sh" "${given[@]}" --dir "$absolute"
  fi
  dir=$absolute

  case $verb in
    up | restart | stop | down) "$verb" ;;
    *) usage ;;
  esac
}

main "$@"
