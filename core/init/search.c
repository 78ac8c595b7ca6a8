/* SPDX-License-Identifier: Apache-2.0 */
/* Finds and executes the command.  execvp cannot be used: it would search
 * init's PATH, not the command's. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/init/init.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* A script without "#!" goes to the shell, as everywhere. */
static void
exec_by_shell (const struct kv_plan *plan, const char *file)
{
  size_t n = 0;
  char **argv;

  while (plan->argv[n] != NULL)
    n++;
  argv = mmap (NULL, (n + 2) * sizeof *argv, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (argv == MAP_FAILED)
    return;
  argv[0] = (char *) (uintptr_t) "sh";
  argv[1] = (char *) (uintptr_t) file;
  /* With the NULL at the end. */
  memcpy (argv + 2, plan->argv + 1, n * sizeof *argv);
  execve ("/bin/sh", argv, plan->envp);
}

/* Returns errno. */
static int
try (const struct kv_plan *plan, const char *file)
{
  execve (file, plan->argv, plan->envp);
  if (errno == ENOEXEC) {
    exec_by_shell (plan, file);
    errno = ENOEXEC;
  }
  return errno;
}

/* The same without executing it: 0 when it could be. */
static int
look (const struct kv_plan *plan, const char *file)
{
  (void) plan;
  return access (file, X_OK) == 0 ? 0 : errno;
}

static const char *
find_path (const struct kv_plan *plan)
{
  char **entry;

  for (entry = plan->envp; *entry != NULL; entry++)
    if (strncmp (*entry, "PATH=", 5) == 0)
      return *entry + 5;
  return DEFAULT_PATH;
}

/* A folder that may not be searched says EACCES as well; that alone does
 * not make the command one that was found. */
static bool
is_found (const char *file)
{
  struct stat st;

  return stat (file, &st) == 0;
}

static int
search (const struct kv_plan *plan,
        int (*attempt) (const struct kv_plan *plan, const char *file))
{
  const char *name = plan->argv[0], *next = find_path (plan);
  size_t name_size = strlen (name) + 1;
  char file[PATH_MAX];
  int kept = ENOENT;

  for (;;) {
    size_t length = strcspn (next, ":"), used = length;

    /* What is too long to be a path cannot be there. */
    if (length + 1 + name_size <= sizeof file) {
      int number;

      memcpy (file, next, length);
      if (length > 0)
        file[used++] = '/';
      memcpy (file + used, name, name_size);
      number = attempt (plan, file);
      switch (number) {
      case EACCES:
        if (is_found (file))
          kept = EACCES;
        break;
      case ENOENT:
      case ENOTDIR:
      case ENODEV:
      case ESTALE:
      case ETIMEDOUT:
      case ELOOP:
        break;
      default:
        return number;
      }
    }
    if (next[length] == '\0')
      return kept;
    next += length + 1;
  }
}

static int
attempt (const struct kv_plan *plan,
         int (*how) (const struct kv_plan *plan, const char *file))
{
  if ((plan->flags & KV_PLAN_SEARCH_PATH) == 0
      || strchr (plan->argv[0], '/') != NULL)
    return how (plan, plan->argv[0]);
  return search (plan, how);
}

int
kv_exec_plan (const struct kv_plan *plan)
{
  return attempt (plan, try);
}

int
kv_find_command (const struct kv_plan *plan)
{
  return attempt (plan, look);
}
