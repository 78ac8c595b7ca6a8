/* SPDX-License-Identifier: Apache-2.0 */
/* One manifest: strict reading, then merging. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "core/loader/manifest.h"
#include "core/loader/text.h"

enum key {
  KEY_MANIFEST,
  KEY_NAME,
  KEY_KIND,
  KEY_LIBRARY,
  KEY_PRIORITY,
  KEY_ENABLED,
  KEY_SUMMARY,
  KEY_CONFIG,
  KEY_COUNT,
  KEY_NONE = KEY_COUNT
};

static const char *const key_names[KEY_COUNT]
    = { "manifest", "name",    "kind",    "library",
        "priority", "enabled", "summary", "config" };

struct parser {
  yajl_handle yajl;
  const char *text;
  const char *path;
  struct kv_error *err;
  unsigned depth;
  enum key key;
  /* The pending key inside "config". */
  char *config_key;
  /* Bit N: key N was there. */
  unsigned seen;
  struct kv_manifest m;
};

static void
locate (const struct parser *p, size_t at, unsigned *line, unsigned *column)
{
  size_t i;

  *line = *column = 1;
  for (i = 0; i < at; i++) {
    (*column)++;
    if (p->text[i] == '\n') {
      (*line)++;
      *column = 1;
    }
  }
}

/* Stops the parser; WIDTH is how long the offending token is. */
static int
stop (struct parser *p, size_t width, const char *code, const char *text)
{
  size_t at = yajl_get_bytes_consumed (p->yajl);
  unsigned line, column;

  locate (p, at > width ? at - width : 0, &line, &column);
  kv_fail (p->err, code, "%s:%u:%u: %s", p->path, line, column, text);
  return 0;
}

static int
wrong_type (struct parser *p, size_t width, const char *got)
{
  static const char *const wanted[KEY_COUNT + 1]
      = { "the number 1", "a string",  "a string",
          "a string",     "a number",  "true or false",
          "a string",     "an object", "an object at the top" };
  char text[160];

  snprintf (text, sizeof text, "%s is %s, wanted is %s",
            p->key < KEY_COUNT ? key_names[p->key] : "the document", got,
            wanted[p->key]);
  return stop (p, width, "KVL-42", text);
}

static int
no_memory (struct parser *p)
{
  return stop (p, 0, "KVL-42", "a string with a NUL in it, or no memory");
}

static int
add_config (struct parser *p, const char *value, size_t length)
{
  struct kv_manifest *m = &p->m;
  struct kv_config_entry *grown
      = realloc (m->config, (m->n_config + 1) * sizeof *grown);

  if (grown == NULL)
    return no_memory (p);
  m->config = grown;
  grown[m->n_config].value = kv_text_of (value, length);
  if (grown[m->n_config].value == NULL)
    return no_memory (p);
  grown[m->n_config++].key = p->config_key;
  p->config_key = NULL;
  return 1;
}

static int
on_null (void *context)
{
  struct parser *p = context;

  if (p->depth == 2)
    return stop (p, 4, "KVL-42", "null is no configuration value");
  return wrong_type (p, 4, "null");
}

static int
on_boolean (void *context, int value)
{
  struct parser *p = context;

  if (p->depth == 2)
    return add_config (p, value ? "true" : "false", value ? 4 : 5);
  if (p->depth != 1 || p->key != KEY_ENABLED)
    return wrong_type (p, value ? 4 : 5, "true or false");
  p->m.enabled = value != 0;
  return 1;
}

static int
on_number (void *context, const char *digits, size_t length)
{
  struct parser *p = context;
  char text[16], *end;
  long value;

  if (p->depth == 2)
    return add_config (p, digits, length);
  if (p->depth != 1 || (p->key != KEY_PRIORITY && p->key != KEY_MANIFEST))
    return wrong_type (p, length, "a number");
  if (length >= sizeof text)
    return stop (p, length, "KVL-42", "the number is out of range");
  memcpy (text, digits, length);
  text[length] = '\0';
  value = strtol (text, &end, 10);
  if (*end != '\0' || value < -1000000 || value > 1000000)
    return stop (p, length, "KVL-42",
                 "wanted is a whole number within a "
                 "million");
  if (p->key == KEY_MANIFEST)
    return value == KV_MANIFEST_VERSION
               ? 1
               : stop (p, length, "KVL-42",
                       "this kavach reads \"manifest\": 1");
  p->m.priority = (int) value;
  p->m.has_priority = true;
  return 1;
}

