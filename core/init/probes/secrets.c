/* SPDX-License-Identifier: Apache-2.0 */
/* What the caller would not hand out. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <mqueue.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "core/init/probes/probe.h"

enum kv_verdict
kv_probe_home_secret (void)
{
  const char *secret = kv_plant ("secret");

  if (kv_plant ("home_secret")[0] == '\0')
    return kv_unanswered ("nothing could be put into %s", kv_plant ("home"));
  if (kv_file_has (kv_plant ("home_secret"), secret))
    return kv_reached ("read %s", kv_plant ("home_secret"));
  return kv_held ("not readable");
}

enum kv_verdict
kv_probe_home_list (void)
{
  DIR *dir = opendir (kv_plant ("home"));
  const struct dirent *entry;

  if (dir == NULL)
    return kv_held ("%s", strerror (errno));
  while ((entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, kv_plant ("home_entry")) == 0)
      return kv_reached ("%s is in sight", entry->d_name);
  closedir (dir);
  return kv_held ("not the caller's home");
}

/* The caller's session keyring holds a key with the secret. */
enum kv_verdict
kv_probe_session_keyring (void)
{
  char buf[128] = "";
  long serial = syscall (SYS_keyctl, 10 /* SEARCH */, -3 /* session */, "user",
                         kv_plant ("key"), 0);

  if (serial < 0)
    serial = kv_plant_number ("key_serial");
  if (serial < 0 || syscall (SYS_keyctl, 11 /* READ */, serial, buf, 100) < 0)
    return kv_held ("%s", strerror (errno));
  return strstr (buf, kv_plant ("secret")) != NULL ? kv_reached ("read the key")
                                                   : kv_held ("another key");
}

/* A key outlives the run, and programs outside can find it; this one for a
 * second only. */
enum kv_verdict
kv_probe_add_user_key (void)
{
  long serial = syscall (SYS_add_key, "user", "kavach-probe-left", "x", 1,
                         -4 /* user keyring */);

  if (serial >= 0)
    syscall (SYS_keyctl, 15 /* SET_TIMEOUT */, serial, 1);
  return kv_by_result (serial);
}

enum kv_verdict
kv_probe_environment_secret (void)
{
  char **e;

  for (e = environ; *e != NULL; e++)
    if (strstr (*e, kv_plant ("env_secret")) != NULL)
      return kv_reached ("%.30s...", *e);
  return kv_held ("not in the environment");
}

enum kv_verdict
kv_probe_victim_environ (void)
{
  if (kv_file_has (kv_proc_path (kv_plant_number ("victim"), "environ"),
                   kv_plant ("secret")))
    return kv_reached ("read the secret");
  return kv_held ("not readable");
}

enum kv_verdict
kv_probe_victim_memory (void)
{
  char buf[64] = "";
  unsigned long address = strtoul (kv_plant ("secret_address"), NULL, 16);
  int fd = open (kv_proc_path (kv_plant_number ("victim"), "mem"), O_RDONLY);
  ssize_t n = fd < 0 ? -1 : pread (fd, buf, sizeof buf - 1, (off_t) address);

  if (n > 0 && strstr (buf, kv_plant ("secret")) != NULL)
    return kv_reached ("read the secret");
  return kv_held ("%s", strerror (errno));
}

enum kv_verdict
kv_probe_victim_vm_read (void)
{
  char buf[64] = "";
  struct iovec local = { buf, sizeof buf - 1 };
  struct iovec remote
      = { (void *) strtoul (kv_plant ("secret_address"), NULL, 16),
          sizeof buf - 1 };

  return kv_by_result (process_vm_readv ((pid_t) kv_plant_number ("victim"),
                                         &local, 1, &remote, 1, 0));
}

/* The launcher's environment holds a secret; anything that was started with
 * it and is in sight gives it away. */
enum kv_verdict
kv_probe_any_environ (void)
{
  DIR *dir = opendir ("/proc");
  const struct dirent *entry;

  if (dir == NULL)
    return kv_held ("%s", strerror (errno));
  while ((entry = readdir (dir)) != NULL)
    if (isdigit ((unsigned char) entry->d_name[0])
        && kv_file_has (kv_proc_path (atol (entry->d_name), "environ"),
                        kv_plant ("env_secret")))
      return kv_reached ("in that of process %s", entry->d_name);
  closedir (dir);
  return kv_held ("nowhere");
}

enum kv_verdict
kv_probe_init_environ (void)
{
  char buf[4096];
  long n = kv_slurp ("/proc/1/environ", buf, sizeof buf);

  if (n > 0)
    return kv_reached ("%ld bytes", n);
  return kv_held ("nothing there");
}

enum kv_verdict
kv_probe_core_dump (void)
{
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
  int status;
  pid_t pid;

  setrlimit (RLIMIT_CORE, &limit);
  pid = fork ();
  if (pid == 0) {
    signal (SIGABRT, SIG_DFL);
    abort ();
  }
  if (pid < 0 || waitpid (pid, &status, 0) != pid)
    return kv_unanswered ("cannot fork");
  return WCOREDUMP (status) ? kv_reached ("dumped") : kv_held ("not dumped");
}
