# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

for n in 0 1 2 77 124 125 126 127 128 129 200 255; do
  go -- sh -c "exit $n"
  is "$status" $n "status $n comes through" || show
done
for n in 1 6 9 11 15; do
  go -- sh -c "kill -$n \$\$"
  is "$status" $((128 + n)) "signal $n becomes $((128 + n))" || show
done
like "$facts" 'exited status=15 ' "and the report has it as it was" || show

go -- no-such-program
is "$status" 127 "not found" || show
like "$facts" 'exec-failed errno=ENOENT name=no-such-program' "is said" \
  || show
: >"$work/plain"
go -- "$work/plain"
is "$status" 126 "not executable" || show
go -- /
is "$status" 126 "a folder is not executable" || show
like "$facts" 'exec-failed errno=EACCES' "is said, too" || show
printf 'echo "$1 $2"\n' >"$work/script"
chmod +x "$work/script"
go -- "$work/script" a b
is "$out" "a b" "a script without #! goes to the shell" || show
mkdir -m 700 "$work/bin"
cp "$work/script" "$work/bin/found"
chmod -x "$work/bin/found"
run "$driver" --facts "$tmp/facts" --flags search --env "PATH=$work/bin" \
  "$init" found
is "$status" 126 "found on PATH and not executable" || show_run
run "$driver" --facts "$tmp/facts" --flags search \
  --env "PATH=/absent:$work/bin:/usr/bin:/bin" "$init" true
is "$status" 0 "the search goes on past what is missing" || show_run

go -- sh -c 'trap "" HUP; exec grep -E "^Sig(Blk|Ign)" /proc/self/status'
like "$out" $'SigBlk:\t0+\n' "the command blocks no signal" || show
(
  trap '' PIPE INT
  go -- grep SigIgn /proc/self/status
  printf '%s' "$out" >"$tmp/ignored"
)
like "$(cat "$tmp/ignored")" $'SigIgn:\t0+$' "nor ignores what the caller did"

modes=("")
is_root && modes+=(--pidns)
has_scope=$(landlock_abi)
[ "${has_scope:-0}" -ge 6 ] && modes+=("--flags scope")
tree='(sleep 1000 & setsid sh -c "sleep 1001 & sleep 1002" & ) ; sleep 0.2'
none_left () { ! pgrep -f "^sleep 100[0-2]" >/dev/null; }
for mode in "${modes[@]}"; do
  # shellcheck disable=SC2086
  go $mode -- sh -c "$tree; exit 5"
  is "$status" 5 "[$mode] the command ends" || show
  like "$facts" 'stragglers=[34]' "[$mode] and what it left is counted" || show
  ok "[$mode] and gone" none_left

  for signal in TERM INT HUP QUIT USR1 USR2; do
    # shellcheck disable=SC2086
    go $mode --after-go "until grep -q ready $tmp/.out; do sleep 0.02; done
      kill -$signal \$INIT_PID" -- \
      sh -c "trap 'exit 9' $signal; echo ready; while :; do sleep 0.05; done"
    is "$status" 9 "[$mode] $signal is passed on" || show
  done

  rm -f "$tmp/orders"
  mkfifo "$tmp/orders"
  # shellcheck disable=SC2086
  "$driver" --facts "$tmp/facts" --orders "$tmp/orders" $mode \
    --env PATH=/usr/bin:/bin --flags search "$init" \
    sh -c "$tree; exec sleep 1000" &
  pid=$!
  states () { ps -o stat= -p "$(pgrep -d, -f '^sleep 100[0-2]')"; }
  all_stopped () { [ -n "$(states)" ] && ! states | grep -qv '^T'; }
  none_stopped () { [ -n "$(states)" ] && ! states | grep -q '^T'; }
  four () { [ "$(pgrep -c -f '^sleep 100[0-2]')" = 4 ]; }
  eventually 5 four || diag "the tree did not come up"
  echo pause >"$tmp/orders"
  ok "[$mode] pause stops the whole tree" eventually 2 all_stopped
  echo resume >"$tmp/orders"
  ok "[$mode] resume lets it go on" eventually 2 none_stopped
  echo pause >"$tmp/orders"
  eventually 2 all_stopped
  echo stop >"$tmp/orders"
  wait $pid
  is $? 137 "[$mode] stop kills it, stopped as it is"
  ok "[$mode] to the last" none_left

  # shellcheck disable=SC2086
  "$driver" --facts "$tmp/facts" --orders "$tmp/orders" $mode \
    --env PATH=/usr/bin:/bin --flags search "$init" \
    sh -c "$tree; exec sleep 1000" &
  pid=$!
  eventually 5 four || diag "the tree did not come up"
  kill -KILL $pid
  wait $pid 2>/dev/null
  ok "[$mode] with the launcher gone the tree is, within a second" \
    eventually 1 none_left
done

go --at-gate 'cat /proc/$INIT_PID/stat >/dev/null && echo seen' \
  --after-go 'sleep 0.2' -- \
  sh -c 'cat /proc/$PPID/environ 2>/dev/null && echo read; ls -ld /proc/$PPID'
like "$out" 'seen' "init can be looked at before go" || show
is_root || unlike "$out" 'read' "and not after it" || show

go -- sh -c 'sleep 0.3 & wait; :'
like "$facts" 'exited status=0 cpu=[1-9][0-9]* rss=[1-9][0-9]* stragglers=0' \
  "what was used is reported" || show

go -- "$probe" death-signal
is "$out" 9 "the command dies with an init that is killed" || show

done_testing
