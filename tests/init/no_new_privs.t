# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

go --selftest no-new-privs -- grep NoNewPrivs /proc/self/status
is "$out" $'NoNewPrivs:\t1' "the bit is set for the command" || show
held no-new-privs "and the self-test says so"

without no_new_privs
go --selftest no-new-privs -- grep NoNewPrivs /proc/self/status
open no-new-privs "a build without the step is found out"
is "$out" $'NoNewPrivs:\t0' "because it is really not there" || show

done_testing
