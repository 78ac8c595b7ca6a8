/* SPDX-License-Identifier: Apache-2.0 */
/* One value against its row of the key table. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/control.h"
#include "core/policy/document_private.h"
#include "core/policy/internal.h"
#include "core/util/parse.h"

struct kv_place
kv_place_at (const struct kv_parser *r, struct kv_position at)
{
  /* Nobody can look a line of a preset up. */
  if (r->built_in)
    return (struct kv_place){ .file = r->document->file };
  return (struct kv_place){ .file = r->document->file,
                            .line = at.line,
                            .column = at.column };
}

struct kv_place
kv_here (const struct kv_parser *r)
{
  return kv_place_at (r, r->scan.token);
}

static const char *
within (bool in_list)
{
  return in_list ? "a value in " : "";
}

void
kv_wrong_type (struct kv_parser *r, const struct kv_key *key, bool in_list,
               const char *what)
{
  kv_fault (r, r->scan.token, "KVD-12", "%s%s is %s; write \"%s\": %s",
            within (in_list), key->path, what, kv_key_leaf (key), key->example);
}

void
kv_store_nothing (struct kv_parser *r, const struct kv_key *key, void *into,
                  bool in_list)
{
  /* Every value begins with its place. */
  struct kv_place *at = into;

  if (key->type == KV_KEY_OBJECT)
    return;
  *at = kv_here (r);
  if (key->type != KV_KEY_TEXT && key->type != KV_KEY_PAIRS
      && (!kv_key_is_list (key) || (in_list && key->type == KV_KEY_NUMBERS)))
    ((struct kv_said_number *) into)->value = KV_SAID_WRONG;
}

static bool
form_fits (const struct kv_form *form, const char *text)
{
  return form->fits (text)
         && (form->longest == 0 || strlen (text) <= form->longest);
}

/* Index of TEXT among the words of KEY, or their number. */
static unsigned
find_word (const struct kv_key *key, const char *text)
{
  unsigned i;

  for (i = 0; i < key->n_words; i++)
    if (strcmp (key->words[i], text) == 0)
      break;
  return i;
}

static void
unknown_word (struct kv_parser *r, const struct kv_key *key, bool in_list,
              const char *text)
{
  bool control = key->words == kv_control_names;
  char quoted[80], right[256];
  bool near;

  kv_quote (quoted, sizeof quoted, text, strlen (text));
  near = kv_suggest (right, sizeof right, text, key->words, key->n_words);
  /* The list would be longer than the line. */
  if (control && !near)
    snprintf (right, sizeof right, "kavach(7) lists the controls");
  kv_fault (r, r->scan.token, control ? "KVD-16" : "KVD-15",
            "%s%s is %s; %s%s%s", within (in_list), key->path, quoted, right,
            near || key->form == NULL ? "" : ", or ",
            near || key->form == NULL ? "" : key->form->right);
}

/* Does KEY take TEXT?  If not, that is said. */
static bool
check_text (struct kv_parser *r, const struct kv_key *key, bool in_list,
            const char *text)
{
  char quoted[80];

  if (key->n_words > 0 && find_word (key, text) < key->n_words)
    return true;
  if (key->form != NULL && form_fits (key->form, text))
    return true;
  if (key->n_words > 0) {
    unknown_word (r, key, in_list, text);
    return false;
  }
  if ((key->flags & KV_KEY_UNTOLD) != 0)
    snprintf (quoted, sizeof quoted, "something else");
  else
    kv_quote (quoted, sizeof quoted, text, strlen (text));
  kv_fault (r, r->scan.token, "KVD-19", "%s%s is %s; %s", within (in_list),
            key->path, quoted, key->form->right);
  return false;
}

/* VALUE of KEY as it would be written. */
static void
value_text (const struct kv_key *key, uint64_t value, char *out, size_t size)
{
  size_t n;

  if (key->type == KV_KEY_SIZE)
    kv_size_text (out, size, value);
  else if (key->type == KV_KEY_CPU && value % 1000 != 0) {
    snprintf (out, size, "%" PRIu64 ".%03u", value / 1000,
              (unsigned) (value % 1000));
    for (n = strlen (out); out[n - 1] == '0'; n--)
      out[n - 1] = '\0';
  }
  else
    snprintf (out, size, "%" PRIu64 "%s",
              key->type == KV_KEY_CPU ? value / 1000 : value,
              key->type == KV_KEY_TIME ? "ms" : "");
}

static void
out_of_range (struct kv_parser *r, const struct kv_key *key, bool in_list,
              const char *said, bool low)
{
  bool limit = key->type == KV_KEY_COUNT || key->type == KV_KEY_CPU
               || key->type == KV_KEY_SIZE || key->type == KV_KEY_TIME;
  char bound[32];

  if (key->least == key->most) {
    kv_fault (r, r->scan.token, "KVD-14", "%s is %s; this kavach reads %s: %s",
              key->path, said, "\"kavach\"", key->example);
    return;
  }
  value_text (key, low ? key->least : key->most, bound, sizeof bound);
  kv_fault (r, r->scan.token, "KVD-17", "%s%s is %s; the %s is %s%s",
            within (in_list), key->path, said, low ? "least" : "most", bound,
            limit ? ", and \"none\" is no limit" : "");
}

