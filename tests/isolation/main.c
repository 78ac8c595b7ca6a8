/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/isolation/probe.h"

/* A probe that takes longer hangs, and has not been answered. */
enum { PROBE_SECONDS = 20, MAX_PLANTS = 64 };

static char detail[256];
static char plants_text[16384];
static char *plants[MAX_PLANTS];

static const struct probe *const tables[] = {
  fs_probes,  fs_outside_probes, ipc_probes,  kern_probes, mount_probes,
  net_probes, priv_probes,       proc_probes, res_probes,
};

#define SET_DETAIL(fmt)                                                        \
  do {                                                                         \
    va_list args;                                                              \
    va_start (args, fmt);                                                      \
    vsnprintf (detail, sizeof detail, fmt, args);                              \
    va_end (args);                                                             \
  } while (0)

enum verdict
held (const char *fmt, ...)
{
  SET_DETAIL (fmt);
  return HELD;
}

enum verdict
opened (const char *fmt, ...)
{
  SET_DETAIL (fmt);
  return OPEN;
}

enum verdict
no_answer (const char *fmt, ...)
{
  SET_DETAIL (fmt);
  return NO_ANSWER;
}

enum verdict
by_result (long result)
{
  if (result >= 0)
    return opened ("it worked");
  return held ("%s", strerror (errno));
}

const char *
plant (const char *key)
{
  size_t length = strlen (key);
  int i;

  for (i = 0; i < MAX_PLANTS && plants[i] != NULL; i++)
    if (strncmp (plants[i], key, length) == 0 && plants[i][length] == '=')
      return plants[i] + length + 1;
  return "";
}

long
plant_number (const char *key)
{
  const char *value = plant (key);

  return value[0] == '\0' ? -1 : strtol (value, NULL, 10);
}

long
slurp (const char *path, char *buf, size_t size)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  size_t n = 0;

  if (fd < 0)
    return -1;
  while (n < size - 1) {
    ssize_t got = read (fd, buf + n, size - 1 - n);

    if (got < 0 && n == 0) {
      int saved = errno;

      close (fd);
      errno = saved;
      return -1;
    }
    if (got <= 0)
      break;
    n += (size_t) got;
  }
  close (fd);
  buf[n] = '\0';
  return (long) n;
}

bool
file_contains (const char *path, const char *text)
{
  static char buf[65536];
  long n = slurp (path, buf, sizeof buf);

  return text[0] != '\0' && n > 0
         && memmem (buf, (size_t) n, text, strlen (text)) != NULL;
}

int
put_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ssize_t n;

  if (fd < 0)
    return -1;
  n = write (fd, text, strlen (text));
  close (fd);
  return n < 0 ? -1 : 0;
}

static int
read_plants (const char *path)
{
  char *line, *rest = NULL;
  int n = 0;

  if (slurp (path, plants_text, sizeof plants_text) < 0)
    return -1;
  for (line = strtok_r (plants_text, "\n", &rest);
       line != NULL && n < MAX_PLANTS; line = strtok_r (NULL, "\n", &rest))
    plants[n++] = line;
  return 0;
}

static void
print_verdict (const char *name, enum verdict verdict)
{
  static const char *const words[] = { "held", "open", "unanswered" };

  printf ("%s %s %s\n", name, words[verdict], detail);
  fflush (stdout);
}

/* In a process of its own: some attempts end in SIGSYS, some change the
 * process for good. */
static void
run_probe (const struct probe *probe)
{
  int pipes[2], status = 0;
  unsigned char verdict = NO_ANSWER;
  ssize_t n;
  pid_t pid;

  if (pipe2 (pipes, O_CLOEXEC) != 0 || (pid = fork ()) < 0) {
    snprintf (detail, sizeof detail, "cannot fork: %s", strerror (errno));
    print_verdict (probe->name, NO_ANSWER);
    return;
  }
  if (pid == 0) {
    close (pipes[0]);
    signal (SIGALRM, SIG_DFL);
    alarm (PROBE_SECONDS);
    detail[0] = '\0';
    verdict = (unsigned char) probe->attempt ();
    if (write (pipes[1], &verdict, 1) == 1)
      (void) !write (pipes[1], detail, strlen (detail));
    _exit (0);
  }
  close (pipes[1]);
  memset (detail, 0, sizeof detail);
  n = read (pipes[0], &verdict, 1);
  if (n == 1)
    (void) !read (pipes[0], detail, sizeof detail - 1);
  close (pipes[0]);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (n != 1) {
    bool hung = WIFSIGNALED (status) && WTERMSIG (status) == SIGALRM;

    verdict = WIFSIGNALED (status) && !hung ? HELD : NO_ANSWER;
    snprintf (detail, sizeof detail, "ended with wait status 0x%x", status);
  }
  print_verdict (probe->name, (enum verdict) verdict);
}

static bool
is_named (const char *name, char *const names[])
{
  for (; *names != NULL; names++)
    if (strcmp (*names, name) == 0)
      return true;
  return false;
}

int
main (int argc, char *argv[])
{
  bool list = false;
  size_t t;
  int option;

  while ((option = getopt (argc, argv, "lp:")) != -1) {
    if (option == 'l')
      list = true;
    else if (option != 'p' || read_plants (optarg) != 0) {
      fprintf (stderr, "usage: %s [-l] [-p PLANTS] [NAME...]\n", argv[0]);
      return 2;
    }
  }
  /* What the probe of set-id programs executes. */
  if (optind < argc && strcmp (argv[optind], "euid") == 0) {
    printf ("%u\n", (unsigned) geteuid ());
    return 0;
  }
  signal (SIGPIPE, SIG_IGN);
  for (t = 0; t < sizeof tables / sizeof tables[0]; t++) {
    const struct probe *probe;

    for (probe = tables[t]; probe->name != NULL; probe++) {
      if (list)
        printf ("%s%s\n", probe->name, probe->alone ? " alone" : "");
      else if (optind < argc ? is_named (probe->name, argv + optind)
                             : !probe->alone)
        run_probe (probe);
    }
  }
  return 0;
}
