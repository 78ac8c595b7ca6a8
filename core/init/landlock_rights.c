/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>

#include "core/init/landlock_abi.h"
#include "core/util/cleanup.h"
#include "core/wire/plan.h"

/* Rights by the ABI that brought them. */
static const struct {
  uint32_t since;
  uint64_t rights;
} ages[] = {
  { 1, KV_LL_EXECUTE | KV_LL_WRITE_FILE | KV_LL_READ_FILE | KV_LL_READ_DIR
           | KV_LL_REMOVE_DIR | KV_LL_REMOVE_FILE | KV_LL_MAKE_CHAR
           | KV_LL_MAKE_DIR | KV_LL_MAKE_REG | KV_LL_MAKE_SOCK | KV_LL_MAKE_FIFO
           | KV_LL_MAKE_BLOCK | KV_LL_MAKE_SYM },
  { 2, KV_LL_REFER },
  { 3, KV_LL_TRUNCATE },
  { 5, KV_LL_IOCTL_DEV },
  { 9, KV_LL_RESOLVE_UNIX },
};

/* Device nodes are never made, whatever a path grants. */
static const struct {
  uint32_t access;
  uint64_t rights;
} grants[] = {
  { KV_ACCESS_READ, KV_LL_READ_FILE | KV_LL_READ_DIR },
  { KV_ACCESS_WRITE, KV_LL_WRITE_FILE | KV_LL_TRUNCATE | KV_LL_REMOVE_DIR
                         | KV_LL_REMOVE_FILE | KV_LL_MAKE_DIR | KV_LL_MAKE_REG
                         | KV_LL_MAKE_SOCK | KV_LL_MAKE_FIFO | KV_LL_MAKE_SYM
                         | KV_LL_REFER | KV_LL_RESOLVE_UNIX },
  { KV_ACCESS_EXEC, KV_LL_EXECUTE },
  { KV_ACCESS_DEVICE, KV_LL_READ_FILE | KV_LL_READ_DIR | KV_LL_WRITE_FILE
                          | KV_LL_TRUNCATE | KV_LL_IOCTL_DEV },
};

/* The kernel refuses any other right on something that is no folder. */
#define FILE_RIGHTS                                                            \
  (KV_LL_EXECUTE | KV_LL_WRITE_FILE | KV_LL_READ_FILE | KV_LL_TRUNCATE         \
   | KV_LL_IOCTL_DEV | KV_LL_RESOLVE_UNIX)

uint64_t
kv_ll_fs_rights (uint32_t abi)
{
  uint64_t rights = 0;
  size_t i;

  for (i = 0; i < KV_COUNT (ages); i++)
    if (abi >= ages[i].since)
      rights |= ages[i].rights;
  return rights;
}

uint64_t
kv_ll_grant (uint32_t abi, uint32_t access, int is_folder)
{
  uint64_t rights = 0;
  size_t i;

  for (i = 0; i < KV_COUNT (grants); i++)
    if ((access & grants[i].access) != 0)
      rights |= grants[i].rights;
  if (!is_folder)
    rights &= FILE_RIGHTS;
  return rights & kv_ll_fs_rights (abi);
}
