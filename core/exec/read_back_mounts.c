/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts of the process at the gate: each one that was asked for is there and
 * is what was asked for, and nothing else is. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/read_back.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

struct mount_line {
  char *point;
  char *options;
  char *type;
  char *super;
};

/* Splits one line of mountinfo in place; see proc(5). */
static bool
split_line (char *line, struct mount_line *m)
{
  char *save = NULL, *field = strtok_r (line, " ", &save);
  int i;

  memset (m, 0, sizeof *m);
  for (i = 0; field != NULL; i++) {
    if (i == 4)
      m->point = field;
    else if (i == 5)
      m->options = field;
    else if (i > 5 && strcmp (field, "-") == 0) {
      m->type = strtok_r (NULL, " ", &save);
      strtok_r (NULL, " ", &save);
      m->super = strtok_r (NULL, " ", &save);
      break;
    }
    field = strtok_r (NULL, " ", &save);
  }
  return m->point != NULL && m->options != NULL && m->type != NULL
         && m->super != NULL;
}

static bool
has_option (const char *options, const char *name)
{
  size_t n = strlen (name);
  const char *at = options;

  while (at != NULL) {
    if (strncmp (at, name, n) == 0 && (at[n] == ',' || at[n] == '\0'))
      return true;
    at = strchr (at, ',');
    if (at != NULL)
      at++;
  }
  return false;
}

