# SPDX-License-Identifier: Apache-2.0
# Signals to the launcher reach the command; stopping freezes the tree.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

started ()
{
  rm -f "$work/up" "$work/count"
  (cd "$work" && exec "$KAVACH" run -b "$1" -c "$2") </dev/null \
    >"$tmp/out" 2>"$tmp/err" &
  launcher=$!
  eventually 10 test -e "$work/up" || {
    fail "$1: the command starts"
    diag "$(cat "$tmp/err")"
    return 1
  }
}

forwarded ()
{
  local b=$1 s

  # Bash ignores INT and QUIT in its background jobs, so they are set anew.
  for s in HUP TERM INT QUIT; do
    rm -f "$work/up"
    (cd "$work" && exec env --default-signal=INT,QUIT "$KAVACH" run -b "$b" \
      -c "trap 'echo got $s; exit 33' $s; : >up
          while :; do sleep 0.02; done") </dev/null >"$tmp/out" 2>"$tmp/err" &
    launcher=$!
    eventually 10 test -e "$work/up" || diag "$(cat "$tmp/err")"
    kill -"$s" "$launcher"
    status=0
    wait "$launcher" || status=$?
    is "$status:$(cat "$tmp/out")" "33:got $s" "$b: $s is forwarded"
  done
}

state_of ()
{
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1
}

is_stopped ()
{
  [ "$(state_of "$launcher")" = T ]
}

# The counter grows while the tree runs.
count ()
{
  wc -c <"$work/count"
}

grows ()
{
  local before

  before=$(count)
  eventually 2 sh -c "test \$(wc -c <'$work/count') -gt $before"
}

freeze ()
{
  local b=$1 one two

  started "$b" ': >up; trap "" TSTP; while :; do printf x >>count
    sleep 0.02; done' || return
  ok "$b: the command runs" grows
  kill -TSTP "$launcher"
  ok "$b: TSTP stops kavach" eventually 3 is_stopped
  one=$(count)
  sleep 0.3
  two=$(count)
  is "$two" "$one" "$b: and the tree stands still"
  kill -CONT "$launcher"
  ok "$b: CONT lets it go on" grows
  kill -TERM "$launcher"
  wait "$launcher"
  is $? 143 "$b: and it ends as usual"
}

each_backend forwarded
each_backend freeze
done_testing
