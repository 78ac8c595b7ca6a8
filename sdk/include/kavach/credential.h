/* SPDX-License-Identifier: 0BSD */
/* <kavach/credential.h> - the credential kind: it fetches a secret by URI.
 *
 * The value goes to the host through host->secret_put and nowhere else; the
 * plugin wipes its own copy.
 */
#ifndef KAVACH_CREDENTIAL_H
#define KAVACH_CREDENTIAL_H

#include <kavach/host.h>

struct kavach_secret_ref {
  uint32_t struct_size;
  uint32_t flags;
  /* The whole URI, scheme included; names the secret, is not secret. */
  const char *uri;
  const char *purpose;
  const char *request_id;
  /* Longest time the value may stay valid, in nanoseconds; 0: no limit. */
  uint64_t max_ttl_ns;
};

struct kavach_credential {
  uint32_t struct_size;
  uint32_t flags;
  /* Mandatory.  URI schemes this plugin serves, NULL at the end. */
  const char *const *schemes;
  int (*open) (const struct kavach_config *, void **self);
  /* Mandatory. */
  int (*fetch) (void *self, const struct kavach_secret_ref *,
                struct kavach_secret *);
  int (*revoke) (void *self, const struct kavach_secret_ref *);
  void (*close) (void *self);
};

#endif
