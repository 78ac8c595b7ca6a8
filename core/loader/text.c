/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/loader/text.h"

char *
kv_text (const char *text)
{
  return strdup (text);
}

char *
kv_text_of (const void *bytes, size_t length)
{
  return memchr (bytes, '\0', length) != NULL ? NULL : strndup (bytes, length);
}
