# SPDX-License-Identifier: Apache-2.0
. "$srcdir/tests/init/lib.sh"
requires_root
unshare -n true 2>/dev/null || skip_all "no network namespaces"

# Nobody listens: a loopback that is up refuses, one that is down is far.
go --netns --flags loopback -- "$probe" connect-tcp 9
is "$out" ECONNREFUSED "the loopback of a new namespace is up" || show
go --netns --flags loopback -- "$probe" bind-tcp 8080
is "$out" done "and can be listened on" || show

without loopback
go --netns --flags loopback -- "$probe" connect-tcp 9
is "$out" ENETUNREACH "a build without the step leaves it down" || show

done_testing