static int
set_kind (struct parser *p, const char *kind, size_t width)
{
  if (strcmp (kind, "backend") == 0)
    p->m.kind = KAVACH_BACKEND;
  else if (strcmp (kind, "audit") == 0)
    p->m.kind = KAVACH_AUDIT;
  else if (strcmp (kind, "credential") == 0)
    p->m.kind = KAVACH_CREDENTIAL;
  else
    return stop (p, width, "KVL-42",
                 "\"kind\" is backend, audit or credential");
  return 1;
}

static int
set_string (struct parser *p, char *text, size_t width)
{
  switch (p->key) {
  case KEY_NAME:
    if (strcmp (text, p->m.name) != 0)
      return stop (p, width, "KVL-42",
                   "\"name\" is not the file's name without .json");
    return 1;
  case KEY_KIND:
    return set_kind (p, text, width);
  case KEY_LIBRARY:
    if (text[0] != '/' && strchr (text, '/') != NULL)
      return stop (p, width, "KVL-42",
                   "\"library\" is a bare file name or an absolute path");
    free (p->m.library);
    p->m.library = kv_text (text);
    return p->m.library != NULL ? 1 : no_memory (p);
  case KEY_SUMMARY:
    kv_escape (p->m.summary, sizeof p->m.summary, text);
    return 1;
  default:
    return wrong_type (p, width, "a string");
  }
}

static int
on_string (void *context, const unsigned char *bytes, size_t length)
{
  struct parser *p = context;
  char *text;
  int result;

  if (p->depth == 2)
    return add_config (p, (const char *) bytes, length);
  if (p->depth != 1)
    return wrong_type (p, length + 2, "a string");
  text = kv_text_of (bytes, length);
  if (text == NULL)
    return no_memory (p);
  result = set_string (p, text, length + 2);
  free (text);
  return result;
}

static int
on_open_map (void *context)
{
  struct parser *p = context;

  if (p->depth == 2)
    return stop (p, 1, "KVL-42",
                 "a configuration value is a string, a number, true or false");
  if (p->depth == 1 && p->key != KEY_CONFIG)
    return wrong_type (p, 1, "an object");
  p->depth++;
  return 1;
}

static int
on_close_map (void *context)
{
  struct parser *p = context;

  p->depth--;
  return 1;
}

static int
on_open_array (void *context)
{
  struct parser *p = context;

  if (p->depth == 2)
    return stop (p, 1, "KVL-42",
                 "a configuration value is a string, a number, true or false");
  return wrong_type (p, 1, "an array");
}

static int
on_config_key (struct parser *p, char *key, size_t width)
{
  unsigned i;

  p->config_key = key;
  for (i = 0; i < p->m.n_config; i++)
    if (strcmp (p->m.config[i].key, key) == 0)
      return stop (p, width, "KVL-43", "this key is there twice");
  return 1;
}

static int
on_key (void *context, const unsigned char *bytes, size_t length)
{
  struct parser *p = context;
  char *text = kv_text_of (bytes, length);
  char message[160], shown[64];
  unsigned i;

  if (text == NULL)
    return no_memory (p);
  free (p->config_key);
  p->config_key = NULL;
  if (p->depth == 2)
    return on_config_key (p, text, length + 2);

  for (i = 0; i < KEY_COUNT; i++)
    if (strcmp (text, key_names[i]) == 0)
      break;
  kv_escape (shown, sizeof shown, text);
  free (text);
  if (i == KEY_COUNT) {
    snprintf (message, sizeof message,
              "unknown key \"%s\" (there are manifest, name, kind, library, "
              "priority, enabled, summary, config)",
              shown);
    return stop (p, length + 2, "KVL-41", message);
  }
  if ((p->seen & (1U << i)) != 0)
    return stop (p, length + 2, "KVL-43", "this key is there twice");
  p->seen |= 1U << i;
  p->key = (enum key) i;
  return 1;
}

