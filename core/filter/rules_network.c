/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "core/filter/guard.h"
#include "core/util/cleanup.h"

/* One kind of socket: family, type, protocol as the kernel reads them. */
struct kind {
  uint32_t flag;
  uint32_t family;
  uint32_t type;
  uint32_t protocol;
};

static const struct kind kinds[] = {
  { KV_FILTER_UNIX, AF_UNIX, SOCK_STREAM, 0 },
  { KV_FILTER_UNIX, AF_UNIX, SOCK_DGRAM, 0 },
  { KV_FILTER_UNIX, AF_UNIX, SOCK_SEQPACKET, 0 },
  { KV_FILTER_INET, AF_INET, SOCK_STREAM, 0 },
  { KV_FILTER_INET, AF_INET, SOCK_STREAM, IPPROTO_TCP },
  { KV_FILTER_INET, AF_INET, SOCK_DGRAM, 0 },
  { KV_FILTER_INET, AF_INET, SOCK_DGRAM, IPPROTO_UDP },
  { KV_FILTER_INET, AF_INET6, SOCK_STREAM, 0 },
  { KV_FILTER_INET, AF_INET6, SOCK_STREAM, IPPROTO_TCP },
  { KV_FILTER_INET, AF_INET6, SOCK_DGRAM, 0 },
  { KV_FILTER_INET, AF_INET6, SOCK_DGRAM, IPPROTO_UDP },
  /* Protocol 0 is NETLINK_ROUTE. */
  { KV_FILTER_NETLINK_ROUTE, AF_NETLINK, SOCK_RAW, 0 },
  { KV_FILTER_NETLINK_ROUTE, AF_NETLINK, SOCK_DGRAM, 0 },
};

static int
allow_kind (const struct kv_guard_call *call, const struct kind *kind)
{
  uint32_t type_mask = ~(uint32_t) (SOCK_NONBLOCK | SOCK_CLOEXEC);
  uint32_t protocol_mask = 0xffffffff;
  struct scmp_arg_cmp conditions[3];

  if (KV_FAULT (KV_FAULT_SOCKET_TYPE))
    type_mask = 0;
  if (KV_FAULT (KV_FAULT_SOCKET_PROTOCOL) && kind->family == AF_INET)
    protocol_mask = 0;
  if (KV_FAULT (KV_FAULT_NETLINK) && kind->family == AF_NETLINK)
    protocol_mask = 0;
  conditions[0] = kv_masked (0, 0xffffffff, kind->family);
  conditions[1] = kv_masked (1, type_mask, kind->type & type_mask);
  conditions[2] = kv_masked (2, protocol_mask, kind->protocol & protocol_mask);
  return seccomp_rule_add_array (call->ctx, SCMP_ACT_ALLOW, call->number, 3,
                                 conditions);
}

static int
add_socket (const struct kv_guard_call *call)
{
  size_t i;

  for (i = 0; i < KV_COUNT (kinds); i++) {
    int rc = 0;

    if ((call->spec->flags & kinds[i].flag) != 0
        || (KV_FAULT (KV_FAULT_SOCKET_FAMILY) && kinds[i].family == AF_INET6))
      rc = allow_kind (call, &kinds[i]);
    if (rc < 0 && rc != -EEXIST)
      return rc;
  }
  return 0;
}

/* What programs that try one family after the other expect. */
const struct kv_guard kv_guard_socket = {
  .otherwise = SCMP_ACT_ERRNO (EAFNOSUPPORT),
  .add = add_socket,
  .note = "families of the flags; stream, datagram, unix seqpacket; "
          "protocol 0, TCP, UDP; netlink: NETLINK_ROUTE",
};

/* A pair reaches nobody but who made it. */
static int
add_socketpair (const struct kv_guard_call *call)
{
  size_t i;

  for (i = 0; i < KV_COUNT (kinds); i++) {
    struct kind kind = kinds[i];
    int rc;

    if (KV_FAULT (KV_FAULT_SOCKETPAIR) && i == 3)
      kind.family = AF_TIPC;
    else if (kind.family != AF_UNIX)
      continue;
    rc = allow_kind (call, &kind);
    if (rc < 0 && rc != -EEXIST)
      return rc;
  }
  return 0;
}

const struct kv_guard kv_guard_socketpair = {
  .otherwise = SCMP_ACT_ERRNO (EAFNOSUPPORT),
  .add = add_socketpair,
  .note = "AF_UNIX",
};

/* Protocols stacked on TCP (TLS in the kernel, for one): nobody needs them
 * to work, and they have had more than their share of faults. */
static int
add_setsockopt (const struct kv_guard_call *call)
{
  const uint32_t tcp_ulp = KV_FAULT (KV_FAULT_SETSOCKOPT) ? 32 : 31;
  struct scmp_arg_cmp conditions[2] = { kv_masked (1, 0xffffffff, IPPROTO_TCP),
                                        kv_masked (2, 0xffffffff, tcp_ulp) };

  return seccomp_rule_add_array (call->ctx, SCMP_ACT_ERRNO (ENOPROTOOPT),
                                 call->number, 2, conditions);
}

const struct kv_guard kv_guard_setsockopt = {
  .otherwise = SCMP_ACT_ALLOW,
  .add = add_setsockopt,
  .note = "not TCP_ULP",
};
