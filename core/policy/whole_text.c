/* SPDX-License-Identifier: Apache-2.0 */
/* A whole policy as text, by the key table: every list in one order, every
 * value written in one way, so that equal policies are equal bytes. */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/policy/document_key.h"
#include "core/policy/internal.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/text.h"

#define WIDTH 78

struct writer {
  struct kv_text text;
  /* For the digest. */
  bool without_values;
};

/* Writes the value of KEY at VALUE in one line. */
static void put_value (struct writer *w, const struct kv_key *key,
                       const void *value);

void
kv_limit_text (char *out, size_t size, const struct kv_key *key, uint64_t value)
{
  if (value == 0)
    snprintf (out, size, "none");
  else if (key->type == KV_KEY_TIME)
    snprintf (out, size, "%" PRIu64 "%s",
              value % 1000 == 0 ? value / 1000 : value,
              value % 1000 == 0 ? "s" : "ms");
  else if (key->type == KV_KEY_SIZE)
    kv_size_text (out, size, value);
  else if (key->type == KV_KEY_CPU && value % 1000 != 0) {
    int n = snprintf (out, size, "%" PRIu64 ".%03u", value / 1000,
                      (unsigned) (value % 1000));

    while (n > 0 && (size_t) n < size && out[n - 1] == '0')
      out[--n] = '\0';
  }
  else
    snprintf (out, size, "%" PRIu64,
              key->type == KV_KEY_CPU ? value / 1000 : value);
}

static void
put_limit (struct kv_text *text, const struct kv_key *key, uint64_t value)
{
  bool number
      = (key->type == KV_KEY_COUNT || key->type == KV_KEY_CPU) && value != 0;
  char words[32];

  kv_limit_text (words, sizeof words, key, value);
  if (number)
    kv_text_word (text, words);
  else
    kv_text_json (text, words);
}

static int
by_text (const void *a, const void *b)
{
  char *const *x = a, *const *y = b;

  return strcmp (*x, *y);
}

/* The folder that the command works in is not the same as its path: only the
 * path says yes to a home.  The digest has both. */
static void
put_text (struct writer *w, const struct kv_said_text *text)
{
  if (text->here)
    kv_text_json (&w->text, ".");
  if (!text->here || w->without_values)
    kv_text_json (&w->text, text->value);
}

/* One element of a list, as a text of its own. */
static char *
element_text (const struct writer *w, const struct kv_key *key,
              const void *item)
{
  struct writer one = { .without_values = w->without_values };
  const struct kv_key *member = NULL;

  if (key->type == KV_KEY_TEXTS)
    put_text (&one, item);
  else if (key->type == KV_KEY_NUMBERS)
    kv_text_print (&one.text, "%05" PRIu64,
                   ((const struct kv_said_number *) item)->value);
  else if (key->type == KV_KEY_PAIRS) {
    const struct kv_said_pair *pair = item;

    kv_text_json (&one.text, pair->name);
    kv_text_word (&one.text, ": ");
    kv_text_json (&one.text, w->without_values ? "" : pair->text.value);
  }
  else {
    const char *before = "{";

    while ((member = kv_key_next (key, member)) != NULL) {
      const void *value = (const char *) item + member->offset;

      if (!kv_is_said (*(const struct kv_place *) value))
        continue;
      kv_text_word (&one.text, before);
      kv_text_json (&one.text, kv_key_leaf (member));
      kv_text_word (&one.text, ": ");
      put_value (&one, member, value);
      before = ", ";
    }
    kv_text_word (&one.text, "}");
  }
  if (one.text.failed) {
    free (one.text.bytes);
    return NULL;
  }
  return one.text.bytes;
}

/* The elements of LIST in order, malloc'd; NULL without memory. */
static char **
elements (const struct writer *w, const struct kv_key *key,
          const struct kv_said_list *list)
{
  char **texts = calloc (list->count + 1, sizeof *texts);
  bool whole = texts != NULL;
  unsigned i;

  for (i = 0; whole && i < list->count; i++) {
    texts[i] = element_text (w, key, (char *) list->items + i * key->item);
    whole = texts[i] != NULL;
  }
  if (whole) {
    qsort (texts, list->count, sizeof *texts, by_text);
    return texts;
  }
  for (i = 0; texts != NULL && i < list->count; i++)
    free (texts[i]);
  free (texts);
  return NULL;
}

