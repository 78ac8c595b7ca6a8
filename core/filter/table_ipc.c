/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/table.h"
#include "core/util/cleanup.h"

/* System V IPC and POSIX queues: only with an ipc namespace of their own. */
static const struct kv_row rows[] = {
  KV_NEEDS ("shmget", KV_FILTER_IPC),
  KV_NEEDS ("shmat", KV_FILTER_IPC),
  KV_NEEDS ("shmctl", KV_FILTER_IPC),
  KV_NEEDS ("shmdt", KV_FILTER_IPC),
  KV_NEEDS ("semget", KV_FILTER_IPC),
  KV_NEEDS ("semop", KV_FILTER_IPC),
  KV_NEEDS ("semctl", KV_FILTER_IPC),
  KV_NEEDS ("semtimedop", KV_FILTER_IPC),
  KV_NEEDS ("semtimedop_time64", KV_FILTER_IPC),
  KV_NEEDS ("msgget", KV_FILTER_IPC),
  KV_NEEDS ("msgsnd", KV_FILTER_IPC),
  KV_NEEDS ("msgrcv", KV_FILTER_IPC),
  KV_NEEDS ("msgctl", KV_FILTER_IPC),
  KV_NEEDS ("ipc", KV_FILTER_IPC),
  KV_NEEDS ("mq_open", KV_FILTER_IPC),
  KV_NEEDS ("mq_unlink", KV_FILTER_IPC),
  KV_NEEDS ("mq_timedsend", KV_FILTER_IPC),
  KV_NEEDS ("mq_timedsend_time64", KV_FILTER_IPC),
  KV_NEEDS ("mq_timedreceive", KV_FILTER_IPC),
  KV_NEEDS ("mq_timedreceive_time64", KV_FILTER_IPC),
  KV_NEEDS ("mq_notify", KV_FILTER_IPC),
  KV_NEEDS ("mq_getsetattr", KV_FILTER_IPC),
};

const struct kv_table kv_table_ipc = { rows, KV_COUNT (rows) };
