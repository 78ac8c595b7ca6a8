# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A staged tree of the test's own: the real helpers, and the plugins that the
# test puts there.
. "$srcdir/tests/lib.sh" || exit 99

fixtures=$builddir/tests/plugins
stage=$tmp/stage
plugins=$stage/lib/kavach/plugins
manifests=$stage/share/kavach/plugins.d
admin=$stage/etc/kavach/plugins.d
mkdir -p "$plugins" "$manifests" "$admin" "$stage/libexec"
cp -r "$KAVACH_STAGE/libexec/kavach" "$stage/libexec/kavach"
export KAVACH_STAGE=$stage
discover=$builddir/tests/plugins/discover

# add NAME [AS]
add ()
{
  install -m 644 "$fixtures/kavach-$1.so" "$plugins/kavach-${2-$1}.so"
}

# The line of one plugin in the last run's output.
line_of ()
{
  grep "^$1 " <<<"$out"
}
