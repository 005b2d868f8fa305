# shellcheck shell=bash
# What the parts of the rig change on the machine, how they put it back, and how one sees that they did. Sourced by lib.sh.

# --- the host's own settings ----------------------------------------------------------------------------------------

# What the engines and the kubelet write into the kernel's settings, or create in shared folders. The first part that comes
# up records what it found, the last one that goes down puts it back: docker and kubernetes both need ip_forward.
HOST_SYSCTLS="net/ipv4/ip_forward net/ipv4/conf/all/forwarding net/ipv4/conf/default/forwarding net/ipv4/conf/all/route_localnet
  net/ipv4/conf/all/accept_redirects net/ipv4/conf/default/accept_redirects net/ipv4/conf/all/send_redirects
  net/ipv4/neigh/default/gc_thresh1 net/ipv4/neigh/default/gc_thresh2 net/ipv4/neigh/default/gc_thresh3
  net/ipv6/conf/all/forwarding net/ipv6/conf/default/forwarding net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables
  net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_tcp_timeout_established net/netfilter/nf_conntrack_tcp_timeout_close_wait
  net/netfilter/nf_conntrack_tcp_be_liberal
  vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes"
# Each link's own forwarding, which the kernel sets with ip_forward and with all/forwarding: hence after them.
link_sysctls() { (cd /proc/sys && compgen -G 'net/ipv[46]/conf/*/forwarding' | grep -vE '/(all|default)/'); }
HOST_FOLDERS="/run/containerd /run/containerd/s /run/containerd/fifo /run/containerd/runc /run/docker /run/runc /run/netns /var/log/containers /var/log/pods /var/lib/cni /var/lib/kubelet /var/lib/docker /var/lib/docker/network /etc/docker"

# In the order in which they are put back.
host_sysctls() {
  local f
  for f in $HOST_SYSCTLS $(link_sysctls || true); do
    if [ -r "/proc/sys/$f" ]; then echo "$f $(cat "/proc/sys/$f")"; fi
  done
}

# Docker and Kubernetes write chains, bridges and control groups whose names are theirs and not the rig's: there can be one of each
# on a host. Who holds it writes down where it runs; a second one is refused before it has touched anything.
record_host() {
  local f d other
  same_boot || rm -rf "$HOST"
  other=$(cat "$HOST/holders/$PART" 2>/dev/null || true)
  if [ -n "$other" ] && [ "$other" != "$STATE" ] && [ -d "$other" ]; then
    die "another rig of this host runs it, or did not clean up after a crash: $other. There can be one on a host; nothing was changed. Use that one, or take it down: KEYTURN_RIG_RUN=${other%/*} $RIG/$PART down"
  fi
  mkdir -p "$HOST/holders"
  if [ ! -f "$HOST/sysctl" ]; then
    cat /proc/sys/kernel/random/boot_id >"$HOST/boot"
    host_sysctls >"$HOST/sysctl.new"
    for d in $HOST_FOLDERS; do
      if [ ! -e "$d" ]; then echo "$d"; fi
    done >"$HOST/absent"
    mv "$HOST/sysctl.new" "$HOST/sysctl"
  fi
  mkdir -p "$STATE" # before its name is written down: a holder without a folder counts as gone
  echo "$STATE" >"$HOST/holders/$PART"
}

restore_host() {
  local f v socket
  [ "$(cat "$HOST/holders/$PART" 2>/dev/null)" = "$STATE" ] || return 0
  rm -f "$HOST/holders/$PART"
  for f in "$HOST"/holders/*; do
    if [ -f "$f" ] && [ ! -d "$(cat "$f")" ]; then rm -f "$f"; fi # its folder was removed by hand
  done
  [ -z "$(ls -A "$HOST/holders")" ] || return 0
  while read -r f v; do
    if [ -r "/proc/sys/$f" ] && [ "$(cat "/proc/sys/$f")" != "$v" ]; then
      echo "$v" >"/proc/sys/$f" || say "could not restore $f to $v"
    fi
  done <"$HOST/sysctl"
  while read -r f; do
    [ -d "$f" ] || continue
    # Sockets to which nobody listens any more (servers that were killed leave them), and then only empty folders: what somebody
    # else put there meanwhile stays.
    find "$f" -type s | while read -r socket; do
      awk -v s="$socket" '$NF == s { found = 1 } END { exit !found }' /proc/net/unix || rm -f "$socket"
    done
    find "$f" -depth -type d -empty -delete
  done <"$HOST/absent"
  rm -rf "$HOST"
}

# A lock on a folder that is always there: it leaves no file behind, and is the same one for rigs with other folders.
on_host() { # COMMAND...
  (
    exec 8</run
    flock -w 600 8 || die "waited 10 min for another rig of this host that changes its settings (lock on /run)"
    "$@"
  )
}

hold_host() { on_host record_host; }
release_host() { on_host restore_host; }
# Whether this rig does; also when the record was lost, by what it started.
holds_host() { compgen -G "$STATE/*.pid" >/dev/null || holds_by_record; }
holds_by_record() { same_boot && [ "$(cat "$HOST/holders/$PART" 2>/dev/null)" = "$STATE" ]; }
same_boot() { [ "$(cat "$HOST/boot" 2>/dev/null)" = "$(cat /proc/sys/kernel/random/boot_id)" ]; }

unmount_below() { # FOLDER...
  local d
  for d; do
    awk -v d="$d/" 'index($2 "/", d) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n1 umount -l
  done
}

# A container's processes do not die with their engine. The engines are told to keep all of them below one cgroup, of a name of
# our own: a contributor's own cluster (kind, minikube) has groups called kubepods and docker, too.
kill_cgroup() { # NAME
  local d i left
  for i in $(seq 100); do
    left=
    for d in "/sys/fs/cgroup/$1" /sys/fs/cgroup/*/"$1"; do
      [ -d "$d" ] || continue
      find "$d" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | xargs -r kill -9 2>/dev/null || true
      find "$d" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [ ! -d "$d" ] || left=$d
    done
    [ -n "$left" ] || return 0
    sleep 0.1
  done
  say "processes are left in the group $left after $((i / 10)) s"
}

