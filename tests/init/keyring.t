# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

mine=$("$probe" keyring)
[ "$mine" != -1 ] || skip_all "no keys in this kernel, or none allowed"

go -- "$probe" keyring
ok "the session keyring is another one" test "$out" != "$mine" || show
like "$out" '^[0-9]+$' "and it is there" || show
go --filter --selftest keyring -- true
held keyring "with keyctl refused, the self-test says so"
go --selftest keyring -- true
open keyring "without a filter the user's keyring is still near"

case $(uname -m) in
x86_64) calls=248,249,250 ;;
aarch64) calls=217,218,219 ;;
*) calls= ;;
esac
if [ -n "$calls" ]; then
  go --deny $calls --selftest keyring -- true
  is "$status" 0 "a container that refuses all three calls is no obstacle" \
    || show
  held keyring "for there is no way to any key"
  go --deny ${calls##*,} -- true
  is "$status" 125 "one that refuses keyctl alone is" || show
  failed keyring EPERM '' "and the step is named"
fi

without keyring
go --filter --selftest keyring -- true
open keyring "a build without the step is found out"

done_testing
