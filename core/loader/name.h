/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin may be called: [a-z][a-z0-9-]{0,31}. */
#ifndef KV_NAME_H
#define KV_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define KV_NAME_MAX 32

static inline bool
kv_name_ok (const char *name)
{
  size_t i;

  if (name == NULL || name[0] < 'a' || name[0] > 'z')
    return false;
  for (i = 1; name[i] != '\0'; i++) {
    bool letter = name[i] >= 'a' && name[i] <= 'z';
    bool digit = name[i] >= '0' && name[i] <= '9';

    if (i >= KV_NAME_MAX || !(letter || digit || name[i] == '-'))
      return false;
  }
  return true;
}

#endif
