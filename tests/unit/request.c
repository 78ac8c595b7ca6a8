/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/request.h"

static char word[] = "/libexec/kavach-init", second[] = "--second";
static char *const argv[] = { word, second, NULL };
static char *const envp[] = { NULL };

static struct kavach_mount one = {
  .struct_size = sizeof one,
  .type = KAVACH_MOUNT_BIND,
  .flags = KAVACH_MOUNT_WRITE | KAVACH_MOUNT_IDMAP,
  .source = "/home/u/work",
  .target = "/home/u/work",
};
static struct kavach_mount two = {
  .struct_size = sizeof two,
  .type = KAVACH_MOUNT_SCRATCH,
  .target = "/tmp",
  .data = "",
  .size = UINT64_C (64) << 20,
};
static const struct kavach_mount *const mounts[] = { &one, &two };

static const struct kavach_request sample = {
  .struct_size = sizeof sample,
  .flags = KAVACH_REQUEST_LOOPBACK,
  .required = 0x123,
  .wanted = 0x456000000,
  .id = "run-1",
  .argv = argv,
  .envp = envp,
  .exec_fd = 55,
  .cgroup_fd = 56,
  .mounts = mounts,
  .n_mounts = 2,
  .namespaces = KAVACH_NS_USER | KAVACH_NS_PID,
  .hostname = "sandbox",
  .uid = 1000,
  .gid = 1001,
  .uid_inside = 1002,
  .gid_inside = 1003,
  .memory_max = UINT64_C (1) << 40,
  .pids_max = 65,
  .cpu_quota_us = 50000,
  .cpu_period_us = 100000,
};

static void
packed (struct kv_writer *w)
{
  memset (w, 0, sizeof *w);
  kv_request_write (w, &sample);
  cr_assert (!w->bad);
}

Test (request, comes_back_as_it_was)
{
  struct kv_request_holder h;
  const struct kavach_request *q = &h.request;
  struct kv_writer w;

  packed (&w);
  cr_assert_eq (kv_request_read (w.data, w.size, &h), 0);
  cr_expect_eq (q->struct_size, sizeof *q);
  cr_expect_eq (q->flags, sample.flags);
  cr_expect_eq (q->required, sample.required);
  cr_expect_eq (q->wanted, sample.wanted);
  cr_expect_str_eq (q->id, "run-1");
  cr_expect_str_eq (q->argv[0], word);
  cr_expect_str_eq (q->argv[1], second);
  cr_expect_null (q->argv[2]);
  cr_expect_null (q->envp[0]);
  cr_assert_eq (q->n_mounts, 2);
  cr_expect_eq (q->mounts[0]->struct_size, sizeof one);
  cr_expect_eq (q->mounts[0]->flags, one.flags);
  cr_expect_str_eq (q->mounts[0]->source, one.source);
  cr_expect_null (q->mounts[0]->data);
  cr_expect_null (q->mounts[1]->source);
  cr_expect_str_eq (q->mounts[1]->data, "");
  cr_expect_eq (q->mounts[1]->size, two.size);
  cr_expect_eq (q->namespaces, sample.namespaces);
  cr_expect_null (q->rootfs);
  cr_expect_str_eq (q->hostname, "sandbox");
  cr_expect_eq (q->uid, 1000);
  cr_expect_eq (q->gid_inside, 1003);
  cr_expect_eq (q->memory_max, sample.memory_max);
  cr_expect_eq (q->pids_max, 65);
  cr_expect_eq (q->cpu_quota_us, 50000);
  cr_expect_eq (q->cpu_period_us, 100000);
  kv_request_free (&h);
  kv_writer_free (&w);
}

Test (request, carries_no_descriptors)
{
  struct kv_request_holder h;
  struct kv_writer w;

  packed (&w);
  cr_assert_eq (kv_request_read (w.data, w.size, &h), 0);
  cr_expect_eq (h.request.exec_fd, -1);
  cr_expect_eq (h.request.cgroup_fd, -1);
  cr_expect_eq (h.request.n_keep_fds, 0);
  kv_request_free (&h);
  kv_writer_free (&w);
}

Test (request, has_room_for_the_gate)
{
  struct kv_request_holder h;
  struct kv_writer w;

  packed (&w);
  cr_assert_eq (kv_request_read (w.data, w.size, &h), 0);
  cr_expect_eq (h.argc, 2);
  h.argv[h.argc] = second;
  cr_expect_null (h.argv[h.argc + 1]);
  kv_request_free (&h);
  kv_writer_free (&w);
}

/* Each in memory of its own size, so that a sanitizer sees a step too far. */
static int
read_copy (const void *data, size_t size)
{
  struct kv_request_holder h;
  void *copy = malloc (size > 0 ? size : 1);
  int result;

  cr_assert_not_null (copy);
  memcpy (copy, data, size);
  result = kv_request_read (copy, size, &h);
  if (result == 0)
    kv_request_free (&h);
  free (copy);
  return result;
}

Test (request, every_truncation_is_refused)
{
  struct kv_writer w;
  size_t size;

  packed (&w);
  for (size = 0; size < w.size; size++)
    cr_expect_eq (read_copy (w.data, size), -1, "%zu bytes", size);
  kv_writer_free (&w);
}

Test (request, something_left_over_is_refused)
{
  struct kv_writer w;

  packed (&w);
  kv_put_u32 (&w, 0);
  cr_expect_eq (read_copy (w.data, w.size), -1);
  kv_writer_free (&w);
}

Test (request, hostile_bytes_do_no_harm)
{
  static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
  struct kv_writer w;
  size_t at, v;

  packed (&w);
  for (at = 0; at < w.size; at++) {
    uint8_t was = w.data[at];

    for (v = 0; v < sizeof values; v++) {
      w.data[at] = values[v];
      read_copy (w.data, w.size);
    }
    w.data[at] = was;
  }
  cr_expect_eq (read_copy (w.data, w.size), 0);
  kv_writer_free (&w);
}

Test (request, a_mount_without_target_is_refused)
{
  struct kavach_mount bad = two;
  const struct kavach_mount *const list[] = { &bad };
  struct kavach_request q = sample;
  struct kv_writer w = { .data = NULL };

  bad.target = "relative";
  q.mounts = list;
  q.n_mounts = 1;
  kv_request_write (&w, &q);
  cr_expect_eq (read_copy (w.data, w.size), -1);
  kv_writer_free (&w);
}
