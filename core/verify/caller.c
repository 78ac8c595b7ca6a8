/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/exec/shape.h"
#include "core/score/measure.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "core/verify/caller.h"

enum { LEAKED_DIR = 50, LEAKED_SOCKET = 51, MAX_PLANTS = 96 };

/* From the caller's process to ours. */
struct note {
  enum { NOTE_ANSWER = 1, NOTE_OUTCOME } kind;
  int verdict;
  char id[48], detail[256];
  struct kv_outcome outcome;
};

/* In the caller's own process from here on. */

static int notes = -1;

static void
send_answer (void *data, const struct kv_probed *probed)
{
  struct note note = { .kind = NOTE_ANSWER, .verdict = (int) probed->verdict };

  (void) data;
  snprintf (note.id, sizeof note.id, "%s", probed->id);
  snprintf (note.detail, sizeof note.detail, "%s", probed->detail);
  (void) send (notes, &note, sizeof note, MSG_NOSIGNAL);
}

static void
send_outcome (void *data, const struct kv_run *run)
{
  struct note note = { .kind = NOTE_OUTCOME };
  struct kv_outcome *o = &note.outcome;
  const struct kv_policy *p = &run->policy;
  struct kv_text common;

  (void) data;
  o->ended = run->ended;
  snprintf (o->backend, sizeof o->backend, "%s", run->chosen->name);
  snprintf (o->version, sizeof o->version, "%s", run->chosen->version);
  snprintf (o->policy, sizeof o->policy, "%s", p->name);
  snprintf (o->digest, sizeof o->digest, "%s", p->digest);
  if (kv_shape_begin (run, &common) < 0
      || kv_shape (&common, run->chosen, o->key) < 0)
    o->key[0] = '\0';
  free (common.bytes);
  o->in_force = run->in_force;
  o->required = run->required;
  o->wanted = run->wanted;
  o->reasons = run->reasons;
  o->estimate = run->estimate;
  o->memory = p->memory.value;
  o->pids = p->pids.value;
  o->files = p->files.value;
  o->file_size = p->file_size.value;
  o->tmp = p->tmp.value;
  o->cpu = p->cpu.value;
  o->wall = p->wall.value;
  (void) send (notes, &note, sizeof note, MSG_NOSIGNAL);
}

static _Noreturn void
give_up (const char *what)
{
  fprintf (stderr, "kavach: KVV-04 %s: %s\n", what, strerror (errno));
  _exit (125);
}

/* -1 where there are no keyrings. */
static long
plant_key (const struct kv_ground *g)
{
  long serial = syscall (SYS_keyctl, 1 /* JOIN_SESSION_KEYRING */, NULL);

  if (serial >= 0)
    serial = syscall (SYS_add_key, "user", g->mark, g->secret,
                      strlen (g->secret), -3 /* session keyring */);
  /* Container engines refuse the calls; a full quota is another matter. */
  if (serial < 0 && errno != ENOSYS && errno != EPERM)
    give_up ("session keyring");
  return serial;
}

/* Open across exec, as a careless program has them.  Without a loopback
 * interface there is no connection to leak. */
static void
leak (const struct kv_caller *c, struct kv_text *words)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((uint16_t) c->port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int dir = open (c->ground->outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (dir < 0 || dup2 (dir, LEAKED_DIR) < 0)
    give_up ("descriptors");
  kv_text_print (words, "leaked_dir=%d\nleaked_file=secret\n", LEAKED_DIR);
  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0
      && dup2 (fd, LEAKED_SOCKET) >= 0)
    kv_text_print (words, "leaked_socket=%d\n", LEAKED_SOCKET);
}

static void
take_terminal (const struct kv_caller *c, int answers)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (setsid () < 0 || ioctl (c->ground->slave, TIOCSCTTY, 0) < 0
      || dup2 (c->ground->slave, 0) < 0 || null < 0
      || dup2 (c->policy == NULL ? answers : null, 1) < 0
      || (c->quiet && dup2 (null, 2) < 0))
    give_up ("terminal");
}

/* The lines of TEXT, which is cut up. */
static void
split (char *text, char **plants)
{
  char *line, *rest = NULL;
  int n = 0;

  for (line = strtok_r (text, "\n", &rest); line != NULL && n < MAX_PLANTS - 1;
       line = strtok_r (NULL, "\n", &rest))
    plants[n++] = line;
  plants[n] = NULL;
}

