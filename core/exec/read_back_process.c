/* SPDX-License-Identifier: Apache-2.0 */
/* Status, descriptors, environment and limits of the process at the gate. */
#include "config.h"

#include <dirent.h>
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

void
kv_seen (struct kv_run *run, int control)
{
  struct kv_control_state *state = &run->in_force.c[control];

  *state = run->layers.c[control];
  state->known = KV_SEEN;
}

int
kv_read_back_identity (struct kv_run *run, struct kv_error *err)
{
  struct stat wanted, found;

  if (fstat (run->init_exec, &wanted) < 0)
    return kv_fail_errno (err, "KVG-01", "cannot look at kavach-init");
  if (fstatat (run->proc_fd, "exe", &found, 0) < 0)
    return kv_fail_errno (err, "KVG-01",
                          "cannot look at process %ld at the gate",
                          (long) run->init_pid);
  if (wanted.st_dev != found.st_dev || wanted.st_ino != found.st_ino) {
    kv_fail (err, "KVG-02",
             "backend %s started something else than kavach-init",
             run->chosen->name);
    return kv_error_hint (err,
                          "do not use this backend; kavach plugin show "
                          "%s says where it is from",
                          run->chosen->name);
  }
  return 0;
}

/* The value behind "\nNAME:\t", or NULL. */
static const char *
status_field (const char *status, const char *name)
{
  size_t n = strlen (name);
  const char *line = status;

  while (line != NULL) {
    if (strncmp (line, name, n) == 0 && line[n] == ':')
      return line + n + 1 + strspn (line + n + 1, "\t ");
    line = strchr (line, '\n');
    if (line != NULL)
      line++;
  }
  return NULL;
}

static bool
field_is (const char *status, const char *name, const char *value)
{
  const char *field = status_field (status, name);
  size_t n = strlen (value);

  return field != NULL && strncmp (field, value, n) == 0
         && (field[n] == '\n' || field[n] == '\0');
}

static bool
capabilities_empty (const char *status, bool no_new_privs)
{
  static const char none[] = "0000000000000000";

  /* An ordinary user cannot empty the bounding set; no_new_privs makes that
   * set meaningless, because no exec grants anything. */
  return field_is (status, "CapInh", none) && field_is (status, "CapPrm", none)
         && field_is (status, "CapEff", none)
         && field_is (status, "CapAmb", none)
         && (field_is (status, "CapBnd", none) || no_new_privs);
}

/* All four of "Uid: real effective saved fs" are the expected one. */
static bool
ids_are (const char *status, const char *name, uint32_t id)
{
  const char *field = status_field (status, name);
  int i;

  for (i = 0; field != NULL && i < 4; i++) {
    char *end;
    unsigned long value = strtoul (field, &end, 10);

    if (end == field || value != id)
      return false;
    field = end;
  }
  return field != NULL;
}

/* Own session, and no controlling terminal but the pty we made. */
static bool
session_is_own (struct kv_run *run)
{
  char stat[1024];
  const char *after;
  long session, tty;

  if (kv_read_at (run->proc_fd, "stat", stat, sizeof stat) <= 0)
    return false;
  after = strrchr (stat, ')');
  if (after == NULL
      || sscanf (after + 1, " %*c %*d %*d %ld %ld", &session, &tty) != 2)
    return false;
  /* A session leader outside our pid namespace's view reads as itself. */
  return session == (long) run->init_pid && (tty == 0 || run->stdio.pty);
}

/* kavach-init wipes what a backend started it with. */
static bool
all_zero (const char *bytes, size_t size)
{
  size_t i;

  for (i = 0; i < size; i++)
    if (bytes[i] != '\0')
      return false;
  return true;
}

/* Since Linux 5.9; without the field nothing is seen, and the self-test has to
 * do. */
static long
filters_of (const char *status)
{
  const char *field = status_field (status, "Seccomp_filters");

  return field != NULL ? strtol (field, NULL, 10) : -1;
}

void
kv_read_back_own_status (struct kv_run *run)
{
  char status[8192];

  run->own_filters = -1;
  if (kv_read_at (AT_FDCWD, "/proc/self/status", status, sizeof status) > 0)
    run->own_filters = filters_of (status);
}

