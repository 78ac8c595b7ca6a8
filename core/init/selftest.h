/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts at what must fail, one function a control.  BEFORE runs without
 * Landlock and the filter; ATTEMPT under both, and does no harm where the
 * protection is missing. */
#ifndef KV_SELFTEST_H
#define KV_SELFTEST_H

#include "core/init/init.h"

enum kv_answer kv_test_read (const struct kv_init *);
enum kv_answer kv_test_write (const struct kv_init *);
enum kv_answer kv_test_exec (const struct kv_init *);
enum kv_answer kv_test_devices (const struct kv_init *);
void kv_before_read (struct kv_init *);
void kv_before_write (struct kv_init *);
void kv_before_exec (struct kv_init *);
void kv_before_devices (struct kv_init *);

enum kv_answer kv_test_calls (const struct kv_init *);
enum kv_answer kv_test_network (const struct kv_init *);
enum kv_answer kv_test_ipc (const struct kv_init *);
enum kv_answer kv_test_keyring (const struct kv_init *);
void kv_before_calls (struct kv_init *);
void kv_before_ipc (struct kv_init *);

enum kv_answer kv_test_processes (const struct kv_init *);
enum kv_answer kv_test_capabilities (const struct kv_init *);
enum kv_answer kv_test_no_new_privs (const struct kv_init *);
enum kv_answer kv_test_user (const struct kv_init *);
enum kv_answer kv_test_terminal (const struct kv_init *);
enum kv_answer kv_test_environment (const struct kv_init *);
enum kv_answer kv_test_descriptors (const struct kv_init *);
enum kv_answer kv_test_pids (const struct kv_init *);
enum kv_answer kv_test_file_size (const struct kv_init *);
enum kv_answer kv_test_kill_tree (const struct kv_init *);
void kv_before_processes (struct kv_init *);
void kv_before_terminal (struct kv_init *);
void kv_before_descriptors (struct kv_init *);

#endif
