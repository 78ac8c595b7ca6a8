/* SPDX-License-Identifier: 0BSD */
/* ABI 1.0: where every member lies and what every number is.  The tests
 * compile this against today's headers, for each pointer size.  A line that
 * fails means that plugins already built would be misread: put the member at
 * the end, or give the change a new name.  From the first release that
 * carries ABI 1.0 on, no line here changes.
 *
 * The columns are 64-bit, 32-bit, and 32-bit with 64-bit integers aligned to
 * four bytes (i386).
 */
#include <kavach/plugin.h>

/* clang-format off */
struct align64 {
  char byte;
  uint64_t value;
};

#define PICK(lp64, ilp32, i386)                                             \
  (sizeof (void *) == 8 ? (lp64)                                            \
   : offsetof (struct align64, value) == 8 ? (ilp32) : (i386))
#define AT(type, member, lp64, ilp32, i386)                                 \
  _Static_assert (offsetof (struct type, member)                            \
                  == PICK (lp64, ilp32, i386), #type "." #member " moved")
/* Members may be appended, so a struct may have grown. */
#define SIZE(type, lp64, ilp32, i386)                                       \
  _Static_assert (sizeof (struct type) >= PICK (lp64, ilp32, i386),         \
                  #type " has shrunk")
#define VALUE(name, number)                                                 \
  _Static_assert ((int) (name) == (number), #name " has another value")

_Static_assert (KAVACH_ABI_MAJOR == 1, "this is the table of ABI 1");
_Static_assert (sizeof KAVACH_PLUGIN_ENTRY
                == sizeof "kavach_plugin_entry_v1",
                "the entry symbol names the major version");

AT (kavach_host, struct_size, 0, 0, 0);
AT (kavach_host, abi_major, 4, 4, 4);
AT (kavach_host, abi_minor, 6, 6, 6);
AT (kavach_host, release, 8, 8, 8);
AT (kavach_host, log, 16, 12, 12);
AT (kavach_host, fail, 24, 16, 16);
AT (kavach_host, config_str, 32, 20, 20);
AT (kavach_host, config_bool, 40, 24, 24);
AT (kavach_host, config_u64, 48, 28, 28);
AT (kavach_host, report_boundary, 56, 32, 32);
AT (kavach_host, report_control, 64, 36, 36);
AT (kavach_host, report_hint, 72, 40, 40);
AT (kavach_host, report_fact, 80, 44, 44);
AT (kavach_host, child_set, 88, 48, 48);
AT (kavach_host, child_keep, 96, 52, 52);
AT (kavach_host, child_data, 104, 56, 56);
AT (kavach_host, child_pid, 112, 60, 60);
AT (kavach_host, secret_put, 120, 64, 64);
AT (kavach_host, deny, 128, 68, 68);
SIZE (kavach_host, 136, 72, 72);

AT (kavach_mount, struct_size, 0, 0, 0);
AT (kavach_mount, type, 4, 4, 4);
AT (kavach_mount, flags, 8, 8, 8);
AT (kavach_mount, reserved, 12, 12, 12);
AT (kavach_mount, source, 16, 16, 16);
AT (kavach_mount, target, 24, 20, 20);
AT (kavach_mount, data, 32, 24, 24);
AT (kavach_mount, size, 40, 32, 28);
SIZE (kavach_mount, 48, 40, 36);

AT (kavach_request, struct_size, 0, 0, 0);
AT (kavach_request, flags, 4, 4, 4);
AT (kavach_request, required, 8, 8, 8);
AT (kavach_request, wanted, 16, 16, 16);
AT (kavach_request, id, 24, 24, 24);
AT (kavach_request, argv, 32, 28, 28);
AT (kavach_request, envp, 40, 32, 32);
AT (kavach_request, exec_fd, 48, 36, 36);
AT (kavach_request, n_keep_fds, 52, 40, 40);
AT (kavach_request, keep_fds, 56, 44, 44);
AT (kavach_request, mounts, 64, 48, 48);
AT (kavach_request, n_mounts, 72, 52, 52);
AT (kavach_request, namespaces, 76, 56, 56);
AT (kavach_request, rootfs, 80, 60, 60);
AT (kavach_request, hostname, 88, 64, 64);
AT (kavach_request, uid, 96, 68, 68);
AT (kavach_request, gid, 100, 72, 72);
AT (kavach_request, uid_inside, 104, 76, 76);
AT (kavach_request, gid_inside, 108, 80, 80);
AT (kavach_request, memory_max, 112, 88, 84);
AT (kavach_request, pids_max, 120, 96, 92);
AT (kavach_request, cpu_quota_us, 128, 104, 100);
AT (kavach_request, cpu_period_us, 136, 112, 108);
AT (kavach_request, cgroup_fd, 144, 120, 116);
AT (kavach_request, reserved, 148, 124, 120);
SIZE (kavach_request, 152, 128, 124);

AT (kavach_backend, struct_size, 0, 0, 0);
AT (kavach_backend, flags, 4, 4, 4);
AT (kavach_backend, open, 8, 8, 8);
AT (kavach_backend, probe, 16, 12, 12);
AT (kavach_backend, assess, 24, 16, 16);
AT (kavach_backend, prepare, 32, 20, 20);
AT (kavach_backend, spawn, 40, 24, 24);
AT (kavach_backend, kill, 48, 28, 28);
AT (kavach_backend, wait, 56, 32, 32);
AT (kavach_backend, pause, 64, 36, 36);
AT (kavach_backend, resume, 72, 40, 40);
AT (kavach_backend, destroy, 80, 44, 44);
AT (kavach_backend, close, 88, 48, 48);
SIZE (kavach_backend, 96, 52, 52);

AT (kavach_event, struct_size, 0, 0, 0);
AT (kavach_event, type, 4, 4, 4);
AT (kavach_event, sequence, 8, 8, 8);
AT (kavach_event, time_ns, 16, 16, 16);
AT (kavach_event, request_id, 24, 24, 24);
AT (kavach_event, json, 32, 28, 28);
AT (kavach_event, json_len, 40, 32, 32);
AT (kavach_event, reserved, 44, 36, 36);
SIZE (kavach_event, 48, 40, 40);

AT (kavach_audit, struct_size, 0, 0, 0);
AT (kavach_audit, flags, 4, 4, 4);
AT (kavach_audit, open, 8, 8, 8);
AT (kavach_audit, review, 16, 12, 12);
AT (kavach_audit, record, 24, 16, 16);
AT (kavach_audit, sync, 32, 20, 20);
AT (kavach_audit, close, 40, 24, 24);
SIZE (kavach_audit, 48, 28, 28);

AT (kavach_secret_ref, struct_size, 0, 0, 0);
AT (kavach_secret_ref, flags, 4, 4, 4);
AT (kavach_secret_ref, uri, 8, 8, 8);
AT (kavach_secret_ref, purpose, 16, 12, 12);
AT (kavach_secret_ref, request_id, 24, 16, 16);
AT (kavach_secret_ref, max_ttl_ns, 32, 24, 20);
SIZE (kavach_secret_ref, 40, 32, 28);

AT (kavach_credential, struct_size, 0, 0, 0);
AT (kavach_credential, flags, 4, 4, 4);
AT (kavach_credential, schemes, 8, 8, 8);
AT (kavach_credential, open, 16, 12, 12);
AT (kavach_credential, fetch, 24, 16, 16);
AT (kavach_credential, revoke, 32, 20, 20);
AT (kavach_credential, close, 40, 24, 24);
SIZE (kavach_credential, 48, 28, 28);

AT (kavach_plugin, struct_size, 0, 0, 0);
AT (kavach_plugin, abi_minor, 4, 4, 4);
AT (kavach_plugin, min_host_minor, 6, 6, 6);
AT (kavach_plugin, kind, 8, 8, 8);
AT (kavach_plugin, flags, 12, 12, 12);
AT (kavach_plugin, name, 16, 16, 16);
AT (kavach_plugin, version, 24, 20, 20);
AT (kavach_plugin, summary, 32, 24, 24);
AT (kavach_plugin, config_keys, 40, 28, 28);
AT (kavach_plugin, ops, 48, 32, 32);
SIZE (kavach_plugin, 56, 36, 36);

VALUE (KAVACH_BACKEND, 1);
VALUE (KAVACH_AUDIT, 2);
VALUE (KAVACH_CREDENTIAL, 3);

VALUE (KAVACH_LOG_ERROR, 0);
VALUE (KAVACH_LOG_WARNING, 1);
VALUE (KAVACH_LOG_INFO, 2);
VALUE (KAVACH_LOG_DEBUG, 3);

VALUE (KAVACH_NONE, 0);
VALUE (KAVACH_PARTIAL, 1);
VALUE (KAVACH_FULL, 2);

VALUE (KAVACH_BOUNDARY_NONE, 0);
VALUE (KAVACH_BOUNDARY_NAMESPACE, 20);
VALUE (KAVACH_BOUNDARY_USER_KERNEL, 30);
VALUE (KAVACH_BOUNDARY_VM, 40);

VALUE (KAVACH_CTL_FS_READ, 0);
VALUE (KAVACH_CTL_FS_WRITE, 1);
VALUE (KAVACH_CTL_FS_EXEC, 2);
VALUE (KAVACH_CTL_NET_OUT, 3);
VALUE (KAVACH_CTL_NET_IN, 4);
VALUE (KAVACH_CTL_NET_PROXY, 5);
VALUE (KAVACH_CTL_SYSCALLS, 6);
VALUE (KAVACH_CTL_PROCESSES, 7);
VALUE (KAVACH_CTL_IPC, 8);
VALUE (KAVACH_CTL_CAPABILITIES, 9);
VALUE (KAVACH_CTL_NO_NEW_PRIVS, 10);
VALUE (KAVACH_CTL_USER, 11);
VALUE (KAVACH_CTL_DEVICES, 12);
VALUE (KAVACH_CTL_TERMINAL, 13);
VALUE (KAVACH_CTL_ENVIRONMENT, 14);
VALUE (KAVACH_CTL_DESCRIPTORS, 15);
VALUE (KAVACH_CTL_KEYRING, 16);
VALUE (KAVACH_CTL_MEMORY, 17);
VALUE (KAVACH_CTL_CPU, 18);
VALUE (KAVACH_CTL_PIDS, 19);
VALUE (KAVACH_CTL_FILE_SIZE, 20);
VALUE (KAVACH_CTL_TMP_SIZE, 21);
VALUE (KAVACH_CTL_WALL_TIME, 22);
VALUE (KAVACH_CTL_KILL_TREE, 23);
VALUE (KAVACH_CTL_OWN_KERNEL, 24);
VALUE (KAVACH_CTL_ROOTFS, 25);
VALUE (KAVACH_CTL_PAUSE, 26);

VALUE (KAVACH_NS_USER, 1);
VALUE (KAVACH_NS_MOUNT, 2);
VALUE (KAVACH_NS_PID, 4);
VALUE (KAVACH_NS_NET, 8);
VALUE (KAVACH_NS_IPC, 16);
VALUE (KAVACH_NS_UTS, 32);
VALUE (KAVACH_NS_CGROUP, 64);

VALUE (KAVACH_MOUNT_BIND, 1);
VALUE (KAVACH_MOUNT_SCRATCH, 2);
VALUE (KAVACH_MOUNT_PROC, 3);
VALUE (KAVACH_MOUNT_DEV, 4);
VALUE (KAVACH_MOUNT_FILE, 5);
VALUE (KAVACH_MOUNT_SYMLINK, 6);
VALUE (KAVACH_MOUNT_MASK, 7);

VALUE (KAVACH_MOUNT_WRITE, 1);
VALUE (KAVACH_MOUNT_EXEC, 2);
VALUE (KAVACH_MOUNT_IDMAP, 4);
VALUE (KAVACH_MOUNT_OPTIONAL, 8);

VALUE (KAVACH_REQUEST_ALLOW_ROOT, 1);
VALUE (KAVACH_REQUEST_LOOPBACK, 2);

VALUE (KAVACH_BACKEND_CGROUP_FD, 1);
VALUE (KAVACH_BACKEND_NEEDS_IMAGE, 2);
