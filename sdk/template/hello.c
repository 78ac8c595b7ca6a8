/* SPDX-License-Identifier: 0BSD */
/* hello - a kavach backend that makes no boundary: it starts kavach-init
 * where it stands.  The confinement that kavach-init brings (Landlock,
 * seccomp, capabilities, limits) is there all the same; this is the least
 * that a backend has to do.
 */
#include <errno.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kavach/plugin.h>

KAVACH_DECLARE_HOST;

/* Usable everywhere, and honest: no boundary, so no control is reported.
 * A real backend tries here, by doing, what it will need. */
static int
hello_probe (void *self, struct kavach_report *report)
{
  (void) self;
  kavach->report_boundary (report, KAVACH_BOUNDARY_NONE);
  return 0;
}

/* The request's descriptors are not close-on-exec: posix_spawn hands them
 * on under the same numbers, which is all that kavach-init needs. */
static int
hello_spawn (void *box, const struct kavach_request *req,
             struct kavach_child *child)
{
  pid_t pid;
  int err;

  (void) box;
  err = posix_spawn (&pid, req->argv[0], NULL, NULL, req->argv, req->envp);
  if (err != 0)
    return kavach->fail (err, "cannot start %s", req->argv[0]);

  /* The host waits and kills through the pidfd; so there is no need for a
   * wait and a kill of our own. */
  kavach->child_set (child, pid, (int) syscall (SYS_pidfd_open, pid, 0));
  return 0;
}

static const struct kavach_backend ops = {
  .struct_size = sizeof ops,
  .probe = hello_probe,
  .spawn = hello_spawn,
};

static const struct kavach_plugin plugin = {
  KAVACH_PLUGIN_HEADER (KAVACH_BACKEND),
  .name = "hello",
  .version = "1.0",
  .summary = "runs the command without a boundary",
  .ops = &ops,
};

KAVACH_REGISTER (plugin)
