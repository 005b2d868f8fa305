# shellcheck shell=bash
# What all parts of the rig share. Sourced by the part scripts, which set PART before; never run by itself.
#
# Folders (see README.md):
#   $KEYTURN_RIG_HOME   what is built or fetched, by version; outlives `down`, so that it is made once per machine
#   $KEYTURN_RIG_RUN    what runs: process ids, sockets, data, keys, ports; `down` removes a part's share of it
#   $KEYTURN_RIG_LOG    logs; they outlive `down`, because a failed run is read after its rig has gone
#   $HOST               what was found on the host before the first engine came up, and who holds an engine; the same for all rigs of
#                       the host, wherever their folders are

# Debian's root has these on its path, a user's or a CI's shell often has not.
PATH=$PATH:/usr/sbin:/sbin
export PATH LC_ALL=C.UTF-8
umask 022

# shellcheck disable=SC2034 # read by the parts
RIG=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ "$(uname -s)" = Linux ] || { echo "rig: $PART: runs on Linux only (a virtual machine or a container with Debian 12 will do); this is $(uname -s)" >&2; exit 1; }
say() { printf '[%s +%ss] %s: %s\n' "$(date +%T)" "$SECONDS" "$PART" "$*" >&2; }
die() { printf 'rig: %s: %s\n' "$PART" "$*" >&2; exit 1; }

if [ -z "${KEYTURN_RIG_HOME:-}" ]; then
  [ -n "${XDG_CACHE_HOME:-${HOME:-}}" ] || die "no folder to keep what is built: HOME, XDG_CACHE_HOME and KEYTURN_RIG_HOME are not set; set KEYTURN_RIG_HOME to one"
  KEYTURN_RIG_HOME=${XDG_CACHE_HOME:-$HOME/.cache}/keyturn-rig
fi
# A relative one is below the folder in which the caller stands, and the scripts leave that. And a folder has one name: mounts are
# found by it, and it says whose the engines are.
folder() { # PATH: makes it; prints its absolute name
  mkdir -p "$1" || die "cannot make the folder $1"
  realpath "$1"
}
KEYTURN_RIG_HOME=$(folder "$KEYTURN_RIG_HOME")
# Under their own names too: this script calls others.
[ -z "${KEYTURN_RIG_RUN:-}" ] || KEYTURN_RIG_RUN=$(folder "$KEYTURN_RIG_RUN")
[ -z "${KEYTURN_RIG_LOG:-}" ] || KEYTURN_RIG_LOG=$(folder "$KEYTURN_RIG_LOG")
export KEYTURN_RIG_HOME
RUN=$(folder "${KEYTURN_RIG_RUN:-$KEYTURN_RIG_HOME/run}")
# Beside the run's folder and not in that of another: two servers would write into one file.
LOG=${KEYTURN_RIG_LOG:-${KEYTURN_RIG_RUN:+$KEYTURN_RIG_RUN-log}}
LOG=$(folder "${LOG:-$KEYTURN_RIG_HOME/log}")
LOCKS=$(folder "$KEYTURN_RIG_HOME/lock")
HOST=/run/keyturn-rig
STATE=$RUN/$PART           # this part's share of $RUN

usage() {
  printf 'usage: %s up|down|status|env|prepare\n' "$0" >&2
  exit 2
}

# Runs the rest of this script alone among the shells that work on the same thing: two `up` at once must not start two
# servers. The descriptor is closed in every server started (see `start`), or the server would hold the lock for ever.
lock() { # NAME: lock NAME on descriptor 9
  exec 9>"$LOCKS/$1"
  flock -n 9 && return
  say "another shell is at work on $1; waiting for it (at most 30 min)"
  flock -w 1800 9 || die "waited 30 min for another shell that works on $1 (lock $LOCKS/$1)"
}

# Runs a command under a lock of its own, whatever the caller holds.
locked() { # NAME COMMAND...
  local name=$1
  shift
  (
    exec 8>"$LOCKS/$name"
    flock -w 2700 8 || die "waited 45 min for another shell that holds $LOCKS/$name"
    "$@"
  )
}

# After a reboot the process ids and mounts that $RUN remembers are somebody else's.
forget_previous_boot() {
  local boot
  boot=$(cat /proc/sys/kernel/random/boot_id)
  if [ -f "$RUN/boot" ] && [ "$(cat "$RUN/boot")" != "$boot" ]; then
    find "$RUN" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  fi
  mkdir -p "$RUN"
  echo "$boot" >"$RUN/boot"
}
locked boot forget_previous_boot

# --- what must be there ---------------------------------------------------------------------------------------------

need_root() {
  [ "$(id -u)" = 0 ] || die "needs root (namespaces, bridges, mounts). Run it as root, or leave this part out: its tests then say that they were skipped"
}

