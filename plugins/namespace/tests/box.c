/* SPDX-License-Identifier: Apache-2.0 */
/* Plays the host for one backend object, without kavach around it:
 *
 *   box OBJECT probe
 *   box OBJECT assess [OPTION...]
 *   box OBJECT run [OPTION...] -- PROGRAM [ARG...]
 *
 * PROGRAM stands in for kavach-init and has the box to itself.  The options
 * are those of parse_option.  Exit status: PROGRAM's, or 125 when the plugin
 * refuses, with its words on standard error.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kavach/plugin.h>

#include "box.h"

#ifdef __SANITIZE_ADDRESS__
/* A child that shares this memory until its exec may be killed inside the
 * sanitizer; looking for leaks would then wait for its locks for ever.
 * Exported: the runtime is a shared object. */
__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}
#endif

struct kavach_child {
  int64_t pid;
  int pidfd;
};

struct kavach_report {
  int unused;
};

static struct box box;

static void host_log (int, const char *, ...) KAVACH_PRINTF (2, 3);
static int host_fail (int, const char *, ...) KAVACH_PRINTF (2, 3);

static void
host_log (int level, const char *fmt, ...)
{
  va_list args;

  (void) level;
  va_start (args, fmt);
  vfprintf (stderr, fmt, args);
  va_end (args);
  fputc ('\n', stderr);
}

static int
host_fail (int err, const char *fmt, ...)
{
  va_list args;

  fputs ("refused: ", stderr);
  va_start (args, fmt);
  vfprintf (stderr, fmt, args);
  va_end (args);
  fputc ('\n', stderr);
  return err > 0 ? -err : -EIO;
}

static void
host_boundary (struct kavach_report *r, int boundary)
{
  (void) r;
  printf ("boundary %d\n", boundary);
}

static void
host_control (struct kavach_report *r, int control, int level,
              const char *mechanism)
{
  (void) r;
  printf ("control %d level %d %s\n", control, level, mechanism);
}

static void
host_hint (struct kavach_report *r, int control, const char *text)
{
  (void) r;
  printf ("hint %d %s\n", control, text);
}

static void
host_fact (struct kavach_report *r, const char *key, const char *value)
{
  (void) r;
  printf ("fact %s %s\n", key, value);
}

static const char *
host_config_str (const struct kavach_config *config, const char *key)
{
  (void) config;
  (void) key;
  return NULL;
}

static int
host_config_bool (const struct kavach_config *config, const char *key,
                  int value)
{
  (void) config;
  (void) key;
  return value;
}

static int
host_config_u64 (const struct kavach_config *config, const char *key,
                 uint64_t *value)
{
  (void) config;
  (void) key;
  (void) value;
  return -ENOENT;
}

static void
host_child_set (struct kavach_child *child, int64_t pid, int pidfd)
{
  child->pid = pid;
  child->pidfd = pidfd;
}

static int64_t
host_child_pid (const struct kavach_child *child)
{
  return child->pid;
}

static const struct kavach_host host = {
  .struct_size = sizeof host,
  .abi_major = KAVACH_ABI_MAJOR,
  .abi_minor = KAVACH_ABI_MINOR,
  .release = "test",
  .log = host_log,
  .fail = host_fail,
  .config_str = host_config_str,
  .config_bool = host_config_bool,
  .config_u64 = host_config_u64,
  .report_boundary = host_boundary,
  .report_control = host_control,
  .report_hint = host_hint,
  .report_fact = host_fact,
  .child_set = host_child_set,
  .child_pid = host_child_pid,
};

static const struct kavach_backend *
load (const char *path)
{
  void *object = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  kavach_plugin_entry entry = NULL;

  if (object != NULL)
    *(void **) (void *) &entry = dlsym (object, KAVACH_PLUGIN_ENTRY);
  if (entry == NULL) {
    fprintf (stderr, "%s\n", dlerror ());
    exit (2);
  }
  return entry (&host)->ops;
}

static double
now_us (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static int
by_value (const void *a, const void *b)
{
  const double *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

/* One run; the exit status as a shell has it, or -1. */
static int
run_once (const struct kavach_backend *ops, void *self,
          const struct kavach_request *q, double *took)
{
  struct kavach_child child = { -1, -1 };
  struct kavach_report report = { 0 };
  double start;
  int status, result;

  if (box.assess && ops->assess != NULL && ops->assess (self, q, &report) != 0)
    return -1;
  start = now_us ();
  result = ops->spawn (self, q, &child);
  *took = now_us () - start;
  if (result != 0)
    return -1;
  if (child.pid <= 0 || child.pidfd < 0) {
    fputs ("no child\n", stderr);
    exit (2);
  }
  if (box.outside != NULL) {
    char command[PATH_MAX + 32];

    snprintf (command, sizeof command, "%s %ld", box.outside, (long) child.pid);
    if (system (command) != 0)
      fputs ("outside: failed\n", stderr);
  }
  close (child.pidfd);
  while (waitpid ((pid_t) child.pid, &status, 0) < 0)
    if (errno != EINTR)
      exit (2);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static unsigned
count_descriptors (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  unsigned n = 0;

  if (dir == NULL)
    exit (2);
  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

static void
print_times (double *took, unsigned n, unsigned refused)
{
  qsort (took, n, sizeof *took, by_value);
  fprintf (stderr,
           "spawn: min %.0f quarter %.0f median %.0f p95 %.0f us of %u, "
           "%u refused\n",
           took[0], took[n / 4], took[n / 2], took[n * 95 / 100], n, refused);
}

static int
run (const struct kavach_backend *ops, void *self,
     const struct kavach_request *q)
{
  double *took = calloc (box.count, sizeof *took);
  unsigned i, before = 0, refused = 0;
  int result = 0;

  if (took == NULL)
    return 2;
  for (i = 0; i < box.count && result == 0; i++) {
    if (box.gap_us > 0)
      usleep (box.gap_us);
    result = run_once (ops, self, q, &took[i]);
    if (box.race && result < 0) {
      refused++;
      result = 0;
    }
    /* The first run may have filled caches. */
    if (i == 0)
      before = count_descriptors ();
  }
  if (count_descriptors () != before) {
    fputs ("descriptors were left open\n", stderr);
    result = 2;
  }
  if (box.count > 1 && result == 0)
    print_times (took, box.count, refused);
  free (took);
  return result < 0 ? 125 : result;
}

int
main (int argc, char **argv)
{
  const struct kavach_backend *ops;
  struct kavach_report report = { 0 };
  void *self = NULL;
  int result;

  if (argc < 3)
    return 2;
  box_parse (&box, argc - 3, argv + 3);
  ops = load (argv[1]);
  box_deny (&box);
  if (ops->open != NULL && ops->open (NULL, &self) != 0)
    return 125;
  if (strcmp (argv[2], "probe") == 0)
    result = ops->probe (self, &report) == 0 ? 0 : 125;
  else if (strcmp (argv[2], "assess") == 0)
    result = ops->assess (self, &box.request, &report) == 0 ? 0 : 125;
  else {
    fflush (stdout);
    result = run (ops, self, &box.request);
  }
  if (ops->destroy != NULL)
    ops->destroy (self);
  if (ops->close != NULL)
    ops->close (self);
  return result;
}
