/* SPDX-License-Identifier: Apache-2.0 */
/* The isolation battery: each probe attempts one thing that a sandbox must
 * not allow and says how it went.  The script (isolation.t) plants what is to
 * be found, runs the battery outside first - a probe that is not open there
 * proves nothing inside - and then in each backend under each preset.
 */
#ifndef KV_TEST_PROBE_H
#define KV_TEST_PROBE_H

#include <stdbool.h>
#include <stddef.h>

enum verdict { HELD, OPEN, NO_ANSWER };

struct probe {
  const char *name;
  enum verdict (*attempt) (void);
  /* Only when named on the command line: it uses up or kills something. */
  bool alone;
};

extern const struct probe fs_probes[];
extern const struct probe fs_outside_probes[];
extern const struct probe ipc_probes[];
extern const struct probe kern_probes[];
extern const struct probe mount_probes[];
extern const struct probe net_probes[];
extern const struct probe priv_probes[];
extern const struct probe proc_probes[];
extern const struct probe res_probes[];

/* Each sets the detail that is printed, and returns its verdict. */
enum verdict held (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));
enum verdict opened (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));
enum verdict no_answer (const char *fmt, ...)
    __attribute__ ((format (printf, 1, 2)));
/* OPEN when a system call succeeded, else HELD with errno's text. */
enum verdict by_result (long result);

/* What the script planted: a line "KEY=VALUE" of the file given with -p;
 * "" and -1 when it planted no such thing. */
const char *plant (const char *key);
long plant_number (const char *key);

/* Bytes of a file from its beginning, NUL behind; -1 with errno. */
long slurp (const char *path, char *buf, size_t size);
/* True when the file's bytes contain TEXT. */
bool file_contains (const char *path, const char *text);
/* Creates or appends; 0, or -1 with errno. */
int put_file (const char *path, const char *text);

#endif