apt_missing() { # PACKAGE...: prints those that are not installed
  local p
  for p; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || printf '%s ' "$p"
  done
}

# Not to be interrupted, called through `locked`: dpkg that is ended in the middle leaves the machine's packages half configured. The
# signals to which this shell is deaf do not end what it starts either; the session of its own keeps the terminal's away, to which
# apt-get makes dpkg listen again. Who wants to see the end waits for the lock: `wait_for_apt`.
apt_install() { # PACKAGE...
  local policy=/usr/sbin/policy-rc.d made='' stamp=$LOCKS/apt-updated log=$LOG/apt.log
  local get='setsid -w apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3'
  trap '' INT TERM HUP
  # On a machine with an init system docker.io, containerd and etcd-server would start system services at once.
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    made=1
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  {
    # Once an hour is enough for all parts together; a list that is too old shows itself as a failed install.
    [ -n "$(find "$stamp" -mmin -60 2>/dev/null)" ] || { $get update && touch "$stamp"; } || true
    $get install -y --no-install-recommends "$@" || { $get update && touch "$stamp" && $get install -y --no-install-recommends "$@"; }
  } >"$log" 2>&1 </dev/null || { tail -5 "$log" >&2; die "apt-get could not install: $* (log: $log)"; }
  if [ -n "$made" ]; then rm -f $policy; trap - EXIT; fi
}

# Asked again under the lock: another part may have installed them meanwhile.
# shellcheck disable=SC2317,SC2086 # called through `locked`; a list of names
install_missing() {
  local missing
  missing=$(apt_missing "$@")
  [ -z "$missing" ] || { say "apt-get install $missing"; apt_install $missing; }
}

wait_for_apt() {
  flock -n "$LOCKS/apt" true || { say "apt-get is at work, and may finish (log: $LOG/apt.log)"; locked apt true; }
}

need_apt() { # PACKAGE...: installs what is missing, or says what to install
  local missing
  missing=$(apt_missing "$@")
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "needs the Debian packages: $missing- and there is no apt-get here"
  [ "$(id -u)" = 0 ] || die "missing Debian packages: $missing- install them, or run this as root once"
  locked apt install_missing "$@"
}

