/* SPDX-License-Identifier: Apache-2.0 */
/* kavach-shim: hosts one plugin that somebody else wrote, so that its faults
 * are its own process's.  doc/protocol.md has the messages.
 *
 * One thread; one object in the life of the process.  That is also what
 * keeps /proc/self/fd/N a unique name: glibc and libltdl know objects by
 * name and would hand out the first one again for a number used twice.
 */
#ifndef KV_SHIM_H
#define KV_SHIM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <kavach/plugin.h>

#include "core/util/error.h"
#include "core/wire/message.h"
#include "core/wire/request.h"

/* The control socket's number. */
#define SHIM_SOCKET 3
/* Exit status: the plugin took descriptors away that are not its own. */
#define SHIM_EXIT_LOST 113
/* Exit status: started by hand, or by something that is not kavach. */
#define SHIM_EXIT_USAGE 125

struct kavach_config {
  uint32_t count;
  struct {
    const char *key, *value;
  } * entries;
};

struct kavach_report {
  uint32_t boundary;
  /* The plugin handed over a value that has no meaning. */
  bool bad;
  struct {
    uint8_t level;
    char mechanism[96];
    char hint[160];
  } c[KAVACH_CTL_COUNT];
};

struct kavach_child {
  int64_t pid;
  int pidfd;
  void *data;
};

/* The plugin as checked: copies of its tables, zero where it had nothing. */
struct plugin {
  /* The payload of LOAD; path and configuration point into it. */
  void *load;
  const char *path;
  /* Stays open: the object's name is this number. */
  int fd;
  struct kavach_plugin desc;
  struct kavach_backend backend;
  struct kavach_audit audit;
  struct kavach_credential credential;
  struct kavach_config config;
  void *self;
  bool opened;
};

/* host.c: what the plugin calls. */
const struct kavach_host *shim_host (void);

/* guard.c: around everything that runs a line of the plugin's. */
int guard_init (void);
/* What to call the plugin in messages; lives as long as the process. */
void guard_name (const char *path);
void guard_enter (void);
/* Has the plugin kept its hands off the shim's own descriptors? -1 with ERR
 * when it wrote to standard output; does not return when it closed what it
 * must not. */
int guard_leave (struct kv_error *err);
/* Text of host->fail for the callback that just failed, or NULL. */
const char *guard_failure (void);
int guard_fail (int number, const char *fmt, va_list args)
    __attribute__ ((format (printf, 2, 0)));

/* object.c: from a descriptor to the entry function. */
int object_load (struct plugin *p, kavach_plugin_entry *entry,
                 struct kv_error *err);

/* check.c: from the entry function to copied and checked tables. */
int check_plugin (struct plugin *p, kavach_plugin_entry entry,
                  const char *expected_name, uint32_t expected_kind,
                  struct kv_error *err);

/* backend.c: one adapter for each callback; nothing else looks into the op
 * table.  All return 0, or -1 with ERR. */
int kv_plugin_open (struct plugin *p, struct kv_error *err);
int kv_backend_probe (struct plugin *p, struct kavach_report *report,
                      struct kv_error *err);
int kv_backend_assess (struct plugin *p, const struct kavach_request *q,
                       struct kavach_report *report, struct kv_error *err);
int kv_backend_prepare (struct plugin *p, const struct kavach_request *q,
                        void **box, struct kv_error *err);
int kv_backend_spawn (struct plugin *p, void *box,
                      const struct kavach_request *q,
                      struct kavach_child *child, struct kv_error *err);
int kv_backend_kill (struct plugin *p, void *box, struct kavach_child *child,
                     int signal, struct kv_error *err);
/* 1 with *STATUS as from waitpid, 0 when nobody can say. */
int kv_backend_wait (struct plugin *p, void *box, struct kavach_child *child,
                     int *status);
int kv_backend_freeze (struct plugin *p, void *box, bool frozen,
                       struct kv_error *err);
void kv_backend_destroy (struct plugin *p, void *box);
void kv_plugin_close (struct plugin *p);

/* reply.c */
void reply_log (int level, const char *text);
void reply_error (const struct kv_error *err);
void reply_report (const struct kavach_report *report);
void reply_loaded (const struct plugin *p);
void reply_numbers (uint16_t type, const uint64_t *numbers, unsigned count);

/* serve.c: the loop; returns the exit status. */
int serve (void);

#endif
