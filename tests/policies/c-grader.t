# SPDX-License-Identifier: Apache-2.0
# Compiles and runs a student's program on the input of a test.
. "$srcdir/tests/policies/policies.sh" c-grader
requires gcc

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

bad ()
{
  # The compiler's own output is not what is graded.
  run_job sandboxed -- sh -c "$grade" sh bad.c
}

both_sides ()
{
  run_job sandboxed -- sh -c "$grade" sh good.c
  is "$status $out" "0 sum 5050" "$title: a program is compiled and run"
  bad
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called), limits.pids,
  # limits.output, limits.file-size.
  nothing_arrived
}

# What does not depend on how the boundary is made, once.
limits ()
{
  # Red without limits.wall-time.
  if [ -z "$who" ]; then
    run_job sandboxed -- sh -c "$grade" sh endless.c
    is "$status" 124 "$title: a program without an end is ended"
  fi
  if is_waived memory; then
    skip "$title: 600M" "waived: this caller has no limit on memory"
  else
    # Red without limits.memory.
    run_job sandboxed -- sh -c "$grade" sh hungry.c
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
done_testing