/* Numbers were padded to sort. */
static const char *
unpadded (const struct kv_key *key, const char *text)
{
  while (key->type == KV_KEY_NUMBERS && *text == '0' && text[1] != '\0')
    text++;
  return text;
}

/* INDENT: where another line would begin; 0: all in one line. */
static void
put_list (struct writer *w, const struct kv_key *key,
          const struct kv_said_list *list, int indent)
{
  const char *brackets = key->type == KV_KEY_PAIRS ? "{}" : "[]";
  char **texts = elements (w, key, list);
  struct kv_text *t = &w->text;
  const char *line
      = t->bytes != NULL ? memrchr (t->bytes, '\n', t->used) : NULL;
  size_t column;
  unsigned i;

  if (texts == NULL) {
    t->failed = true;
    return;
  }
  column = line != NULL ? (size_t) (t->bytes + t->used - line) : t->used;
  kv_text_add (t, brackets, 1);
  for (i = 0; i < list->count; i++) {
    const char *text = unpadded (key, texts[i]);
    size_t n = strlen (text) + 2;

    if (i > 0)
      kv_text_word (t, ",");
    if (indent > 0 && (column + n > WIDTH || key->type == KV_KEY_OBJECTS)) {
      kv_text_print (t, "\n%*s", indent + 2, "");
      column = (size_t) indent + 2;
    }
    else if (i > 0)
      kv_text_word (t, " ");
    kv_text_word (t, text);
    column += n;
    free (texts[i]);
  }
  free (texts);
  kv_text_add (t, brackets + 1, 1);
}

static void
put_value (struct writer *w, const struct kv_key *key, const void *value)
{
  uint64_t number = ((const struct kv_said_number *) value)->value;

  switch (key->type) {
  case KV_KEY_TEXT:
    kv_text_json (&w->text, ((const struct kv_said_text *) value)->value);
    break;
  case KV_KEY_WORD:
    kv_text_json (&w->text, key->words[number]);
    break;
  case KV_KEY_BOOLEAN:
    kv_text_word (&w->text, number != 0 ? "true" : "false");
    break;
  case KV_KEY_NUMBER:
    kv_text_print (&w->text, "%" PRIu64, number);
    break;
  case KV_KEY_COUNT:
  case KV_KEY_CPU:
  case KV_KEY_SIZE:
  case KV_KEY_TIME:
    put_limit (&w->text, key, number);
    break;
  default:
    put_list (w, key, value, 0);
  }
}

static bool
has_members (const struct kv_document *d, const struct kv_key *parent)
{
  const struct kv_key *key = NULL;

  while ((key = kv_key_next (parent, key)) != NULL)
    if (key->type == KV_KEY_OBJECT
            ? has_members (d, key)
            : kv_is_said (
                *(const struct kv_place *) (const void *) ((const char *) d
                                                           + key->offset)))
      return true;
  return false;
}

static void
put_object (struct writer *w, const struct kv_document *d,
            const struct kv_key *parent, int indent)
{
  const struct kv_key *key = NULL;
  const char *before = "{";

  while ((key = kv_key_next (parent, key)) != NULL) {
    const void *value = (const char *) d + key->offset;
    bool object = key->type == KV_KEY_OBJECT;

    if (object ? !has_members (d, key)
               : !kv_is_said (*(const struct kv_place *) value))
      continue;
    kv_text_print (&w->text, "%s\n%*s", before, indent + 2, "");
    kv_text_json (&w->text, kv_key_leaf (key));
    kv_text_word (&w->text, ": ");
    if (object)
      put_object (w, d, key, indent + 2);
    else if (kv_key_is_list (key) || key->type == KV_KEY_PAIRS)
      put_list (w, key, value, indent + 2);
    else
      put_value (w, key, value);
    before = ",";
  }
  kv_text_print (&w->text, "\n%*s}", indent, "");
}

