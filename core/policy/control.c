/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/policy/control.h"
#include "core/util/cleanup.h"

const char *const kv_control_names[KAVACH_CTL_COUNT] = {
  [KAVACH_CTL_FS_READ] = "fs-read",
  [KAVACH_CTL_FS_WRITE] = "fs-write",
  [KAVACH_CTL_FS_EXEC] = "fs-exec",
  [KAVACH_CTL_NET_OUT] = "net-out",
  [KAVACH_CTL_NET_IN] = "net-in",
  [KAVACH_CTL_NET_PROXY] = "net-proxy",
  [KAVACH_CTL_SYSCALLS] = "syscalls",
  [KAVACH_CTL_PROCESSES] = "processes",
  [KAVACH_CTL_IPC] = "ipc",
  [KAVACH_CTL_CAPABILITIES] = "capabilities",
  [KAVACH_CTL_NO_NEW_PRIVS] = "no-new-privs",
  [KAVACH_CTL_USER] = "user",
  [KAVACH_CTL_DEVICES] = "devices",
  [KAVACH_CTL_TERMINAL] = "terminal",
  [KAVACH_CTL_ENVIRONMENT] = "environment",
  [KAVACH_CTL_DESCRIPTORS] = "descriptors",
  [KAVACH_CTL_KEYRING] = "keyring",
  [KAVACH_CTL_MEMORY] = "memory",
  [KAVACH_CTL_CPU] = "cpu",
  [KAVACH_CTL_PIDS] = "pids",
  [KAVACH_CTL_FILE_SIZE] = "file-size",
  [KAVACH_CTL_TMP_SIZE] = "tmp-size",
  [KAVACH_CTL_WALL_TIME] = "wall-time",
  [KAVACH_CTL_KILL_TREE] = "kill-tree",
  [KAVACH_CTL_OWN_KERNEL] = "own-kernel",
  [KAVACH_CTL_ROOTFS] = "rootfs",
  [KAVACH_CTL_PAUSE] = "pause",
};

const char *
kv_control_name (int control)
{
  if (control < 0 || control >= KAVACH_CTL_COUNT)
    return NULL;
  return kv_control_names[control];
}

int
kv_control_by_name (const char *name)
{
  int i;

  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (strcmp (kv_control_names[i], name) == 0)
      return i;
  return -1;
}

const char *
kv_level_name (int level)
{
  static const char *const words[] = { "none", "partial", "full" };

  return level >= 0 && (size_t) level < KV_COUNT (words) ? words[level]
                                                         : "unknown";
}

const char *
kv_known_name (int known)
{
  static const char *const words[] = { "claimed", "self-tested", "seen" };

  return known >= 0 && (size_t) known < KV_COUNT (words) ? words[known]
                                                         : "unknown";
}

void
kv_control_set (struct kv_controls *controls, int control, int level,
                const char *mechanism)
{
  struct kv_control_state *state;

  if (control < 0 || control >= KAVACH_CTL_COUNT)
    return;
  state = &controls->c[control];
  state->level = (uint8_t) level;
  snprintf (state->mechanism, sizeof state->mechanism, "%s",
            mechanism != NULL && level != KAVACH_NONE ? mechanism : "");
  if (level == KAVACH_FULL)
    state->hint[0] = '\0';
}

void
kv_control_hint (struct kv_controls *controls, int control, const char *hint)
{
  if (control < 0 || control >= KAVACH_CTL_COUNT)
    return;
  snprintf (controls->c[control].hint, sizeof controls->c[control].hint, "%s",
            hint != NULL ? hint : "");
}

static void
join_mechanism (struct kv_control_state *into,
                const struct kv_control_state *from)
{
  size_t used = strlen (into->mechanism), more = strlen (from->mechanism);

  if (more == 0 || strstr (into->mechanism, from->mechanism) != NULL)
    return;
  /* What does not fit whole is left out: half a word would name something
   * that does not exist. */
  if (used + 3 + more >= sizeof into->mechanism)
    return;
  if (used > 0) {
    memcpy (into->mechanism + used, " + ", 3);
    used += 3;
  }
  memcpy (into->mechanism + used, from->mechanism, more + 1);
}

static void
join_one (struct kv_control_state *into, const struct kv_control_state *from)
{
  if (from->level > into->level) {
    struct kv_control_state old = *into;

    *into = *from;
    if (into->hint[0] == '\0')
      memcpy (into->hint, old.hint, sizeof into->hint);
  }
  else {
    if (from->level == into->level && from->level != KAVACH_NONE) {
      join_mechanism (into, from);
      if (from->known > into->known)
        into->known = from->known;
    }
    if (into->hint[0] == '\0')
      memcpy (into->hint, from->hint, sizeof into->hint);
  }
  if (into->level == KAVACH_FULL)
    into->hint[0] = '\0';
}

void
kv_controls_join (struct kv_controls *into, const struct kv_controls *from)
{
  int i;

  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    join_one (&into->c[i], &from->c[i]);
}

uint64_t
kv_controls_full (const struct kv_controls *controls)
{
  uint64_t set = 0;
  int i;

  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (controls->c[i].level == KAVACH_FULL)
      set |= KAVACH_BIT (i);
  return set;
}

void
kv_controls_list (char *out, size_t size, uint64_t set)
{
  size_t used = 0;
  int i;

  if (size == 0)
    return;
  out[0] = '\0';
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    int n;

    if ((set & KAVACH_BIT (i)) == 0)
      continue;
    n = snprintf (out + used, size - used, "%s%s", used > 0 ? ", " : "",
                  kv_control_names[i]);
    if (n < 0 || (size_t) n >= size - used)
      return;
    used += (size_t) n;
  }
}