/* Stores VALUE at INTO if it is within the bounds. */
static void
store_bounded (struct kv_parser *r, const struct kv_key *key, void *into,
               bool in_list, const char *said, uint64_t value)
{
  if (value < key->least || value > key->most)
    out_of_range (r, key, in_list, said, value < key->least);
  else
    ((struct kv_said_number *) into)->value = value;
}

/* "512M", "30s" or "none". */
static void
store_with_unit (struct kv_parser *r, const struct kv_key *key, void *into,
                 const char *text)
{
  size_t n = strspn (text, "0123456789");
  char quoted[80], unit[8];
  uint64_t value;
  int result;

  if (strcmp (text, "none") == 0) {
    ((struct kv_said_number *) into)->value = 0;
    return;
  }
  kv_quote (quoted, sizeof quoted, text, strlen (text));
  result = key->type == KV_KEY_SIZE ? kv_parse_size (text, &value)
                                    : kv_parse_duration (text, &value);
  if (result == 0) {
    store_bounded (r, key, into, false, quoted, value);
    return;
  }
  /* Right but for the number of digits? */
  snprintf (unit, sizeof unit, "1%s", text + n);
  if (n > 0 && key->form->fits (unit)) {
    out_of_range (r, key, false, quoted, false);
    return;
  }
  kv_fault (r, r->scan.token, "KVD-18", "%s is %s; %s, such as %s, or \"none\"",
            key->path, quoted, key->form->right, key->example);
}

static void
store_string (struct kv_parser *r, const struct kv_key *key, void *into,
              bool in_list, char **text)
{
  switch (key->type) {
  case KV_KEY_TEXT:
  case KV_KEY_TEXTS:
    if (!check_text (r, key, in_list, *text))
      return;
    ((struct kv_said_text *) into)->value = *text;
    *text = NULL;
    return;
  case KV_KEY_PAIRS:
    ((struct kv_said_text *) into)->value = *text;
    *text = NULL;
    return;
  case KV_KEY_WORD:
    if (check_text (r, key, in_list, *text))
      ((struct kv_said_number *) into)->value = find_word (key, *text);
    return;
  case KV_KEY_COUNT:
  case KV_KEY_CPU:
    if (strcmp (*text, "none") == 0)
      ((struct kv_said_number *) into)->value = 0;
    else
      kv_wrong_type (r, key, in_list, "a string");
    return;
  default:
    store_with_unit (r, key, into, *text);
  }
}

void
kv_store_text (struct kv_parser *r, const struct kv_key *key, void *into,
               bool in_list, const unsigned char *bytes, size_t length)
{
  char what[96];
  char *text;

  kv_store_nothing (r, key, into, in_list);
  if (key->type == KV_KEY_OBJECT || key->type == KV_KEY_OBJECTS
      || key->type == KV_KEY_BOOLEAN || key->type == KV_KEY_NUMBER
      || key->type == KV_KEY_NUMBERS
      || (!in_list
          && (key->type == KV_KEY_TEXTS || key->type == KV_KEY_PAIRS))) {
    kv_wrong_type (r, key, in_list, "a string");
    return;
  }
  snprintf (what, sizeof what, "%s%s", within (in_list), key->path);
  text = kv_take_text (r, bytes, length, what);
  if (text == NULL)
    return;
  store_string (r, key, into, in_list, &text);
  free (text);
}

void
kv_store_boolean (struct kv_parser *r, const struct kv_key *key, void *into,
                  bool in_list, bool value)
{
  kv_store_nothing (r, key, into, in_list);
  if (key->type != KV_KEY_BOOLEAN)
    kv_wrong_type (r, key, in_list, value ? "true" : "false");
  else
    ((struct kv_said_number *) into)->value = value;
}

void
kv_store_number (struct kv_parser *r, const struct kv_key *key, void *into,
                 bool in_list, const char *digits, size_t length)
{
  bool fraction = key->type == KV_KEY_CPU;
  char said[32];
  uint64_t value;

  kv_store_nothing (r, key, into, in_list);
  if (!fraction && key->type != KV_KEY_NUMBER && key->type != KV_KEY_COUNT
      && (key->type != KV_KEY_NUMBERS || !in_list)) {
    kv_wrong_type (r, key, in_list, "a number");
    return;
  }
  snprintf (said, sizeof said, "%.*s%s", length > 24 ? 24 : (int) length,
            digits, length > 24 ? "..." : "");
  switch (kv_number_thousandths (digits, length, &value)) {
  case KV_NUMBER_LOW:
    out_of_range (r, key, in_list, said, true);
    return;
  case KV_NUMBER_HIGH:
    out_of_range (r, key, in_list, said, false);
    return;
  case KV_NUMBER_RIGHT:
    if (fraction || value % 1000 == 0) {
      store_bounded (r, key, into, in_list, said,
                     fraction ? value : value / 1000);
      return;
    }
    break;
  default:
    break;
  }
  kv_fault (r, r->scan.token, "KVD-17", "%s%s is %s; %s, such as %s",
            within (in_list), key->path, said,
            fraction ? "at most three decimals" : "a whole number",
            key->example);
}
