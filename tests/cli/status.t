# SPDX-License-Identifier: Apache-2.0
# Exit statuses: the command's own, 124 to 127, 128+N.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

every_status ()
{
  local n wrong=''

  # All of them in one backend, the corners in each.
  for n in ${statuses:-0 1 2 42 63 64 123 124 125 126 127 128 129 254 255}; do
    run kavach run -b "$1" -- sh -c "exit $n"
    [ "$status" = "$n" ] || wrong+=" $n->$status"
  done
  is "$wrong" "" "$1: the command's own status comes through"
}

signals ()
{
  local pair

  for pair in HUP:129 INT:130 QUIT:131 ABRT:134 KILL:137 USR1:138 SEGV:139 \
              TERM:143; do
    run kavach run -b "$1" -- sh -c "kill -${pair%:*} \$\$"
    is "$status" "${pair#*:}" "$1: killed by SIG${pair%:*} is ${pair#*:}"
  done
}

cannot_run ()
{
  run kavach run -b "$1" -- no-such-program-here
  is "$status" 127 "$1: not found is 127"
  like "$err" '^kavach: KV[A-Z]-[0-9]+ .*no-such-program-here' \
    "$1: and the program is named"
  run kavach run -b "$1" -- ./no-such-file
  is "$status" 127 "$1: a path that is not there is 127"
  printf 'x\n' >"$work/plain"
  run kavach run -b "$1" -- ./plain
  is "$status" 126 "$1: a file without the x bit is 126"
  run kavach run -b "$1" -- .
  is "$status" 126 "$1: a folder is 126"
  printf '\177ELF junk' >"$work/junk"
  chmod +x "$work/junk"
  run kavach run -b "$1" -- ./junk
  # As with execvp(3), /bin/sh is given such a file.
  [ "$status" = 126 ] || [ "$status" = 127 ]
  is $? 0 "$1: a file of no known format is 126 or 127"
  printf '#!/no/such/interpreter\n' >"$work/script"
  chmod +x "$work/script"
  run kavach run -b "$1" -- ./script
  [ "$status" = 126 ] || [ "$status" = 127 ]
  is $? 0 "$1: a script without its interpreter is 126 or 127"
}

time_over ()
{
  run kavach run -b "$1" --timeout 300ms -- sleep 30
  is "$status" 124 "$1: wall time over is 124"
  like "$err" 'KVR-90 .*' "$1: with its reason"
  like "$err" 'flag --timeout' "$1: and its rule"
}

# shellcheck disable=SC2005,SC2046
statuses=$(echo $(seq 0 255)) every_status \
  "$(usable_backends | head -n 1)"
each_backend every_status
each_backend signals
each_backend cannot_run
each_backend time_over

run kavach run -b no-such-backend -- true
full_refusal 'KVS-[0-9]+' "a backend that is not there"
is "$status" 125 "kavach's own refusal is 125"
done_testing
