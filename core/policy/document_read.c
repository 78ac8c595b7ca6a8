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
  r->document = document;
  r->what = "a policy";
  r->least = "{\"kavach\": 1}";
  document->file = strdup (file);
  if (kv_parser_begin (r, &kv_document_callbacks, faults) == 0
      && document->file != NULL)
    return 0;
  free (document->file);
  document->file = NULL;
  if (r->yajl != NULL)
    yajl_free (r->yajl);
  return kv_no_memory (err);
}

static void
complete (struct kv_parser *r)
{
  if (kv_parser_complete (r) && !r->built_in)
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

    if (!kv_parser_feed (&r, next, n))
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
  kv_parser_feed (&r, (const unsigned char *) text, strlen (text));
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
    kv_parser_too_large (&r);
  while (!r.stopped) {
    n = read_piece (fd, buffer, PIECE);
    if (n < 0) {
      kv_fail_errno (err, "KVD-01", "%s", file);
      release (&r);
      kv_document_free (document);
      return -1;
    }
    if (n == 0 || !kv_parser_feed (&r, buffer, (size_t) n))
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
    return kv_error_hint (err, "name a policy file that can be read; -p "
                               "takes a preset, too: minimal, basic, strict, "
                               "agent");
  }
  if (!S_ISREG (st.st_mode)) {
    kv_fail (err, "KVD-01", "%s is no regular file", file);
    return kv_error_hint (err, "name a file; policy check - reads standard "
                               "input");
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
