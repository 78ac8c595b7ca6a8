# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"

go --cwd "$work" -- pwd
is "$out" "$work" "the command starts in its folder" || show

ln -s "$work" "$tmp/link"
go --cwd "$tmp/link" -- pwd
is "$status" 125 "a link on the way is refused" || show
failed "working folder" ELOOP "$tmp/link" "and named"

go --cwd "/proc/self/cwd" -- pwd
is "$status" 125 "so is a magic link of proc"
go --cwd "/proc/self/fd/0" -- pwd </
is "$status" 125 "and one to an open descriptor"
go --cwd "$tmp/absent" -- pwd
failed "working folder" ENOENT "$tmp/absent" "one that is not there"
: >"$tmp/file"
go --cwd "$tmp/file" -- pwd
failed "working folder" ENOTDIR "$tmp/file" "one that is a file"
go --cwd work -- pwd
failed plan EPROTO "working folder" "one that is not absolute"

go --deny 437 --deny-errno 38 --cwd "$tmp/link" -- pwd
is "$status" 125 "also where there is no openat2" || show
go --deny 437 --deny-errno 38 --cwd "$work" -- pwd
is "$out" "$work" "where the right one still works" || show

done_testing
