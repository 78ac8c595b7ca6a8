/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "core/limit/cgroup.h"
#include "core/util/cleanup.h"

static const struct {
  const char *name;
  unsigned bit;
} controllers[] = {
  { "memory", KV_CG_MEMORY },
  { "pids", KV_CG_PIDS },
  { "cpu", KV_CG_CPU },
  { "freezer", KV_CG_FREEZER },
};

const char *
kv_cg_controller_name (unsigned bit)
{
  size_t i;

  for (i = 0; i < KV_COUNT (controllers); i++)
    if (controllers[i].bit == bit)
      return controllers[i].name;
  return NULL;
}

unsigned
kv_cg_controller_bit (const char *text, size_t length)
{
  size_t i;

  for (i = 0; i < KV_COUNT (controllers); i++)
    if (strlen (controllers[i].name) == length
        && memcmp (controllers[i].name, text, length) == 0)
      return controllers[i].bit;
  return 0;
}

unsigned
kv_cg_controller_set (const char *text, size_t length, const char *dividers)
{
  const char *end = text + length;
  unsigned set = 0;

  while (text < end) {
    const char *part = text;

    while (text < end && strchr (dividers, *text) == NULL)
      text++;
    set |= kv_cg_controller_bit (part, (size_t) (text - part));
    text++;
  }
  return set;
}

struct field {
  const char *text;
  size_t length;
};

/* The next field of a line that ends at END; false when there is none. */
static bool
next_field (const char **p, const char *end, struct field *field)
{
  const char *start = *p;
  const char *stop;

  if (start >= end)
    return false;
  stop = memchr (start, ' ', (size_t) (end - start));
  if (stop == NULL)
    stop = end;
  field->text = start;
  field->length = (size_t) (stop - start);
  *p = stop + 1;
  return field->length > 0;
}

static bool
is_octal (char c)
{
  return c >= '0' && c <= '7';
}

/* The kernel writes blank, tab, newline and backslash as \ooo. */
static int
unescape (const struct field *field, char *out, size_t size)
{
  const char *s = field->text, *end = s + field->length;
  size_t used = 0;

  while (s < end) {
    int c = (unsigned char) *s;

    if (c == '\0')
      return -1;
    if (c == '\\') {
      if (end - s < 4 || !is_octal (s[1]) || !is_octal (s[2])
          || !is_octal (s[3]) || s[1] > '3')
        return -1;
      c = (s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0');
      if (c == 0)
        return -1;
      s += 3;
    }
    s++;
    if (used + 1 >= size)
      return -1;
    out[used++] = (char) c;
  }
  out[used] = '\0';
  return used > 0 && out[0] == '/' ? 0 : -1;
}

static bool
field_is (const struct field *field, const char *text)
{
  return strlen (text) == field->length
         && memcmp (field->text, text, field->length) == 0;
}

/* 36 35 98:0 /root /point rw,noatime tag:1 tag:2 - type source options */
int
kv_cg_parse_mount (const char *line, size_t length, struct kv_cg_mount *mount)
{
  const char *p = line, *end = line + length;
  struct field field, root = { 0 }, point = { 0 }, type, source, options;
  unsigned i;

  memset (mount, 0, sizeof *mount);
  for (i = 0; i < 6; i++) {
    if (!next_field (&p, end, &field))
      return -1;
    if (i == 3)
      root = field;
    if (i == 4)
      point = field;
  }
  do
    if (!next_field (&p, end, &field))
      return -1;
  while (!field_is (&field, "-"));
  if (!next_field (&p, end, &type))
    return -1;
  if (!field_is (&type, "cgroup") && !field_is (&type, "cgroup2"))
    return 0;
  /* The source is whatever was given to mount(2), possibly nothing. */
  if (p < end && *p == ' ')
    p++;
  else if (!next_field (&p, end, &source))
    return -1;
  if (!next_field (&p, end, &options))
    return -1;
  if (unescape (&root, mount->root, sizeof mount->root) < 0
      || unescape (&point, mount->point, sizeof mount->point) < 0)
    return -1;
  mount->v2 = field_is (&type, "cgroup2");
  if (!mount->v2)
    mount->controllers
        = kv_cg_controller_set (options.text, options.length, ",");
  return 1;
}