/* mountinfo writes blank, tab, newline and backslash as \ooo. */
static void
unescape (char *s)
{
  char *out = s;

  while (*s != '\0') {
    if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7'
        && s[3] >= '0' && s[3] <= '7') {
      *out++ = (char) ((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
      s += 4;
    }
    else
      *out++ = *s++;
  }
  *out = '\0';
}

/* The mount of ours that POINT is at or beneath; the deepest one. */
static const struct kavach_mount *
mount_of (const struct kv_run *run, const char *point)
{
  const struct kavach_mount *best = NULL;
  unsigned i;

  for (i = 0; i < run->grants.n_mounts; i++) {
    const struct kavach_mount *m = &run->grants.mounts[i];

    if ((strcmp (m->target, point) == 0
         || kv_rule_is_beneath (m->target, point))
        && (best == NULL || strlen (m->target) > strlen (best->target)))
      best = m;
  }
  return best;
}

/* Files of proc that tell everybody about the host's kernel; a box's own
 * proc covers those that anyone may read here. */
static const char *const telling[]
    = { "/proc/kallsyms", "/proc/keys",       "/proc/config.gz",
        "/proc/cmdline",  "/proc/interrupts", "/proc/sys" };

struct mount_verdict {
  /* Set of 1 << index in telling: covered by a mount. */
  unsigned covered;
  bool own_proc;
  bool read, write, exec, devices, root, size;
  char first[128];
};

static void
fault (struct mount_verdict *v, bool *which, const char *what,
       const char *point)
{
  if (v->first[0] == '\0')
    snprintf (v->first, sizeof v->first, "%s at %.80s", what, point);
  *which = false;
}

static void
note_covered (const struct mount_line *line, bool writable,
              struct mount_verdict *v)
{
  unsigned i;

  if (strcmp (line->point, "/proc") == 0)
    v->own_proc = true;
  for (i = 0; i < KV_COUNT (telling); i++)
    if (strcmp (line->point, telling[i]) == 0 && !writable)
      v->covered |= 1U << i;
}

static void
judge_proc (struct mount_verdict *v)
{
  unsigned i;

  if (!v->own_proc) {
    fault (v, &v->read, "no proc of its own", "/proc");
    return;
  }
  for (i = 0; i < KV_COUNT (telling); i++) {
    struct stat st;

    if ((v->covered & (1U << i)) == 0 && lstat (telling[i], &st) == 0
        && (st.st_mode & S_IROTH) != 0)
      fault (v, &v->read, "uncovered", telling[i]);
  }
}

/* Does the process see at the target what the caller sees at the source? */
static bool
is_source (int root, const struct kavach_mount *m)
{
  struct stat inside, outside;

  return root >= 0 && m->source != NULL
         && fstatat (root, m->target + 1, &inside, AT_SYMLINK_NOFOLLOW) == 0
         && lstat (m->source, &outside) == 0 && inside.st_dev == outside.st_dev
         && inside.st_ino == outside.st_ino;
}

/* A mount that takes something away leaves no line when it is left out: each
 * one that was asked for must be there, unless there was nothing to cover. */
static void
judge_missing (const struct kv_run *run, const bool *found,
               struct mount_verdict *v)
{
  kv_autoclose int root
      = openat (run->proc_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
  unsigned i;

  for (i = 0; i < run->grants.n_mounts; i++) {
    const struct kavach_mount *m = &run->grants.mounts[i];
    bool optional = (m->flags & KAVACH_MOUNT_OPTIONAL) != 0;
    struct stat st;

    /* A link is no mount, and /dev a folder full of them. */
    if (m->type == KAVACH_MOUNT_SYMLINK || m->type == KAVACH_MOUNT_DEV)
      continue;
    if (!found[i]) {
      if (optional && root >= 0
          && fstatat (root, m->target + 1, &st, AT_SYMLINK_NOFOLLOW) < 0
          && errno == ENOENT)
        continue;
      fault (v, m->type == KAVACH_MOUNT_BIND ? &v->write : &v->read,
             "nothing is mounted", m->target);
      if (m->type == KAVACH_MOUNT_SCRATCH)
        v->read = false;
    }
    else if (m->type == KAVACH_MOUNT_BIND && !is_source (root, m))
      fault (v, &v->write, "something else is mounted", m->target);
    else if (m->type == KAVACH_MOUNT_MASK
             && (root < 0
                 || fstatat (root, m->target + 1, &st, AT_SYMLINK_NOFOLLOW) < 0
                 || (st.st_mode & 0777) != 0))
      fault (v, &v->read, "not covered", m->target);
  }
}

/* What may be mounted at or beneath a /dev of the box's own: single devices
 * and file systems made for it.  The host's whole /dev is none of that. */
static bool
is_own_device (const struct mount_line *line)
{
  static const char *const names[]
      = { "null",    "zero", "full", "random", "urandom", "tty",
          "console", "ptmx", "pts",  "shm",    "mqueue" };
  const char *name = line->point + strlen ("/dev");
  unsigned i;

  if (strcmp (line->point, "/dev") == 0)
    return strcmp (line->type, "tmpfs") == 0;
  for (i = 0; i < KV_COUNT (names); i++)
    if (name[0] == '/' && strcmp (name + 1, names[i]) == 0)
      return true;
  return false;
}

static void
judge_mount (const struct kv_run *run, const struct mount_line *line,
             bool *found, struct mount_verdict *v)
{
  const struct kavach_mount *m = mount_of (run, line->point);
  bool writable = has_option (line->options, "rw");
  bool is_root = strcmp (line->point, "/") == 0;

  if (is_root) {
    if (strcmp (line->type, "tmpfs") != 0)
      fault (v, &v->root, "the host's root is still there", line->point);
    if (writable)
      fault (v, &v->write, "the root is writable", line->point);
    if (!has_option (line->options, "nosuid"))
      fault (v, &v->write, "set-user-ID programs are honoured", line->point);
    return;
  }
  if (m == NULL) {
    fault (v, &v->read, "a mount nobody asked for", line->point);
    return;
  }
  if (strcmp (m->target, line->point) == 0)
    found[m - run->grants.mounts] = true;
  if (!has_option (line->options, "nosuid"))
    fault (v, &v->write, "set-user-ID programs are honoured", line->point);
  if (m->type == KAVACH_MOUNT_PROC || m->type == KAVACH_MOUNT_DEV) {
    note_covered (line, writable, v);
    if (m->type == KAVACH_MOUNT_PROC && strcmp (line->point, "/proc") == 0
        && strcmp (line->type, "proc") != 0)
      fault (v, &v->read, "no proc", line->point);
    if (m->type == KAVACH_MOUNT_DEV && !is_own_device (line))
      fault (v, &v->devices, "devices nobody asked for", line->point);
    return;
  }
  if (!has_option (line->options, "nodev"))
    fault (v, &v->devices, "device files are honoured", line->point);
  if (writable && (m->flags & KAVACH_MOUNT_WRITE) == 0)
    fault (v, &v->write, "writable against the policy", line->point);
  if (writable && !has_option (line->options, "noexec")
      && (m->flags & KAVACH_MOUNT_EXEC) == 0)
    fault (v, &v->exec, "executable against the policy", line->point);
  if (m->type == KAVACH_MOUNT_SCRATCH && strcmp (line->type, "tmpfs") != 0)
    fault (v, &v->write, "no empty folder", line->point);
  if (m->type == KAVACH_MOUNT_SCRATCH && run->policy.tmp.value > 0) {
    const char *size = strstr (line->super, "size=");
    uint64_t kib = size != NULL ? strtoull (size + 5, NULL, 10) : UINT64_MAX;

    /* tmpfs rounds up to whole pages. */
    if (size == NULL || kib > run->policy.tmp.value / 1024 + 64)
      fault (v, &v->size, "no size limit", line->point);
  }
}

static void
see_or_contradict (struct kv_run *run, int control, bool holds)
{
  if (holds)
    kv_seen (run, control);
  else if (kv_boundary_has (&run->boundary, control))
    run->contradicted |= KAVACH_BIT (control);
}

static void
see_mounts (struct kv_run *run, const struct mount_verdict *v)
{
  see_or_contradict (run, KAVACH_CTL_ROOTFS, v->root);
  see_or_contradict (run, KAVACH_CTL_FS_READ, v->root && v->read);
  see_or_contradict (run, KAVACH_CTL_FS_WRITE, v->root && v->write);
  see_or_contradict (run, KAVACH_CTL_FS_EXEC, v->root && v->exec);
  see_or_contradict (run, KAVACH_CTL_DEVICES, v->root && v->devices);
  see_or_contradict (run, KAVACH_CTL_TMP_SIZE, v->root && v->size);
}

int
kv_read_back_mounts (struct kv_run *run, struct kv_error *err)
{
  struct mount_verdict v = {
    .read = true,
    .write = true,
    .exec = true,
    .devices = true,
    .root = true,
    .size = true,
  };
  kv_autofree char *text = NULL;
  kv_autofree bool *found = NULL;
  char *line, *save = NULL;
  size_t room = 256 * 1024;

  if (!kv_boundary_has (&run->boundary, KAVACH_CTL_ROOTFS))
    return 0;
  text = malloc (room);
  found = calloc (run->grants.n_mounts + 1, sizeof *found);
  if (text == NULL || found == NULL)
    return kv_fail (err, "KVI-01", "out of memory");
  if (kv_read_at (run->proc_fd, "mountinfo", text, room) <= 0)
    return kv_fail_errno (err, "KVG-01", "cannot read the mounts of %ld",
                          (long) run->init_pid);

  for (line = strtok_r (text, "\n", &save); line != NULL;
       line = strtok_r (NULL, "\n", &save)) {
    struct mount_line m;

    if (!split_line (line, &m))
      return kv_fail (err, "KVG-01", "a line of mountinfo makes no sense");
    unescape (m.point);
    judge_mount (run, &m, found, &v);
  }
  judge_proc (&v);
  judge_missing (run, found, &v);
  see_mounts (run, &v);
  if (v.first[0] != '\0')
    kv_error_detail (err, "  read back: %s", v.first);
  return 0;
}