int
kv_read_back_status (struct kv_run *run, struct kv_error *err)
{
  kv_uninitialized char status[8192], environment[65536];
  ssize_t n;
  bool nnp;

  if (kv_read_at (run->proc_fd, "status", status, sizeof status) <= 0)
    return kv_fail_errno (err, "KVG-01", "cannot read the status of %ld",
                          (long) run->init_pid);

  nnp = field_is (status, "NoNewPrivs", "1");
  if (nnp)
    kv_seen (run, KAVACH_CTL_NO_NEW_PRIVS);
  if (capabilities_empty (status, nnp))
    kv_seen (run, KAVACH_CTL_CAPABILITIES);
  /* One more than kavach itself has: inside a container or another sandbox
   * there is a filter before kavach-init loads any. */
  if (field_is (status, "Seccomp", "2")
      && filters_of (status) == run->own_filters + 1)
    kv_seen (run, KAVACH_CTL_SYSCALLS);
  if (ids_are (status, "Uid", run->uid) && ids_are (status, "Gid", run->gid))
    kv_seen (run, KAVACH_CTL_USER);
  if (session_is_own (run))
    kv_seen (run, KAVACH_CTL_TERMINAL);

  n = kv_read_at (run->proc_fd, "environ", environment, sizeof environment);
  if (n >= 0 && all_zero (environment, (size_t) n))
    kv_seen (run, KAVACH_CTL_ENVIRONMENT);
  return 0;
}

/* Does descriptor NAME of the process go away at the exec? */
static bool
closes_on_exec (struct kv_run *run, const char *name)
{
  char path[64], info[1024];
  const char *flags;

  snprintf (path, sizeof path, "fdinfo/%s", name);
  if (kv_read_at (run->proc_fd, path, info, sizeof info) <= 0)
    return false;
  flags = strstr (info, "flags:\t");
  return flags != NULL
         && (strtoul (flags + strlen ("flags:\t"), NULL, 8) & O_CLOEXEC) != 0;
}

/* Whatever kavach-init holds for itself, the command gets 0, 1 and 2. */
int
kv_read_back_descriptors (struct kv_run *run, struct kv_error *err)
{
  int fd = openat (run->proc_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  kv_autoclosedir DIR *list = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry;

  if (list == NULL) {
    if (fd >= 0)
      close (fd);
    return kv_fail_errno (err, "KVG-01", "cannot list descriptors of %ld",
                          (long) run->init_pid);
  }
  while ((entry = readdir (list)) != NULL) {
    const char *name = entry->d_name;

    if (name[0] == '.' || (name[0] <= '2' && name[1] == '\0'))
      continue;
    if (!closes_on_exec (run, name)) {
      run->contradicted |= KAVACH_BIT (KAVACH_CTL_DESCRIPTORS);
      kv_error_detail (err, "  read back: descriptor %s stays open", name);
      return 0;
    }
  }
  kv_seen (run, KAVACH_CTL_DESCRIPTORS);
  return 0;
}

/* "Max processes             65                   65                   " */
static bool
limit_is (const char *limits, const char *name, uint64_t value)
{
  const char *line = strstr (limits, name);
  uint64_t soft, hard;

  return line != NULL
         && sscanf (line + strlen (name), " %" SCNu64 " %" SCNu64, &soft, &hard)
                == 2
         && soft <= value && hard <= value;
}

int
kv_read_back_rlimits (struct kv_run *run, struct kv_error *err)
{
  const struct kv_policy *policy = &run->policy;
  char limits[4096];

  if (kv_read_at (run->proc_fd, "limits", limits, sizeof limits) <= 0)
    return kv_fail_errno (err, "KVG-01", "cannot read the limits of %ld",
                          (long) run->init_pid);
  if (policy->file_size.value > 0
      && limit_is (limits, "Max file size", policy->file_size.value))
    kv_seen (run, KAVACH_CTL_FILE_SIZE);
  if (policy->pids.value > 0
      && run->in_force.c[KAVACH_CTL_USER].level == KAVACH_FULL
      && kv_boundary_has (&run->boundary, KAVACH_CTL_USER)
      && limit_is (limits, "Max processes", policy->pids.value + 1))
    kv_seen (run, KAVACH_CTL_PIDS);
  return 0;
}