static char *
whole_text (const struct kv_whole *whole, bool without_values)
{
  struct writer w = { .without_values = without_values };

  put_object (&w, &whole->document, NULL, 0);
  kv_text_word (&w.text, "\n");
  if (w.text.failed) {
    free (w.text.bytes);
    return NULL;
  }
  return w.text.bytes;
}

char *
kv_whole_text (const struct kv_whole *whole)
{
  return whole_text (whole, false);
}

/* What a seccomp file says is part of the policy, and not only its name. */
static int
hash_file (struct kv_whole *whole, crypto_hash_sha256_state *state,
           const char *file, struct kv_error *err)
{
  kv_autoclose int fd
      = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  crypto_hash_sha256_state alone;
  unsigned char bytes[16384];
  size_t total = 0;
  ssize_t n;

  crypto_hash_sha256_init (&alone);
  while (fd >= 0 && total <= KV_DOCUMENT_SIZE_MAX
         && (n = read (fd, bytes, sizeof bytes)) != 0) {
    if (n < 0)
      return kv_fail_errno (err, "KVP-28", "syscalls.profile %s", file);
    crypto_hash_sha256_update (state, bytes, (size_t) n);
    crypto_hash_sha256_update (&alone, bytes, (size_t) n);
    total += (size_t) n;
  }
  if (fd < 0 && !whole->describe)
    return kv_fail_errno (err, "KVP-28", "syscalls.profile %s", file);
  if (crypto_hash_sha256_final (&alone, whole->file_hash) != 0)
    return kv_fail (err, "KVI-07", "SHA-256 failed");
  return 0;
}

int
kv_whole_digest (struct kv_whole *whole, struct kv_error *err)
{
  kv_autofree char *text = whole_text (whole, true);
  const struct kv_said_text *profile = &whole->document.syscalls.profile;
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;

  if (text == NULL)
    return kv_no_memory (err);
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const unsigned char *) text,
                             strlen (text));
  if (kv_form_file.fits (profile->value)
      && hash_file (whole, &state, profile->value, err) < 0)
    return -1;
  if (crypto_hash_sha256_final (&state, hash) != 0)
    return kv_fail (err, "KVI-07", "SHA-256 failed");
  sodium_bin2hex (whole->digest, sizeof whole->digest, hash, sizeof hash);
  return 0;
}

static void
say_list (const struct writer *w, const struct kv_key *key,
          const struct kv_said_list *list,
          void (*say) (void *data, const char *key, const char *value,
                       struct kv_place at),
          void *data)
{
  unsigned i;

  if (list->count == 0)
    say (data, key->path, key->type == KV_KEY_PAIRS ? "{}" : "[]", list->at);
  for (i = 0; i < list->count; i++) {
    const char *item = (const char *) list->items + i * key->item;
    kv_autofree char *text = element_text (w, key, item);

    if (text != NULL)
      say (data, key->path, text,
           *(const struct kv_place *) (const void *) item);
  }
}

void
kv_whole_each (const struct kv_whole *whole,
               void (*say) (void *data, const char *key, const char *value,
                            struct kv_place at),
               void *data)
{
  const char *base = (const char *) &whole->document;
  unsigned i;

  for (i = 0; i < kv_keys_count; i++) {
    const struct kv_key *key = &kv_keys[i];
    const void *value = base + key->offset;
    struct writer w = { .without_values = false };

    if (key->type == KV_KEY_OBJECT || strstr (key->path, "[]") != NULL
        || !kv_is_said (*(const struct kv_place *) value))
      continue;
    if (kv_key_is_list (key) || key->type == KV_KEY_PAIRS)
      say_list (&w, key, value, say, data);
    else {
      put_value (&w, key, value);
      if (!w.text.failed)
        say (data, key->path, w.text.bytes, *(const struct kv_place *) value);
      free (w.text.bytes);
    }
  }
}
