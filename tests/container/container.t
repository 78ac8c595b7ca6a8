# SPDX-License-Identifier: Apache-2.0
# Inside an unprivileged container - the capabilities, masked paths and the
# seccomp profile that container engines give by default, no user namespaces
# - and where user namespaces are switched off: "process" works, "namespace"
# says why it does not.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq make
requires_root
in_mount_namespace "$@"

printf 'test:\n\t@echo all tests passed\n' >"$work/Makefile"
# What is asked of kavach in each place; one line of answers each.
cat >"$tmp/inside" <<'INSIDE'
cd "$1" || exit 1
mkdir -p "$2/cache" "$2/run" && chmod 700 "$2/cache" "$2/run"
export XDG_CACHE_HOME=$2/cache XDG_RUNTIME_DIR=$2/run HOME=$2
echo "uid: $(id -u)"
echo "run: $("$KAVACH" run --report "$2/report" -- make test 2>"$2/err")"
echo "status: $("$KAVACH" run -- sh -c 'exit 17' 2>/dev/null; echo $?)"
echo "backend: $(jq -r .backend "$2/report")"
echo "claimed: $(jq -r '[.controls[] | select (.need == "required") |
  select (.level != "full" or .known == "claimed")] | length' "$2/report")"
"$KAVACH" run -b namespace -- true >/dev/null 2>"$2/why"
echo "namespace: $? $(tr '\n' ' ' <"$2/why")"
echo "said: $(tr '\n' ' ' <"$2/err")"
INSIDE

answer ()
{
  sed -n "s/^$1: //p" "$tmp/answers"
}

# $1 place, $2 uid expected.
judge ()
{
  local where=$1

  is "$(answer uid)" "$2" "$where: the uid is $2"
  is "$(answer run)" "all tests passed" "$where: kavach run -- make test" \
    || diag "$(cat "$tmp/answers" "$tmp/said")"
  is "$(answer status)" 17 "$where: the status comes through"
  is "$(answer backend)" process "$where: by the process backend"
  is "$(answer claimed)" 0 "$where: whatever is required is in force"
  like "$(answer namespace)" \
    '^125 kavach: KVS-[0-9]+ .*user namespaces.*(allow|sysctl|max_user)' \
    "$where: namespace refuses, says why and what would help"
  diag "$where: $(answer namespace)"
}

bind_list ()
{
  local d

  for d in /usr /bin /lib /lib32 /lib64 /libx32 /sbin /etc "$builddir" \
           "$srcdir"; do
    [ ! -L "$d" ] && [ -d "$d" ] && printf '%s\n' "$d"
  done
}

bundle ()
{
  local uid=$1 dir=$tmp/bundle-$1 d

  mkdir -p "$dir/rootfs"
  # What is a link on the host is one inside.
  for d in /bin /lib /lib32 /lib64 /libx32 /sbin; do
    [ ! -L "$d" ] || ln -s "$(readlink "$d")" "$dir/rootfs$d"
  done
  mkdir "$dir/work" "$dir/home"
  cp "$work/Makefile" "$dir/work"
  cp "$tmp/inside" "$dir/work/inside"
  chown -R "$uid:$uid" "$dir/work" "$dir/home"
  jq -n --arg uid "$uid" --arg kavach "$KAVACH" --arg stage "$KAVACH_STAGE" \
    --arg dir "$dir" --slurpfile seccomp "$srcdir/tests/container/seccomp.json" \
    --argjson binds "$(bind_list | jq -R . | jq -s .)" '
  ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD",
   "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP",
   "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE"]
    as $caps |
  { ociVersion: "1.0.2", hostname: "container",
    root: { path: "rootfs", readonly: false },
    process: {
      user: { uid: ($uid | tonumber), gid: ($uid | tonumber) },
      cwd: "/", args: ["/bin/sh", "/home/work/inside", "/home/work",
                       "/home/home"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "KAVACH=" + $kavach, "KAVACH_STAGE=" + $stage],
      capabilities: (if $uid == "0"
        then { bounding: $caps, effective: $caps, permitted: $caps }
        else { bounding: $caps } end) },
    mounts: ([
      { destination: "/proc", type: "proc", source: "proc",
        options: ["nosuid", "noexec", "nodev"] },
      { destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
      { destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666",
                  "mode=0620", "gid=5"] },
      { destination: "/dev/shm", type: "tmpfs", source: "shm",
        options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
      { destination: "/dev/mqueue", type: "mqueue", source: "mqueue",
        options: ["nosuid", "noexec", "nodev"] },
      { destination: "/sys", type: "sysfs", source: "sysfs",
        options: ["nosuid", "noexec", "nodev", "ro"] },
      { destination: "/tmp", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "nodev", "mode=1777"] },
      { destination: "/home", type: "bind", source: $dir,
        options: ["rbind", "rw"] }]
      + [$binds[] | { destination: ., type: "bind", source: .,
                      options: ["rbind", "ro"] }]),
    linux: {
      namespaces: [{ type: "pid" }, { type: "ipc" }, { type: "uts" },
                   { type: "mount" }, { type: "network" }],
      maskedPaths: ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys",
        "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
        "/proc/sysrq-trigger"],
      seccomp: $seccomp[0] } }' >"$dir/config.json"
}

