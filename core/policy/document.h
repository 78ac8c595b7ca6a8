/* SPDX-License-Identifier: Apache-2.0 */
/* One policy file as it was written: every key that it has, with the place
 * where it stands, and nothing that it does not say.  What presets, other
 * files and flags add is decided elsewhere.
 *
 * The document owns all it points to.  kv_document_free gives it back whole;
 * what has to live longer is copied before.
 */
#ifndef KV_DOCUMENT_H
#define KV_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/util/error.h"

#define KV_DOCUMENT_VERSION 1
#define KV_DOCUMENT_SIZE_MAX (1 << 20)
#define KV_DOCUMENT_DEPTH_MAX 32
#define KV_DOCUMENT_TEXT_MAX (64 << 10)
#define KV_DOCUMENT_LIST_MAX 1024

/* In a list of paths or of variables: every one there is. */
#define KV_ANY "any"

/* Lines and columns count from 1; a column is a character, not a byte.  Line
 * 0: not from a file. */
struct kv_place {
  /* The document's: a file, "preset strict", "flag --memory".  NULL: the key
   * is not there. */
  const char *file;
  unsigned line, column;
};

struct kv_said_text {
  struct kv_place at;
  /* UTF-8 without a NUL. */
  char *value;
  /* Of a path that has been looked up: st_mode, 0 when it is not there. */
  uint32_t mode;
  /* It was written as ".": the folder that the command works in. */
  bool here;
  /* The absolute path that was written, where links led from it to VALUE. */
  char *link;
};

/* Bytes, milliseconds, thousandths of a processor, a count, true and false
 * as 1 and 0, or one of the enumerations below.  0 is no limit. */
struct kv_said_number {
  struct kv_place at;
  uint64_t value;
};

/* Said with a count of 0: the list is there and empty. */
struct kv_said_list {
  struct kv_place at;
  unsigned count;
  /* An array of what the comment at the member says. */
  void *items;
};

/* One member of an object whose keys are free. */
struct kv_said_pair {
  struct kv_place at;
  char *name;
  struct kv_said_text text;
};

/* network.allow[] */
struct kv_said_allow {
  struct kv_place at;
  struct kv_said_text host;
  /* kv_said_number */
  struct kv_said_list ports;
  /* kv_said_text */
  struct kv_said_list methods, paths;
};

/* credentials[].for[] */
struct kv_said_use {
  struct kv_place at;
  struct kv_said_text host;
  /* kv_said_text */
  struct kv_said_list paths;
  struct kv_said_text header, format;
};

/* credentials[] */
struct kv_said_credential {
  struct kv_place at;
  struct kv_said_text name, source;
  /* enum kv_deliver */
  struct kv_said_number deliver;
  /* kv_said_use */
  struct kv_said_list uses;
};

/* In the order of the words in the key table. */
enum kv_mode { KV_MODE_NONE, KV_MODE_PROXY, KV_MODE_HOST };
enum kv_deliver {
  KV_DELIVER_PROXY,
  KV_DELIVER_ENVIRONMENT,
  KV_DELIVER_FILE,
  KV_DELIVER_STDIN,
  KV_DELIVER_DESCRIPTOR
};
enum kv_accept { KV_ACCEPT_MEASURED, KV_ACCEPT_ESTIMATE };

struct kv_document {
  char *file;
  struct kv_said_number version;
  /* A preset's name, or a file: a text with a slash or with .json at its
   * end. */
  struct kv_said_text extends;
  struct {
    struct kv_said_text root;
    /* kv_said_text */
    struct kv_said_list read, write, hide;
    struct kv_said_number tmp, tmp_exec;
  } filesystem;
  struct {
    /* enum kv_mode */
    struct kv_said_number mode;
    /* kv_said_allow */
    struct kv_said_list allow;
  } network;
  struct {
    /* strict, basic, none, or a file as with extends. */
    struct kv_said_text profile;
    /* kv_said_text */
    struct kv_said_list allow, deny;
  } syscalls;
  struct {
    struct kv_said_number memory, cpu, pids, files, file_size, wall_time,
        output;
  } limits;
  struct {
    /* kv_said_text, kv_said_pair */
    struct kv_said_list pass, set;
    struct kv_said_text cwd, hostname;
    struct kv_said_number tty;
  } process;
  /* kv_said_credential */
  struct kv_said_list credentials;
  struct {
    struct kv_said_text log;
    /* kv_said_text */
    struct kv_said_list hooks;
  } audit;
  struct {
    struct kv_said_number score;
    /* enum kv_accept */
    struct kv_said_number accept;
    /* kv_said_text */
    struct kv_said_list controls, want, waive, backends;
  } require;
};

#define KV_FAULTS_MAX 20

/* One thing that is wrong in a document, as a line of text. */
struct kv_fault {
  char code[8];
  unsigned line, column;
  /* What is wrong; what would be right.  Control bytes are escaped. */
  char text[480];
};

struct kv_faults {
  /* In the order of their places. */
  struct kv_fault list[KV_FAULTS_MAX];
  unsigned count;
  /* There are others behind these. */
  bool more;
};

/* Reads FILE, "-" for standard input.  0: DOCUMENT is to be freed.  1: FAULTS
 * says what is wrong with it.  -1: ERR says why it cannot be read at all.
 * DOCUMENT is empty after 1 and -1. */
int kv_document_read (const char *file, struct kv_document *document,
                      struct kv_faults *faults, struct kv_error *err);

/* The same from memory; FILE is for messages and origins.  The bytes are fed
 * to the parser PIECE at a time, 0 for all at once. */
int kv_document_parse (const void *bytes, size_t size, size_t piece,
                       const char *file, struct kv_document *document,
                       struct kv_faults *faults, struct kv_error *err);

/* A preset's TEXT: its places have ORIGIN as their file and no lines. */
int kv_document_parse_built_in (const char *text, const char *origin,
                                struct kv_document *document,
                                struct kv_faults *faults, struct kv_error *err);

/* The same from an open descriptor, which stays open. */
int kv_document_read_fd (int fd, const char *file, struct kv_document *document,
                         struct kv_faults *faults, struct kv_error *err);

/* FILE, opened; -1 with an error when it is none that can be read to its
 * end. */
int kv_document_open (const char *file, struct kv_error *err);

void kv_document_free (struct kv_document *document);

/* A zeroed element of ITEM bytes at the end of LIST, or NULL. */
void *kv_said_add (struct kv_said_list *list, size_t item);

/* Where did somebody, or nobody, write it?  A file may have any name. */
bool kv_from_flag (struct kv_place at);
bool kv_from_preset (struct kv_place at);

/* Is TEXT an element of LIST, a list of kv_said_text? */
bool kv_said_has (const struct kv_said_list *list, const char *text);

/* "p.json:3:5", "preset strict", "flag --memory"; OUT is SIZE bytes. */
void kv_place_text (char *out, size_t size, struct kv_place at);
static inline bool
kv_is_said (struct kv_place at)
{
  return at.file != NULL;
}

#endif
