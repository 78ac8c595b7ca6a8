# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

asked=syscalls,net-out,net-in,ipc
go --filter --selftest $asked -- sh -c 'grep Seccomp: /proc/self/status'
is "$status" 0 "init itself lives under the filter" || show
is "$out" $'Seccomp:\t2' "the command has it" || show
for control in syscalls net-out net-in ipc; do
  held $control "$control: attempted and refused"
done

go --filter -- sh -c 'exit 3'
is "$status" 3 "and reports the end" || show

go --selftest $asked -- true
for control in syscalls net-out net-in ipc; do
  open $control "$control: open without a filter"
done

without seccomp
go --filter --selftest $asked -- true
for control in syscalls net-out net-in ipc; do
  open $control "$control: a build without the step is found out"
done

# What init lives by, the command may be denied: it has a program of its own.
whole
"$builddir/core/filter/kavach-filter" \
  --deny @network-io,@io-event,kill,wait4,waitid,signalfd4,getrusage,getppid \
  none >"$tmp/denied" || bail "no program"
go --filter --command-filter "$tmp/denied" -- \
  sh -c 'read -r a </proc/self/stat; exit 3'
is "$status" 3 "init reports the end of a command that may not wait" || show
go --filter --command-filter "$tmp/denied" -- sh -c 'true & wait $!; echo $?'
unlike "$out" '^0$' "which may not, indeed" || show
go --command-filter "$tmp/denied" -- grep -E '^Seccomp' /proc/self/status
like "$out" 'Seccomp:.*2' "a command's program is loaded without the other"
go --filter --command-filter "$tmp/denied" -- grep -E '^Seccomp' \
  /proc/self/status
like "$out" 'Seccomp_filters:.*2' "and on top of it" || show

# Where every other call kills, a command that is not there is not found.
cat >"$tmp/kill.json" <<'J'
{"defaultAction": "SCMP_ACT_KILL_PROCESS",
 "syscalls": [{"names": ["execve"], "action": "SCMP_ACT_ALLOW"}]}
J
"$builddir/core/filter/kavach-filter" --file "$tmp/kill.json" none \
  >"$tmp/kill" || bail "no program"
go --filter --command-filter "$tmp/kill" -- no-such-command
is "$status" 127 "a command that is not there is reported" || show
go --filter --command-filter "$tmp/kill" -- /etc/passwd
is "$status" 126 "and one that is none" || show
go --filter --command-filter "$tmp/kill" -- true
is "$status" 159 "one that is there is killed at its first call" || show

# Refused by somebody else beforehand: no evidence for this filter.
whole
case $(uname -m) in
x86_64) calls=16,165,272,425,435 ;;
aarch64) calls=29,40,97,425,435 ;;
*) calls= ;;
esac
if [ -n "$calls" ]; then
  go --deny $calls --selftest syscalls -- true
  unlike "$facts" '(held|open)=[^ ]*syscalls' \
    "what a filter around refuses is no answer" || show
fi

done_testing
