# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

go --selftest terminal --at-gate 'cut -d" " -f1,6,7 /proc/$INIT_PID/stat' \
  -- true
read -r pid session tty <<<"$out"
is "$session $tty" "$pid 0" "init leads a session without a terminal" || show
held terminal "and the self-test says so"

go -- sh -c 'cut -d" " -f1,6,7 /proc/self/stat; echo $$'
like "$out" "^[0-9]+ ([0-9]+) 0
\\1$" "the command leads one of its own" || show

go --tty -- sh -c 'tty; cat /proc/$$/stat' </dev/null
like "$out" '/dev/pts/' "a pty is the command's terminal" || show
read -ra stat <<<"$(tail -n 1 <<<"$out")"
is "${stat[0]}" "${stat[7]}" "in whose foreground it is" || show

go --tty -- "$probe" push-key
like "$out" '(done|EIO|EPERM)' "only its own terminal takes keys" || show

# The caller's terminal, passed as a plain stream, is not the command's.
cat >"$tmp/outer" <<EOF
exec "$driver" --facts "$tmp/facts" "$init" "$probe" push-key
EOF
if command -v script >/dev/null && ! is_root; then
  got=$(script -qec "sh $tmp/outer" /dev/null </dev/null | tr -d '\r')
  like "$got" 'E(PERM|IO)' "no key can be pushed into the caller's terminal"
fi

run "$driver" --facts "$tmp/facts" "$init" true </
facts=$(cat "$tmp/facts")
is "$status" 125 "a folder as standard input is refused"
failed session EISDIR 'standard input' "and named"

without session
go --selftest terminal -- true
open terminal "a build without the step is found out"

done_testing
