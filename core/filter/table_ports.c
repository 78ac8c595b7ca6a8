/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/table.h"
#include "core/util/cleanup.h"

/* Calls of one architecture. */
static const struct kv_row rows[] = {
  /* arm. */
  KV_ALLOW ("breakpoint"),
  KV_ALLOW ("cacheflush"),
  KV_ALLOW ("get_tls"),
  KV_ALLOW ("set_tls"),
  KV_ALLOW ("usr26"),
  KV_ALLOW ("usr32"),
  KV_REFUSE ("pciconfig_iobase"),
  KV_REFUSE ("pciconfig_read"),
  KV_REFUSE ("pciconfig_write"),
  /* mips. */
  KV_ALLOW ("cachectl"),
  KV_ABSENT ("syscall"),
  KV_ABSENT ("sysmips"),
  /* powerpc. */
  KV_ALLOW ("swapcontext"),
  KV_ALLOW ("sys_debug_setcontext"),
  KV_ALLOW ("switch_endian"),
  KV_REFUSE ("rtas"),
  KV_REFUSE ("spu_create"),
  KV_REFUSE ("spu_run"),
  KV_REFUSE ("subpage_prot"),
  /* riscv. */
  KV_ALLOW ("riscv_flush_icache"),
  KV_ALLOW ("riscv_hwprobe"),
  /* s390. */
  KV_ALLOW ("s390_guarded_storage"),
  KV_ALLOW ("s390_runtime_instr"),
  KV_ALLOW ("s390_sthyi"),
  KV_REFUSE ("s390_pci_mmio_read"),
  KV_REFUSE ("s390_pci_mmio_write"),
};

const struct kv_table kv_table_ports = { rows, KV_COUNT (rows) };
