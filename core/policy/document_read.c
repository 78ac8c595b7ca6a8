/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to a document, in pieces. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy/document_private.h"
#include "core/policy/internal.h"
#include "core/util/cleanup.h"

/* yajl goes over a string or a number again with every piece of it, so pieces
 * are large. */
#define PIECE (256 << 10)

static int
begin (struct kv_parser *r, const char *file, struct kv_document *document,
       struct kv_faults *faults, struct kv_error *err)
{
  memset (r, 0, sizeof *r);
  memset (document, 0, sizeof *document);
  faults->count = 0;
  faults->more = false;
  r->document = document;
  r->faults = faults;
  kv_scan_begin (&r->scan);
  document->file = strdup (file);
  r->yajl = yajl_alloc (&kv_document_callbacks, NULL, r);
  if (document->file != NULL && r->yajl != NULL)
    return 0;
  free (document->file);
  document->file = NULL;
  if (r->yajl != NULL)
    yajl_free (r->yajl);
  return kv_no_memory (err);
}

/* Whatever else is wrong with it: nobody mends twenty lines of such a
 * file. */
static void
too_large (struct kv_parser *r)
{
  static const struct kv_position start = { .line = 1, .column = 1 };

  r->faults->count = 0;
  kv_fault (r, start, "KVD-05",
            "the file is larger than %d bytes; is it a policy at all?",
            KV_DOCUMENT_SIZE_MAX);
  r->stopped = true;
}

/* BYTE is no part of a character. */
static void
bad_byte (struct kv_parser *r, unsigned char byte)
{
  struct kv_position at = r->scan.next;

  /* The character began a column before. */
  at.column -= r->utf8.missing > 0;
  if (byte == 0 && r->utf8.missing == 0)
    kv_fault (r, at, "KVD-04", "a NUL byte; take it away");
  else
    kv_fault (r, at, "KVD-03",
              "a byte that is not UTF-8 (0x%02x); save the file as UTF-8",
              byte);
  r->stopped = true;
}

/* False when no more is wanted. */
static bool
feed (struct kv_parser *r, const unsigned char *bytes, size_t size)
{
  yajl_status status;
  size_t good, used;

  if (r->stopped)
    return false;
  r->total += size;
  if (r->total > KV_DOCUMENT_SIZE_MAX) {
    too_large (r);
    return false;
  }
  good = kv_utf8_good (&r->utf8, bytes, size);
  r->piece = bytes;
  r->scanned = 0;
  status = yajl_parse (r->yajl, bytes, good);
  used = status == yajl_status_ok ? good : yajl_get_bytes_consumed (r->yajl);
  if (used > r->scanned)
    kv_scan_bytes (&r->scan, bytes + r->scanned, used - r->scanned);
  if (status == yajl_status_error) {
    kv_syntax_fault (r, false);
    r->stopped = true;
  }
  else if (good < size && !r->stopped)
    bad_byte (r, bytes[good]);
  return !r->stopped;
}

static void
complete (struct kv_parser *r)
{
  yajl_status status;

  if (r->utf8.missing > 0) {
    struct kv_position at = r->scan.next;

    at.column--;
    kv_fault (r, at, "KVD-03",
              "the file ends within a character; save the file as UTF-8");
    return;
  }
  /* yajl ends a number by a blank of its own. */
  r->piece = (const unsigned char *) " ";
  r->scanned = 0;
  status = yajl_complete_parse (r->yajl);
  if (status == yajl_status_error)
    kv_syntax_fault (r, true);
  else if (status == yajl_status_ok && !r->built_in)
    kv_document_check (r);
}

static void
release (struct kv_parser *r)
{
  while (r->n_frames > 0)
    free (r->frames[--r->n_frames].name);
  yajl_free (r->yajl);
}

static int
finish (struct kv_parser *r, struct kv_error *err)
{
  if (!r->stopped)
    complete (r);
  kv_faults_sort (r->faults);
  release (r);
  if (!r->no_memory && r->faults->count == 0)
    return 0;
  kv_document_free (r->document);
  return r->no_memory ? kv_no_memory (err) : 1;
}

