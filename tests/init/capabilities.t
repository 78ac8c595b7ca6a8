# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

sets='grep -c "^Cap...:.0000000000000000$" /proc/self/status'
is_root && want=5 || want=4

go --selftest capabilities -- sh -c "$sets"
ok "the command has none in any set" test "$out" -ge $want || show
held capabilities "and the self-test says so"

if is_root; then
  go --uid 54321 --selftest capabilities -- sh -c "$sets"
  is "$out" 5 "nor after a change of user" || show
  held capabilities "as the self-test agrees"

  # An ambient one is what runc and crun left behind.
  run setpriv --inh-caps=+net_raw --ambient-caps=+net_raw "$driver" \
    --facts "$tmp/facts" "$init" /bin/sh -c "$sets"
  is "$out" 5 "an ambient capability is gone" || show_run

  go -- sh -c 'unshare -m true'
  ok "root inside can do nothing as root" test "$status" != 0 || show

  without capabilities
  go --selftest capabilities -- sh -c "$sets"
  open capabilities "a build without the step is found out"
  ok "because they are really there" test "$out" -lt 5 || show
fi
has_userns_caps ()
{
  unshare -Ur true 2>/dev/null
}
if has_userns_caps; then
  whole
  run unshare -Ur "$driver" --facts "$tmp/facts" --selftest capabilities \
    "$init" /bin/sh -c "$sets"
  is "$out" 5 "the full set of a new user namespace is dropped" || show_run
fi

done_testing
