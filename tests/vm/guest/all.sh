# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Runs the cases in each of the ways in which people start kavach, and then
# switches the machine off.  Every line that counts begins with "KVT ".
export LC_ALL=C

say ()
{
  printf 'KVT %s\n' "$*"
}

# What a case script prints, with the way it was started in front.
forward ()
{
  local way=$1 line rest

  while IFS= read -r line; do
    line=${line//$'\r'/}
    case $line in
    "ok "* | "not ok "*)
      rest=${line#*ok }
      rest=${rest#[0-9]*- }
      say "${line%%ok *}ok $way: ${rest#- }"
      ;;
    *)
      say "# $way: $line"
      ;;
    esac
  done
}

# Ends with a result of its own, so that a way that could not be started at
# all is a failure.
way ()
{
  local name=$1

  shift
  say "# $name at $(cut -d' ' -f1 /proc/uptime) s"
  { "$@" </dev/null 2>&1; echo "ended with $?"; } >/tmp/output
  forward "$name" </tmp/output
  if grep -q '^all cases done$' /tmp/output; then
    say "ok $name: all cases were run"
  else
    say "not ok $name: all cases were run"
  fi
}

run_as ()
{
  systemd-run --quiet --wait --pipe --collect \
    -p WorkingDirectory=/tmp "$@"
}

say "# kernel $(uname -r), up after $(cut -d' ' -f1 /proc/uptime) s"
say "# $(systemctl --version | head -1)"
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
  say "ok host: cgroup v2"
else
  say "not ok host: cgroup v2"
fi

cases=(/bin/bash /payload/cases.sh)
# PAM makes a session of logind's: root in session-N.scope, a user with a
# service manager and a bus of its own.
way "root" run_as -p PAMName=login -p User=root \
  "${cases[@]}" full
way "user" run_as -p PAMName=login -p User=tester \
  "${cases[@]}" full
way "user, Delegate=yes" run_as -p User=tester -p Delegate=yes \
  "${cases[@]}" short
way "root, Delegate=yes" run_as -p Delegate=yes \
  "${cases[@]}" short
way "root, plain service" run_as \
  "${cases[@]}" short
way "root, service with MemoryMax" run_as -p MemoryMax=100M \
  -p MemorySwapMax=0 "${cases[@]}" bounded
way "user, plain service" run_as -p User=tester \
  "${cases[@]}" none

# Scopes end when they are empty.
sleep 0.2
left=$(find /sys/fs/cgroup -name 'kavach-[0-9]*')
if [ -z "$left" ]; then
  say "ok host: no group is left"
else
  say "not ok host: no group is left"
  say "# $left"
fi
say "# done at $(cut -d' ' -f1 /proc/uptime) s"
say "end"
systemctl poweroff --force --force