static int
run_inside (const struct kv_caller *c, char *text)
{
  static char *plants[MAX_PLANTS];
  const struct kv_probing probing
      = { .answer = send_answer, .ended = send_outcome };
  struct kv_options policy = *c->policy;
  const struct kv_exec_options options
      = { .policy = &policy, .argv = plants, .probing = &probing };

  policy.stand_in = c->ground->work;

  split (text, plants);
  return kv_exec (&options);
}

/* Whatever is mounted by a probe of root's stays in a namespace that ends
 * with it. */
static int
run_outside (const struct kv_caller *c, const char *text)
{
  char program[] = "kavach-battery", file[] = "plants";
  char *argv[] = { program, file, NULL };
  int fd = chdir (c->ground->work) < 0
               ? -1
               : open (file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0 || kv_write_full (fd, text, strlen (text)) < 0)
    give_up (file);
  close (fd);
  if (geteuid () == 0
      && (unshare (CLONE_NEWNS) < 0
          || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0))
    give_up ("mount namespace");
  execv (c->battery, argv);
  give_up (c->battery);
}

static _Noreturn void
be_the_caller (const struct kv_caller *c, int answers)
{
  struct kv_text text = { .failed = false };

  if (prctl (PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid () != c->parent)
    give_up ("parent");
  notes = answers;
  take_terminal (c, answers);
  if (setenv ("AWS_SECRET_ACCESS_KEY", c->ground->env_secret, 1) < 0
      || setenv ("CALLER_SECRET", c->ground->env_secret, 1) < 0)
    give_up ("environment");
  leak (c, &text);
  kv_text_print (&text, "%skey_serial=%ld\n", c->words, plant_key (c->ground));
  if (text.failed)
    give_up ("plants");
  /* Not _exit: whoever watches for leaks or coverage wants its end. */
  exit (c->policy != NULL ? run_inside (c, text.bytes)
                          : run_outside (c, text.bytes));
}

/* In our own process again. */

static void
hear_notes (struct kv_caller *c, int fd)
{
  struct note note;

  while (recv (fd, &note, sizeof note, 0) == (ssize_t) sizeof note)
    if (note.kind == NOTE_OUTCOME)
      c->outcome = note.outcome;
    else
      c->answer (c->data, note.id, note.verdict, note.detail);
}

/* "ID VERDICT DETAIL" lines. */
static void
hear_lines (const struct kv_caller *c, int fd)
{
  FILE *in = fdopen (fd, "r");
  char line[512];

  while (in != NULL && fgets (line, sizeof line, in) != NULL) {
    char *verdict, *detail;
    int i;

    line[strcspn (line, "\n")] = '\0';
    verdict = strchr (line, ' ');
    detail = verdict != NULL ? strchr (verdict + 1, ' ') : NULL;
    if (detail == NULL)
      continue;
    *verdict++ = '\0';
    *detail++ = '\0';
    for (i = 0; i <= KV_VERDICT_NOTHING; i++)
      if (strcmp (verdict, kv_verdict_name (i)) == 0)
        c->answer (c->data, line, i, detail);
  }
  if (in != NULL)
    fclose (in);
}

int
kv_caller_run (struct kv_caller *c, struct kv_error *err)
{
  int ends[2], status;
  pid_t pid;

  memset (&c->outcome, 0, sizeof c->outcome);
  if ((c->policy != NULL
           ? socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)
           : pipe2 (ends, O_CLOEXEC))
      < 0)
    return kv_fail_errno (err, "KVV-01", "cannot make a pipe");
  fflush (stdout);
  c->parent = getpid ();
  pid = fork ();
  if (pid == 0) {
    close (ends[0]);
    be_the_caller (c, ends[1]);
  }
  close (ends[1]);
  if (pid > 0 && c->policy != NULL)
    hear_notes (c, ends[0]);
  else if (pid > 0)
    hear_lines (c, ends[0]);
  if (c->policy != NULL || pid < 0)
    close (ends[0]);
  if (pid < 0)
    return kv_fail_errno (err, "KVV-01", "cannot fork");
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return kv_fail_errno (err, "KVV-01", "the caller's end is not known");
  return WIFEXITED (status) ? WEXITSTATUS (status) : 125;
}
