# SPDX-License-Identifier: Apache-2.0
# Compiles and runs a student's program on the input of a test.
. "$srcdir/tests/policies/policies.sh" c-grader
requires gcc jq

# shellcheck disable=SC2016
grade='gcc -O2 -Wall -o "$HOME/program" "$1" && exec "$HOME/program" <input'

# The student's own words for the deeds.
prepare ()
{
  cat >"$place/good.c" <<'C'
#include <stdio.h>
int main (void)
{
  long n, sum = 0;

  while (scanf ("%ld", &n) == 1)
    sum += n;
  printf ("sum %ld\n", sum);
  return 0;
}
C
  cat >"$place/bad.c" <<C
#define OUTSIDE "$outside"
#define ELSEWHERE "$elsewhere"
#define PORT $port
#define FORKS $forks
#define FLOOD $flood
#define FILL ${fill}L
C
  cat >>"$place/bad.c" <<'C'
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static void
put (const char *path, const char *mode, const char *text)
{
  FILE *f = fopen (path, mode);

  if (f == NULL || fputs (text, f) < 0 || fclose (f) != 0)
    perror (path);
}
static void
fork_all (void)
{
  int hold[2], ready[2], i, failed = 0;
  char c;

  if (pipe (hold) != 0 || pipe (ready) != 0)
    return;
  for (i = 0; i < FORKS; i++)
    switch (fork ()) {
    case -1:
      failed = 1;
      break;
    case 0:
      close (hold[1]);
      if (write (1, "+fork+\n", 7) == 7 && write (ready[1], "", 1) == 1
          && read (hold[0], &c, 1) >= 0)
        _exit (0);
      _exit (1);
    }
  close (ready[1]);
  /* All of them have said so. */
  for (i = 0; !failed && i < FORKS; i++)
    if (read (ready[0], &c, 1) != 1)
      break;
}
int main (void)
{
  struct sockaddr_in to = {AF_INET, htons (PORT), {htonl (INADDR_LOOPBACK)}, ""};
  char key[200] = "";
  FILE *f = fopen (OUTSIDE "/.ssh/id_ed25519", "r");
  long i;

  if (f == NULL || fgets (key, sizeof key, f) == NULL)
    perror ("key");
  puts ("+began+");
  puts (key);
  put (OUTSIDE "/planted", "w", "x");
  put (ELSEWHERE "/planted", "w", "x");
  put (OUTSIDE "/notes", "a", "and more");
  put (".git/hooks/pre-commit", "w", "#!/bin/sh\n");
  put ("SOURCE", "a", "changed");
  if (connect (socket (AF_INET, SOCK_STREAM, 0), (void *) &to, sizeof to) != 0)
    perror ("connect");
  fflush (stdout);
  fork_all ();
  for (i = 0; i < FLOOD / 2; i++)
    puts ("y");
  fflush (stdout);
  signal (SIGXFSZ, SIG_IGN);
  f = fopen ("filled", "w");
  if (f == NULL || ftruncate (fileno (f), FILL) != 0)
    perror ("fill");
  return 0;
}
C
  cat >"$place/endless.c" <<'C'
int main (void) { for (;;) ; }
C
  cat >"$place/hungry.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
int main (void)
{
  volatile char *p = malloc (600 << 20);
  long i;

  for (i = 0; p != NULL && i < 600 << 20; i += 4096)
    p[i] = 1;
  printf ("had %ld\n", i);
  return 0;
}
C
  seq 100 >"$place/input"
}

# The compiler is the student's as well.
included ()
{
  local source

  printf '#include "%s"\nint main (void) { return 0; }\n' \
    "$outside/.ssh/id_ed25519" >"$place/include.c"
  cat >"$place/incbin.c" <<C
#include <stdio.h>
__asm__ (".data\nkey: .incbin \"$outside/.ssh/id_ed25519\"\n.byte 0\n.text\n");
extern char key[] __asm__ ("key");
int main (void) { puts (key); return 0; }
C
  for source in include incbin; do
    run_job sandboxed -- sh -c "$grade" sh "$source.c"
    cat "$tmp/.out" "$tmp/.err" >"$tmp/$source"
  done
}

# As many files as there is room for, none of them too large.
cat >"$tmp/many.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main (void)
{
  static char block[1 << 20];
  char name[2] = "a";
  int i, j, n = 0;

  memset (block, 1, sizeof block);
  if (chdir (getenv ("HOME")) != 0 || chdir ("room") != 0)
    return 1;
  for (i = 0; i < 20; i++, name[0]++) {
    FILE *f = fopen (name, "w");

    for (j = 0; f != NULL && j < 8; j++)
      n += fwrite (block, sizeof block, 1, f) == 1 && fflush (f) == 0;
    if (f != NULL)
      fclose (f);
  }
  printf ("%d\n", n);
  return 0;
}
C

many ()
{
  cp "$tmp/many.c" "$place"
  run_job sandboxed -- sh -c "mkdir ~/room && $grade; rm -r ~/room" sh many.c
}

bad ()
{
  # The compiler's own output is not what is graded.
  run_job sandboxed -- sh -c "$grade" sh bad.c
}

# REASON SOURCE [FLAG...]: is that among the report's reasons?
reason ()
{
  local reason=$1 source=$2

  shift 2
  run_job sandboxed --report report "$@" -- sh -c "$grade" sh "$source"
  like " $(jq -r '.reasons | join (" ")' "$place/report" 2>&1) " " $reason " \
    "$title: the report has a reason for $source"
}

both_sides ()
{
  if [ "$backend" = process ]; then
    not_by_process 'filesystem\.tmp = 64M \(.*c-grader\.json'
    title="$title, without a limit for tmp"
    waive=(--waive "tmp-size${waive[1]:+,${waive[1]}}")
  fi
  run_job sandboxed -- sh -c "$grade" sh good.c
  is "$status $out" "0 sum 5050" "$title: a program is compiled and run"
  bad
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called), limits.pids,
  # limits.output, limits.file-size.
  nothing_arrived
  included
  unlike "$(cat "$tmp/include" "$tmp/incbin")" "$secret" \
    "$title: the compiler brings nothing of the home"
}

# What does not depend on how the boundary is made, once.
limits ()
{
  # Red without limits.wall-time.
  if [ -z "$who" ]; then
    reason time endless.c
    is "$status" 124 "$title: a program without an end is ended"
  fi
  # Red without limits.output.
  reason output bad.c
  # Red without filesystem.tmp, and a limit of 64M.
  many
  like "$status $out" '^0 (5[0-9]|6[0-4])$' "$title: 160M in HOME become 64M"
  if is_waived memory; then
    skip "$title: 600M" "waived: this caller has no limit on memory"
  else
    # Red without limits.memory.
    reason memory hungry.c
    unlike "$out" had "$title: a program does not get 600M"
  fi
}

rounds both_sides namespace process
rounds limits namespace
control bad 'secret planted changed called hooked sources forked flooded filled'
policy=minimal backend=process who=''
fresh
run sandboxed -- sh -c "$grade" sh hungry.c
is "$out" "had $((600 << 20))" "under minimal a program gets 600M"
many
is "$out" 160 "and 160M in HOME"
included
like "$(cat "$tmp/include")" "$secret" "and the compiler brings the key"
like "$(cat "$tmp/incbin")" "$secret" "so does the assembler"
done_testing
