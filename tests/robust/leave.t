# SPDX-License-Identifier: Apache-2.0
# N runs leave descriptors, mounts, cgroups, processes and files as they
# were.  KV_LONG=1 makes N 1,000, with each backend.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

n=100
[ -z "${KV_LONG-}" ] || n=1000

# What is there and must stay as it is.  Other programs come and go, so only
# what belongs to kavach, or to this test, is counted.
state ()
{
  echo "mounts: $(grep -c . /proc/self/mounts)"
  echo "cgroups: $(find /sys/fs/cgroup -type d -name '*kavach*' -user "$(id -u)" 2>/dev/null \
    | wc -l)"
  echo "processes: $(for p in /proc/[0-9]*/exe; do readlink "$p"; done \
    2>/dev/null | grep -c "^$KAVACH_STAGE/")"
  echo "files: $(find "$work" "$tmp/xdg/run" "${TMPDIR:-/tmp}" /dev/shm \
    -maxdepth 1 -name '*kavach*' ! -path "$tmp*" ! -name 'kavach-test.*' \
    ! -name 'kavach-probe*' 2>/dev/null | wc -l)"
  echo "workspace: $(find "$work" | sort | cksum)"
  echo "runtime: $(find "$tmp/xdg/run" | wc -l)"
  echo "ipc: $(ipcs -a | cksum)"
}

# Open files of the whole machine: others open and close some, a run that
# leaves one shows after many.
open_files ()
{
  cut -f 1 /proc/sys/fs/file-nr
}

# In kavach's own folders.
own_files ()
{
  local where=("$tmp/xdg")

  ! is_root || where+=(/var/cache/kavach)
  find "${where[@]}" -type f 2>/dev/null | wc -l
}

runs ()
{
  local b=$1 i bad=0 before after files open limit=(--pids 50)

  # With a cgroup where there may be one.
  run kavach run -b "$b" "${limit[@]}" -- true
  [ "$status" = 0 ] || limit=()
  : >"$work/kept"
  run kavach run -b "$b" -- true
  before=$(state)
  # The cache may grow by what is new, and not with every run.
  files=$(own_files)
  open=$(open_files)
  for ((i = 0; i < n; i++)); do
    (cd "$work" && "$KAVACH" run -b "$b" -p basic "${limit[@]}" -- true) \
      </dev/null >/dev/null 2>>"$tmp/runs.err" || bad=$((bad + 1))
  done
  is "$bad" 0 "$b: $n runs succeed"
  if [ "$n" -ge 1000 ]; then
    [ $(($(open_files) - open)) -lt $((n / 2)) ]
    is $? 0 "$b: no descriptors are left open"
  fi
  # A cgroup is gone when its last process has been reaped.
  same ()
  {
    after=$(state)
    [ "$after" = "$before" ]
  }
  if ! ok "$b: and leave everything as it was" eventually 5 same; then
    diag "before: $before"
    diag "after: $(state)"
  fi
  after=$(own_files)
  [ $((after - files)) -le 3 ]
  is $? 0 "$b: kavach's own folders do not grow ($files files, then $after)"
}

# Refused and failed runs leave nothing either.
failures ()
{
  local b=$1 i before after

  run kavach run -b "$b" -- true
  # The first time it is measured, and that is kept.
  run kavach run -b "$b" --min-score 100 -- true
  before=$(state)
  for ((i = 0; i < 10; i++)); do
    run kavach run -b "$b" -- no-such-program
    run kavach run -b "$b" --timeout 50ms -- sleep 5
    run kavach run -b "$b" --min-score 100 -- true
  done
  same ()
  {
    after=$(state)
    [ "$after" = "$before" ]
  }
  if ! ok "$b: failed runs leave everything as it was" eventually 5 same; then
    diag "before: $before"
    diag "after: $(state)"
  fi
}

each_backend runs
each_backend failures
# A verification takes away what it planted, also when it is killed.
planted ()
{
  find /var/tmp /tmp /dev/shm "${HOME:-/nonexistent}" -maxdepth 1 \
    \( -name 'kavach-verify.*' -o -name 'kv-*' -o -name '.kv-*' \) 2>/dev/null
  ipcs -m -q -s | awk '$2 ~ /^[0-9]+$/ { print $2 }'
}
verification ()
{
  local b=$1 before pid

  before=$(planted)
  something ()
  {
    [ "$(planted)" != "$before" ]
  }
  nothing ()
  {
    [ "$(planted)" = "$before" ]
  }
  run kavach verify -b "$b" -p basic
  ok "$b: a verification leaves nothing" nothing || diag "$(planted)"
  "$KAVACH" verify -b "$b" -p basic >/dev/null 2>&1 </dev/null &
  pid=$!
  ok "$b: it plants" eventually 5 something
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  ok "$b: one that was killed leaves nothing" eventually 10 nothing \
    || diag "$(planted)"
}
if has_loopback; then
  each_backend verification
fi
done_testing
