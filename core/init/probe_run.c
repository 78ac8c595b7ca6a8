/* SPDX-License-Identifier: Apache-2.0 */
/* The battery in the place of a command: the same process, after the same
 * steps, with the command's environment and what it would have inherited. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/init/probes/battery.h"
#include "core/init/probes/probe.h"

extern char **environ;

struct gate {
  int fd;
};

static void
send_answer (void *data, const char *id, enum kv_verdict verdict,
             const char *detail)
{
  const struct gate *gate = data;
  uint8_t room[512];
  struct kv_writer w;

  kv_writer_fixed (&w, room, sizeof room);
  kv_put_str (&w, id);
  kv_put_u32 (&w, (uint32_t) verdict);
  kv_put_str (&w, detail);
  if (kv_message_send (gate->fd, KV_MSG_PROBED, room, w.size, NULL, 0) < 0)
    _exit (KV_EXIT_REFUSED);
}

/* What exec would have closed; the gate stays, the answers go there. */
static void
close_on_exec (int gate)
{
  int fd, flags;

  for (fd = 3; fd < 1024; fd++)
    if (fd != gate && (flags = fcntl (fd, F_GETFD)) >= 0
        && (flags & FD_CLOEXEC) != 0)
      close (fd);
}

_Noreturn void
kv_run_probes (const struct kv_init *init)
{
  struct gate gate = { .fd = init->gate };
  const struct kv_battery battery
      = { .plants = init->plan.argv, .answer = send_answer, .data = &gate };

  kv_battery_descriptor = init->gate;
  close_on_exec (init->gate);
  /* As exec would have made it. */
  if (prctl (PR_SET_DUMPABLE, 1) < 0)
    _exit (KV_EXIT_REFUSED);
  environ = init->plan.envp;
  kv_battery_run (&battery);
  _exit (0);
}
