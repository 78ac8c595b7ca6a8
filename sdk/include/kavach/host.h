/* SPDX-License-Identifier: 0BSD */
/* <kavach/host.h> - what the host offers a plugin.
 *
 * The table is passed to the entry function and stays valid until the
 * process ends.  There is nothing to link: a plugin has no undefined symbol
 * of kavach's.  Test KAVACH_HAS (kavach, member) before using a service that
 * is newer than the plugin's min_host_minor.
 *
 * Every string handed over is copied before the call returns.
 */
#ifndef KAVACH_HOST_H
#define KAVACH_HOST_H

#include <kavach/abi.h>

#ifdef __GNUC__
#define KAVACH_PRINTF(fmt, first)                                              \
  __attribute__ ((__format__ (__printf__, fmt, first)))
#else
#define KAVACH_PRINTF(fmt, first)
#endif

struct kavach_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  /* Release of kavach, such as "0.1.0".  For messages, not for decisions. */
  const char *release;

  /* A line for the person who runs kavach; LEVEL is enum kavach_log_level. */
  void (*log) (int level, const char *fmt, ...) KAVACH_PRINTF (2, 3);
  /* Notes why the current callback fails and returns -ERR, so that
   * "return kavach->fail (errno, ...)" is the whole error path.  The text is
   * forgotten when the callback returns 0. */
  int (*fail) (int err, const char *fmt, ...) KAVACH_PRINTF (2, 3);

  /* Configuration from the manifest.  config_str returns NULL when the key
   * is not there; config_bool its default; config_u64 0 or -ENOENT, -EINVAL.
   * Strings live as long as the plugin. */
  const char *(*config_str) (const struct kavach_config *, const char *key);
  int (*config_bool) (const struct kavach_config *, const char *key,
                      int default_value);
  int (*config_u64) (const struct kavach_config *, const char *key,
                     uint64_t *value);

  /* Filling a report, in probe and assess.  What is not reported counts as
   * KAVACH_NONE.  MECHANISM is the field's own name for what enforces the
   * control ("pid namespace"); a hint says what would have to change on this
   * host for the control to become available. */
  void (*report_boundary) (struct kavach_report *, int boundary);
  void (*report_control) (struct kavach_report *, int control, int level,
                          const char *mechanism);
  void (*report_hint) (struct kavach_report *, int control, const char *text);
  void (*report_fact) (struct kavach_report *, const char *key,
                       const char *value);

  /* Describing the child, in spawn.  PID is in the plugin's own pid
   * namespace.  PIDFD (or -1) belongs to the host afterwards; with a pidfd
   * the host waits and kills by itself where the plugin has no callback. */
  void (*child_set) (struct kavach_child *, int64_t pid, int pidfd);
  /* A pointer of the plugin's own, handed back by child_data. */
  void (*child_keep) (struct kavach_child *, void *data);
  void *(*child_data) (const struct kavach_child *);
  int64_t (*child_pid) (const struct kavach_child *);

  /* Credential plugins: copies LEN bytes into locked memory. 0 or -errno. */
  int (*secret_put) (struct kavach_secret *, const void *bytes, size_t len);
  /* Audit plugins: a verdict starts as "allow"; deny is sticky. */
  void (*deny) (struct kavach_verdict *, const char *reason);
};

#endif