int
kv_document_parse (const void *bytes, size_t size, size_t piece,
                   const char *file, struct kv_document *document,
                   struct kv_faults *faults, struct kv_error *err)
{
  const unsigned char *next = bytes;
  struct kv_parser r;

  if (begin (&r, file, document, faults, err) < 0)
    return -1;
  if (piece == 0)
    piece = size;
  while (size > 0) {
    size_t n = size < piece ? size : piece;

    if (!feed (&r, next, n))
      break;
    next += n;
    size -= n;
  }
  return finish (&r, err);
}

int
kv_document_parse_built_in (const char *text, const char *origin,
                            struct kv_document *document,
                            struct kv_faults *faults, struct kv_error *err)
{
  struct kv_parser r;

  if (begin (&r, origin, document, faults, err) < 0)
    return -1;
  r.built_in = true;
  feed (&r, (const unsigned char *) text, strlen (text));
  return finish (&r, err);
}

/* Standard input may be a pipe that somebody made non-blocking. */
static ssize_t
read_some (int fd, unsigned char *buffer, size_t size)
{
  for (;;) {
    ssize_t n = read (fd, buffer, size);
    struct pollfd wait = { .fd = fd, .events = POLLIN };

    if (n >= 0 || (errno != EINTR && errno != EAGAIN))
      return n;
    if (errno == EAGAIN && poll (&wait, 1, -1) < 0 && errno != EINTR)
      return -1;
  }
}

/* A full piece unless the file ends, however it was written. */
static ssize_t
read_piece (int fd, unsigned char *buffer, size_t size)
{
  size_t used = 0;

  while (used < size) {
    ssize_t n = read_some (fd, buffer + used, size - used);

    if (n < 0)
      return -1;
    if (n == 0)
      break;
    used += (size_t) n;
  }
  return (ssize_t) used;
}

int
kv_document_read_fd (int fd, const char *file, struct kv_document *document,
                     struct kv_faults *faults, struct kv_error *err)
{
  kv_autofree unsigned char *buffer = malloc (PIECE);
  struct kv_parser r;
  struct stat st;
  ssize_t n;

  if (buffer == NULL)
    return kv_no_memory (err);
  if (fstat (fd, &st) < 0)
    return kv_fail_errno (err, "KVD-01", "%s", file);
  if (begin (&r, file, document, faults, err) < 0)
    return -1;
  if (S_ISREG (st.st_mode) && st.st_size > KV_DOCUMENT_SIZE_MAX)
    too_large (&r);
  while (!r.stopped) {
    n = read_piece (fd, buffer, PIECE);
    if (n < 0) {
      kv_fail_errno (err, "KVD-01", "%s", file);
      release (&r);
      kv_document_free (document);
      return -1;
    }
    if (n == 0 || !feed (&r, buffer, (size_t) n))
      break;
  }
  return finish (&r, err);
}

int
kv_document_open (const char *file, struct kv_error *err)
{
  /* A pipe without a writer would be waited for, and a terminal taken. */
  kv_autoclose int fd
      = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) < 0) {
    kv_fail_errno (err, "KVD-01", "%s", file);
    return kv_error_hint (err, "name a policy file that can be read, or a "
                               "preset: minimal, basic, strict, agent");
  }
  if (!S_ISREG (st.st_mode)) {
    kv_fail (err, "KVD-01", "%s is no regular file", file);
    return kv_error_hint (err, "name a file; - reads standard input");
  }
  return kv_steal_fd (&fd);
}

int
kv_document_read (const char *file, struct kv_document *document,
                  struct kv_faults *faults, struct kv_error *err)
{
  kv_autoclose int fd = -1;

  memset (document, 0, sizeof *document);
  if (strcmp (file, "-") == 0)
    return kv_document_read_fd (STDIN_FILENO, file, document, faults, err);
  fd = kv_document_open (file, err);
  return fd < 0 ? -1 : kv_document_read_fd (fd, file, document, faults, err);
}
