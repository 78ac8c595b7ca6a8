# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

go --umask 077 -- sh -c umask
is "$out" 0077 "the umask is the plan's" || show
if ! is_root; then
  done_testing
  exit
fi

go --uid 54321 --selftest user -- sh -c 'id; cat /proc/self/status' \
  </dev/null
like "$out" '^uid=54321(\([^)]*\))? gid=54321(\([^)]*\))? groups=54321' \
  "user, group and groups are the plan's" || show
like "$out" $'Uid:\t54321\t54321\t54321\t54321' "all four of them" || show
held user "and the self-test says so"

go --uid 54321 --at-gate 'readlink /proc/$INIT_PID/exe' -- true
is "$out" "$init" "the launcher can still look at the gate" || show

# The change of user must not cost the signal at the parent's death.
"$driver" --facts "$tmp/facts" --uid 54321 "$init" /bin/sleep 100 &
driver_pid=$!
started () { grep -q report "$tmp/facts" && pgrep -P "$(init_of)" sleep; }
init_of () { pgrep -P "$driver_pid" kavach-init; }
ok "a command runs" eventually 5 started
init_pid=$(init_of)
sleep_pid=$(pgrep -P "$init_pid" sleep)
kill -KILL "$driver_pid"
wait "$driver_pid" 2>/dev/null
# A zombie that nobody has fetched yet is dead.
gone () { ! grep -qs '^State:.[^ZX]' "/proc/$1/status"; }
ok "it is dead within a second of the launcher" eventually 1 gone "$sleep_pid"
ok "and so is init" eventually 1 gone "$init_pid"

go --selftest user -- true
open user "uid 0 is not held to be a protection"
without user
go --uid 54321 --selftest user -- true
open user "a build without the step is found out"

done_testing
