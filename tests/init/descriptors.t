# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

# Numbers of the command's own descriptors; ls opens one more.
list='ls /proc/self/fd | wc -l'

go --leak-fd 50 --selftest descriptors -- sh -c "$list"
is "$out" 4 "a leaked folder is closed" || show
held descriptors "and the self-test says so"

go --leak-fd 3 --selftest descriptors -- sh -c "$list"
is "$out" 4 "also just below the gate" || show

go --leak-fd 50 --at-gate 'ls /proc/$INIT_PID/fd | wc -l' -- true
is "$out" 4 "only the streams and the gate are open at the gate" || show

thousand ()
{
  local i

  for ((i = 100; i < 1100; i++)); do
    eval "exec $i</dev/null" || return
  done
  go --selftest descriptors -- sh -c "$list"
}
if [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 2048 ]; then
  ulimit -n 2048
  thousand
  for ((i = 100; i < 1100; i++)); do eval "exec $i<&-"; done
  is "$out" 4 "a thousand leaked descriptors are closed" || show
  held descriptors "and none is found"
fi

# Numbers are the same on every architecture from 424 on.
for errno in 38 1; do
  go --deny 436 --deny-errno $errno --leak-fd 50 --selftest descriptors -- \
    sh -c "$list"
  is "$out" 4 "without close_range (errno $errno) they are closed, too" \
    || show
  held descriptors "and the self-test agrees"
done

without descriptors
go --selftest descriptors --leak-fd 50 -- sh -c "$list"
open descriptors "a build without the step is found out"
isnt=$out
ok "because the folder is really there" test "$isnt" -gt 4

done_testing
