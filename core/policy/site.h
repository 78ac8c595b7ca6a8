/* SPDX-License-Identifier: Apache-2.0 */
/* The site's ceiling: a policy document of whoever looks after the host,
 * which says only what it bounds.  No run goes beyond it.
 */
#ifndef KV_SITE_H
#define KV_SITE_H

#include "core/policy/layers.h"

#define KV_SITE_FILE "site.json"

struct kv_whole;

struct kv_site {
  /* The account's; NULL where it is not known, then HOME is. */
  char *home;
  /* Where DOCUMENT's texts and places live. */
  struct kv_layers layers;
  struct kv_document document;
  /* What was lowered to it. */
  struct kv_document lowered;
};

/* Sets whole->site, which stays NULL where there is no such file. */
int kv_site_load (struct kv_whole *whole, struct kv_error *err);
/* Limits that nobody wrote, but for a preset, become those of the site. */
int kv_site_lower (struct kv_whole *whole, struct kv_error *err);
/* Refuses what is beyond: KVP-25. */
/* After what is waived is known; what the site bounds is required. */
int kv_site_hold (struct kv_whole *whole, struct kv_error *err);
int kv_site_check (const struct kv_whole *whole, struct kv_error *err);
/* May PATH be read, which the policy does not name and this host's PATH leads
 * to? */
bool kv_site_permits (const struct kv_whole *whole, const char *path);
void kv_site_free (struct kv_site *site);

#endif
