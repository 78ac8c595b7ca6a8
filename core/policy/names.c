/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/policy/internal.h"

bool
kv_path_beneath (const char *path, const char *top)
{
  size_t n = strlen (top);

  /* "/" ends in the slash that the others lack. */
  if (n == 1)
    return true;
  return strncmp (path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

int
kv_path_clean (char *out, size_t size, const char *path)
{
  size_t used = 0;

  if (path[0] != '/' || size < 2)
    return -1;

  while (*path != '\0') {
    size_t n;

    path += strspn (path, "/");
    n = strcspn (path, "/");
    if (n == 2 && path[0] == '.' && path[1] == '.') {
      while (used > 0 && out[--used] != '/')
        continue;
    }
    else if (n > 0 && !(n == 1 && path[0] == '.')) {
      if (used + n + 2 > size)
        return -1;
      out[used++] = '/';
      memcpy (out + used, path, n);
      used += n;
    }
    path += n;
  }
  if (used == 0)
    out[used++] = '/';
  out[used] = '\0';
  return 0;
}
