# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

look='tr -d "\\0" </proc/$INIT_PID/environ'

go --leak-env 'TOKEN=of the backend' --selftest environment \
  --at-gate "$look" --env A=1 -- env
is "$out" $'PATH=/usr/bin:/bin\nA=1' \
  "init's own is wiped, the command's is the plan's" || show
held environment "and the self-test says so"

go --env NOVALUE -- true
is "$status" 125 "an entry without = is refused"
failed plan EPROTO environment "and named"

without environment
go --selftest environment --at-gate "$look" -- true
open environment "a build without the step is found out"
like "$out" 'a secret of the caller' "because it is really there" || show

done_testing
