/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a policy document: one table, which the reader follows and
 * which the JSON Schema and the manual are tested against.
 */
#ifndef KV_DOCUMENT_KEY_H
#define KV_DOCUMENT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kv_key_type {
  /* Keys of its own: the rows that follow, whose path begins with its. */
  KV_KEY_OBJECT,
  /* A list of such objects. */
  KV_KEY_OBJECTS,
  /* An object with free keys and strings as values. */
  KV_KEY_PAIRS,
  KV_KEY_TEXT,
  KV_KEY_TEXTS,
  /* One of the row's words, kept as its number. */
  KV_KEY_WORD,
  KV_KEY_BOOLEAN,
  /* A whole number; a list of them. */
  KV_KEY_NUMBER,
  KV_KEY_NUMBERS,
  /* A whole number or "none"; thousandths or "none". */
  KV_KEY_COUNT,
  KV_KEY_CPU,
  /* A string with a unit, or "none". */
  KV_KEY_SIZE,
  KV_KEY_TIME
};

/* What a string has to look like. */
struct kv_form {
  /* In the regular expressions that POSIX and ECMA-262 have in common; with
   * LONGEST, 0 for no bound, it says all that FITS looks at, or a little
   * less. */
  const char *pattern;
  size_t longest;
  bool (*fits) (const char *text);
  /* What would be right. */
  const char *right;
};

extern const struct kv_form kv_form_path, kv_form_root, kv_form_file,
    kv_form_host, kv_form_url_path, kv_form_syscall, kv_form_variable,
    kv_form_pass, kv_form_hostname, kv_form_source, kv_form_header,
    kv_form_format, kv_form_plugin, kv_form_size, kv_form_time;

enum kv_key_flag {
  /* Whoever writes the object has to write the key. */
  KV_KEY_NEEDED = 1 << 0,
  /* An empty list would permit nothing and say nothing. */
  KV_KEY_NOT_EMPTY = 1 << 1,
  /* Somebody may have put a secret here by mistake: no message repeats it. */
  KV_KEY_UNTOLD = 1 << 2
};

struct kv_key {
  /* "network.allow[].host" */
  const char *path;
  enum kv_key_type type;
  unsigned flags;
  /* Where the value goes, from the start of struct kv_document or, behind
   * "[]", of the list's item; ITEM is the size of one of its own. */
  size_t offset, item;
  /* NULL: any string.  With words as well: or one of these. */
  const struct kv_form *form;
  const char *const *words;
  unsigned n_words;
  /* Of a number, or of each in a list, in the unit of kv_said_number. */
  uint64_t least, most;
  /* A right value, as JSON. */
  const char *example;
};

extern const struct kv_key kv_keys[];
extern const unsigned kv_keys_count;

/* The part of a path behind its last dot. */
const char *kv_key_leaf (const struct kv_key *key);
/* The members of PARENT one after the other, NULL behind the last: PARENT
 * NULL is the document itself, BEFORE NULL asks for the first. */
const struct kv_key *kv_key_next (const struct kv_key *parent,
                                  const struct kv_key *before);
/* The member NAME of PARENT, or NULL. */
const struct kv_key *kv_key_find (const struct kv_key *parent,
                                  const char *name);
bool kv_key_is_list (const struct kv_key *key);
/* Less is less, and 0 is no limit. */
bool kv_key_is_limit (const struct kv_key *key);

#endif
