/* SPDX-License-Identifier: Apache-2.0 */
/* The words of rows.def.  What scores the answers reads the rows; only
 * kavach-init has the functions.
 */
#ifndef KV_PROBE_ROWS_H
#define KV_PROBE_ROWS_H

enum kv_verdict {
  /* Attempted, and refused. */
  KV_VERDICT_HELD = 0,
  /* Attempted, and it went through. */
  KV_VERDICT_REACHED = 1,
  /* Not attempted, or nobody knows how it went: holds nothing. */
  KV_VERDICT_UNANSWERED = 2,
  /* There is nothing to reach on this host. */
  KV_VERDICT_NOTHING = 3
};

enum kv_probe_flag {
  /* Uses something up or ends something: in a run of its own. */
  KV_PROBE_ALONE = 1 << 0,
  /* Outside of a sandbox it would change the host. */
  KV_PROBE_INSIDE = 1 << 1,
  /* Its ceiling holds only where the policy asks for the control. */
  KV_PROBE_WHEN_ASKED = 1 << 2
};

/* What is permitted, and has to work. */
enum kv_twin {
  /* A call that every program makes. */
  KV_TWIN_CALL = 0,
  /* A file of the workspace, which holds what was planted. */
  KV_TWIN_READ,
  /* A file in the folder for temporary ones. */
  KV_TWIN_WRITE,
  /* A child, a signal to it, and its end. */
  KV_TWIN_FORK,
  /* How much is in a pipe. */
  KV_TWIN_IOCTL,
  KV_TWIN_COUNT
};

#endif
