# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"
requires_landlock 1

system=(--flags fs --path rx:/usr --path r:/proc --path r:/etc
  --path rwd:/dev/null)
for d in /bin /lib /lib64; do
  [ -L $d ] || system+=(--path "rxo:$d")
done
# What the probe and its libraries need.
system+=(--path "rx:$(dirname "$probe")")
asked=fs-read,fs-write,fs-exec,devices
mkdir "$work/a" "$work/b"
echo text >"$work/a/file"

for ((n = 1; n <= abi; n++)); do
  go "${system[@]}" --abi $n --selftest $asked -- true
  like "$facts" " abi=$n " "ABI $n is used" || show
  for control in fs-read fs-write devices; do
    held $control "ABI $n: $control holds"
  done
done

go "${system[@]}" -- cat "$work/a/file"
ok "what is not granted cannot be read" test "$status" != 0 || show
go "${system[@]}" --path "r:$work" -- cat "$work/a/file"
is "$out" text "what is granted can" || show
go "${system[@]}" --path "r:$work" -- sh -c ": >$work/a/file"
ok "reading is not writing" test "$status" != 0 || show
is "$(cat "$work/a/file")" text "nor emptying"
go "${system[@]}" --path "rw:$work" -- sh -c "echo new >$work/a/new"
is "$(cat "$work/a/new")" new "writing is" || show
cp /bin/true "$work/a/true"
go "${system[@]}" --path "rw:$work" -- "$work/a/true"
is "$status" 126 "writing is not executing" || show
like "$facts" 'exec-failed errno=EACCES' "which is said" || show
go "${system[@]}" --path "rx:$work" -- "$work/a/true"
is "$status" 0 "executing is" || show
go "${system[@]}" -- sh -c 'echo >/dev/null && ! echo >/dev/zero'
is "$status" 0 "one device is not the next" || show
if is_root; then
  go "${system[@]}" --path "rw:$work" -- mknod "$work/null" c 1 3
  ok "no device is ever made" test ! -e "$work/null" || show
fi

if [ "$abi" -ge 2 ]; then
  go "${system[@]}" --path "rw:$work" -- mv "$work/a/new" "$work/b/new"
  ok "files move between granted folders" test -e "$work/b/new" || show
fi
if [ "$abi" -ge 3 ]; then
  go "${system[@]}" --path "r:$work" -- truncate -s 0 "$work/a/file"
  is "$(cat "$work/a/file")" text "truncate is writing from ABI 3 on"
  if [ "$abi" -ge 3 ]; then
    go "${system[@]}" --abi 2 --path "r:$work" -- truncate -s 2 "$work/a/file"
    is "$(stat -c %s "$work/a/file")" 5 "opening for writing always was"
  fi
fi

ln -s "$work" "$tmp/link"
go "${system[@]}" --path "r:$tmp/link" -- true
failed landlock ELOOP "$tmp/link" "a link as a rule is refused"
go "${system[@]}" --path "r:$tmp/absent" -- true
failed landlock ENOENT "$tmp/absent" "so is what is not there"
go "${system[@]}" --path "ro:$tmp/absent" -- true
is "$status" 0 "unless it is optional" || show

if [ "$abi" -ge 4 ]; then
  go "${system[@]}" --flags tcp -- "$probe" connect-tcp 9
  is "$out" EACCES "TCP connect is refused" || show
  go "${system[@]}" --flags tcp -- "$probe" bind-tcp 0
  is "$out" EACCES "TCP bind is refused" || show
  go "${system[@]}" -- "$probe" connect-tcp 9
  like "$out" '^(ECONNREFUSED|ENETUNREACH)$' "where it was not asked for, it is not" || show
  go "${system[@]}" --flags tcp --abi 3 -- true
  failed landlock EOPNOTSUPP tcp "an ABI without it is no answer"
fi

if [ "$abi" -ge 6 ]; then
  name=kavach-test-$$
  mkfifo "$tmp/hold"
  "$probe" listen-abstract "$name" <"$tmp/hold" >"$tmp/bound" &
  exec 8>"$tmp/hold"
  eventually 5 grep -q done "$tmp/bound" || diag "no socket to connect to"
  go "${system[@]}" -- "$probe" connect-abstract "$name"
  is "$out" done "an abstract socket can be reached without a scope" || show
  go "${system[@]}" --flags scope -- "$probe" connect-abstract "$name"
  is "$out" EPERM "and not with one" || show
  exec 8>&-
  go "${system[@]}" --flags scope --selftest processes,kill-tree -- \
    sh -c "kill -0 $$; kill -KILL \$PPID; exit 4"
  is "$status" 4 "neither the outside nor init can be signalled" || show
  held processes "which the self-test tried"
  held kill-tree "so that the tree can be ended"
  go "${system[@]}" -- sh -c "kill -0 $$"
  is "$status" 0 "it is the scope that does it" || show
  go --flags scope -- mv "$work/b/new" "$work/a/new"
  ok "a scope alone leaves files movable" test -e "$work/a/new" || show
  go "${system[@]}" --flags scope --abi 5 -- true
  failed landlock EOPNOTSUPP scope "an ABI without it is no answer"
fi

without landlock
go "${system[@]}" --selftest $asked -- true
for control in fs-read fs-write devices; do
  open $control "$control: a build without the step is found out"
done

done_testing
