/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/policy/control.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "tests/init/driver.h"

#define MAX_ENV 32

static _Noreturn void
usage (const char *word)
{
  fprintf (stderr, "driver: what is %s?\n", word);
  exit (99);
}

struct name {
  const char *name;
  uint32_t value;
};

static const struct name flags[] = {
  { "pidns", KV_PLAN_PID_NAMESPACE },
  { "cgroupns", KV_PLAN_CGROUP_NAMESPACE },
  { "tty", KV_PLAN_TTY },
  { "fs", KV_PLAN_LANDLOCK_FS },
  { "tcp", KV_PLAN_LANDLOCK_TCP },
  { "scope", KV_PLAN_LANDLOCK_SCOPE },
  { "loopback", KV_PLAN_LOOPBACK },
  { "search", KV_PLAN_SEARCH_PATH },
};

static const struct name resources[] = {
  { "fsize", RLIMIT_FSIZE }, { "nproc", RLIMIT_NPROC },
  { "core", RLIMIT_CORE },   { "nofile", RLIMIT_NOFILE },
  { "as", RLIMIT_AS },
};

static uint32_t
value_of (const struct name *names, size_t n, const char *name)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (strcmp (names[i].name, name) == 0)
      return names[i].value;
  usage (name);
}

static uint32_t
flag_set (char *list)
{
  uint32_t set = 0;
  char *name;

  for (name = strtok (list, ","); name != NULL; name = strtok (NULL, ","))
    set |= value_of (flags, KV_COUNT (flags), name);
  return set;
}

uint64_t
driver_control_set (const char *names)
{
  kv_autofree char *list = strdup (names);
  uint64_t set = 0;
  char *name;

  for (name = strtok (list, ","); name != NULL; name = strtok (NULL, ",")) {
    int control = kv_control_by_name (name);

    if (control < 0)
      usage (name);
    set |= KAVACH_BIT (control);
  }
  return set;
}

void
driver_print_set (FILE *out, const char *label, uint64_t set)
{
  const char *comma = "";
  int i;

  fprintf (out, " %s=", label);
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if ((set & KAVACH_BIT (i)) != 0) {
      fprintf (out, "%s%s", comma, kv_control_name (i));
      comma = ",";
    }
}

/* "rwxdo:/path". */
static void
add_path (struct kv_plan *plan, char *word)
{
  static const char letters[] = "rwxdo";
  char *colon = strchr (word, ':');
  uint32_t access = 0;

  if (colon == NULL)
    usage (word);
  for (; word < colon; word++) {
    const char *at = strchr (letters, *word);

    if (at == NULL)
      usage (word);
    access |= 1u << (at - letters);
  }
  plan->paths
      = realloc (plan->paths, (plan->n_paths + 1) * sizeof *plan->paths);
  if (plan->paths == NULL)
    abort ();
  plan->paths[plan->n_paths++]
      = (struct kv_plan_path){ .path = colon + 1, .access = access };
}

/* "fsize:4096". */
static void
add_rlimit (struct kv_plan *plan, char *word)
{
  char *colon = strchr (word, ':');
  struct kv_plan_rlimit *limit = &plan->rlimits[plan->n_rlimits++];

  if (colon == NULL || plan->n_rlimits > KV_PLAN_MAX_RLIMITS)
    usage (word);
  *colon = '\0';
  limit->resource = value_of (resources, KV_COUNT (resources), word);
  limit->soft = limit->hard = strtoull (colon + 1, NULL, 10);
}

static void
add_env (struct kv_plan *plan, char *word)
{
  size_t n = 0;

  while (plan->envp[n] != NULL)
    n++;
  if (n >= MAX_ENV)
    usage (word);
  plan->envp[n] = word;
}

/* The command's own program, from a file of kavach-filter's. */
static void
command_filter (struct kv_plan *plan, const char *file)
{
  kv_autoclose int fd = open (file, O_RDONLY | O_CLOEXEC);

  plan->command_filter = kv_read_all (fd, 1 << 16, &plan->command_filter_size);
  if (plan->command_filter == NULL)
    usage (file);
}

static bool
plan_option (struct kv_plan *plan, const char *name, char *value)
{
  if (strcmp (name, "--flags") == 0)
    plan->flags |= flag_set (value);
  else if (strcmp (name, "--abi") == 0)
    plan->landlock_abi_max = (uint32_t) atoi (value);
  else if (strcmp (name, "--selftest") == 0)
    plan->selftest |= driver_control_set (value);
  else if (strcmp (name, "--uid") == 0)
    plan->uid = plan->gid = (uint32_t) atoi (value);
  else if (strcmp (name, "--umask") == 0)
    plan->umask = (uint32_t) strtoul (value, NULL, 8);
  else if (strcmp (name, "--path") == 0)
    add_path (plan, value);
  else if (strcmp (name, "--rlimit") == 0)
    add_rlimit (plan, value);
  else if (strcmp (name, "--env") == 0)
    add_env (plan, value);
  else if (strcmp (name, "--cwd") == 0)
    plan->cwd = value;
  else if (strcmp (name, "--command-filter") == 0)
    command_filter (plan, value);
  else
    return false;
  return true;
}

static bool
driver_option (struct driver *d, const char *name, char *value)
{
  if (strcmp (name, "--leak-fd") == 0)
    d->leak_fd = atoi (value);
  else if (strcmp (name, "--leak-env") == 0)
    d->init_env[0] = value;
  else if (strcmp (name, "--at-gate") == 0)
    d->at_gate = value;
  else if (strcmp (name, "--after-go") == 0)
    d->after_go = value;
  else if (strcmp (name, "--orders") == 0)
    d->orders = open (value, O_RDWR | O_CLOEXEC);
  else if (strcmp (name, "--bad") == 0)
    d->bad = value;
  else if (strcmp (name, "--join") == 0)
    d->join = value;
  else if (strcmp (name, "--deny") == 0)
    d->deny = value;
  else if (strcmp (name, "--deny-errno") == 0)
    d->deny_errno = atoi (value);
  else if (strcmp (name, "--facts") == 0)
    d->facts = fopen (value, "we");
  else
    return false;
  if (d->facts == NULL)
    usage (value);
  return true;
}

static bool
switch_option (struct driver *d, const char *name)
{
  if (strcmp (name, "--pidns") == 0) {
    d->namespaces |= CLONE_NEWPID;
    d->plan.flags |= KV_PLAN_PID_NAMESPACE;
  }
  else if (strcmp (name, "--netns") == 0)
    d->namespaces |= CLONE_NEWNET;
  else if (strcmp (name, "--no-go") == 0)
    d->no_go = true;
  else if (strcmp (name, "--filter") == 0)
    driver_filter (&d->plan);
  else if (strcmp (name, "--tty") == 0) {
    d->plan.flags |= KV_PLAN_TTY;
  }
  else
    return false;
  return true;
}

int
driver_options (struct driver *d, int argc, char **argv)
{
  static char *environment[MAX_ENV + 1];
  int i;

  d->plan.uid = d->plan.gid = UINT32_MAX;
  d->plan.umask = 022;
  d->plan.cwd = "/";
  d->plan.envp = environment;
  for (i = 1; i < argc && strncmp (argv[i], "--", 2) == 0; i++) {
    if (switch_option (d, argv[i]))
      continue;
    if (i + 1 == argc
        || (!plan_option (&d->plan, argv[i], argv[i + 1])
            && !driver_option (d, argv[i], argv[i + 1])))
      usage (argv[i]);
    i++;
  }
  return i;
}
