/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON Schema of the policy document says what the key table says, no
 * more and no less; and what it says of the samples in the corpus agrees with
 * the reader. */
#include "config.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/document.h"
#include "core/policy/document_key.h"
#include "core/util/cleanup.h"
#include "tests/unit/corpus.h"
#include "tests/unit/schema.h"

#include <yajl/yajl_gen.h>

/* --- the schema that the key table asks for --- */

static void
text (yajl_gen g, const char *string)
{
  yajl_gen_string (g, (const unsigned char *) string, strlen (string));
}

static void
member (yajl_gen g, const char *key, const char *string)
{
  text (g, key);
  text (g, string);
}

static void
number (yajl_gen g, const char *key, uint64_t thousandths)
{
  char digits[32];

  text (g, key);
  if (thousandths % 1000 == 0)
    snprintf (digits, sizeof digits, "%" PRIu64, thousandths / 1000);
  else
    snprintf (digits, sizeof digits, "%" PRIu64 ".%03u", thousandths / 1000,
              (unsigned) (thousandths % 1000));
  yajl_gen_number (g, digits, strlen (digits));
}

static void
words (yajl_gen g, const struct kv_key *key)
{
  unsigned i;

  text (g, "enum");
  yajl_gen_array_open (g);
  for (i = 0; i < key->n_words; i++)
    text (g, key->words[i]);
  yajl_gen_array_close (g);
}

static void
form (yajl_gen g, const struct kv_form *f)
{
  member (g, "pattern", f->pattern);
  if (f->longest > 0)
    number (g, "maxLength", 1000 * f->longest);
}

/* One string: a word, a form, or one of the two. */
static void
string_schema (yajl_gen g, const struct kv_key *key)
{
  if (key->form == NULL) {
    words (g, key);
    return;
  }
  member (g, "type", "string");
  if (key->n_words == 0) {
    form (g, key->form);
    return;
  }
  text (g, "anyOf");
  yajl_gen_array_open (g);
  yajl_gen_map_open (g);
  words (g, key);
  yajl_gen_map_close (g);
  yajl_gen_map_open (g);
  form (g, key->form);
  yajl_gen_map_close (g);
  yajl_gen_array_close (g);
}

static void
number_schema (yajl_gen g, const struct kv_key *key)
{
  uint64_t unit = key->type == KV_KEY_CPU ? 1 : 1000;
  bool none = key->type == KV_KEY_CPU || key->type == KV_KEY_COUNT;

  if (none) {
    text (g, "anyOf");
    yajl_gen_array_open (g);
    yajl_gen_map_open (g);
  }
  if (key->least == key->most)
    number (g, "const", unit * key->least);
  else {
    member (g, "type", key->type == KV_KEY_CPU ? "number" : "integer");
    number (g, "minimum", unit * key->least);
    number (g, "maximum", unit * key->most);
  }
  if (none) {
    yajl_gen_map_close (g);
    yajl_gen_map_open (g);
    member (g, "const", "none");
    yajl_gen_map_close (g);
    yajl_gen_array_close (g);
  }
}

static void object_schema (yajl_gen g, const struct kv_key *parent);

static void
list_schema (yajl_gen g, const struct kv_key *key)
{
  member (g, "type", "array");
  number (g, "maxItems", 1000 * KV_DOCUMENT_LIST_MAX);
  if ((key->flags & KV_KEY_NOT_EMPTY) != 0)
    number (g, "minItems", 1000);
  if (key->type != KV_KEY_OBJECTS) {
    text (g, "uniqueItems");
    yajl_gen_bool (g, 1);
  }
  text (g, "items");
  yajl_gen_map_open (g);
  if (key->type == KV_KEY_OBJECTS)
    object_schema (g, key);
  else if (key->type == KV_KEY_NUMBERS)
    number_schema (g, key);
  else
    string_schema (g, key);
  yajl_gen_map_close (g);
}

static void
pairs_schema (yajl_gen g, const struct kv_key *key)
{
  member (g, "type", "object");
  number (g, "maxProperties", 1000 * KV_DOCUMENT_LIST_MAX);
  text (g, "propertyNames");
  yajl_gen_map_open (g);
  form (g, key->form);
  yajl_gen_map_close (g);
  text (g, "additionalProperties");
  yajl_gen_map_open (g);
  member (g, "type", "string");
  yajl_gen_map_close (g);
}

static void
value_schema (yajl_gen g, const struct kv_key *key)
{
  yajl_gen_map_open (g);
  if (key->type == KV_KEY_OBJECT)
    object_schema (g, key);
  else if (key->type == KV_KEY_PAIRS)
    pairs_schema (g, key);
  else if (key->type == KV_KEY_BOOLEAN)
    member (g, "type", "boolean");
  else if (kv_key_is_list (key))
    list_schema (g, key);
  else if (key->type == KV_KEY_NUMBER || key->type == KV_KEY_COUNT
           || key->type == KV_KEY_CPU)
    number_schema (g, key);
  else
    string_schema (g, key);
  yajl_gen_map_close (g);
}

static void
object_schema (yajl_gen g, const struct kv_key *parent)
{
  const struct kv_key *key = NULL;
  unsigned needed = 0;

  member (g, "type", "object");
  text (g, "additionalProperties");
  yajl_gen_bool (g, 0);
  text (g, "properties");
  yajl_gen_map_open (g);
  while ((key = kv_key_next (parent, key)) != NULL) {
    text (g, kv_key_leaf (key));
    value_schema (g, key);
    needed += (key->flags & KV_KEY_NEEDED) != 0;
  }
  yajl_gen_map_close (g);
  if (needed == 0)
    return;
  text (g, "required");
  yajl_gen_array_open (g);
  while ((key = kv_key_next (parent, key)) != NULL)
    if ((key->flags & KV_KEY_NEEDED) != 0)
      text (g, kv_key_leaf (key));
  yajl_gen_array_close (g);
}

