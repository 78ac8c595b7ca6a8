/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that read a document, and by core/filter/oci_*.c, which
 * reads another kind with the same places and faults. */
#ifndef KV_DOCUMENT_PRIVATE_H
#define KV_DOCUMENT_PRIVATE_H

#include <yajl/yajl_parse.h>

#include "core/policy/document.h"
#include "core/policy/document_key.h"
#include "core/policy/document_scan.h"

/* A value that is there and wrong: checks of one key against another have
 * nothing to say about it.  Texts are NULL then. */
#define KV_SAID_WRONG UINT64_MAX

enum kv_frame_kind { KV_FRAME_OBJECT, KV_FRAME_LIST, KV_FRAME_PAIRS };

/* An object or a list that is open. */
struct kv_frame {
  enum kv_frame_kind kind;
  /* Its row; NULL for the document. */
  const struct kv_key *key;
  /* What the offsets of its members start from, or its struct
   * kv_said_list. */
  void *place;
  /* Of an object: rows that were met, as bits. */
  uint64_t seen;
  /* The member whose value comes next; NULL when it is to be passed over. */
  const struct kv_key *member;
  /* The same for an object with free keys. */
  char *name;
  struct kv_position name_at;
  /* The list is full, and that was said. */
  bool full;
};

struct kv_parser {
  yajl_handle yajl;
  struct kv_scan scan;
  struct kv_utf8 utf8;
  struct kv_document *document;
  struct kv_faults *faults;
  /* For messages: "a policy", and the least that one has. */
  const char *what, *least;
  /* The piece that yajl has, and how much of it went through the scan. */
  const unsigned char *piece;
  size_t scanned;
  size_t total;
  /* Where everything that is open began, for the end of the file. */
  struct kv_position opened[KV_DOCUMENT_DEPTH_MAX];
  unsigned depth;
  struct kv_frame frames[KV_DOCUMENT_DEPTH_MAX];
  unsigned n_frames;
  /* Open objects and lists within something that is passed over. */
  unsigned skipped;
  /* Nothing more is read: a fault that nothing can follow, or too many. */
  bool stopped;
  bool no_memory;
  /* A preset: without places, and checked before it was built in. */
  bool built_in;
};

/* document_fault.c: each is one line, "what is wrong; what would be right".
 * After the last one that there is room for, the reader stops. */
void kv_fault (struct kv_parser *r, struct kv_position at, const char *code,
               const char *fmt, ...) __attribute__ ((format (printf, 4, 5)));
void kv_faults_sort (struct kv_faults *faults);
/* TEXT in quotes for a message, shortened and escaped; OUT is SIZE bytes. */
void kv_quote (char *out, size_t size, const char *text, size_t length);
/* "did you mean ...?" and true, or all there are; OUT is SIZE bytes. */
bool kv_suggest (char *out, size_t size, const char *word,
                 const char *const *words, unsigned count);
struct kv_position kv_position_of (struct kv_place at);

/* document.c: VISIT for every value that DOCUMENT can hold, whether it is
 * there or not; the items of a list of objects before the list. */
void kv_document_walk (struct kv_document *document,
                       void (*visit) (void *data, const struct kv_key *key,
                                      void *value),
                       void *data);

/* A zeroed element at the end of LIST, or NULL. */
void *kv_list_add (struct kv_parser *r, struct kv_said_list *list, size_t item);

/* document_value.c: stores one value of the row KEY at INTO, or says what is
 * wrong with it.  IN_LIST: the value is an element. */
void kv_store_text (struct kv_parser *r, const struct kv_key *key, void *into,
                    bool in_list, const unsigned char *bytes, size_t length);
void kv_store_number (struct kv_parser *r, const struct kv_key *key, void *into,
                      bool in_list, const char *digits, size_t length);
void kv_store_boolean (struct kv_parser *r, const struct kv_key *key,
                       void *into, bool in_list, bool value);
/* The value is WHAT, "a list", and that is not what the row says. */
void kv_wrong_type (struct kv_parser *r, const struct kv_key *key, bool in_list,
                    const char *what);
/* Notes that the value is there, begins here and is of no use. */
void kv_store_nothing (struct kv_parser *r, const struct kv_key *key,
                       void *into, bool in_list);
struct kv_place kv_place_at (const struct kv_parser *r, struct kv_position at);
/* Where the token that yajl has just told of begins. */
struct kv_place kv_here (const struct kv_parser *r);
/* document_feed.c: each needs R with its words set and zeroed else.  -1: no
 * memory.  False: no more is wanted, or it was no whole document. */
int kv_parser_begin (struct kv_parser *r, const yajl_callbacks *callbacks,
                     struct kv_faults *faults);
bool kv_parser_feed (struct kv_parser *r, const unsigned char *bytes,
                     size_t size);
bool kv_parser_complete (struct kv_parser *r);
void kv_parser_too_large (struct kv_parser *r);
/* Where the token begins that an event is about; the first thing in each. */
struct kv_position kv_parser_token (struct kv_parser *r);
/* A copy of a key or a string, or NULL after a fault. */
char *kv_take_text (struct kv_parser *r, const unsigned char *bytes,
                    size_t length, const char *what);
/* document_number.c: a number as yajl passes it, in thousandths.  LOW is
 * below zero, HIGH beyond 64 bits, FINE no multiple of a thousandth. */
enum kv_number {
  KV_NUMBER_RIGHT,
  KV_NUMBER_LOW,
  KV_NUMBER_HIGH,
  KV_NUMBER_FINE
};
enum kv_number kv_number_thousandths (const char *text, size_t length,
                                      uint64_t *value);

/* document_syntax.c: yajl stopped, in words for people.  AT_END: the file is
 * over. */
void kv_syntax_fault (struct kv_parser *r, bool at_end);

/* document_check.c: everything that concerns more than one value. */
void kv_document_check (struct kv_parser *r);

/* document_event.c: what yajl calls. */
extern const yajl_callbacks kv_document_callbacks;

/* document_name.c: NAME is that of the next member of FRAME; a fault, and the
 * member's value is passed over.  The second takes NAME over. */
void kv_member_name (struct kv_parser *r, struct kv_frame *frame,
                     const char *name);
void kv_pair_name (struct kv_parser *r, struct kv_frame *frame, char *name);

#endif
