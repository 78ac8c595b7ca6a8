/* SPDX-License-Identifier: Apache-2.0 */
/* Protections that a test build leaves out one at a time
 * (-DNAMESPACE_FAULT=N), to show that what reads them back notices.  In the
 * real object FAULT is the constant 0 and nothing of it remains. */
#ifndef NAMESPACE_FAULT_H
#define NAMESPACE_FAULT_H

enum namespace_fault {
  FAULT_NET = 1,
  FAULT_PID = 2,
  FAULT_IPC = 3,
  FAULT_UTS = 4,
  /* Binds without WRITE and the root stay writable. */
  FAULT_READ_ONLY = 5,
  FAULT_MASKS = 6,
  FAULT_NOSUID_NODEV = 7,
  /* The host's /dev. */
  FAULT_DEV = 8,
  FAULT_USER = 9,
  FAULT_NOEXEC = 10,
  /* The old root stays mounted at /.old-root. */
  FAULT_OLD_ROOT = 11,
  FAULT_TMPFS_SIZE = 12,
  /* /usr/share where /opt was asked for. */
  FAULT_SOURCE = 13,
  /* A folder of the host's where an empty one was asked for. */
  FAULT_SCRATCH = 14
};

#ifdef NAMESPACE_FAULT
#define FAULT(name) (NAMESPACE_FAULT == FAULT_##name)
#else
#define FAULT(name) 0
#endif

#endif
