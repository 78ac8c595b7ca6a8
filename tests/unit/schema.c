/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/cleanup.h"
#include "tests/unit/corpus.h"
#include "tests/unit/schema.h"

yajl_val
kv_schema_load (void)
{
  kv_autofree char *text = NULL;
  char error[256];
  size_t size;
  yajl_val tree;

  text = kv_source_file ("doc/kavach-policy.schema.json", &size);
  cr_assert_not_null (text);
  tree = yajl_tree_parse (text, error, sizeof error);
  cr_assert_not_null (tree, "%s", error);
  return tree;
}

yajl_val
kv_schema_member (yajl_val object, const char *key)
{
  size_t i;

  for (i = 0; object != NULL && i < object->u.object.len; i++)
    if (strcmp (object->u.object.keys[i], key) == 0)
      return object->u.object.values[i];
  return NULL;
}

static double
value_of (yajl_val number)
{
  return strtod (number->u.number.r, NULL);
}

static bool
is_type (yajl_val value, const char *type)
{
  if (strcmp (type, "object") == 0)
    return YAJL_IS_OBJECT (value);
  if (strcmp (type, "array") == 0)
    return YAJL_IS_ARRAY (value);
  if (strcmp (type, "string") == 0)
    return YAJL_IS_STRING (value);
  if (strcmp (type, "number") == 0)
    return YAJL_IS_NUMBER (value);
  if (strcmp (type, "boolean") == 0)
    return YAJL_IS_TRUE (value) || YAJL_IS_FALSE (value);
  cr_assert_str_eq (type, "integer");
  return YAJL_IS_NUMBER (value)
         && value_of (value) == (double) (long long) value_of (value);
}

/* Of scalars; nothing else is compared in the schema. */
static bool
same (yajl_val a, yajl_val b)
{
  if (a->type != b->type)
    return false;
  if (YAJL_IS_STRING (a))
    return strcmp (a->u.string, b->u.string) == 0;
  if (YAJL_IS_NUMBER (a))
    return value_of (a) == value_of (b);
  return true;
}

static bool
matches (const char *pattern, const char *string)
{
  regex_t compiled;
  bool found;

  cr_assert_eq (regcomp (&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0, "%s",
                pattern);
  found = regexec (&compiled, string, 0, NULL, 0) == 0;
  regfree (&compiled);
  return found;
}

static bool
all_take (yajl_val schema, const yajl_val *values, size_t count, char *why,
          size_t size)
{
  size_t i;

  for (i = 0; i < count; i++)
    if (!kv_schema_takes (schema, values[i], why, size))
      return false;
  return true;
}

static bool
check_members (yajl_val schema, yajl_val value, char *why, size_t size)
{
  yajl_val properties = kv_schema_member (schema, "properties");
  yajl_val other = kv_schema_member (schema, "additionalProperties");
  yajl_val names = kv_schema_member (schema, "propertyNames");
  yajl_val needed = kv_schema_member (schema, "required");
  size_t i;

  for (i = 0; i < value->u.object.len; i++) {
    const char *key = value->u.object.keys[i];
    yajl_val inner = kv_schema_member (properties, key);

    snprintf (why, size, "key %s", key);
    if (inner == NULL && YAJL_IS_FALSE (other))
      return false;
    if (names != NULL
        && !matches (kv_schema_member (names, "pattern")->u.string, key))
      return false;
    if (!kv_schema_takes (inner != NULL ? inner : other,
                          value->u.object.values[i], why, size))
      return false;
  }
  for (i = 0; needed != NULL && i < needed->u.array.len; i++) {
    snprintf (why, size, "required");
    if (kv_schema_member (value, needed->u.array.values[i]->u.string) == NULL)
      return false;
  }
  return true;
}

static bool
any_of (yajl_val list, yajl_val value)
{
  char why[64];
  size_t i;

  for (i = 0; i < list->u.array.len; i++)
    if (kv_schema_takes (list->u.array.values[i], value, why, sizeof why))
      return true;
  return false;
}

static bool
is_one_of (yajl_val list, yajl_val value)
{
  size_t i;

  for (i = 0; i < list->u.array.len; i++)
    if (same (list->u.array.values[i], value))
      return true;
  return false;
}

static bool
is_unique (yajl_val list)
{
  size_t i, j;

  for (i = 0; i < list->u.array.len; i++)
    for (j = 0; j < i; j++)
      if (same (list->u.array.values[i], list->u.array.values[j]))
        return false;
  return true;
}

/* A keyword of one bound or of one list; true also where it is about another
 * type. */
static bool
check_keyword (const char *key, yajl_val says, yajl_val value)
{
  bool string = YAJL_IS_STRING (value), list = YAJL_IS_ARRAY (value);
  bool number = YAJL_IS_NUMBER (value), object = YAJL_IS_OBJECT (value);

  if (strcmp (key, "type") == 0)
    return is_type (value, says->u.string);
  if (strcmp (key, "const") == 0)
    return same (says, value);
  if (strcmp (key, "enum") == 0)
    return is_one_of (says, value);
  if (strcmp (key, "anyOf") == 0)
    return any_of (says, value);
  if (strcmp (key, "pattern") == 0)
    return !string || matches (says->u.string, value->u.string);
  /* In characters; the samples near the bound are ASCII. */
  if (strcmp (key, "maxLength") == 0)
    return !string || (double) strlen (value->u.string) <= value_of (says);
  if (strcmp (key, "minimum") == 0)
    return !number || value_of (value) >= value_of (says);
  if (strcmp (key, "maximum") == 0)
    return !number || value_of (value) <= value_of (says);
  if (strcmp (key, "minItems") == 0)
    return !list || (double) value->u.array.len >= value_of (says);
  if (strcmp (key, "maxItems") == 0)
    return !list || (double) value->u.array.len <= value_of (says);
  if (strcmp (key, "maxProperties") == 0)
    return !object || (double) value->u.object.len <= value_of (says);
  if (strcmp (key, "uniqueItems") == 0)
    return !list || is_unique (value);
  return strcmp (key, "description") == 0 || strcmp (key, "title") == 0
         || strcmp (key, "properties") == 0 || strcmp (key, "items") == 0
         || strcmp (key, "additionalProperties") == 0
         || strcmp (key, "propertyNames") == 0 || strcmp (key, "required") == 0
         || strcmp (key, "$schema") == 0 || strcmp (key, "$id") == 0;
}

bool
kv_schema_takes (yajl_val schema, yajl_val value, char *why, size_t size)
{
  yajl_val items = kv_schema_member (schema, "items");
  size_t i;

  for (i = 0; i < schema->u.object.len; i++) {
    const char *key = schema->u.object.keys[i];

    if (!check_keyword (key, schema->u.object.values[i], value)) {
      snprintf (why, size, "keyword %s", key);
      return false;
    }
  }
  if (YAJL_IS_OBJECT (value) && !check_members (schema, value, why, size))
    return false;
  return !YAJL_IS_ARRAY (value) || items == NULL
         || all_take (items, value->u.array.values, value->u.array.len, why,
                      size);
}
