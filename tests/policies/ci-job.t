# SPDX-License-Identifier: Apache-2.0
# A job of continuous integration: the checkout is read, a copy is built and
# tested, artifacts go to one folder.
. "$srcdir/tests/policies/policies.sh" ci-job
requires make gcc

deeds='secret planted changed called hooked sources forked flooded filled'

prepare ()
{
  mkdir "$place/out" "$place/src"
  echo 'int twice (int n) { return 2 * n; }' >"$place/src/twice.c"
  cat >"$place/src/test.c" <<'C'
#include <stdio.h>
int twice (int n);
int main (void)
{
  printf ("%s 1 - twice\n", twice (21) == 42 ? "ok" : "not ok");
  return twice (21) != 42;
}
C
  cat >"$place/Makefile" <<MAKE
VPATH = src
all: libtwice.a
libtwice.a: twice.o
	\$(AR) rc \$@ \$<
check: test
	./test
test: test.o libtwice.a
	\$(CC) -o \$@ \$^
dist: check
	tar czf \$(OUT)/twice.tar.gz libtwice.a
mischief: dist
	cd \$(OUT)/.. && python3 mischief.py $deeds
MAKE
}

# shellcheck disable=SC2016
build='cp -r . ~/build && make -C ~/build -j2 -s OUT="$PWD/out" "$@"'

# Seconds that nobody else sleeps.
late=70$RANDOM

# A job that leaves something running, with what a runner has in its
# environment.
left ()
{
  run_job caller env DEPLOY_TOKEN=t timeout -k 5 60 "$KAVACH" run -b "$backend" \
    -p "$policy" "${waive[@]}" "$@" -- sh -c "env; exec >/dev/null 2>&1
      setsid sh -c 'echo \$\$ >out/pid; exec sleep $late' &
      until [ -s out/pid ]; do sleep 0.02; done"
}

job ()
{
  run_job sandboxed -- sh -c "$build" sh dist mischief
}

both_sides ()
{
  if [ "$backend" = process ]; then
    not_by_process 'filesystem\.tmp = 2G \(.*ci-job\.json'
    title="$title, without a limit for tmp"
    waive=(--waive "tmp-size${waive[1]:+,${waive[1]}}")
  fi
  job
  like "$out" '(^|'$'\n'')ok 1 - twice' "$title: the tests have run"
  is "$(tar tzf "$place/out/twice.tar.gz" 2>&1)" libtwice.a \
    "$title: the artifact is there"
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called),
  # limits.pids, limits.output; filled: only out is written.
  nothing_arrived
  left
  # Red with DEPLOY_TOKEN in process.env.pass.
  like "$out" CI=true "$title: the job has an environment"
  unlike "$out" DEPLOY_TOKEN "$title: without the runner's token"
  ok "$title: it leaves something behind" test -s "$place/out/pid"
  # Red without kill-tree.
  if is_waived kill-tree; then
    skip "$title: which is ended" "waived: this caller has nothing to end it by"
    pkill -x -f "sleep $late"
  else
    is "$(pgrep -x -f "sleep $late")" "" "$title: which is ended"
  fi
}

rounds both_sides namespace process
control job "$deeds"
policy=minimal backend=process
left --env DEPLOY_TOKEN
like "$out" DEPLOY_TOKEN "and the token is there where it is passed"
mkdir -p "$place/out"
rm -f "$place/out/pid"
caller sh -c "setsid sleep $late >/dev/null 2>&1 & echo \$! >out/pid"
ok "and without a sandbox something stays" \
  eventually 20 pgrep -x -f "sleep $late"
pkill -x -f "sleep $late"
done_testing
