#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a plugin may do to a run: crash, hang, exit, lie. Each ends as one
# refusal, and the command is not started.
. "${srcdir:?run it by make check}/tests/plugins/common.sh" || exit 99

for p in crash-spawn exit-spawn hang-spawn no-child other-program \
  false-claim good; do
  add "$p"
done
cd "$work" || bail "no workspace"

run "$stage/libexec/kavach/kavach-shim"
is "$status" 125 "started by hand it refuses"
like "$err" 'not by hand' "with one line"

# attempt NAME CODE WHAT
attempt ()
{
  rm -f "$work/started"
  run timeout 60 "$KAVACH" run -p minimal -b "$1" -- \
    sh -c 'echo started >started'
  refused "$2" "$3"
  nok "$1: nothing was started" test -e "$work/started"
}
attempt crash-spawn KVL-28 "a crash in spawn"
attempt exit-spawn KVL-29 "exit in spawn"
attempt hang-spawn KVL-30 "a hang in spawn"
attempt no-child KVL-33 "a spawn without a child"
attempt other-program 'KVG-[0-9]+' "something else than kavach-init"
attempt false-claim 'KV[GS]-[0-9]+' "claims that do not hold"

run "$KAVACH" run -p minimal -b good -- sh -c 'echo alive; exit 7'
is "$status" 7 "a fifty-line backend runs a command"
is "$out" alive "and its output arrives"

done_testing
