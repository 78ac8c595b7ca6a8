/* SPDX-License-Identifier: Apache-2.0 */
/* From words to a request. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "box.h"

static void
die (const char *what)
{
  perror (what);
  exit (2);
}

static void
add (struct box *b, uint32_t type, uint32_t flags, const char *source,
     const char *target, const char *data, uint64_t size)
{
  unsigned i = b->request.n_mounts;

  if (i == BOX_MOUNTS)
    exit (2);
  b->mounts[i] = (struct kavach_mount){
    .struct_size = sizeof (struct kavach_mount),
    .type = type,
    .flags = flags,
    .source = source,
    .target = target,
    .data = data,
    .size = size,
  };
  b->pointers[i] = &b->mounts[i];
  b->request.n_mounts++;
}

static void
add_system (struct box *b)
{
  static const char *const folders[]
      = { "/bin",    "/etc", "/lib",  "/lib32", "/lib64",
          "/libx32", "/opt", "/sbin", "/usr",   "/var" };
  unsigned i;

  for (i = 0; i < sizeof folders / sizeof *folders; i++) {
    struct stat st;
    char text[256];
    ssize_t n;

    if (lstat (folders[i], &st) < 0)
      continue;
    if (S_ISLNK (st.st_mode)) {
      n = readlink (folders[i], text, sizeof text - 1);
      text[n > 0 ? n : 0] = '\0';
      add (b, KAVACH_MOUNT_SYMLINK, 0, NULL, folders[i], strdup (text), 0);
    }
    else
      add (b, KAVACH_MOUNT_BIND, KAVACH_MOUNT_EXEC, folders[i], folders[i],
           NULL, 0);
  }
  add (b, KAVACH_MOUNT_PROC, 0, NULL, "/proc", NULL, 0);
  add (b, KAVACH_MOUNT_DEV, 0, NULL, "/dev", NULL, 0);
  add (b, KAVACH_MOUNT_SCRATCH, KAVACH_MOUNT_WRITE, NULL, "/dev/shm", NULL,
       8 << 20);
  add (b, KAVACH_MOUNT_SCRATCH, KAVACH_MOUNT_WRITE, NULL, "/tmp", NULL,
       8 << 20);
}

static uint32_t
flags_of (const char *text)
{
  uint32_t flags = 0;

  for (; text != NULL && *text != '\0'; text++)
    flags |= *text == 'w'   ? KAVACH_MOUNT_WRITE
             : *text == 'x' ? KAVACH_MOUNT_EXEC
             : *text == 'i' ? KAVACH_MOUNT_IDMAP
             : *text == 'o' ? KAVACH_MOUNT_OPTIONAL
                            : 0;
  return flags;
}

/* KIND:FLAGS:TARGET[:SOURCE or data or size] */
static void
add_words (struct box *b, char *words)
{
  char *kind = strsep (&words, ":"), *flags = strsep (&words, ":");
  char *target = strsep (&words, ":");
  const char *more = words;

  if (target == NULL)
    exit (2);
  if (strcmp (kind, "bind") == 0)
    add (b, KAVACH_MOUNT_BIND, flags_of (flags), more != NULL ? more : target,
         target, NULL, 0);
  else if (strcmp (kind, "scratch") == 0)
    add (b, KAVACH_MOUNT_SCRATCH, flags_of (flags), NULL, target, NULL,
         more != NULL ? strtoull (more, NULL, 10) : 0);
  else if (strcmp (kind, "file") == 0)
    add (b, KAVACH_MOUNT_FILE, flags_of (flags), NULL, target, more, 0);
  else if (strcmp (kind, "link") == 0)
    add (b, KAVACH_MOUNT_SYMLINK, 0, NULL, target, more, 0);
  else if (strcmp (kind, "mask") == 0)
    add (b, KAVACH_MOUNT_MASK, flags_of (flags), NULL, target, NULL, 0);
  else
    exit (2);
}

static void
parse_option (struct box *b, const char *name, char *value)
{
  struct kavach_request *q = &b->request;

  if (strcmp (name, "--mount") == 0)
    add_words (b, value);
  else if (strcmp (name, "--uid") == 0) {
    q->uid = q->uid_inside = (uint32_t) strtoul (value, NULL, 10);
    q->gid = q->gid_inside = q->uid;
    if (q->uid == 0)
      q->flags |= KAVACH_REQUEST_ALLOW_ROOT;
  }
  else if (strcmp (name, "--net") == 0)
    q->namespaces &= ~(uint32_t) KAVACH_NS_NET;
  else if (strcmp (name, "--hostname") == 0)
    q->hostname = value;
  else if (strcmp (name, "--count") == 0)
    b->count = (unsigned) strtoul (value, NULL, 10);
  else if (strcmp (name, "--gap") == 0)
    b->gap_us = (unsigned) strtoul (value, NULL, 10) * 1000;
  else if (strcmp (name, "--outside") == 0)
    b->outside = value;
  else if (strcmp (name, "--assess") == 0)
    b->assess = strcmp (value, "yes") == 0;
  else if (strcmp (name, "--race") == 0)
    b->race = strcmp (value, "yes") == 0;
  else if (strcmp (name, "--keep") == 0) {
    b->keep[q->n_keep_fds++] = atoi (value);
    q->keep_fds = b->keep;
  }
  else if (strcmp (name, "--cgroup") == 0) {
    q->cgroup_fd = open (value, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (q->cgroup_fd < 0)
      die (value);
  }
  else if (strcmp (name, "--deny") == 0)
    b->denied[b->n_denied++] = value;
  else {
    fprintf (stderr, "no option %s\n", name);
    exit (2);
  }
}

void
box_parse (struct box *b, int argc, char **argv)
{
  struct kavach_request *q = &b->request;
  int i = 0;

  *q = (struct kavach_request){
    .struct_size = sizeof *q,
    .flags = KAVACH_REQUEST_LOOPBACK,
    .id = "test",
    .envp = b->envp,
    .exec_fd = -1,
    .mounts = b->pointers,
    .namespaces = KAVACH_NS_NET,
    .hostname = "sandbox",
    .uid = geteuid () == 0 ? 0x7e001234 : geteuid (),
    .cgroup_fd = -1,
  };
  q->gid = geteuid () == 0 ? q->uid : getegid ();
  q->uid_inside = q->uid;
  q->gid_inside = q->gid;
  b->count = 1;
  add_system (b);
  for (; i + 1 < argc && strcmp (argv[i], "--") != 0; i += 2)
    parse_option (b, argv[i], argv[i + 1]);
  if (i + 1 >= argc)
    return;
  q->argv = argv + i + 1;
  q->exec_fd = open (argv[i + 1], O_RDONLY | O_CLOEXEC);
  if (q->exec_fd < 0)
    die (argv[i + 1]);
}

static long
number_of (const char *name)
{
  static const struct {
    const char *name;
    long number;
  } calls[] = {
    { "mount_setattr", SYS_mount_setattr },
    { "openat2", SYS_openat2 },
    { "clone3", SYS_clone3 },
    { "close_range", SYS_close_range },
  };
  unsigned i;

  for (i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp (calls[i].name, name) == 0)
      return calls[i].number;
  exit (2);
}

void
box_deny (const struct box *b)
{
  unsigned i;

  for (i = 0; i < b->n_denied; i++) {
    struct sock_filter code[] = {
      BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
      BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) number_of (b->denied[i]),
                0, 1),
      BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof *code, code };

    if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
        || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
      die ("seccomp");
  }
}
