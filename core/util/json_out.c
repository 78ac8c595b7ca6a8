/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_gen.h>

#include "core/util/cleanup.h"
#include "core/util/error.h"
#include "core/util/json_out.h"

static void
check (struct kv_json *j, yajl_gen_status status)
{
  if (status != yajl_gen_status_ok)
    j->failed = true;
}

static void
put_text (struct kv_json *j, const char *text)
{
  size_t length = strlen (text), size = 4 * length + 1;
  kv_autofree char *escaped = NULL;
  yajl_gen_status status
      = yajl_gen_string (j->gen, (const unsigned char *) text, length);

  if (status != yajl_gen_invalid_string) {
    check (j, status);
    return;
  }
  escaped = malloc (size);
  if (escaped == NULL) {
    j->failed = true;
    return;
  }
  kv_escape (escaped, size, text);
  check (j, yajl_gen_string (j->gen, (const unsigned char *) escaped,
                             strlen (escaped)));
}

static bool
in_array (const struct kv_json *j)
{
  return (j->arrays >> j->depth & 1) != 0;
}

/* False when nothing can be written any more. */
static bool
put_key (struct kv_json *j, const char *key)
{
  if (j->failed || (key == NULL) != in_array (j)) {
    j->failed = true;
    return false;
  }
  if (key != NULL)
    put_text (j, key);
  return !j->failed;
}

static void
push (struct kv_json *j, const char *key, bool array)
{
  if (!put_key (j, key))
    return;
  if (j->depth == KV_JSON_DEPTH) {
    j->failed = true;
    return;
  }
  check (j, array ? yajl_gen_array_open (j->gen) : yajl_gen_map_open (j->gen));
  j->depth++;
  j->arrays &= ~(UINT32_C (1) << j->depth);
  j->arrays |= (uint32_t) array << j->depth;
}

void
kv_json_begin (struct kv_json *j)
{
  memset (j, 0, sizeof *j);
  j->gen = yajl_gen_alloc (NULL);
  if (j->gen == NULL) {
    j->failed = true;
    return;
  }
  yajl_gen_config (j->gen, yajl_gen_beautify, 1);
  yajl_gen_config (j->gen, yajl_gen_indent_string, "  ");
  yajl_gen_config (j->gen, yajl_gen_validate_utf8, 1);
  check (j, yajl_gen_map_open (j->gen));
  kv_json_number (j, "kavach", KV_JSON_SCHEMA);
}

void
kv_json_open_map (struct kv_json *j, const char *key)
{
  push (j, key, false);
}

void
kv_json_open_array (struct kv_json *j, const char *key)
{
  push (j, key, true);
}

void
kv_json_close (struct kv_json *j)
{
  if (j->failed)
    return;
  if (j->depth == 0) {
    j->failed = true;
    return;
  }
  check (j, in_array (j) ? yajl_gen_array_close (j->gen)
                         : yajl_gen_map_close (j->gen));
  j->depth--;
}

void
kv_json_string (struct kv_json *j, const char *key, const char *value)
{
  if (!put_key (j, key))
    return;
  if (value == NULL)
    check (j, yajl_gen_null (j->gen));
  else
    put_text (j, value);
}

void
kv_json_number (struct kv_json *j, const char *key, int64_t value)
{
  if (put_key (j, key))
    check (j, yajl_gen_integer (j->gen, value));
}

void
kv_json_milli (struct kv_json *j, const char *key, uint64_t thousandths)
{
  char text[32];
  int n;

  if (!put_key (j, key))
    return;
  n = snprintf (text, sizeof text, "%" PRIu64 ".%03u", thousandths / 1000,
                (unsigned) (thousandths % 1000));
  check (j, yajl_gen_number (j->gen, text, (size_t) n));
}

void
kv_json_bool (struct kv_json *j, const char *key, bool value)
{
  if (put_key (j, key))
    check (j, yajl_gen_bool (j->gen, value));
}

int
kv_json_end (struct kv_json *j, FILE *out)
{
  const unsigned char *text = NULL;
  size_t length = 0;

  while (!j->failed && j->depth > 0)
    kv_json_close (j);
  if (!j->failed) {
    /* The beautifier ends the outermost map with a newline. */
    check (j, yajl_gen_map_close (j->gen));
    check (j, yajl_gen_get_buf (j->gen, &text, &length));
  }
  if (!j->failed && out != NULL && text != NULL
      && (fwrite (text, 1, length, out) != length || fflush (out) != 0))
    j->failed = true;

  if (j->gen != NULL)
    yajl_gen_free (j->gen);
  j->gen = NULL;
  return j->failed ? -1 : 0;
}
