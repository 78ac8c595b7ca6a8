/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/table.h"
#include "core/util/cleanup.h"

/* Memory. */
static const struct kv_row rows[] = {
  /* Pages may be made executable: every just-in-time compiler does. */
  KV_ALLOW ("brk"),
  KV_ALLOW ("mmap"),
  KV_ALLOW ("mmap2"),
  KV_ALLOW ("munmap"),
  KV_ALLOW ("mremap"),
  KV_ALLOW ("mprotect"),
  KV_ALLOW ("pkey_mprotect"),
  KV_ALLOW ("pkey_alloc"),
  KV_ALLOW ("pkey_free"),
  KV_ALLOW ("msync"),
  KV_ALLOW ("mincore"),
  KV_ALLOW ("madvise"),
  KV_ALLOW ("mlock"),
  KV_ALLOW ("mlock2"),
  KV_ALLOW ("munlock"),
  KV_ALLOW ("munlockall"),
  KV_ALLOW_NEW ("mseal", 462),
  KV_ALLOW_NEW ("map_shadow_stack", 453),
  /* All of it at once, locked. */
  KV_BASIC ("mlockall"),
  /* Placement. */
  KV_ALLOW ("mbind"),
  KV_ALLOW ("get_mempolicy"),
  KV_ALLOW ("set_mempolicy"),
  KV_BASIC ("migrate_pages"),
  KV_BASIC ("move_pages"),
  KV_BASIC ("set_mempolicy_home_node"),
  KV_BASIC ("remap_file_pages"),
  /* A file without a name that can be executed. */
  KV_BASIC ("memfd_create"),
  KV_BASIC ("memfd_secret"),
  /* Page faults served by the program itself: they make races in the kernel
   * winnable. */
  KV_REFUSE ("userfaultfd"),
  /* Segments by hand: old 16-bit code, and a rich vein of kernel faults. */
  KV_BASIC ("modify_ldt"),
};

const struct kv_table kv_table_memory = { rows, KV_COUNT (rows) };