need_go() { # MINOR: Go 1.MINOR or newer
  local d v
  for d in /usr/local/go/bin /usr/lib/go/bin; do
    command -v go >/dev/null || { [ -x $d/go ] && PATH=$d:$PATH; }
  done
  command -v go >/dev/null || die "needs Go 1.$1 or newer to build it once; no 'go' on the PATH nor in /usr/local/go"
  v=$(cd / && go env GOVERSION) # go1.26.8
  v=${v#go1.}
  v=${v%%[!0-9]*}
  [ "${v:-0}" -ge "$1" ] || die "needs Go 1.$1 or newer to build it once; $(command -v go) is $(cd / && go env GOVERSION)"
}

# shellcheck disable=SC2034 # PIP is read by the caller
need_pip() { # sets PIP
  local c
  for c in 'python3 -m pip' pip3 pip; do
    # shellcheck disable=SC2086 # a command with arguments
    if $c --version >/dev/null 2>&1; then PIP=$c; return; fi
  done
  need_apt python3-pip
  PIP='python3 -m pip'
}

# Builds one after the other, whoever starts them: two Go builds at once take the memory and the patience of a small machine.
build() { # LABEL LOGFILE COMMAND...
  locked build build_alone "$@"
}

# shellcheck disable=SC2317 # called through `locked`
build_alone() {
  local label=$1 log=$2 from=$SECONDS
  shift 2
  say "$label (log: $log)"
  nice -n 10 timeout 2400 "$@" >"$log" 2>&1 </dev/null || { tail -15 "$log" >&2; die "$label failed (log: $log)"; }
  say "$label: $((SECONDS - from)) s"
}

# --- processes ------------------------------------------------------------------------------------------------------

started_at() { # PID: the kernel's start time, which tells a process from a later one with the same id
  local s
  s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  s=${s##*) }
  # shellcheck disable=SC2086 # fields
  set -- $s
  [ "$1" != Z ] || return 1
  echo "${20}"
}

alive() { # NAME
  local pid at
  read -r pid at 2>/dev/null <"$STATE/$1.pid" || return 1
  [ -n "$at" ] && [ "$(started_at "$pid")" = "$at" ] # no time: it had died before it was written down
}

start() { # NAME COMMAND...: unless it runs already
  local name=$1
  shift
  alive "$name" && return
  # A session of its own: the terminal's interrupt must not reach it, and `down` decides when it ends.
  setsid "$@" >"$LOG/$PART-$name.log" 2>&1 </dev/null 8>&- 9>&- &
  local pid=$!
  echo "$pid $(started_at $pid)" >"$STATE/$name.pid"
}

stop() { # NAME...: asks all, waits at most 20 s, then kills
  local n pid at i
  for n; do
    if alive "$n"; then read -r pid at <"$STATE/$n.pid"; kill "$pid" 2>/dev/null || true; fi
  done
  for i in $(seq 200); do
    for n; do
      if alive "$n"; then sleep 0.1; continue 2; fi
    done
    break
  done
  for n; do
    if alive "$n"; then
      read -r pid at <"$STATE/$n.pid"
      say "$n (pid $pid) did not stop within $((i / 10)) s: killed"
      kill -9 "$pid" 2>/dev/null || true
      for i in $(seq 50); do alive "$n" || break; sleep 0.1; done
    fi
    rm -f "$STATE/$n.pid"
  done
}

# Waits for a server with an upper bound, and gives up at once when the server has died.
wait_for() { # SERVER SECONDS WHAT COMMAND...
  local server=$1 seconds=$2 what=$3 end=$((SECONDS + $2)) log=$LOG/$PART-$1.log
  shift 3
  while ! "$@" >/dev/null 2>&1; do
    if ! alive "$server"; then
      tail -5 "$log" >&2
      die "$server ended while waiting for: $what (log: $log)"
    fi
    if [ $SECONDS -ge $end ]; then
      tail -5 "$log" >&2
      die "waited $seconds s for: $what; it did not come, though $server (pid $(cut -d' ' -f1 "$STATE/$server.pid")) runs (log: $log)"
    fi
    sleep 0.1
  done
}

# --- ports ----------------------------------------------------------------------------------------------------------

# Below the range of outgoing connections (32768) and of Kubernetes' node ports (30000), so that neither takes one between
# the choice and the server's bind.
pick_port() { # NAME
  local i p
  for i in $(seq 200); do
    p=$((20000 + RANDOM % 10000))
    [ -e "$RUN/ports/$p" ] && continue
    (: <>"/dev/tcp/127.0.0.1/$p") 2>/dev/null && continue
    echo "$PART" >"$RUN/ports/$p"
    echo "$p" >"$STATE/$1.port"
    return
  done
  die "no free port found between 20000 and 29999 after $i tries"
}

any_alive() {
  local f
  for f in "$STATE"/*.pid; do
    f=${f##*/}
    if alive "${f%.pid}"; then return 0; fi
  done
  return 1
}

take_port() { # NAME WANTED
  if [ -e "$RUN/ports/$2" ] || (: <>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then die "port $2, asked for $1, is taken"; fi
  echo "$PART" >"$RUN/ports/$2"
  echo "$2" >"$STATE/$1.port"
}

# The port of NAME: as chosen by an earlier `up`, as given by a variable, or a free one. Remembered until `down`.
port() { # NAME [WANTED]
  local at
  at=$(cat "$STATE/$1.port" 2>/dev/null || true)
  if [ -n "$at" ] && [ "${2:-$at}" != "$at" ]; then
    # What crashed, or never came up, may go elsewhere.
    if any_alive; then die "port $2 is asked for $1, which is up on port $at: run '$0 down' first, or do not ask for a port"; fi
    rm -f "$RUN/ports/$at" "$STATE/$1.port"
    at=
  fi
  if [ -z "$at" ]; then
    mkdir -p "$RUN/ports"
    if [ -n "${2:-}" ]; then locked ports take_port "$1" "$2"; else locked ports pick_port "$1"; fi || return
  fi
  cat "$STATE/$1.port"
}

release_ports() {
  [ -d "$RUN/ports" ] || return 0
  { grep -lx "$PART" "$RUN"/ports/* 2>/dev/null || true; } | xargs -r rm -f
  rmdir "$RUN/ports" 2>/dev/null || true
}

secret() { # FILE: a random value for this run, made once, readable by the owner alone
  [ -s "$1" ] || (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$1")
  cat "$1"
}

socket_path() { # PATH: the kernel takes 107 characters
  [ ${#1} -le 107 ] || die "the socket path $1 is too long for the kernel (107 characters): set KEYTURN_RIG_RUN to a shorter folder"
}

# --- the verbs' answers ---------------------------------------------------------------------------------------------

export_line() { # NAME VALUE: quoted for eval
  printf 'export %s=%q\n' "$1" "$2"
}

need_up() { # SERVER...: for `env`, which must not name a server that is not there
  local s
  for s; do
    alive "$s" || die "is not up: run '$0 up' first"
  done
}

report() { # SERVER...: the `status` verb; 0 when all run, 3 when none or some do
  local s ok=0
  for s; do
    if alive "$s"; then echo "$PART: $s runs (pid $(cut -d' ' -f1 "$STATE/$s.pid"), log $LOG/$PART-$s.log)"
    else echo "$PART: $s does not run"; ok=3; fi
  done
  return $ok
}

# shellcheck source-path=SCRIPTDIR source=host.sh
. "$RIG/host.sh"
