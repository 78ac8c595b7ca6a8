/* SPDX-License-Identifier: Apache-2.0 */
/* The tests' build plants one fault at a time, to see that a test notices;
 * in the product every one of these is the constant 0. */
#ifndef KV_FILTER_FAULT_H
#define KV_FILTER_FAULT_H

enum kv_fault_kind {
  KV_FAULT_NONE = 0,
  KV_FAULT_DEFAULT_ALLOW,
  KV_FAULT_BAD_ARCH,
  KV_FAULT_REFUSED_ALLOWED,
  KV_FAULT_CLONE3,
  KV_FAULT_CLONE_MASK,
  KV_FAULT_PERSONALITY,
  KV_FAULT_PRCTL,
  KV_FAULT_SCHEDULER,
  KV_FAULT_OTHERS,
  KV_FAULT_PRLIMIT,
  KV_FAULT_IOCTL_64_BITS,
  KV_FAULT_IOCTL_LINUX,
  KV_FAULT_MKNOD,
  KV_FAULT_SET_ID,
  KV_FAULT_OPEN_SET_ID,
  KV_FAULT_SOCKET_FAMILY,
  KV_FAULT_SOCKET_PROTOCOL,
  KV_FAULT_SOCKET_TYPE,
  KV_FAULT_NETLINK,
  KV_FAULT_SOCKETPAIR,
  KV_FAULT_SETSOCKOPT,
  KV_FAULT_SOCKETCALL,
  KV_FAULT_FLAG_IGNORED,
  KV_FAULT_LINK,
  /* Seen by tests/unit/filter_words. */
  KV_FAULT_OF_WORDS,
  KV_FAULT_ALLOW_NEXT = KV_FAULT_OF_WORDS,
  KV_FAULT_DENY_IGNORED,
  /* Seen by tests/unit/filter_file. */
  KV_FAULT_OF_FILES,
  KV_FAULT_FILE_RULE = KV_FAULT_OF_FILES,
  KV_FAULT_FILE_ARGS,
  KV_FAULT_FILE_CAPS,
  KV_FAULT_FILE_ALLOW,
  KV_FAULT_END
};

#ifdef KV_FILTER_FAULT
extern int kv_filter_fault;
#define KV_FAULT(which) (kv_filter_fault == (which))
#else
#define KV_FAULT(which) 0
#endif

#endif
