/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/filter/cache.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"

/* In front of the program.  The digest is against torn and rotten files; who
 * can write here as the caller needs no forged filter. */
struct header {
  char magic[8];
  uint64_t size;
  unsigned char digest[crypto_hash_sha256_BYTES];
};

static const char magic[8] = { 'K', 'V', 'F', 'I', 'L', 'T', 'E', '1' };

enum { PROGRAM_MAX = BPF_MAXINSNS * sizeof (struct sock_filter) };

int
kv_filter_size_ok (size_t size)
{
  return size > 0 && size <= PROGRAM_MAX
         && size % sizeof (struct sock_filter) == 0;
}

/* Over the key too: a file under another's name is not taken for it.
 * (sodium_init is not needed for a hash, and would open the random device.)
 */
static void
make_digest (unsigned char *digest, const char *key, const void *program,
             size_t size)
{
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const unsigned char *) key,
                             strlen (key) + 1);
  crypto_hash_sha256_update (&state, program, size);
  crypto_hash_sha256_final (&state, digest);
}

/* The whole file in one read; a short one is a torn one. */
static int
read_file (int dir, const char *key, void *data, size_t size, size_t *length)
{
  /* Non-blocking for the case that it is a FIFO. */
  kv_autoclose int fd = openat (
      dir, key, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat st;
  ssize_t n;

  if (fd < 0 || fstat (fd, &st) < 0)
    return 0;
  if (!S_ISREG (st.st_mode) || st.st_uid != geteuid ()
      || (st.st_mode & 077) != 0 || st.st_size > (off_t) size)
    return 0;
  do
    n = read (fd, data, size);
  while (n < 0 && errno == EINTR);
  if (n < 0 || n != st.st_size)
    return 0;
  *length = (size_t) n;
  return 1;
}

int
kv_filter_cache_read (int dir, const char *key, struct kv_filter *filter)
{
  /* Most programs are a few KiB. */
  kv_autofree unsigned char *data
      = malloc (sizeof (struct header) + PROGRAM_MAX);
  unsigned char digest[crypto_hash_sha256_BYTES];
  struct header header;
  size_t length, size;

  if (data == NULL
      || !read_file (dir, key, data, sizeof header + PROGRAM_MAX, &length)
      || length < sizeof header)
    return 0;
  memcpy (&header, data, sizeof header);
  size = length - sizeof header;
  if (memcmp (header.magic, magic, sizeof magic) != 0 || header.size != size
      || !kv_filter_size_ok (size))
    return 0;
  make_digest (digest, key, data + sizeof header, size);
  if (memcmp (digest, header.digest, sizeof digest) != 0)
    return 0;

  memmove (data, data + sizeof header, size);
  filter->program = kv_steal_ptr (&data);
  filter->size = size;
  return 1;
}

void
kv_filter_cache_write (int dir, const char *key, const struct kv_filter *filter)
{
  struct header header = { .size = filter->size };
  char temporary[KV_FILTER_KEY_SIZE + 16];
  kv_autoclose int fd = -1;

  memcpy (header.magic, magic, sizeof magic);
  make_digest (header.digest, key, filter->program, filter->size);
  snprintf (temporary, sizeof temporary, "%s.%d", key, (int) getpid ());
  fd = openat (dir, temporary,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  /* Left by a launcher that died under the same number. */
  if (fd < 0 && errno == EEXIST && unlinkat (dir, temporary, 0) == 0)
    fd = openat (dir, temporary,
                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  if (kv_write_full (fd, &header, sizeof header) < 0
      || kv_write_full (fd, filter->program, filter->size) < 0
      || renameat (dir, temporary, dir, key) < 0)
    unlinkat (dir, temporary, 0);
}
