/* SPDX-License-Identifier: Apache-2.0 */
/* What the entry function returned, checked in a fixed order, each failure
 * with a code of its own, and copied: the smaller of both sizes into zeroed
 * structs of the shim's.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/loader/name.h"
#include "core/shim/shim.h"
#include "core/util/cleanup.h"

#define END_OF(type, member)                                                   \
  (offsetof (type, member) + sizeof (((type *) NULL)->member))

static const char *
kind_name (uint32_t kind)
{
  switch (kind) {
  case KAVACH_BACKEND:
    return "backend";
  case KAVACH_AUDIT:
    return "audit";
  case KAVACH_CREDENTIAL:
    return "credential";
  default:
    return "unknown";
  }
}

static void
copy_sized (void *to, size_t size, const void *from, uint32_t from_size)
{
  memset (to, 0, size);
  memcpy (to, from, from_size < size ? from_size : size);
}

static int
check_descriptor (struct plugin *p, const struct kavach_plugin *d,
                  struct kv_error *err)
{
  uint32_t unknown;

  if (d == NULL)
    return kv_fail (err, "KVL-08", "%s: the entry function returned NULL",
                    p->path);
  if (d->struct_size < END_OF (struct kavach_plugin, ops))
    return kv_fail (err, "KVL-09",
                    "%s: the descriptor is %u bytes, the shortest there "
                    "ever was has %zu",
                    p->path, d->struct_size,
                    END_OF (struct kavach_plugin, ops));
  copy_sized (&p->desc, sizeof p->desc, d, d->struct_size);

  if (p->desc.min_host_minor > KAVACH_ABI_MINOR) {
    kv_fail (err, "KVL-10", "%s needs ABI %d.%u, this kavach has %d.%d",
             p->path, KAVACH_ABI_MAJOR, p->desc.min_host_minor,
             KAVACH_ABI_MAJOR, KAVACH_ABI_MINOR);
    return kv_error_hint (err, "install a newer kavach");
  }
  unknown = p->desc.flags & KAVACH_PLUGIN_FLAGS_INCOMPATIBLE;
  if (unknown != 0) {
    kv_fail (err, "KVL-11", "%s sets flags this kavach must know: 0x%08x",
             p->path, unknown);
    return kv_error_hint (err, "install a newer kavach");
  }
  return 0;
}

static int
check_identity (const struct plugin *p, const char *name, uint32_t kind,
                struct kv_error *err)
{
  char shown[64];

  if (p->desc.kind < KAVACH_BACKEND || p->desc.kind > KAVACH_CREDENTIAL)
    return kv_fail (err, "KVL-12", "%s is of kind %u, which there is not",
                    p->path, p->desc.kind);
  if (kind != 0 && p->desc.kind != kind)
    return kv_fail (err, "KVL-12", "%s is of kind %s, its manifest says %s",
                    p->path, kind_name (p->desc.kind), kind_name (kind));
  if (!kv_name_ok (p->desc.name)) {
    kv_escape (shown, sizeof shown, p->desc.name != NULL ? p->desc.name : "");
    kv_fail (err, "KVL-13", "%s calls itself \"%s\", which is no name", p->path,
             shown);
    return kv_error_hint (err, "a name is [a-z][a-z0-9-]{0,31}");
  }
  if (name != NULL && strcmp (name, p->desc.name) != 0) {
    kv_fail (err, "KVL-14", "%s calls itself \"%s\", its file \"%s\"", p->path,
             p->desc.name, name);
    return kv_error_hint (err, "install it as kavach-%s.so", p->desc.name);
  }
  return 0;
}

static int
missing (const struct plugin *p, const char *callback, struct kv_error *err)
{
  return kv_fail (err, "KVL-07", "%s has no callback \"%s\"", p->path,
                  callback);
}

static int
check_size (const struct plugin *p, uint32_t size, size_t least,
            struct kv_error *err)
{
  if (size >= least)
    return 0;
  return kv_fail (err, "KVL-15",
                  "%s: the table of callbacks is %u bytes, at least %zu are "
                  "needed",
                  p->path, size, least);
}

static int
check_ops (struct plugin *p, struct kv_error *err)
{
  const void *ops = p->desc.ops;
  uint32_t size;

  if (ops == NULL)
    return kv_fail (err, "KVL-15", "%s has no table of callbacks", p->path);
  memcpy (&size, ops, sizeof size);

  switch (p->desc.kind) {
  case KAVACH_BACKEND:
    if (check_size (p, size, END_OF (struct kavach_backend, spawn), err) < 0)
      return -1;
    copy_sized (&p->backend, sizeof p->backend, ops, size);
    if (p->backend.probe == NULL)
      return missing (p, "probe", err);
    return p->backend.spawn == NULL ? missing (p, "spawn", err) : 0;
  case KAVACH_AUDIT:
    if (check_size (p, size, END_OF (struct kavach_audit, record), err) < 0)
      return -1;
    copy_sized (&p->audit, sizeof p->audit, ops, size);
    return p->audit.record == NULL ? missing (p, "record", err) : 0;
  default:
    if (check_size (p, size, END_OF (struct kavach_credential, fetch), err) < 0)
      return -1;
    copy_sized (&p->credential, sizeof p->credential, ops, size);
    if (p->credential.schemes == NULL)
      return missing (p, "schemes", err);
    return p->credential.fetch == NULL ? missing (p, "fetch", err) : 0;
  }
}

static bool
key_known (const struct plugin *p, const char *key)
{
  const char *const *known = p->desc.config_keys;

  for (; known != NULL && *known != NULL; known++)
    if (strcmp (*known, key) == 0)
      return true;
  return false;
}

static int
check_config (const struct plugin *p, struct kv_error *err)
{
  const char *const *known = p->desc.config_keys;
  char list[256];
  size_t used = 0;
  uint32_t i;

  for (i = 0; i < p->config.count; i++)
    if (!key_known (p, p->config.entries[i].key))
      break;
  if (i == p->config.count)
    return 0;

  list[0] = '\0';
  for (; known != NULL && *known != NULL && used < sizeof list; known++)
    used += (size_t) snprintf (list + used, sizeof list - used, " %s", *known);
  kv_fail (err, "KVL-16", "%s has no configuration key \"%s\"", p->path,
           p->config.entries[i].key);
  return kv_error_hint (
      err, list[0] != '\0' ? "it knows:%s" : "it takes no configuration%s",
      list);
}

int
check_plugin (struct plugin *p, kavach_plugin_entry entry,
              const char *expected_name, uint32_t expected_kind,
              struct kv_error *err)
{
  const struct kavach_plugin *descriptor;

  guard_enter ();
  descriptor = entry (shim_host ());
  if (guard_leave (err) < 0)
    return -1;
  if (check_descriptor (p, descriptor, err) < 0
      || check_identity (p, expected_name, expected_kind, err) < 0
      || check_ops (p, err) < 0)
    return -1;
  return check_config (p, err);
}
