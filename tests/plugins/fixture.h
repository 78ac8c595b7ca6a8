/* SPDX-License-Identifier: Apache-2.0 */
/* A small complete backend without a boundary, for the loader's tests.  Each
 * file in this folder includes it and breaks one thing, by a macro before or
 * a function after the include.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <kavach/plugin.h>

#ifndef FIXTURE_NAME
#define FIXTURE_NAME "good"
#endif

KAVACH_DECLARE_HOST;

#ifndef FIXTURE_PROBE
#define FIXTURE_PROBE fixture_probe
#endif
#ifndef FIXTURE_SPAWN
#define FIXTURE_SPAWN fixture_spawn
#endif
#ifndef FIXTURE_KEYS
#define FIXTURE_KEYS NULL
#endif
#ifndef FIXTURE_KIND
#define FIXTURE_KIND KAVACH_BACKEND
#endif
#ifndef FIXTURE_OPS_SIZE
#define FIXTURE_OPS_SIZE sizeof (struct kavach_backend)
#endif

static inline int
fixture_probe (void *self, struct kavach_report *report)
{
  (void) self;
  kavach->report_boundary (report, KAVACH_BOUNDARY_NONE);
  kavach->report_control (report, KAVACH_CTL_KILL_TREE, KAVACH_PARTIAL,
                          "the child itself");
  kavach->report_hint (report, KAVACH_CTL_KILL_TREE, "use another backend");
  return 0;
}

/* vfork and nothing between it and execve. */
static inline int
fixture_start (char *const *argv, char *const *envp, struct kavach_child *child)
{
  volatile int failed = 0;
  pid_t pid = vfork ();

  if (pid == 0) {
    execve (argv[0], argv, envp);
    failed = errno;
    _exit (127);
  }
  if (pid < 0)
    return kavach->fail (errno, "vfork");
  kavach->child_set (child, pid, -1);
  if (failed != 0)
    return kavach->fail (failed, "%s", argv[0]);
  return 0;
}

static inline int
fixture_spawn (void *box, const struct kavach_request *request,
               struct kavach_child *child)
{
  (void) box;
  return fixture_start (request->argv, request->envp, child);
}

static int FIXTURE_PROBE (void *self, struct kavach_report *report);
static int FIXTURE_SPAWN (void *box, const struct kavach_request *request,
                          struct kavach_child *child);

#ifndef FIXTURE_BARE
static const struct kavach_backend ops = {
  .struct_size = FIXTURE_OPS_SIZE,
  .probe = FIXTURE_PROBE,
  .spawn = FIXTURE_SPAWN,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (FIXTURE_KIND),
  .name = FIXTURE_NAME,
  .version = "1.0",
  .summary = "a backend for tests",
  .config_keys = FIXTURE_KEYS,
  .ops = &ops,
};

KAVACH_REGISTER (plugin)
#endif

#endif
