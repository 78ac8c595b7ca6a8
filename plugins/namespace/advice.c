/* SPDX-License-Identifier: Apache-2.0 */
/* Why a box could not be made, and what would let it through. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ns.h"

/* A number beneath /proc/sys, or -1. */
static long
namespace_sysctl (const struct namespace_self *self, const char *name)
{
  char path[96], text[32];
  ssize_t n;
  int fd;

  snprintf (path, sizeof path, "sys/%s", name);
  fd = openat (self->proc_fd, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  n = read (fd, text, sizeof text - 1);
  close (fd);
  if (n <= 0)
    return -1;
  text[n] = '\0';
  return strtol (text, NULL, 10);
}

static const char *
namespace_clone_advice (const struct namespace_self *self, int error)
{
  static const struct {
    const char *name;
    const char *text;
  } limits[] = {
    { "user/max_user_namespaces",
      "user namespaces are switched off: sysctl user.max_user_namespaces=N" },
    { "user/max_mnt_namespaces", "sysctl user.max_mnt_namespaces is 0" },
    { "user/max_pid_namespaces", "sysctl user.max_pid_namespaces is 0" },
    { "user/max_net_namespaces", "sysctl user.max_net_namespaces is 0" },
    { "user/max_ipc_namespaces", "sysctl user.max_ipc_namespaces is 0" },
    { "user/max_uts_namespaces", "sysctl user.max_uts_namespaces is 0" },
  };
  unsigned i;

  for (i = 0; i < sizeof limits / sizeof *limits; i++)
    if (namespace_sysctl (self, limits[i].name) == 0)
      return limits[i].text;
  if (!self->privileged
      && namespace_sysctl (self, "kernel/unprivileged_userns_clone") == 0)
    return "only root may make user namespaces here: sysctl "
           "kernel.unprivileged_userns_clone=1";
  if (error == EPERM)
    return "user namespaces are refused here, as in a container with the "
           "usual system call filter: run the container with them allowed";
  if (error == EUSERS || error == ENOSPC)
    return "too many namespaces: raise the user.max_*_namespaces sysctls";
  return NULL;
}

static const char *
namespace_advice (const struct namespace_self *self,
                  const struct namespace_fault_note *note)
{
  bool refused = note->error == EPERM || note->error == EACCES;

  if (strncmp (note->what, "make namespaces", 15) == 0)
    return namespace_clone_advice (self, note->error);
  if (strncmp (note->what, "map the user", 12) == 0)
    return "this root has no such user, as in a rootless container: run "
           "kavach as an ordinary user there";
  if (note->what == namespace_map_owner)
    return "its file system has no idmapped mounts; use another one, or "
           "accept host uid 0 by waiving the control \"user\"";
  if (note->error == ELOOP && note->subject != NULL)
    return "a symbolic link has taken the place of a folder on that path";
  if (refused
      && namespace_sysctl (self, "kernel/apparmor_restrict_unprivileged_userns")
             == 1)
    return "AppArmor takes the rights away from user namespaces: load the "
           "profile that comes with kavach (packaging/apparmor)";
  if (refused && note->subject != NULL && strcmp (note->subject, "proc") == 0)
    return "parts of /proc are covered here, as in a container, so the "
           "kernel refuses a fresh one";
  return NULL;
}

void
namespace_sentence (const struct namespace_self *self,
                    const struct namespace_fault_note *note, char *out,
                    size_t size)
{
  const char *advice = namespace_advice (self, note);
  bool subject = note->subject != NULL, target = note->target != NULL;
  size_t length = subject ? strcspn (note->subject, "\n") : 0;

  snprintf (out, size, "cannot %s%s%.*s%s%s: %s%s%s", note->what,
            subject ? " " : "", (int) length, subject ? note->subject : "",
            target ? " at " : "", target ? note->target : "",
            strerror (note->error), advice != NULL ? "; " : "",
            advice != NULL ? advice : "");
}
