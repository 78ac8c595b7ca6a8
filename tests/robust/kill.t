# SPDX-License-Identifier: Apache-2.0
# Whoever is killed: the tree is dead within a second, and what a double kill
# leaves is swept by the next run.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

# Everything of a run carries a number that nobody else uses.
tag=
# Whoever kills the tree, the command itself does not care for TERM.
ignore="trap '' TERM"

alive ()
{
  # By argument vector: no pgrep -f, which would match this script.
  local p

  for p in /proc/[0-9]*; do
    if tr '\0' ' ' <"$p/cmdline" 2>/dev/null | grep -q "^sleep $tag "; then
      return 0
    fi
  done
  return 1
}

# A tree that was not ended must not stay behind either.
clear_tree ()
{
  local p

  for p in /proc/[0-9]*; do
    if tr '\0' ' ' <"$p/cmdline" 2>/dev/null | grep -q "^sleep $tag "; then
      kill -KILL "${p#/proc/}"
    fi
  done
}

tree_dead ()
{
  ! alive
}

# Starts a run with a child, a daemonised grandchild and one that ignores
# signals; sets $launcher.
start_tree ()
{
  [ -z "$tag" ] || clear_tree
  tag=$((100000 + RANDOM * 7 + test_number))
  rm -f "$work/up"
  (cd "$work" && exec "$KAVACH" run -b "$1" "${@:2}" -c "
    sleep $tag &
    setsid sh -c 'trap \"\" TERM HUP INT; sleep $tag & sleep $tag' &
    (setsid sleep $tag &)
    : >up
    $ignore
    sleep $tag & wait; sleep $tag") </dev/null >/dev/null 2>"$tmp/tree.err" &
  launcher=$!
  if ! eventually 10 test -e "$work/up" || ! eventually 5 alive; then
    fail "$1: the tree starts"
    diag "$(cat "$tmp/tree.err")"
    return 1
  fi
}

child_named ()
{
  local p

  for p in /proc/[0-9]*; do
    [ "$(awk '{ print $4 }' "$p/stat" 2>/dev/null)" = "$1" ] || continue
    case $(readlink "$p/exe" 2>/dev/null) in
    */"$2"*) printf '%s\n' "${p#/proc/}" ;;
    esac
  done
}

# The shim holds the plugin; its pid is the launcher's child.
shim_of ()
{
  child_named "$1" kavach-shim | head -n 1
}

kill_launcher ()
{
  start_tree "$1" || return
  kill -KILL "$launcher"
  wait "$launcher" 2>/dev/null
  ok "$1: launcher killed: the tree is dead within a second" \
    eventually 1 tree_dead
}

kill_shim ()
{
  local shim

  start_tree "$1" || return
  shim=$(shim_of "$launcher")
  if [ -z "$shim" ]; then
    fail "$1: the shim is found"
    kill -KILL "$launcher"
    return
  fi
  kill -KILL "$shim"
  ok "$1: shim killed: the tree is dead within a second" \
    eventually 1 tree_dead
  ok "$1: and the launcher ends" eventually 3 sh -c "! kill -0 $launcher"
  status=0
  wait "$launcher" || status=$?
  [ "$status" -ge 125 ]
  is $? 0 "$1: with a status that is no success ($status)"
}

kill_both ()
{
  local shim

  start_tree "$1" || return
  shim=$(shim_of "$launcher")
  kill -KILL "$launcher" ${shim:+"$shim"}
  wait "$launcher" 2>/dev/null
  ok "$1: both killed: the tree is dead within a second" \
    eventually 1 tree_dead
  run kavach run -b "$1" -- true
  is "$status" 0 "$1: the next run works"
  # The sweep may take the run after, when a group is still being emptied.
  swept ()
  {
    run kavach run -b "$1" -- true
    [ -z "$(left_by "$launcher")" ]
  }
  ok "$1: and sweeps what was left" eventually 5 swept "$1"
}

# Processes of this staged tree, whatever they call themselves, whose parent
# is none of them and no launcher: other tests have theirs.
orphans ()
{
  local p parent launcher

  launcher=$(readlink -f "$KAVACH")
  for p in /proc/[0-9]*; do
    case $(readlink "$p/exe" 2>/dev/null) in
    "$KAVACH_STAGE"/*) ;;
    *) continue ;;
    esac
    # The name may hold blanks: count from the parenthesis.
    parent=$(sed 's/.*) . //; s/ .*//' "$p/stat" 2>/dev/null)
    case $(readlink "/proc/$parent/exe" 2>/dev/null) in
    "$KAVACH_STAGE"/* | "$launcher") ;;
    *) echo "${p#/proc/}" ;;
    esac
  done
}

no_orphans ()
{
  [ -z "$(orphans)" ]
}

# Killed at any moment of its start, it leaves nobody waiting.
kill_at_the_start ()
{
  local i

  for ((i = 0; i < 250; i++)); do
    "$KAVACH" run -b "$1" --cwd "$work" -- true </dev/null >/dev/null 2>&1 &
    launcher=$!
    sleep "0.00$((RANDOM % 70 + 10))"
    kill -KILL "$launcher" 2>/dev/null
    wait "$launcher" 2>/dev/null
  done
  if ! ok "$1: killed while it starts: nothing is left running" \
         eventually 4 no_orphans; then
    diag "$(ps -o pid,ppid,wchan,args -p "$(orphans | paste -sd ,)")"
    orphans | xargs -r kill -KILL
  fi
}

# Groups and private folders of one launcher; other runs have theirs.
left_by ()
{
  find /sys/fs/cgroup "$(is_root && echo /tmp || echo "${TMPDIR:-/tmp}")/kavach-$(id -u)" -type d \
    -name "kavach-*-$1-*" 2>/dev/null
}

# TERM is forwarded, and the command ends by it; what it started and left
# ends with it.
stopped_tree ()
{
  ignore=: start_tree "$1" || return
  kill -TERM "$launcher"
  ok "$1: launcher gets TERM: the tree ends, the stubborn too" \
    eventually 6 tree_dead || kill -KILL "$launcher"
  status=0
  wait "$launcher" || status=$?
  is "$status" 143 "$1: and the status says so"
}

wall_time ()
{
  start_tree "$1" --timeout 1s || return
  ok "$1: wall time over: daemonised children end as well" \
    eventually 8 tree_dead
  status=0
  wait "$launcher" || status=$?
  is "$status" 124 "$1: and the status is 124"
}

stragglers ()
{
  tag=$((100000 + RANDOM * 7))
  run kavach run -b "$1" -c "(setsid sleep $tag &) ; sleep 0.1"
  is "$status" 0 "$1: a command that leaves a daemon succeeds"
  ok "$1: the daemon does not outlive it" eventually 1 tree_dead
}

at_exit clear_tree
for t in kill_launcher kill_shim kill_both kill_at_the_start stopped_tree \
  wall_time stragglers; do
  each_backend "$t"
done
done_testing
