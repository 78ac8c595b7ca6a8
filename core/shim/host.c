/* SPDX-License-Identifier: Apache-2.0 */
/* The table of services a plugin gets. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/shim/shim.h"
#include "core/util/parse.h"

static void host_log (int level, const char *fmt, ...) KAVACH_PRINTF (2, 3);
static int host_fail (int err, const char *fmt, ...) KAVACH_PRINTF (2, 3);

static void
host_log (int level, const char *fmt, ...)
{
  char raw[768], line[1024];
  va_list args;

  va_start (args, fmt);
  vsnprintf (raw, sizeof raw, fmt, args);
  va_end (args);
  kv_escape (line, sizeof line, raw);
  if (level < KAVACH_LOG_ERROR || level > KAVACH_LOG_DEBUG)
    level = KAVACH_LOG_DEBUG;
  reply_log (level, line);
}

static int
host_fail (int err, const char *fmt, ...)
{
  va_list args;
  int result;

  va_start (args, fmt);
  result = guard_fail (err, fmt, args);
  va_end (args);
  return result;
}

static const char *
host_config_str (const struct kavach_config *config, const char *key)
{
  uint32_t i;

  if (config == NULL || key == NULL)
    return NULL;
  for (i = 0; i < config->count; i++)
    if (strcmp (config->entries[i].key, key) == 0)
      return config->entries[i].value;
  return NULL;
}

static int
host_config_bool (const struct kavach_config *config, const char *key,
                  int default_value)
{
  const char *value = host_config_str (config, key);

  if (value == NULL)
    return default_value;
  if (strcmp (value, "true") == 0)
    return 1;
  return strcmp (value, "false") == 0 ? 0 : default_value;
}

static int
host_config_u64 (const struct kavach_config *config, const char *key,
                 uint64_t *number)
{
  const char *value = host_config_str (config, key);

  if (value == NULL)
    return -ENOENT;
  return kv_parse_u64 (value, number) < 0 ? -EINVAL : 0;
}

static void
host_report_boundary (struct kavach_report *report, int boundary)
{
  if (report == NULL)
    return;
  switch (boundary) {
  case KAVACH_BOUNDARY_NONE:
  case KAVACH_BOUNDARY_NAMESPACE:
  case KAVACH_BOUNDARY_USER_KERNEL:
  case KAVACH_BOUNDARY_VM:
    report->boundary = (uint32_t) boundary;
    break;
  default:
    report->bad = true;
  }
}

static void
host_report_control (struct kavach_report *report, int control, int level,
                     const char *mechanism)
{
  if (report == NULL)
    return;
  /* A control this host does not know is a restriction it will not ask
   * for; a level it does not know might be anything. */
  if (control < 0 || control >= KAVACH_CTL_COUNT)
    return;
  if (level < KAVACH_NONE || level > KAVACH_FULL) {
    report->bad = true;
    return;
  }
  report->c[control].level = (uint8_t) level;
  kv_escape (report->c[control].mechanism, sizeof report->c[control].mechanism,
             mechanism != NULL ? mechanism : "");
}

static void
host_report_hint (struct kavach_report *report, int control, const char *text)
{
  if (report == NULL || control < 0 || control >= KAVACH_CTL_COUNT)
    return;
  kv_escape (report->c[control].hint, sizeof report->c[control].hint,
             text != NULL ? text : "");
}

static void
host_report_fact (struct kavach_report *report, const char *key,
                  const char *value)
{
  if (report != NULL && key != NULL && value != NULL)
    host_log (KAVACH_LOG_DEBUG, "%s: %s", key, value);
}

static void
host_child_set (struct kavach_child *child, int64_t pid, int pidfd)
{
  if (child == NULL)
    return;
  if (child->pidfd >= 0 && child->pidfd != pidfd)
    close (child->pidfd);
  child->pid = pid;
  child->pidfd = pidfd;
}

static void
host_child_keep (struct kavach_child *child, void *data)
{
  if (child != NULL)
    child->data = data;
}

static void *
host_child_data (const struct kavach_child *child)
{
  return child != NULL ? child->data : NULL;
}

static int64_t
host_child_pid (const struct kavach_child *child)
{
  return child != NULL ? child->pid : 0;
}

/* The two other kinds are loaded and checked in this version, not served. */
static int
host_secret_put (struct kavach_secret *secret, const void *bytes, size_t len)
{
  (void) secret;
  (void) bytes;
  (void) len;
  return -ENOSYS;
}

static void
host_deny (struct kavach_verdict *verdict, const char *reason)
{
  (void) verdict;
  (void) reason;
}

const struct kavach_host *
shim_host (void)
{
  static const struct kavach_host host = {
    .struct_size = sizeof host,
    .abi_major = KAVACH_ABI_MAJOR,
    .abi_minor = KAVACH_ABI_MINOR,
    .release = PACKAGE_VERSION,
    .log = host_log,
    .fail = host_fail,
    .config_str = host_config_str,
    .config_bool = host_config_bool,
    .config_u64 = host_config_u64,
    .report_boundary = host_report_boundary,
    .report_control = host_report_control,
    .report_hint = host_report_hint,
    .report_fact = host_report_fact,
    .child_set = host_child_set,
    .child_keep = host_child_keep,
    .child_data = host_child_data,
    .child_pid = host_child_pid,
    .secret_put = host_secret_put,
    .deny = host_deny,
  };

  return &host;
}
