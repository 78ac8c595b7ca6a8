/* SPDX-License-Identifier: Apache-2.0 */
/* One probe attempts one thing that a sandbox must not allow, in a process of
 * its own, and says how it went.  The rows are in rows.def, the functions in
 * a file for each dimension; battery.h runs them.
 */
#ifndef KV_PROBE_H
#define KV_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/init/probes/rows.h"

/* Each sets the detail that is told, and returns its verdict. */
enum kv_verdict kv_held (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));
enum kv_verdict kv_reached (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));
enum kv_verdict kv_unanswered (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));
/* Reached when a system call succeeded, else held with errno's text. */
enum kv_verdict kv_by_result (long result);
/* The same, but whatever the kernel proper answers is reached, too: arguments
 * are wrong, and a filter or a missing right says EPERM, EACCES, ENOSYS. */
enum kv_verdict kv_by_errno (long result);
const char *kv_detail (void);
/* A descriptor that is the battery's own: the way to the launcher, or -1. */
extern int kv_battery_descriptor;

/* What the witness planted: "KEY=VALUE" strings, NULL at the end.  "" and -1
 * when it planted no such thing. */
void kv_plants_use (char *const *plants);
const char *kv_plant (const char *key);
long kv_plant_number (const char *key);

/* Bytes of a file from its beginning, NUL behind; -1 with errno. */
long kv_slurp (const char *path, char *buf, size_t size);
/* Is TEXT among the first bytes of the file? */
bool kv_file_has (const char *path, const char *text);
/* Creates or appends; 0, or -1 with errno. */
int kv_put_file (const char *path, const char *text);
/* "/proc/PID/NAME", in a buffer that the next call uses again. */
const char *kv_proc_path (long pid, const char *name);
/* What follows NAME in /proc/self/status, to be read at once; NULL without. */
const char *kv_status_field (const char *name);

#define KV_PROBE(dimension, name, function, weight, ceiling, control, needs,   \
                 flags, twin)                                                  \
  enum kv_verdict kv_probe_##function (void);
#include "core/init/probes/rows.def"
#undef KV_PROBE

#endif
