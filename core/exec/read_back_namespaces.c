/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces of the process at the gate, and where its network leads. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/read_back.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

static const char *const kinds[] = { "pid", "ipc", "net", "user" };
enum { NS_PID, NS_IPC, NS_NET, NS_USER };

/* A look at one costs 10 microseconds: ours are read while the shim starts,
 * the process's once each. */
void
kv_read_back_prepare (struct kv_run *run)
{
  char path[32];
  struct stat st;
  unsigned i;

  kv_read_back_own_status (run);
  for (i = 0; i < KV_COUNT (kinds); i++) {
    snprintf (path, sizeof path, "/proc/self/ns/%s", kinds[i]);
    run->own_namespaces[i] = stat (path, &st) == 0 ? st.st_ino : 0;
  }
}

/* Set of 1 << index in kinds that the process does not share with us; -1
 * when one cannot be read. */
static int
other_namespaces (const struct kv_run *run)
{
  char path[32];
  struct stat st;
  unsigned i;
  int set = 0;

  for (i = 0; i < KV_COUNT (kinds); i++) {
    snprintf (path, sizeof path, "ns/%s", kinds[i]);
    if (run->own_namespaces[i] == 0 || fstatat (run->proc_fd, path, &st, 0) < 0)
      return -1;
    if (st.st_ino != run->own_namespaces[i])
      set |= 1 << i;
  }
  return set;
}

/* A control that rests on a namespace was claimed: is the namespace there? */
static void
judge_namespace (struct kv_run *run, int control, bool own)
{
  if (!kv_boundary_has (&run->boundary, control))
    return;
  if (own)
    kv_seen (run, control);
  else
    run->contradicted |= KAVACH_BIT (control);
}

/* Is the loopback interface the only one that leads anywhere?  Others may be
 * there, down: some modules add one to every network. */
static bool
leads_nowhere (const struct kv_run *run)
{
  static const char *const tables[] = { "net/route", "net/ipv6_route" };
  char text[16384], *line, *save;
  unsigned i;

  for (i = 0; i < KV_COUNT (tables); i++) {
    ssize_t n = kv_read_at (run->proc_fd, tables[i], text, sizeof text);

    /* Without IPv6 there is no such file. */
    if (n < 0 && errno == ENOENT)
      continue;
    if (n < 0 || (size_t) n >= sizeof text - 1)
      return false;
    for (line = strtok_r (text, "\n", &save); line != NULL;
         line = strtok_r (NULL, "\n", &save)) {
      size_t length = strlen (line);

      while (length > 0
             && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        line[--length] = '\0';
      if (i == 0 && strncmp (line, "Iface", 5) != 0
          && strncmp (line, "lo\t", 3) != 0)
        return false;
      if (i == 1 && (length < 3 || strcmp (line + length - 3, " lo") != 0))
        return false;
    }
  }
  return true;
}

int
kv_read_back_namespaces (struct kv_run *run, struct kv_error *err)
{
  int own = other_namespaces (run);

  if (own < 0)
    return kv_fail_errno (err, "KVG-01", "cannot read the namespaces of %ld",
                          (long) run->init_pid);
  judge_namespace (run, KAVACH_CTL_PROCESSES, (own & 1 << NS_PID) != 0);
  judge_namespace (run, KAVACH_CTL_KILL_TREE, (own & 1 << NS_PID) != 0);
  judge_namespace (run, KAVACH_CTL_IPC, (own & 1 << NS_IPC) != 0);
  if (run->policy.net == KV_NET_NONE) {
    bool closed = (own & 1 << NS_NET) != 0
                  && (!kv_boundary_has (&run->boundary, KAVACH_CTL_NET_OUT)
                      || leads_nowhere (run));

    judge_namespace (run, KAVACH_CTL_NET_OUT, closed);
    judge_namespace (run, KAVACH_CTL_NET_IN, closed);
  }
  /* The ids were read from status; without the namespace they say less. */
  if (kv_boundary_has (&run->boundary, KAVACH_CTL_USER)
      && (own & 1 << NS_USER) == 0)
    run->contradicted |= KAVACH_BIT (KAVACH_CTL_USER);
  return 0;
}
