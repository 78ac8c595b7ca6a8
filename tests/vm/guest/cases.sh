# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# One way of starting kavach.  Prints TAP lines without a plan.
#   cases.sh full     limits must hold here
#   cases.sh short    the same, not everything twice
#   cases.sh bounded  the service has MemoryMax=100M; one cannot escape it
#   cases.sh none     nobody gave this caller a group: refused, with the reason
set -u
export LC_ALL=C KAVACH_STAGE=/payload/stage
expect=$1
kavach=/payload/kavach
cases=0
tmp=$(mktemp -d /tmp/cases.XXXXXX)
mkdir "$tmp/work" "$tmp/home"
cd "$tmp/work" || exit 1
export HOME=$tmp/home

pass ()
{
  printf 'ok - %s\n' "$1"
}

fail ()
{
  printf 'not ok - %s\n' "$1"
  printf '  status %s\n' "$status"
  sed 's/^/  out: /' "$tmp/out" | head -5
  sed 's/^/  err: /' "$tmp/err" | head -12
}

run ()
{
  status=0
  rm -f "$tmp/report"
  "$kavach" run --report "$tmp/report" "$@" \
    >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

# Is REASON among those of the report?
reason ()
{
  jq -e --arg r "$1" '.reasons | index ($r) != null' "$tmp/report" \
    >/dev/null 2>&1
}

check ()
{
  local name=$1

  shift
  if "$@"; then
    pass "$name"
  else
    fail "$name"
  fi
}

killed_for_memory ()
{
  [ "$status" = 137 ] && reason memory
}

bomb_was_bounded ()
{
  local n

  n=$(cat "$tmp/out")
  reason pids && [ -n "$n" ] && [ "$n" -ge 5 ] && [ "$n" -le 20 ]
}

# $1 of a CPU, up to a fifth more, and not next to nothing.
quota_holds ()
{
  [ "$status" = 0 ] && python3 - "$1" "$tmp/out" <<'END'
import sys
want = float (sys.argv[1])
took, used = map (float, open (sys.argv[2]).read ().split ())
print ("  %.2f s of %.2f s" % (used, took))
sys.exit (not 0.3 * want < used / took < 1.2 * want)
END
}

refused_with_a_reason ()
{
  [ "$status" = 125 ] && grep -q 'kavach: KV[A-Z]-[0-9]' "$tmp/err" \
    && grep -q 'way out' "$tmp/err" && [ ! -s "$tmp/out" ]
}

time_was_up ()
{
  [ "$status" = 124 ] && reason time
}

nobody_is_left ()
{
  ! pgrep -f "$mark" >/dev/null
}

# Two spinning processes, so that more than one CPU would be used.
spin='
import os, time
begin = time.monotonic ()
pids = []
for i in range (2):
    pid = os.fork ()
    if pid == 0:
        while time.monotonic () < begin + 2:
            pass
        os._exit (0)
    pids.append (pid)
for pid in pids:
    os.waitpid (pid, 0)
t = os.times ()
print (time.monotonic () - begin, t.children_user + t.children_system)
'
bomb='
import os, time
n = 0
try:
    while n < 200:
        if os.fork () == 0:
            time.sleep (60)
            os._exit (0)
        n += 1
except OSError:
    pass
print (n, flush=True)
os._exit (0)
'

# systemd switches a controller off in a slice when no unit of its own needs
# it.  Meanwhile a command is in there that lives on it.
controllers_stay ()
{
  local group parent result=1

  "$kavach" run -b namespace -p strict --timeout 20s -- sleep 20 \
    >"$tmp/out" 2>"$tmp/err" </dev/null &
  for _ in $(seq 200); do
    group=$(find /sys/fs/cgroup -path '*/kavach-[0-9]*/box')
    [ -n "$group" ] && grep -q . "$group/cgroup.procs" && break
    sleep 0.05
  done
  if [ -n "$group" ]; then
    parent=${group%/*/box}
    ! echo "-cpu -memory -pids" 2>/dev/null >"$parent/cgroup.subtree_control" \
      && [ -e "$group/cpu.max" ] && [ -e "$group/memory.max" ] && result=0
  fi
  kill %1
  wait
  return $result
}

# Where the file system takes names for the same whatever their case, another
# spelling is no way round what is protected or hidden.
case_tricks ()
{
  local made

  mkdir "$tmp/fold" && chattr +F "$tmp/fold" && mkdir -p "$tmp/fold/.git/hooks"
  cd "$tmp/fold" || return 1
  echo old | tee .envrc .git/hooks/post-merge secret >/dev/null
  [ "$(cat SECRET)" = old ] || return 1
  # shellcheck disable=SC2016
  run -b namespace --hide secret -- sh -c 'cat SECRET Secret secret
    for f in .envrc .ENVRC .Envrc .git/hooks/post-merge .GIT/HOOKS/POST-MERGE
    do echo new >$f; done
    mv .GIT .old; rm -f .ENVRC; echo fine >made'
  made=$(cat made 2>/dev/null)
  cat .envrc .git/hooks/post-merge secret >>"$tmp/err"
  [ "$made" = fine ] && ! grep -q old "$tmp/out" \
    && [ "$(cat .envrc .git/hooks/post-merge secret)" = $'old\nold\nold' ]
  made=$?
  cd "$tmp/work" || return 1
  return $made
}

# Well above what the service may have, well below what was asked for.
hog='
x = bytearray (200 << 20)
print (len (x))
'

short_cases ()
{
  local backend=$1

  shift
  # Nothing of what follows means anything otherwise.
  run -b "$backend" -p strict "$@" -- echo hello
  check "$backend runs" [ "$(cat "$tmp/out")" = hello ]
  run -b "$backend" -p strict "$@" --memory 64M --timeout 60s -- \
    tail /dev/zero
  check "$backend: memory hog" killed_for_memory
  run -b "$backend" -p strict "$@" --pids 20 --timeout 60s -- \
    python3 -c "$bomb"
  check "$backend: fork bomb" bomb_was_bounded
  run -b "$backend" -p strict "$@" --timeout 60s -- python3 -c "$spin"
  check "$backend: one cpu of two" quota_holds 1
}

long_cases ()
{
  local backend=$1 mark

  short_cases "$@"
  shift
  run -b "$backend" -p strict "$@" --cpu 0.3 --timeout 60s -- \
    python3 -c "$spin"
  check "$backend: a third of a cpu" quota_holds 0.3
  mark=$((RANDOM + 100000)).75
  run -b "$backend" -p strict "$@" --timeout 2s -- \
    sh -c "setsid sleep $mark & sleep $mark"
  check "$backend: wall time" time_was_up
  check "$backend: the daemon is dead, too" nobody_is_left
}

# Debian's kernel has Landlock 2, which leaves these two to a boundary.
waive=(--waive 'fs-write,devices')

echo "id $(id -un), group $(cat /proc/self/cgroup)"
if [ -x /payload/groups ] && [ "$expect" != bounded ]; then
  /payload/groups
fi
[ -x "$kavach" ] || expect=nothing
case $expect in
full)
  long_cases namespace
  long_cases process "${waive[@]}"
  check "namespace: names in another case" case_tricks
  [ "$(id -u)" != 0 ] || check "controllers stay on" controllers_stay
  ;;
short)
  short_cases namespace
  run -b process -p strict "${waive[@]}" --memory 64M --timeout 60s -- \
    tail /dev/zero
  check "process: memory hog" killed_for_memory
  ;;
bounded)
  run -b namespace -p strict --memory 512M --timeout 60s -- \
    python3 -c "$hog"
  check "the service's own limit holds, too" killed_for_memory
  ;;
none)
  run -b namespace -p strict -- echo hello
  check "required limits are refused with the reason" refused_with_a_reason
  run -b namespace -p basic -- echo hello
  check "wanted limits are not in the way" [ "$(cat "$tmp/out")" = hello ]
  ;;
*)
  echo "no kavach in the payload"
  ;;
esac
rm -rf "$tmp"
echo "all cases done"
