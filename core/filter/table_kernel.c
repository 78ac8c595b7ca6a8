/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/filter/table.h"
#include "core/util/cleanup.h"

/* The machine and its administration: no program in a sandbox has business
 * here, and most of it fails without capabilities anyway.  The filter keeps
 * the code behind it out of reach. */
static const struct kv_row rows[] = {
  /* Mounts, the old calls and the new, and the root. */
  KV_REFUSE ("mount"),
  KV_REFUSE ("umount"),
  KV_REFUSE ("umount2"),
  KV_REFUSE ("pivot_root"),
  KV_REFUSE ("chroot"),
  KV_REFUSE ("open_tree"),
  KV_REFUSE_NEW ("open_tree_attr", 467),
  KV_REFUSE ("move_mount"),
  KV_REFUSE ("fsopen"),
  KV_REFUSE ("fsconfig"),
  KV_REFUSE ("fsmount"),
  KV_REFUSE ("fspick"),
  KV_REFUSE ("mount_setattr"),
  KV_REFUSE_NEW ("statmount", 457),
  KV_REFUSE_NEW ("listmount", 458),
  KV_REFUSE ("quotactl"),
  KV_REFUSE ("quotactl_fd"),
  KV_REFUSE ("swapon"),
  KV_REFUSE ("swapoff"),
  /* Programs in the kernel. */
  KV_REFUSE ("bpf"),
  KV_REFUSE ("perf_event_open"),
  KV_REFUSE ("lookup_dcookie"),
  KV_REFUSE ("init_module"),
  KV_REFUSE ("finit_module"),
  KV_REFUSE ("delete_module"),
  KV_REFUSE ("create_module"),
  KV_REFUSE ("query_module"),
  KV_REFUSE ("get_kernel_syms"),
  KV_REFUSE ("kexec_load"),
  KV_REFUSE ("kexec_file_load"),
  /* Work handed over past the filter. */
  KV_REFUSE ("io_uring_setup"),
  KV_REFUSE ("io_uring_enter"),
  KV_REFUSE ("io_uring_register"),
  /* Keys: the caller's session keyring is behind these. */
  KV_REFUSE ("add_key"),
  KV_REFUSE ("request_key"),
  KV_REFUSE ("keyctl"),
  /* The machine as a whole. */
  KV_REFUSE ("reboot"),
  KV_REFUSE ("acct"),
  KV_REFUSE ("syslog"),
  KV_REFUSE ("sethostname"),
  KV_REFUSE ("setdomainname"),
  KV_REFUSE ("vhangup"),
  KV_REFUSE ("nfsservctl"),
  KV_REFUSE ("uselib"),
  KV_REFUSE ("sysfs"),
  KV_REFUSE ("ustat"),
  KV_REFUSE ("bdflush"),
  /* Hardware. */
  KV_REFUSE ("iopl"),
  KV_REFUSE ("ioperm"),
  KV_REFUSE ("vm86"),
  KV_REFUSE ("vm86old"),
  /* Security modules. */
  KV_REFUSE_NEW ("lsm_get_self_attr", 459),
  KV_REFUSE_NEW ("lsm_set_self_attr", 460),
  KV_REFUSE_NEW ("lsm_list_modules", 461),
  /* Numbers without a call behind them in any kernel that kavach runs on. */
  KV_ABSENT ("_sysctl"),
  KV_ABSENT ("afs_syscall"),
  KV_ABSENT ("break"),
  KV_ABSENT ("epoll_ctl_old"),
  KV_ABSENT ("epoll_wait_old"),
  KV_ABSENT ("ftime"),
  KV_ABSENT ("getpmsg"),
  KV_ABSENT ("putpmsg"),
  KV_ABSENT ("gtty"),
  KV_ABSENT ("stty"),
  KV_ABSENT ("idle"),
  KV_ABSENT ("lock"),
  KV_ABSENT ("mpx"),
  KV_ABSENT ("prof"),
  KV_ABSENT ("profil"),
  KV_ABSENT ("security"),
  KV_ABSENT ("tuxcall"),
  KV_ABSENT ("ulimit"),
  KV_ABSENT ("vserver"),
  KV_ABSENT ("multiplexer"),
};

const struct kv_table kv_table_kernel = { rows, KV_COUNT (rows) };