static const yajl_callbacks callbacks = {
  .yajl_null = on_null,
  .yajl_boolean = on_boolean,
  .yajl_number = on_number,
  .yajl_string = on_string,
  .yajl_start_map = on_open_map,
  .yajl_map_key = on_key,
  .yajl_end_map = on_close_map,
  .yajl_start_array = on_open_array,
};

static void
syntax_error (struct parser *p, size_t size)
{
  size_t at = yajl_get_bytes_consumed (p->yajl);
  unsigned char *text = yajl_get_error (p->yajl, 0, NULL, 0);
  unsigned line, column;

  locate (p, at < size ? at : size, &line, &column);
  if (text != NULL)
    text[strcspn ((char *) text, "\n")] = '\0';
  kv_fail (p->err, "KVL-40", "%s:%u:%u: %s", p->path, line, column,
           text != NULL ? (char *) text : "no JSON");
  if (text != NULL)
    yajl_free_error (p->yajl, text);
}

static int
parse (struct parser *p, size_t size)
{
  yajl_status status;

  p->yajl = yajl_alloc (&callbacks, NULL, p);
  if (p->yajl == NULL)
    return kv_fail (p->err, "KVI-01", "no memory");
  status = yajl_parse (p->yajl, (const unsigned char *) p->text, size);
  if (status == yajl_status_ok)
    status = yajl_complete_parse (p->yajl);
  if (status == yajl_status_error)
    syntax_error (p, size);
  yajl_free (p->yajl);
  if (status != yajl_status_ok)
    return -1;
  if ((p->seen & (1U << KEY_MANIFEST)) == 0)
    return kv_fail (p->err, "KVL-42", "%s:1:1: \"manifest\": 1 is missing",
                    p->path);
  return 0;
}

static int
merge_config (struct kv_manifest *m, struct kv_config_entry *entry)
{
  struct kv_config_entry *grown;
  unsigned i;

  for (i = 0; i < m->n_config; i++)
    if (strcmp (m->config[i].key, entry->key) == 0) {
      free (m->config[i].value);
      m->config[i].value = entry->value;
      entry->value = NULL;
      return 0;
    }
  grown = realloc (m->config, (m->n_config + 1) * sizeof *grown);
  if (grown == NULL)
    return -1;
  m->config = grown;
  grown[m->n_config++] = *entry;
  entry->key = entry->value = NULL;
  return 0;
}

static int
merge (struct kv_manifest *m, struct parser *p)
{
  unsigned i;

  if ((p->seen & (1U << KEY_ENABLED)) != 0)
    m->enabled = p->m.enabled;
  if (p->m.has_priority) {
    m->has_priority = true;
    m->priority = p->m.priority;
  }
  if (p->m.kind != 0)
    m->kind = p->m.kind;
  if (p->m.library != NULL) {
    free (m->library);
    m->library = p->m.library;
    p->m.library = NULL;
  }
  if ((p->seen & (1U << KEY_SUMMARY)) != 0)
    memcpy (m->summary, p->m.summary, sizeof m->summary);
  for (i = 0; i < p->m.n_config; i++)
    if (merge_config (m, &p->m.config[i]) < 0)
      return kv_fail (p->err, "KVI-01", "no memory");
  return 0;
}

int
kv_manifest_merge (struct kv_manifest *m, const char *text, size_t size,
                   const char *path, struct kv_error *err)
{
  struct parser p = { .text = text, .path = path, .err = err };
  int result;
  unsigned i;

  p.key = KEY_NONE;
  memcpy (p.m.name, m->name, sizeof p.m.name);
  result = parse (&p, size);
  if (result == 0)
    result = merge (m, &p);
  if (result == 0) {
    free (m->path);
    m->path = kv_text (path);
  }
  free (p.config_key);
  free (p.m.library);
  for (i = 0; i < p.m.n_config; i++) {
    free (p.m.config[i].key);
    free (p.m.config[i].value);
  }
  free (p.m.config);
  return result;
}
