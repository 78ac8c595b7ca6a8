/* SPDX-License-Identifier: Apache-2.0 */
/* yajl's events, followed through the keys of a seccomp file.  Every event
 * of a value comes by find_target: a member's, a list's element, or one
 * that is passed over. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/oci_private.h"
#include "core/util/cleanup.h"

enum { LIST_MAX = 4096 };

static struct kv_oci_frame *
top (struct kv_oci_parser *r)
{
  return r->n_stack > 0 ? &r->stack[r->n_stack - 1] : NULL;
}

static const char *
type_name (const struct kv_oci_key *key, bool element)
{
  switch (key->type) {
  case KV_OCI_NUMBER:
    return "a whole number";
  case KV_OCI_TEXTS:
    return element ? "a string" : "a list of strings";
  case KV_OCI_OBJECTS:
    return element ? "an object" : "a list of objects";
  case KV_OCI_OBJECT:
    return "an object";
  default:
    return "a string";
  }
}

static void
wrong_type (struct kv_oci_parser *r, const struct kv_oci_key *key, bool element,
            const char *what)
{
  kv_fault (&r->base, r->base.scan.token, "KVD-12", "%s%s is %s; %s",
            element ? "a value in " : "", key->name, what,
            type_name (key, element));
}

/* The key that the value WHAT belongs to, NULL when it is passed over. */
static const struct kv_oci_key *
find_target (struct kv_oci_parser *r, const char *what, bool *element)
{
  struct kv_oci_frame *frame = top (r);

  *element = false;
  if (r->base.stopped || r->base.skipped > 0)
    return NULL;
  if (frame == NULL) {
    kv_fault (&r->base, r->base.scan.token, "KVD-12",
              "the profile is %s; an object: %s", what, r->base.least);
    return NULL;
  }
  if (frame->list == NULL)
    return frame->member;
  *element = true;
  if (frame->count++ < LIST_MAX)
    return frame->list;
  if (frame->count == LIST_MAX + 1)
    kv_fault (&r->base, r->base.scan.token, "KVD-08", "%s is longer than %d",
              frame->list->name, LIST_MAX);
  return NULL;
}

/* What Go writes for a list or an object that is not there. */
static int
on_null (void *context)
{
  struct kv_oci_parser *r = context;
  const struct kv_oci_key *key;
  bool element;

  kv_parser_token (&r->base);
  key = find_target (r, "null", &element);
  if (key != NULL && key->type != KV_OCI_ANYTHING
      && (element || key->type == KV_OCI_NUMBER || key->needed))
    wrong_type (r, key, element, "null");
  return !r->base.stopped;
}

static int
on_boolean (void *context, int value)
{
  struct kv_oci_parser *r = context;
  const char *what = value ? "true" : "false";
  const struct kv_oci_key *key;
  bool element;

  kv_parser_token (&r->base);
  key = find_target (r, what, &element);
  if (key != NULL && key->type != KV_OCI_ANYTHING)
    wrong_type (r, key, element, what);
  return !r->base.stopped;
}

static int
on_number (void *context, const char *digits, size_t length)
{
  struct kv_oci_parser *r = context;
  const struct kv_oci_key *key;
  bool element;

  kv_parser_token (&r->base);
  key = find_target (r, "a number", &element);
  if (key != NULL && key->type == KV_OCI_NUMBER)
    kv_oci_number (r, key, digits, length);
  else if (key != NULL && key->type != KV_OCI_ANYTHING)
    wrong_type (r, key, element, "a number");
  return !r->base.stopped;
}

static int
on_string (void *context, const unsigned char *bytes, size_t length)
{
  struct kv_oci_parser *r = context;
  const struct kv_oci_key *key;
  bool element;

  kv_parser_token (&r->base);
  key = find_target (r, "a string", &element);
  if (key == NULL || key->type == KV_OCI_ANYTHING)
    return !r->base.stopped;
  if (key->type == KV_OCI_TEXT || (key->type == KV_OCI_TEXTS && element)) {
    char *text = kv_take_text (&r->base, bytes, length, key->name);

    if (text != NULL)
      kv_oci_text (r, key, text);
  }
  else
    wrong_type (r, key, element, "a string");
  return !r->base.stopped;
}

/* False when nothing may be opened any more. */
static bool
go_deeper (struct kv_oci_parser *r)
{
  if (r->base.stopped)
    return false;
  if (r->base.depth == KV_DOCUMENT_DEPTH_MAX) {
    kv_fault (&r->base, r->base.scan.token, "KVD-06",
              "objects and lists are nested more than %d deep; a seccomp file "
              "needs 6",
              KV_DOCUMENT_DEPTH_MAX);
    r->base.stopped = true;
    return false;
  }
  r->base.opened[r->base.depth++] = r->base.scan.token;
  return true;
}

