/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy/nearest.h"
#include "core/util/cleanup.h"
#include "core/util/error.h"
#include "launcher/launcher.h"

struct command {
  const char *name;
  int (*run) (int argc, char **argv);
};

static const struct command commands[] = {
  { "run", kv_cmd_run },           { "exec", kv_cmd_run },
  { "backends", kv_cmd_backends }, { "score", kv_cmd_score },
  { "plugin", kv_cmd_plugin },     { "policy", kv_cmd_policy },
  { "verify", kv_cmd_verify },
};

/* Commands that the design names and this version does not have. */
static const char *const later[] = { "audit", "image", "sandbox", "doctor" };

/* A descriptor that the caller closed would be given to the next thing that
 * is opened, and the command would write into it. */
static int
fill_standard_streams (void)
{
  struct stat st;
  int fd;

  for (fd = 0; fd <= 2; fd++)
    if (fstat (fd, &st) < 0 && errno == EBADF
        && open ("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
      return -1;
  return 0;
}

static int
unknown (const char *name)
{
  struct kv_error err = { 0 };
  const char *names[KV_COUNT (commands)];
  const char *near;
  unsigned i;

  for (i = 0; i < KV_COUNT (later); i++)
    if (strcmp (name, later[i]) == 0) {
      kv_fail (&err, "KVN-10", "\"kavach %s\" is not in this version", name);
      kv_error_hint (&err, "kavach --help lists what there is");
      kv_error_print (&err);
      return KV_STATUS_REFUSED;
    }
  for (i = 0; i < KV_COUNT (commands); i++)
    names[i] = commands[i].name;
  near = kv_nearest (name, names, KV_COUNT (commands));
  kv_fail (&err, "KVU-01", "there is no command \"%s\"", name);
  if (near != NULL)
    kv_error_hint (&err, "did you mean \"kavach %s\"?", near);
  else
    kv_error_hint (&err, "kavach --help lists what there is; a program is "
                         "run with: kavach run -- PROGRAM");
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

int
kv_launcher_main (int argc, char **argv)
{
  unsigned i;

  if (fill_standard_streams () < 0)
    return KV_STATUS_REFUSED;
  if (argc < 2) {
    kv_print_help (NULL);
    return KV_STATUS_REFUSED;
  }
  if (strcmp (argv[1], "--version") == 0) {
    puts ("kavach " PACKAGE_VERSION);
    return fflush (stdout) == 0 ? 0 : KV_STATUS_REFUSED;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0
      || strcmp (argv[1], "help") == 0)
    return kv_print_help (argc > 2 ? argv[2] : NULL);
  if (strcmp (argv[1], "--long-options") == 0)
    return kv_print_long_options (argc > 2 ? argv[2] : NULL);
  for (i = 0; i < KV_COUNT (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return commands[i].run (argc - 1, argv + 1);
  return unknown (argv[1]);
}