static yajl_val
wanted_schema (void)
{
  yajl_gen g = yajl_gen_alloc (NULL);
  const unsigned char *out;
  char error[256];
  size_t length;
  yajl_val tree;

  cr_assert_not_null (g);
  yajl_gen_config (g, yajl_gen_beautify, 1);
  yajl_gen_map_open (g);
  object_schema (g, NULL);
  yajl_gen_map_close (g);
  cr_assert_eq (yajl_gen_get_buf (g, &out, &length), yajl_gen_status_ok);
  tree = yajl_tree_parse ((const char *) out, error, sizeof error);
  cr_assert_not_null (tree, "%s", error);
  yajl_gen_free (g);
  return tree;
}

/* --- is it the one that is shipped? --- */

static bool
is_annotation (const char *key)
{
  static const char *const known[]
      = { "$schema", "$id", "title", "description" };
  size_t i;

  for (i = 0; i < KV_COUNT (known); i++)
    if (strcmp (key, known[i]) == 0)
      return true;
  return false;
}

static void compare (const char *path, yajl_val want, yajl_val got);

static void
compare_maps (const char *path, yajl_val want, yajl_val got)
{
  char inner[512];
  size_t i;

  for (i = 0; i < want->u.object.len; i++) {
    const char *key = want->u.object.keys[i];

    snprintf (inner, sizeof inner, "%s/%s", path, key);
    compare (inner, want->u.object.values[i], kv_schema_member (got, key));
  }
  for (i = 0; i < got->u.object.len; i++)
    cr_expect (is_annotation (got->u.object.keys[i])
                   || kv_schema_member (want, got->u.object.keys[i]) != NULL,
               "%s/%s is not in the key table", path, got->u.object.keys[i]);
}

static void
compare (const char *path, yajl_val want, yajl_val got)
{
  size_t i;

  cr_assert_not_null (got, "%s is missing in the schema", path);
  cr_assert_eq (want->type, got->type, "%s: another type", path);
  if (YAJL_IS_OBJECT (want))
    compare_maps (path, want, got);
  else if (YAJL_IS_ARRAY (want)) {
    cr_assert_eq (want->u.array.len, got->u.array.len, "%s: length", path);
    for (i = 0; i < want->u.array.len; i++)
      compare (path, want->u.array.values[i], got->u.array.values[i]);
  }
  else if (YAJL_IS_STRING (want))
    cr_expect_str_eq (want->u.string, got->u.string, "%s: %s, not %s", path,
                      got->u.string, want->u.string);
  else if (YAJL_IS_NUMBER (want))
    cr_expect_eq (strtod (want->u.number.r, NULL),
                  strtod (got->u.number.r, NULL), "%s: %s, not %s", path,
                  got->u.number.r, want->u.number.r);
}

Test (schema, says_what_the_key_table_says)
{
  yajl_val want = wanted_schema ();
  yajl_val got = kv_schema_load ();

  cr_expect_str_eq (kv_schema_member (got, "$schema")->u.string,
                    "https://json-schema.org/draft/2020-12/schema");
  compare ("", want, got);
  yajl_tree_free (want);
  yajl_tree_free (got);
}

/* A description for everything that a person writes. */
static void
expect_described (const char *path, yajl_val schema)
{
  yajl_val properties = kv_schema_member (schema, "properties");
  char inner[256];
  size_t i;

  if (properties == NULL && kv_schema_member (schema, "items") != NULL)
    properties
        = kv_schema_member (kv_schema_member (schema, "items"), "properties");
  for (i = 0; properties != NULL && i < properties->u.object.len; i++) {
    yajl_val value = properties->u.object.values[i];

    snprintf (inner, sizeof inner, "%s.%s", path, properties->u.object.keys[i]);
    cr_expect_not_null (kv_schema_member (value, "description"), "%s", inner);
    expect_described (inner, value);
  }
}

Test (schema, describes_every_key)
{
  yajl_val got = kv_schema_load ();

  expect_described ("", got);
  yajl_tree_free (got);
}

/* --- do the two agree on documents? --- */

struct verdict {
  yajl_val schema;
  unsigned valid, invalid, only_reader;
};

static void
judge (void *data, const struct kv_sample *sample)
{
  struct verdict *v = data;
  /* yajl's trees are built of what is no JSON, too. */
  bool json = sample->valid || strstr (sample->faults, "KVD-02") == NULL;
  char why[256] = "";
  char error[256];
  yajl_val tree
      = json ? yajl_tree_parse (sample->text, error, sizeof error) : NULL;
  bool schema_takes
      = tree != NULL && kv_schema_takes (v->schema, tree, why, sizeof why);

  yajl_tree_free (tree);
  if (sample->valid) {
    cr_expect (schema_takes, "%s: the schema refuses it: %s%s", sample->name,
               why, tree == NULL ? error : "");
    v->valid++;
    return;
  }
  /* What a schema cannot say, or should not. */
  v->invalid += !schema_takes;
  v->only_reader += schema_takes;
  cr_expect_eq (schema_takes, strstr (sample->name, "reader-") != NULL,
                "%s: the schema %s it %s", sample->name,
                schema_takes ? "takes" : "refuses", why);
}

Test (schema, agrees_with_the_reader_on_every_sample)
{
  struct verdict v = { .schema = kv_schema_load () };

  kv_each_sample (judge, &v);
  cr_expect_geq (v.valid, 6);
  cr_expect_geq (v.invalid, 20);
  cr_expect_geq (v.only_reader, 6);
  yajl_tree_free (v.schema);
}
