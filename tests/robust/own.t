# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source=tests/lib.sh
# What the next run of kavach is made of is never written from inside.
. "$srcdir/tests/lib.sh"

# kavach installed inside the workspace, as the README has it.
cp -a "$KAVACH_STAGE" "$work/inst"
export KAVACH_STAGE=$work/inst
cd "$work" || bail "no workspace"

if has_userns; then
  run "$KAVACH" run -b namespace -- sh -c \
    'echo x >>inst/libexec/kavach/kavach-filter'
  like "$err" 'Read-only' "namespace: a helper program cannot be written"
  run "$KAVACH" run -b namespace -- sh -c \
    'echo x >>inst/lib/kavach/plugins/namespace.so'
  like "$err" 'Read-only' "namespace: a plugin cannot be written"
  run "$KAVACH" run -b namespace -- mv inst elsewhere
  like "$err" 'busy' "namespace: nor moved out of the way"
  ok "namespace: the rest of the workspace is writable" \
    "$KAVACH" run -b namespace -- touch written
else
  skip "namespace" "no user namespaces here"
fi
refused KVS-01 "process refuses what it cannot keep apart" -- \
  "$KAVACH" run -b process -- true
like "$err" 'fs-write' "and says what"

if ! is_root; then
  export XDG_CACHE_HOME=$work/cache
  mkdir -p "$XDG_CACHE_HOME/kavach"
  cd "$XDG_CACHE_HOME/kavach" || bail "no cache"
  refused KVP-18 "the cache is no workspace" -- "$KAVACH" run -- true
fi

done_testing
