/* SPDX-License-Identifier: Apache-2.0 */
/* yajl's events, followed through the key table. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/policy/document_private.h"
#include "core/util/cleanup.h"

/* An element for the open list, unless it is full, which is said once. */
static void *
add_item (struct kv_parser *r, struct kv_frame *frame)
{
  struct kv_said_list *list = frame->place;

  if (list->count < KV_DOCUMENT_LIST_MAX)
    return kv_list_add (r, list, frame->key->item);
  if (!frame->full)
    kv_fault (r, r->scan.token, "KVD-08",
              "%s is longer than %d; use fewer, or wider ones",
              frame->key->path, KV_DOCUMENT_LIST_MAX);
  frame->full = true;
  return NULL;
}

static struct kv_frame *
top (struct kv_parser *r)
{
  return r->n_frames > 0 ? &r->frames[r->n_frames - 1] : NULL;
}

static void
push (struct kv_parser *r, enum kv_frame_kind kind, const struct kv_key *key,
      void *place)
{
  r->frames[r->n_frames++]
      = (struct kv_frame){ .kind = kind, .key = key, .place = place };
}

struct target {
  const struct kv_key *key;
  void *into;
  bool in_list;
};

/* Where the value goes that WHAT describes; false when it is of no interest,
 * or that was said. */
static bool
find_target (struct kv_parser *r, const char *what, struct target *t)
{
  struct kv_frame *frame = top (r);

  if (r->stopped || r->skipped > 0)
    return false;
  if (frame == NULL) {
    kv_fault (r, r->scan.token, "KVD-12",
              "the document is %s; an object: {\"kavach\": 1}", what);
    return false;
  }
  t->key = frame->kind == KV_FRAME_OBJECT ? frame->member : frame->key;
  t->in_list = frame->kind != KV_FRAME_OBJECT;
  t->into = NULL;
  if (t->key == NULL)
    return false;
  if (frame->kind == KV_FRAME_OBJECT)
    t->into = (char *) frame->place + t->key->offset;
  else if (frame->kind == KV_FRAME_PAIRS) {
    struct kv_said_pair *pair;

    if (frame->name == NULL || (pair = add_item (r, frame)) == NULL)
      return false;
    pair->at = kv_place_at (r, frame->name_at);
    pair->name = kv_steal_ptr (&frame->name);
    t->into = &pair->text;
  }
  else if ((t->into = add_item (r, frame)) == NULL)
    return false;
  return true;
}

static int
on_null (void *context)
{
  struct kv_parser *r = context;
  struct target t;

  kv_parser_token (r);
  if (find_target (r, "null", &t)) {
    kv_store_nothing (r, t.key, t.into, t.in_list);
    kv_wrong_type (r, t.key, t.in_list, "null");
  }
  return !r->stopped;
}

static int
on_boolean (void *context, int value)
{
  struct kv_parser *r = context;
  struct target t;

  kv_parser_token (r);
  if (find_target (r, value ? "true" : "false", &t))
    kv_store_boolean (r, t.key, t.into, t.in_list, value != 0);
  return !r->stopped;
}

static int
on_number (void *context, const char *digits, size_t length)
{
  struct kv_parser *r = context;
  struct target t;

  kv_parser_token (r);
  if (find_target (r, "a number", &t))
    kv_store_number (r, t.key, t.into, t.in_list, digits, length);
  return !r->stopped;
}

static int
on_string (void *context, const unsigned char *bytes, size_t length)
{
  struct kv_parser *r = context;
  struct target t;

  kv_parser_token (r);
  if (find_target (r, "a string", &t))
    kv_store_text (r, t.key, t.into, t.in_list, bytes, length);
  return !r->stopped;
}

/* False when nothing may be opened any more. */
static bool
go_deeper (struct kv_parser *r)
{
  if (r->stopped)
    return false;
  if (r->depth == KV_DOCUMENT_DEPTH_MAX) {
    kv_fault (r, r->scan.token, "KVD-06",
              "objects and lists are nested more than %d deep; a policy needs "
              "6",
              KV_DOCUMENT_DEPTH_MAX);
    r->stopped = true;
    return false;
  }
  r->opened[r->depth++] = r->scan.token;
  return true;
}

