/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh proc of the box's own pid namespace.  What it shows of the kernel
 * and the machine beyond that is covered, not hidden by subset=pid: programs
 * need cpuinfo, meminfo, stat, uptime and sys. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "fault.h"
#include "ns.h"
#include "raw.h"

/* Where they exist everybody may read them: they are covered unseen. */
static const char *const namespace_open_files[] = {
  "cmdline", "config.gz",  "diskstats",   "interrupts", "iomem",
  "ioports", "kallsyms",   "key-users",   "keys",       "mdstat",
  "modules", "partitions", "sched_debug", "schedstat",  "swaps",
};

static const char *const namespace_open_folders[] = {
  "acpi", "asound", "bus", "driver", "fs", "irq", "pressure", "scsi",
};

/* Most kernels keep these for root. */
static const char *const namespace_other_files[] = {
  "kcore",         "kmsg",          "kpagecgroup",  "kpagecount",
  "kpageflags",    "latency_stats", "pagetypeinfo", "slabinfo",
  "sysrq-trigger", "timer_list",    "timer_stats",  "vmallocinfo",
};

static const char *const namespace_other_folders[]
    = { "dynamic_debug", "tty/driver" };

#define COUNT(array) (sizeof (array) / sizeof *(array))

/* Is there something to cover?  What only the host's root may open is closed
 * to every other user without our help, and each mask costs a mount. */
static bool
namespace_is_open (struct namespace_spawn *s, const char *name)
{
  struct statx st;
  int result = namespace_look (AT_FDCWD, name, &st);

  if (result == -ENOENT)
    return false;
  if (result < 0)
    namespace_die (s, "look at", name, "/proc", result);
  return s->request->uid == 0 || (st.stx_mode & 077) != 0
         || st.stx_uid == s->request->uid_inside;
}

/* Names are relative to the working folder, which is the fresh proc itself:
 * nobody but the kernel makes names there. */
static void
namespace_cover_one (struct namespace_spawn *s, bool folder, const char *name)
{
  const char **first = folder ? &s->covered_folder : &s->covered_file;
  struct namespace_spot spot = { AT_FDCWD, name, false };
  long result;

  /* The first mask in place is also the cheapest name for the next. */
  if (*first != NULL)
    result = RAW (mount, *first, name, NULL, MS_BIND, NULL);
  else
    result = namespace_cover (s, folder, &spot);
  if (result == 0 && *first == NULL)
    *first = name;
  if (result < 0 && result != -ENOENT)
    namespace_die (s, "cover", name, "/proc", result);
}

static void
namespace_cover_all (struct namespace_spawn *s, bool folder, bool look,
                     const char *const *names, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i++)
    if (!look || namespace_is_open (s, names[i]))
      namespace_cover_one (s, folder, names[i]);
}

static void
namespace_sys_read_only (struct namespace_spawn *s)
{
  long result
      = RAW (mount, "sys", "sys", NULL, MS_BIND | MS_NOSUID | MS_NODEV, NULL);

  if (result == 0)
    result = RAW (mount, NULL, "sys", NULL,
                  MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV
                      | MS_NOEXEC,
                  NULL);
  if (result < 0 && result != -ENOENT)
    namespace_die (s, "make read-only", "/proc/sys", NULL, result);
}

/* The working folder is the one to be covered. */
static int
namespace_fresh_proc (void)
{
#ifdef NAMESPACE_FAULT
  /* Without a pid namespace there is no proc of ours to mount. */
  if (FAULT (PID)) {
    struct namespace_spot here = { AT_FDCWD, ".", false };
    int tree = (int) RAW (open_tree, AT_FDCWD, "/proc",
                          AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

    return tree < 0 ? tree : namespace_attach (tree, &here);
  }
#endif
  return (int) RAW (mount, "proc", ".", "proc",
                    MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

void
namespace_mount_proc (struct namespace_spawn *s, const char *target)
{
  struct namespace_spot spot;
  struct statfs fs;
  int proc;
  long result = namespace_place (s, target, NAMESPACE_MAKE_FOLDER, 0755, &spot);

  if (result == 0)
    result = RAW (openat, spot.fd, spot.name[0] == '\0' ? "." : spot.name,
                  O_PATH | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY, 0);
  if (result >= 0)
    result = RAW (fchdir, result);
  if (result == 0)
    result = namespace_fresh_proc ();
  if (result < 0)
    namespace_die (s, "mount", "proc", target, result);

  result = namespace_place (s, target, NAMESPACE_MAKE_NOTHING, 0, &spot);
  if (result < 0)
    namespace_die (s, "open", target, NULL, result);
  proc = spot.fd;
  if (fstatfs (proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC
      || RAW (fchdir, proc) < 0)
    namespace_die (s, "open", target, NULL, -EIO);
  RAW (close, proc);
  if (FAULT (MASKS))
    return;
  namespace_cover_all (s, false, false, namespace_open_files,
                       COUNT (namespace_open_files));
  namespace_cover_all (s, false, true, namespace_other_files,
                       COUNT (namespace_other_files));
  namespace_cover_all (s, true, false, namespace_open_folders,
                       COUNT (namespace_open_folders));
  namespace_cover_all (s, true, true, namespace_other_folders,
                       COUNT (namespace_other_folders));
  namespace_sys_read_only (s);
}
