/* SPDX-License-Identifier: 0BSD */
/* <kavach/abi.h> - the numbers both sides of the plugin border agree on.
 *
 * Every value in this file is frozen once released: members are only
 * appended, numbers are never reused, and zero always means "as before".
 * Enumerations travel as uint32_t or int, because the size of an enum is no
 * part of a C ABI.
 */
#ifndef KAVACH_ABI_H
#define KAVACH_ABI_H

#include <stddef.h>
#include <stdint.h>

/* The major version is also in the name of the entry symbol. */
#define KAVACH_ABI_MAJOR 1
#define KAVACH_ABI_MINOR 0

/* True when the other side's struct is long enough to have MEMBER.  PTR
 * points to a struct whose first member is uint32_t struct_size. */
#define KAVACH_HAS(ptr, member)                                                \
  ((ptr)->struct_size                                                          \
   >= offsetof (__typeof__ (*(ptr)), member) + sizeof ((ptr)->member))

enum kavach_kind {
  KAVACH_BACKEND = 1,
  KAVACH_AUDIT = 2,
  KAVACH_CREDENTIAL = 3
};

enum kavach_log_level {
  KAVACH_LOG_ERROR = 0,
  KAVACH_LOG_WARNING = 1,
  KAVACH_LOG_INFO = 2,
  KAVACH_LOG_DEBUG = 3
};

/* How far a control is enforced.  PARTIAL never satisfies a requirement. */
enum kavach_level { KAVACH_NONE = 0, KAVACH_PARTIAL = 1, KAVACH_FULL = 2 };

/* What stands between the command and the host's kernel.  The gaps leave
 * room for boundaries nobody has built yet. */
enum kavach_boundary {
  KAVACH_BOUNDARY_NONE = 0,
  KAVACH_BOUNDARY_NAMESPACE = 20,
  KAVACH_BOUNDARY_USER_KERNEL = 30,
  KAVACH_BOUNDARY_VM = 40
};

/* Controls: the one vocabulary of policy, plugins, score and report.  These
 * are bit numbers; KAVACH_BIT makes the mask.  A new restriction gets a new
 * number, which an older plugin cannot claim: growth fails closed. */
enum kavach_control {
  KAVACH_CTL_FS_READ = 0,
  KAVACH_CTL_FS_WRITE = 1,
  KAVACH_CTL_FS_EXEC = 2,
  KAVACH_CTL_NET_OUT = 3,
  KAVACH_CTL_NET_IN = 4,
  KAVACH_CTL_NET_PROXY = 5,
  KAVACH_CTL_SYSCALLS = 6,
  KAVACH_CTL_PROCESSES = 7,
  KAVACH_CTL_IPC = 8,
  KAVACH_CTL_CAPABILITIES = 9,
  KAVACH_CTL_NO_NEW_PRIVS = 10,
  KAVACH_CTL_USER = 11,
  KAVACH_CTL_DEVICES = 12,
  KAVACH_CTL_TERMINAL = 13,
  KAVACH_CTL_ENVIRONMENT = 14,
  KAVACH_CTL_DESCRIPTORS = 15,
  KAVACH_CTL_KEYRING = 16,
  KAVACH_CTL_MEMORY = 17,
  KAVACH_CTL_CPU = 18,
  KAVACH_CTL_PIDS = 19,
  KAVACH_CTL_FILE_SIZE = 20,
  KAVACH_CTL_TMP_SIZE = 21,
  KAVACH_CTL_WALL_TIME = 22,
  KAVACH_CTL_KILL_TREE = 23,
  KAVACH_CTL_OWN_KERNEL = 24,
  KAVACH_CTL_ROOTFS = 25,
  KAVACH_CTL_PAUSE = 26
};
#define KAVACH_CTL_COUNT 27
#define KAVACH_BIT(control) (UINT64_C (1) << (control))

/* Owned by the host; a plugin only ever holds a pointer to one. */
struct kavach_config;
struct kavach_report;
struct kavach_child;
struct kavach_secret;
struct kavach_verdict;

#endif