static void
push (struct kv_oci_parser *r, enum kv_oci_owner owner,
      const struct kv_oci_key *list)
{
  r->stack[r->n_stack++] = (struct kv_oci_frame){
    .owner = owner,
    .list = list,
    .open = r->base.scan.token,
  };
}

static int
on_open_map (void *context)
{
  struct kv_oci_parser *r = context;
  const struct kv_oci_key *key;
  bool element;

  kv_parser_token (&r->base);
  if (!go_deeper (r))
    return 0;
  if (r->base.skipped > 0) {
    r->base.skipped++;
    return 1;
  }
  if (top (r) == NULL) {
    push (r, KV_OCI_IN_PROFILE, NULL);
    return 1;
  }
  key = find_target (r, "an object", &element);
  if (key != NULL
      && (key->type == KV_OCI_OBJECT
          || (key->type == KV_OCI_OBJECTS && element))) {
    if (kv_oci_open (r, key, r->base.scan.token))
      push (r, key->inner, NULL);
  }
  else {
    if (key != NULL && key->type != KV_OCI_ANYTHING)
      wrong_type (r, key, element, "an object");
    r->base.skipped = 1;
  }
  return !r->base.stopped;
}

static int
on_open_list (void *context)
{
  struct kv_oci_parser *r = context;
  const struct kv_oci_key *key;
  bool element;

  kv_parser_token (&r->base);
  if (!go_deeper (r))
    return 0;
  if (r->base.skipped > 0) {
    r->base.skipped++;
    return 1;
  }
  key = find_target (r, "a list", &element);
  if (key != NULL && !element
      && (key->type == KV_OCI_TEXTS || key->type == KV_OCI_OBJECTS))
    push (r, key->owner, key);
  else {
    if (key != NULL && key->type != KV_OCI_ANYTHING)
      wrong_type (r, key, element, "a list");
    r->base.skipped = 1;
  }
  return !r->base.stopped;
}

static void
check_complete (struct kv_oci_parser *r, const struct kv_oci_frame *frame)
{
  const struct kv_oci_key *key = NULL;

  while ((key = kv_oci_key_next (frame->owner, key)) != NULL)
    if (key->needed && (frame->seen & 1U << key->id) == 0)
      kv_fault (&r->base, frame->open, "KVD-13", "%s has no \"%s\"",
                kv_oci_owner_name (frame->owner), key->name);
}

static int
on_close (void *context)
{
  struct kv_oci_parser *r = context;
  struct kv_oci_frame *frame = top (r);

  kv_parser_token (&r->base);
  r->base.depth--;
  if (r->base.skipped > 0)
    r->base.skipped--;
  else if (frame != NULL) {
    if (frame->list == NULL) {
      check_complete (r, frame);
      kv_oci_close (r, frame);
    }
    r->n_stack--;
  }
  return !r->base.stopped;
}

static void
unknown_key (struct kv_oci_parser *r, enum kv_oci_owner owner, const char *name)
{
  const char *names[16];
  const struct kv_oci_key *key = NULL;
  char quoted[80], right[256];
  unsigned n = 0;

  while ((key = kv_oci_key_next (owner, key)) != NULL && n < KV_COUNT (names))
    names[n++] = key->name;
  kv_suggest (right, sizeof right, name, names, n);
  kv_quote (quoted, sizeof quoted, name, strlen (name));
  kv_fault (&r->base, r->base.scan.token, "KVD-10",
            "there is no key %s in %s; %s", quoted, kv_oci_owner_name (owner),
            right);
}

static int
on_key (void *context, const unsigned char *bytes, size_t length)
{
  struct kv_oci_parser *r = context;
  struct kv_oci_frame *frame = top (r);
  kv_autofree char *name = NULL;

  kv_parser_token (&r->base);
  if (r->base.stopped || r->base.skipped > 0 || frame == NULL)
    return !r->base.stopped;
  frame->member = NULL;
  name = kv_take_text (&r->base, bytes, length, "this key");
  if (name == NULL)
    return !r->base.stopped;
  frame->member = kv_oci_key_find (frame->owner, name);
  if (frame->member == NULL)
    unknown_key (r, frame->owner, name);
  else if (frame->member->id != KV_OCI_COMMENT
           && (frame->seen & 1U << frame->member->id) != 0) {
    kv_fault (&r->base, r->base.scan.token, "KVD-11",
              "%s is there twice; keep one of the two", name);
    frame->member = NULL;
  }
  else
    frame->seen |= 1U << frame->member->id;
  return !r->base.stopped;
}

const yajl_callbacks kv_oci_callbacks = {
  .yajl_null = on_null,
  .yajl_boolean = on_boolean,
  .yajl_number = on_number,
  .yajl_string = on_string,
  .yajl_start_map = on_open_map,
  .yajl_map_key = on_key,
  .yajl_end_map = on_close,
  .yajl_start_array = on_open_list,
  .yajl_end_array = on_close,
};
