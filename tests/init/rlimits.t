# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

limits=(--rlimit fsize:8192 --rlimit nproc:4000 --rlimit core:1)
go "${limits[@]}" --selftest pids,file-size -- \
  sh -c 'ulimit -f; ulimit -Hf; head -c 9000 /dev/zero >'"$work/big"
is "$(head -n 2 <<<"$out")" $'16\n16' "soft and hard are set" || show
is "$status" 153 "and bite: SIGXFSZ" || show
is "$(stat -c %s "$work/big")" 8192 "at the byte"
held pids "the self-test reads RLIMIT_NPROC"
held file-size "and RLIMIT_FSIZE"

got=$(ulimit -f 4; "$driver" --facts /dev/null --rlimit fsize:8192 "$init" \
  /bin/sh -c 'ulimit -f')
is "$got" 8 "a stricter limit of the caller's stays"

without rlimits
go "${limits[@]}" --selftest pids,file-size -- true
open pids "a build without the step is found out"
open file-size "for each of them"

done_testing
