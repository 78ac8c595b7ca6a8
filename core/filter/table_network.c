/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/table.h"
#include "core/util/cleanup.h"

/* Sockets: which may be made is decided when they are made. */
static const struct kv_row rows[] = {
  KV_GUARD ("socket", KV_BY_SOCKET),
  KV_GUARD ("socketpair", KV_BY_SOCKETPAIR),
  KV_GUARD_STRICT ("setsockopt", KV_BY_SETSOCKOPT),
  KV_ALLOW ("bind"),
  KV_ALLOW ("connect"),
  KV_ALLOW ("listen"),
  KV_ALLOW ("accept"),
  KV_ALLOW ("accept4"),
  KV_ALLOW ("getsockname"),
  KV_ALLOW ("getpeername"),
  KV_ALLOW ("getsockopt"),
  KV_ALLOW ("shutdown"),
  KV_ALLOW ("send"),
  KV_ALLOW ("sendto"),
  KV_ALLOW ("sendmsg"),
  KV_ALLOW ("sendmmsg"),
  KV_ALLOW ("recv"),
  KV_ALLOW ("recvfrom"),
  KV_ALLOW ("recvmsg"),
  KV_ALLOW ("recvmmsg"),
  KV_ALLOW ("recvmmsg_time64"),
  /* One call for all of the above with its arguments in memory.  A C library
   * that knows the direct calls uses them when this one is missing. */
  KV_ABSENT ("socketcall"),
};

const struct kv_table kv_table_network = { rows, KV_COUNT (rows) };
