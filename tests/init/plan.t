# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

wrong ()
{
  go --bad "$1" -- touch "$tmp/ran"
  is "$status" 125 "a plan with wrong $1 is refused" || show
  failed plan "$2" "$3" "and the reason given"
}
wrong seals EPERM seals
wrong length EPROTO length
wrong empty EPROTO length
wrong format EPROTO format
wrong flags EPROTO flags
wrong umask EPROTO umask
wrong type EPROTO message
wrong descriptors EPROTO message

go --path rw:relative --flags fs -- touch "$tmp/ran"
failed plan EPROTO paths "a relative path is refused"
go --flags pidns -- touch "$tmp/ran"
failed plan ESRCH 'pid namespace' "a pid namespace that is not there, too"

go --bad go -- touch "$tmp/ran"
is "$status" 125 "anything but a plain go means no" || show
go --no-go -- touch "$tmp/ran"
is "$status" 125 "and so does silence" || show
nok "nothing was ever started" test -e "$tmp/ran"

for words in "" "--gate" "--gate=" "--gate=x" "--gate=-1" "--gate=3x" \
  "--gate=99999999" "--gate=3 more"; do
  # shellcheck disable=SC2086
  run "$init" $words 3</dev/null
  is "$status" 125 "the argument \"$words\" is refused"
done

go --join "$tmp/tasks" -- true
: >"$tmp/tasks"
go --join "$tmp/tasks" -- true
is "$(cat "$tmp/tasks")" 0 "a cgroup is joined by writing 0"
go --join /dev/full -- true
is "$status" 125 "one that cannot be joined ends the run"
failed cgroup ENOSPC '' "and is named"

dir=$(cgroup_dir pids)
if [ -n "$dir" ] && mkdir "$dir/kavach-init-test.$$" 2>/dev/null; then
  group=$dir/kavach-init-test.$$
  at_exit rmdir "$group"
  file=$group/tasks
  [ -e "$file" ] || file=$group/cgroup.procs
  go --join "$file" -- cat /proc/self/cgroup
  like "$out" "kavach-init-test.$$" "a real one holds the command" || show
  if is_root; then
    go --join "$file" --flags cgroupns -- cat /proc/self/cgroup
    unlike "$out" "kavach-init-test.$$" \
      "whose name a cgroup namespace hides" || show
  fi
fi

done_testing
