/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock as the kernel has it, under names of kavach's own: the headers of
 * the oldest supported systems end at ABI 2.
 */
#ifndef KV_LANDLOCK_ABI_H
#define KV_LANDLOCK_ABI_H

#include <stdint.h>
#include <sys/syscall.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

/* The newest whose rights are known here; a newer kernel is used as this. */
#define KV_LL_ABI_NEWEST 9

#define KV_LL_EXECUTE (UINT64_C (1) << 0)
#define KV_LL_WRITE_FILE (UINT64_C (1) << 1)
#define KV_LL_READ_FILE (UINT64_C (1) << 2)
#define KV_LL_READ_DIR (UINT64_C (1) << 3)
#define KV_LL_REMOVE_DIR (UINT64_C (1) << 4)
#define KV_LL_REMOVE_FILE (UINT64_C (1) << 5)
#define KV_LL_MAKE_CHAR (UINT64_C (1) << 6)
#define KV_LL_MAKE_DIR (UINT64_C (1) << 7)
#define KV_LL_MAKE_REG (UINT64_C (1) << 8)
#define KV_LL_MAKE_SOCK (UINT64_C (1) << 9)
#define KV_LL_MAKE_FIFO (UINT64_C (1) << 10)
#define KV_LL_MAKE_BLOCK (UINT64_C (1) << 11)
#define KV_LL_MAKE_SYM (UINT64_C (1) << 12)
#define KV_LL_REFER (UINT64_C (1) << 13)
#define KV_LL_TRUNCATE (UINT64_C (1) << 14)
#define KV_LL_IOCTL_DEV (UINT64_C (1) << 15)
#define KV_LL_RESOLVE_UNIX (UINT64_C (1) << 16)

#define KV_LL_BIND_TCP (UINT64_C (1) << 0)
#define KV_LL_CONNECT_TCP (UINT64_C (1) << 1)

#define KV_LL_SCOPE_ABSTRACT (UINT64_C (1) << 0)
#define KV_LL_SCOPE_SIGNAL (UINT64_C (1) << 1)

#define KV_LL_CREATE_VERSION 1u
/* From ABI 7: init's own attempts would fill the audit log. */
#define KV_LL_LOG_SAME_EXEC_OFF 1u
#define KV_LL_RULE_PATH 1

struct kv_ll_ruleset {
  uint64_t fs;
  uint64_t net;
  uint64_t scoped;
};

struct kv_ll_path {
  uint64_t access;
  int32_t fd;
} __attribute__ ((packed));

/* Every file system right of ABI. */
uint64_t kv_ll_fs_rights (uint32_t abi);
/* What a grant (set of enum kv_access) on a folder, or on anything else,
 * comes to. */
uint64_t kv_ll_grant (uint32_t abi, uint32_t access, int is_folder);

#endif