/* What was opened does not belong here. */
static void
pass_over (struct kv_parser *r, const struct target *t, const char *what)
{
  kv_store_nothing (r, t->key, t->into, t->in_list);
  kv_wrong_type (r, t->key, t->in_list, what);
  r->skipped = 1;
}

static int
on_open_map (void *context)
{
  struct kv_parser *r = context;
  struct kv_frame *frame = top (r);
  struct target t;

  kv_parser_token (r);
  if (!go_deeper (r))
    return 0;
  if (r->skipped > 0)
    r->skipped++;
  else if (frame == NULL)
    push (r, KV_FRAME_OBJECT, NULL, r->document);
  else if (!find_target (r, "an object", &t))
    r->skipped = 1;
  else if (t.key->type == KV_KEY_OBJECT)
    push (r, KV_FRAME_OBJECT, t.key, frame->place);
  else if (t.key->type == KV_KEY_OBJECTS && t.in_list) {
    *(struct kv_place *) t.into = kv_here (r);
    push (r, KV_FRAME_OBJECT, t.key, t.into);
  }
  else if (t.key->type == KV_KEY_PAIRS && !t.in_list) {
    kv_store_nothing (r, t.key, t.into, false);
    push (r, KV_FRAME_PAIRS, t.key, t.into);
  }
  else
    pass_over (r, &t, "an object");
  return !r->stopped;
}

static int
on_open_list (void *context)
{
  struct kv_parser *r = context;
  struct target t;

  kv_parser_token (r);
  if (!go_deeper (r))
    return 0;
  if (r->skipped > 0)
    r->skipped++;
  else if (!find_target (r, "a list", &t))
    r->skipped = 1;
  else if (kv_key_is_list (t.key) && !t.in_list) {
    kv_store_nothing (r, t.key, t.into, false);
    push (r, KV_FRAME_LIST, t.key, t.into);
  }
  else
    pass_over (r, &t, "a list");
  return !r->stopped;
}

/* What an object or a list lacks shows when it is closed. */
static void
check_closed (struct kv_parser *r, const struct kv_frame *frame,
              struct kv_position open)
{
  const struct kv_said_list *list = frame->place;
  const struct kv_key *key = NULL;

  if (frame->kind == KV_FRAME_OBJECT)
    while ((key = kv_key_next (frame->key, key)) != NULL) {
      if ((key->flags & KV_KEY_NEEDED) != 0
          && (frame->seen & UINT64_C (1) << (key - kv_keys)) == 0)
        kv_fault (r, open, "KVD-13", "%s%s has no \"%s\"; \"%s\": %s",
                  frame->key != NULL ? "a value in " : "",
                  frame->key != NULL ? frame->key->path : "the document",
                  kv_key_leaf (key), kv_key_leaf (key), key->example);
    }
  else if (list->count == 0 && (frame->key->flags & KV_KEY_NOT_EMPTY) != 0)
    kv_fault (r, open, "KVD-20",
              "%s is empty, which would permit nothing; \"%s\": %s, or leave "
              "it out",
              frame->key->path, kv_key_leaf (frame->key), frame->key->example);
}

static int
on_close (void *context)
{
  struct kv_parser *r = context;
  struct kv_frame *frame = top (r);

  kv_parser_token (r);
  r->depth--;
  if (r->skipped > 0)
    r->skipped--;
  else if (frame != NULL) {
    check_closed (r, frame, r->opened[r->depth]);
    free (frame->name);
    r->n_frames--;
  }
  return !r->stopped;
}

static int
on_key (void *context, const unsigned char *bytes, size_t length)
{
  struct kv_parser *r = context;
  struct kv_frame *frame = top (r);
  char *name;

  kv_parser_token (r);
  if (r->stopped || r->skipped > 0 || frame == NULL)
    return !r->stopped;
  name = kv_take_text (r, bytes, length, "this key");
  if (name == NULL) {
    frame->member = NULL;
    free (frame->name);
    frame->name = NULL;
  }
  else if (frame->kind == KV_FRAME_PAIRS)
    kv_pair_name (r, frame, name);
  else {
    kv_member_name (r, frame, name);
    free (name);
  }
  return !r->stopped;
}

const yajl_callbacks kv_document_callbacks = {
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
