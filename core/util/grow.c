/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "core/util/grow.h"

#define LEAST 8

void *
kv_grow (void *list, unsigned count, size_t element)
{
  size_t room = count < LEAST ? LEAST : 2 * (size_t) count;

  if (count != 0 && (count < LEAST || (count & (count - 1)) != 0))
    return list;
  return reallocarray (list, room, element);
}
