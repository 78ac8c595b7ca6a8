/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#include "core/loader/hash.h"

/* Reads rather than maps: a file that shrinks would raise SIGBUS. */
int
kv_hash_file (int fd, char hex[65])
{
  static unsigned char block[65536];
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  off_t at = 0;

  crypto_hash_sha256_init (&state);
  for (;;) {
    ssize_t n = pread (fd, block, sizeof block, at);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    crypto_hash_sha256_update (&state, block, (unsigned long long) n);
    at += n;
  }
  crypto_hash_sha256_final (&state, digest);
  sodium_bin2hex (hex, 65, digest, sizeof digest);
  return 0;
}
