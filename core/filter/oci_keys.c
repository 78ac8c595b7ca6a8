/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/filter/oci_private.h"
#include "core/util/cleanup.h"

#define KEY(where, word, what, number, ...)                                    \
  {                                                                            \
    .owner = KV_OCI_IN_##where, .name = (word), .type = KV_OCI_##what,         \
    .id = KV_OCI_##number, ##__VA_ARGS__                                       \
  }

static const struct kv_oci_key keys[] = {
  KEY (PROFILE, "defaultAction", TEXT, DEFAULT_ACTION, .needed = true),
  KEY (PROFILE, "defaultErrnoRet", NUMBER, DEFAULT_ERRNO_RET),
  KEY (PROFILE, "defaultErrno", TEXT, DEFAULT_ERRNO),
  KEY (PROFILE, "architectures", TEXTS, ARCHITECTURES),
  KEY (PROFILE, "archMap", OBJECTS, ARCH_MAP, .inner = KV_OCI_IN_ARCH_MAP),
  KEY (PROFILE, "flags", TEXTS, FLAGS),
  KEY (PROFILE, "listenerPath", TEXT, LISTENER_PATH),
  KEY (PROFILE, "listenerMetadata", ANYTHING, COMMENT),
  KEY (PROFILE, "syscalls", OBJECTS, SYSCALLS, .inner = KV_OCI_IN_RULE),
  KEY (PROFILE, "comment", ANYTHING, COMMENT),
  KEY (ARCH_MAP, "architecture", TEXT, ARCHITECTURE, .needed = true),
  KEY (ARCH_MAP, "subArchitectures", TEXTS, SUB_ARCHITECTURES),
  KEY (ARCH_MAP, "comment", ANYTHING, COMMENT),
  KEY (RULE, "names", TEXTS, NAMES),
  /* Of older profiles. */
  KEY (RULE, "name", TEXT, NAME),
  KEY (RULE, "action", TEXT, ACTION, .needed = true),
  KEY (RULE, "errnoRet", NUMBER, ERRNO_RET),
  KEY (RULE, "errno", TEXT, ERRNO_NAME),
  KEY (RULE, "args", OBJECTS, ARGS, .inner = KV_OCI_IN_ARG),
  KEY (RULE, "includes", OBJECT, INCLUDES, .inner = KV_OCI_IN_WHEN),
  KEY (RULE, "excludes", OBJECT, EXCLUDES, .inner = KV_OCI_IN_WHEN),
  KEY (RULE, "comment", ANYTHING, COMMENT),
  KEY (ARG, "index", NUMBER, INDEX, .needed = true),
  KEY (ARG, "value", NUMBER, VALUE, .needed = true),
  KEY (ARG, "valueTwo", NUMBER, VALUE_TWO),
  KEY (ARG, "op", TEXT, OP, .needed = true),
  KEY (ARG, "comment", ANYTHING, COMMENT),
  KEY (WHEN, "caps", TEXTS, CAPS),
  KEY (WHEN, "arches", TEXTS, ARCHES),
  KEY (WHEN, "minKernel", TEXT, MIN_KERNEL),
  KEY (WHEN, "comment", ANYTHING, COMMENT),
};

const struct kv_oci_key *
kv_oci_key_next (enum kv_oci_owner owner, const struct kv_oci_key *last)
{
  const struct kv_oci_key *key = last != NULL ? last + 1 : keys;

  for (; key < keys + KV_COUNT (keys); key++)
    if (key->owner == owner)
      return key;
  return NULL;
}

const struct kv_oci_key *
kv_oci_key_find (enum kv_oci_owner owner, const char *name)
{
  const struct kv_oci_key *key = NULL;

  while ((key = kv_oci_key_next (owner, key)) != NULL)
    if (strcmp (key->name, name) == 0)
      return key;
  return NULL;
}

const char *
kv_oci_owner_name (enum kv_oci_owner owner)
{
  static const char *const names[] = {
    [KV_OCI_IN_PROFILE] = "the profile",
    [KV_OCI_IN_ARCH_MAP] = "a value in archMap",
    [KV_OCI_IN_RULE] = "a value in syscalls",
    [KV_OCI_IN_ARG] = "a value in args",
    [KV_OCI_IN_WHEN] = "includes and excludes",
  };

  return names[owner];
}