# A shim can outlive its engine, and dockerd's containerd its dockerd; the command line names a folder of this part, which no
# other engine has.
kill_shims() {
  local p
  for p in /proc/[0-9]*; do
    if { tr '\0' ' ' <"$p/cmdline" | grep -qE "^[^ ]*containerd[^ ]* .*(-address|--config) $STATE/"; } 2>/dev/null; then kill -9 "${p#/proc/}" 2>/dev/null || true; fi
  done
}

# --- what a rig leaves on the machine -------------------------------------------------------------------------------

# Counters, comments, tables without rules and policies of ACCEPT differ without a meaning: iptables makes a table by looking at it.
rules() { # iptables|ip6tables TABLE
  "$1" -S -t "$2" 2>/dev/null | grep -vE '^-P [A-Z]+ ACCEPT$' | sed "s/^/$1 $2 /" || true
}

# By the command line, or by the program, as of the private servers of tests.
rig_processes() { # PART
  local p
  {
    # From a file, or grep's own command line would name it.
    grep -lsaF -f <(echo "$RUN/$1/") /proc/[0-9]*/cmdline || true
    find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$KEYTURN_RIG_HOME/$1/*" 2>/dev/null || true
  } | cut -d/ -f3 | sort -un | while read -r p; do
    # Another rig may use the same programs.
    [ "$(tr '\0' '\n' <"/proc/$p/environ" | sed -n 's/^KEYTURN_RIG_RUN=//p')" = "${KEYTURN_RIG_RUN:-}" ] || continue
    echo "process $1: $(tr '\0' ' ' <"/proc/$p/cmdline" | cut -c1-150)"
  done 2>/dev/null || true
}

# What these parts have on the machine, a line each; nothing of other programs, which come and go as they like.
traces() { # PART...
  local name ip t rule link
  for name; do
    rig_processes "$name"
    awk -v a="$RUN/$name/" -v b="$KEYTURN_RIG_HOME/$name/" 'index($2 "/", a) == 1 || index($2 "/", b) == 1 { print "mount", $2, $3 }' /proc/mounts
    # The names of the rest are the same for all rigs of the host.
    [ "$(cat "$HOST/holders/$name" 2>/dev/null || echo "$RUN/$name")" = "$RUN/$name" ] || continue
    { compgen -G "/sys/fs/cgroup/keyturn-rig-$name" || true; compgen -G "/sys/fs/cgroup/*/keyturn-rig-$name" || true; } | sed 's/^/cgroup /'
    case $name in
      docker) rule='DOCKER|docker0|docker_gwbridge|-[io] br-[0-9a-f]{12}|-P FORWARD DROP|--dport [0-9]+ -j MASQUERADE$' link='docker0|docker_gwbridge|br-[0-9a-f]{12}' ;;
      kubernetes) rule='KUBE-|ktrig-' link='ktrig-.*' ;;
      *) continue ;;
    esac
    for t in filter nat mangle raw; do
      for ip in iptables ip6tables; do rules $ip $t | grep -E -e "$rule" || true; done
    done
    { ip -o link show 2>/dev/null || true; } | awk -F'[:@ ]+' '{ print "link", $2 }' | grep -xE "link ($link)" || true
    # While an engine is up, also another rig's, they are not as they will be.
    [ -e "$HOST/sysctl" ] || host_sysctls | sed 's/^/sysctl /'
  done
}

# The lines of `traces` that are new. A setting that was not there before came with a module or a link of somebody's.
new_traces() { # BEFORE AFTER
  awk 'FILENAME == ARGV[1] { before[$0]; if ($1 == "sysctl") name[$2]; next } !($0 in before) && ($1 != "sysctl" || $2 in name)' <(echo "$1") <(echo "$2") | sort -u
}
