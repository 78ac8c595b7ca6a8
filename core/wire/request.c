/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/wire/request.h"

#define REQUEST_VERSION 1

/* Least bytes a packed mount takes: four numbers and three strings. */
#define MOUNT_MIN (4 * 4 + 3 * 4)

static void
write_mount (struct kv_writer *w, const struct kavach_mount *m)
{
  kv_put_u32 (w, m->type);
  kv_put_u32 (w, m->flags);
  kv_put_str (w, m->source);
  kv_put_str (w, m->target);
  kv_put_str (w, m->data);
  kv_put_u64 (w, m->size);
}

void
kv_request_write (struct kv_writer *w, const struct kavach_request *q)
{
  uint32_t i;

  kv_put_u32 (w, REQUEST_VERSION);
  kv_put_u32 (w, q->flags);
  kv_put_u64 (w, q->required);
  kv_put_u64 (w, q->wanted);
  kv_put_str (w, q->id);
  kv_put_strv (w, (const char *const *) q->argv);
  kv_put_u32 (w, q->n_mounts);
  for (i = 0; i < q->n_mounts; i++)
    write_mount (w, q->mounts[i]);
  kv_put_u32 (w, q->namespaces);
  kv_put_str (w, q->rootfs);
  kv_put_str (w, q->hostname);
  kv_put_u32 (w, q->uid);
  kv_put_u32 (w, q->gid);
  kv_put_u32 (w, q->uid_inside);
  kv_put_u32 (w, q->gid_inside);
  kv_put_u64 (w, q->memory_max);
  kv_put_u64 (w, q->pids_max);
  kv_put_u64 (w, q->cpu_quota_us);
  kv_put_u64 (w, q->cpu_period_us);
}

/* The bytes are the shim's own; only the ABI's type wants them writable, so
 * that they fit execve. */
static char *
get_word (struct kv_reader *r)
{
  return (char *) (uintptr_t) kv_get_str (r);
}

static int
read_argv (struct kv_reader *r, struct kv_request_holder *h)
{
  uint32_t count = kv_get_count (r, 5), i;

  if (count == 0)
    return -1;
  h->argv = calloc ((size_t) count + 2, sizeof *h->argv);
  if (h->argv == NULL)
    return -1;
  for (i = 0; i < count; i++) {
    h->argv[i] = get_word (r);
    if (h->argv[i] == NULL)
      return -1;
  }
  h->argc = count;
  return 0;
}

static int
read_mounts (struct kv_reader *r, struct kv_request_holder *h)
{
  uint32_t count = kv_get_count (r, MOUNT_MIN), i;

  if (r->bad)
    return -1;
  h->mounts = calloc ((size_t) count + 1, sizeof *h->mounts);
  h->mount_pointers = calloc ((size_t) count + 1, sizeof *h->mount_pointers);
  if (h->mounts == NULL || h->mount_pointers == NULL)
    return -1;

  for (i = 0; i < count; i++) {
    struct kavach_mount *m = &h->mounts[i];

    m->struct_size = sizeof *m;
    m->type = kv_get_u32 (r);
    m->flags = kv_get_u32 (r);
    m->source = kv_get_str (r);
    m->target = kv_get_str (r);
    m->data = kv_get_str (r);
    m->size = kv_get_u64 (r);
    /* A plugin shall not have to test for what is never allowed. */
    if (m->target == NULL || m->target[0] != '/')
      return -1;
    h->mount_pointers[i] = m;
  }
  h->request.n_mounts = count;
  return 0;
}

static int
read_all (struct kv_reader *r, struct kv_request_holder *h)
{
  struct kavach_request *q = &h->request;

  if (kv_get_u32 (r) != REQUEST_VERSION)
    return -1;
  q->struct_size = sizeof *q;
  q->flags = kv_get_u32 (r);
  q->required = kv_get_u64 (r);
  q->wanted = kv_get_u64 (r);
  q->id = kv_get_str (r);
  if (q->id == NULL || read_argv (r, h) < 0 || read_mounts (r, h) < 0)
    return -1;
  q->namespaces = kv_get_u32 (r);
  q->rootfs = kv_get_str (r);
  q->hostname = kv_get_str (r);
  q->uid = kv_get_u32 (r);
  q->gid = kv_get_u32 (r);
  q->uid_inside = kv_get_u32 (r);
  q->gid_inside = kv_get_u32 (r);
  q->memory_max = kv_get_u64 (r);
  q->pids_max = kv_get_u64 (r);
  q->cpu_quota_us = kv_get_u64 (r);
  q->cpu_period_us = kv_get_u64 (r);
  return kv_reader_done (r) ? 0 : -1;
}

int
kv_request_read (const void *data, size_t size, struct kv_request_holder *h)
{
  struct kv_reader r;

  memset (h, 0, sizeof *h);
  kv_reader_init (&r, data, size);
  if (size > KV_REQUEST_MAX || read_all (&r, h) < 0) {
    kv_request_free (h);
    return -1;
  }
  h->request.argv = h->argv;
  h->request.envp = h->envp;
  h->request.mounts = h->mount_pointers;
  h->request.exec_fd = -1;
  h->request.cgroup_fd = -1;
  return 0;
}

void
kv_request_free (struct kv_request_holder *h)
{
  free (h->argv);
  free (h->mounts);
  free (h->mount_pointers);
  memset (h, 0, sizeof *h);
}