in_container ()
{
  local uid=$1 id=kavach-test-$$-$1

  bundle "$uid"
  at_exit runc --root "$tmp/runc" delete -f "$id"
  runc --root "$tmp/runc" run --bundle "$tmp/bundle-$uid" "$id" </dev/null \
    >"$tmp/answers" 2>"$tmp/said"
  judge "container, uid $uid" "$uid"
}

if ! command -v runc >/dev/null; then
  skip "container" "runc is not installed"
elif [ "$(uname -m)" != x86_64 ]; then
  skip "container" "the profile here is that of x86-64"
else
  # The sources and the build may lie below a place that others cannot see.
  in_container 0
  in_container 1000
fi

# The sysctl is one of each user namespace: switched off in a nested one
# with all ids mapped, so the host keeps its value.
without_userns ()
{
  local uid=$1 dir=$tmp/nested-$1

  mkdir "$dir" "$dir/home" "$dir/work"
  cp "$work/Makefile" "$dir/work"
  chown -R "$uid:$uid" "$dir"
  mkfifo "$dir/mapped"
  # The second shell has the capabilities again that the exec of the first,
  # without any ids mapped, has cost.
  unshare -U --kill-child sh -c '
    read -r _ <"$1/mapped"
    exec sh -c "
      echo 0 >/proc/sys/user/max_user_namespaces || exit 1
      exec \"\$@\"" sh setpriv --reuid "$2" --regid "$2" --clear-groups --inh-caps=-all \
      --bounding-set=-all sh "$3" "$1/work" "$1/home"' \
    sh "$dir" "$uid" "$tmp/inside" </dev/null >"$tmp/answers" 2>"$tmp/said" &
  child=$!
  # unshare forks with --kill-child: the child is the one to map.
  eventually 5 unshared "$child" || diag "unshare is late"
  echo '0 0 100000' >"/proc/$nested/uid_map"
  echo '0 0 100000' >"/proc/$nested/gid_map"
  echo go >"$dir/mapped"
  wait "$child"
  judge "no user namespaces, uid $uid" "$uid"
}

unshared ()
{
  nested=$(awk -v p="$1" '{ sub (/.*\) /, ""); if ($2 == p) print FILENAME }' \
    /proc/[0-9]*/stat 2>/dev/null | sed 's|/proc/\([0-9]*\)/.*|\1|' | head -n 1)
  nested=${nested:-$1}
  [ "$(readlink "/proc/$nested/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

if ! has_userns; then
  skip "no user namespaces" "there are none on this host anyway"
else
  before=$(cat /proc/sys/user/max_user_namespaces)
  without_userns "$test_uid"
  without_userns 0
  is "$(cat /proc/sys/user/max_user_namespaces)" "$before" \
    "the host's own value is as it was"
fi
done_testing
