# SPDX-License-Identifier: Apache-2.0
# A workspace on a file system that takes names for the same whatever their
# case, and is not this kernel's own: a mount covers one spelling only.  What is
# hidden there is refused, what is protected is said not to be kept.
. "$srcdir/tests/lib.sh"
requires_kavach
requires_backend namespace
is_root || skip_all "needs root"
( : <>/dev/fuse ) 2>/dev/null || skip_all "there is no /dev/fuse here"

# Everything after this line is in a mount namespace of its own.
if [ -z "${KAVACH_NOCASE-}" ]; then
  exec env KAVACH_NOCASE=1 unshare -m --propagation private bash "$0"
fi
place=$(mktemp -d /var/tmp/kavach-nocase.XXXXXX) || exit 1
at_exit rm -rf "$place"
mkdir -p "$place/low/.git/hooks" "$place/mnt"
echo old | tee "$place/low/.envrc" "$place/low/.git/config" \
  "$place/low/secret" >/dev/null
chmod -R a+rwX "$place"
mkfifo "$place/ready"
/usr/bin/python3 "$srcdir/tests/robust/nocase_fs.py" "$place/low" \
  "$place/mnt" >"$place/ready" 2>"$place/log" &
server=$!
at_exit kill "$server"
at_exit umount -l "$place/mnt"
read -r ready <"$place/ready" || skip_all "FUSE: $(cat "$place/log")"
is "$ready" mounted "the file system is there"
cd "$place/mnt" || exit 1
in_it ()
{
  "$KAVACH" run -b namespace "$@" </dev/null
}
is "$(cat SECRET)" old "and takes another case for the same"

run in_it --hide secret -- touch ran
refused KVP-30 "what is hidden can be reached by another spelling"
ok "nothing was run" test ! -e ran
run in_it --require fs-write -- touch ran
refused KVS-01 "protected places are open: fs-write by its name"
like "$err" 'another case' "and why"
run in_it -v -- true
like "$err" 'protected places that namespace does not keep: [1-9]' \
  "otherwise it is said"
run in_it --plan -- true
like "$out" '/\.envrc .*not kept by namespace' "and the plan marks them"
# The reason for all this: it is so.
run in_it -- sh -c 'echo new >.ENVRC'
is "$(cat "$place/low/.envrc")" new "the hole is there, and said"

# The other way round: told apart, nothing is said.
cd "$place/low" || exit 1
run in_it --hide secret -v -- cat SECRET
unlike "$err" 'KVP-30|does not keep' "a file system that tells them apart"
done_testing
