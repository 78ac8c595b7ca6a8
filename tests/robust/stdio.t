# SPDX-License-Identifier: Apache-2.0
# Standard streams and descriptors as a command expects them.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq

streams ()
{
  local b=$1

  is "$(printf 'a\nb\n' | (cd "$work" && "$KAVACH" run -b "$b" -- cat))" \
    $'a\nb' "$b: standard input arrives, and its end"
  is "$( (cd "$work" && "$KAVACH" run -b "$b" -- sh -c 'echo o; echo e >&2') \
    2>/dev/null </dev/null)" o "$b: output and error are told apart"
  # A reader that goes away ends the writer as it would outside.
  is "$( (cd "$work" && "$KAVACH" run -b "$b" -- yes) </dev/null 2>/dev/null \
    | head -n 1)" y "$b: a reader that closes ends the command"
  (cd "$work" && "$KAVACH" run -b "$b" -- cat) <&- >"$tmp/o" 2>&1
  is "$?:$(cat "$tmp/o")" "0:" "$b: closed standard input reads as empty"
  (cd "$work" && "$KAVACH" run -b "$b" -- sh -c 'echo x; echo y >&2; exit 4') \
    </dev/null >&- 2>&-
  is $? 4 "$b: closed standard output and error do no harm"
  run kavach run -b "$b" -- sh -c 'exec >&-; echo x'
  unlike "$status" '^0$' "$b: a command may close its own output"
  like "$err" '[Bb]ad file|I/O error' "$b: and meets the consequence itself"
  is "$( (cd "$work" && "$KAVACH" run -b "$b" -- head -c 104857600 /dev/zero) \
    </dev/null | wc -c)" 104857600 "$b: 100 MiB come through"
  is "$( (cd "$work" && "$KAVACH" run -b "$b" --output 200M -- \
    head -c 104857600 /dev/zero) </dev/null | wc -c)" 104857600 \
    "$b: and through the relay"
}

many_descriptors ()
{
  local b=$1 i

  # Each of them open without close-on-exec in the caller.
  is "$(ulimit -n 4096
    for ((i = 10; i < 1010; i++)); do
      eval "exec $i</"
    done
    cd "$work" && "$KAVACH" run -b "$b" -- sh -c 'ls -1 /proc/self/fd | wc -l' \
      </dev/null)" 4 "$b: of 1,000 leaked descriptors none is inside"
}

pty ()
{
  local b=$1

  # script(1) gives the launcher a terminal.
  run script -qec "cd $work && $KAVACH run -b $b -- sh -c 'test -t 0 && tty'" \
    /dev/null
  like "$out" '/dev/pts/[0-9]+' "$b: on a terminal the command gets one"
  run script -qec "cd $work && $KAVACH run -b $b -T -- sh -c \
    'exec 3<>/dev/tty && echo got-the-terminal'" /dev/null
  unlike "$out" 'got-the-terminal' "$b: -T: the command owns no terminal"
  run kavach run -b "$b" -t -- sh -c 'test -t 0 && test -t 1 && echo both'
  like "$out" both "$b: -t makes one where there is none"
  run script -qec "cd $work && $KAVACH run -b $b -- sh -c 'exit 9'" /dev/null
  is "$status" 9 "$b: the status comes through a terminal"
  run script -qec "stty rows 33 cols 77; cd $work && \
    $KAVACH run -b $b -- stty size" /dev/null
  like "$out" '33 77' "$b: the terminal's size is passed on"
  # Job control inside: the shell complains when it has no terminal.
  run script -qec "cd $work && $KAVACH run -b $b -- bash --norc -i -c \
    'set -m; sleep 5 & jobs; kill %1; wait; echo end'" /dev/null
  like "$out" 'Running.*sleep 5' "$b: bash has job control on the pty"
  unlike "$out" 'no job control' "$b: and does not complain"
}

each_backend streams
each_backend many_descriptors
each_backend pty
done_testing
