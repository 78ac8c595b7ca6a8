/* SPDX-License-Identifier: Apache-2.0 */
/* Where the installed parts of kavach are.  The installed launcher has them
 * compiled in (places.c); the tests link a file of their own with the same
 * functions, which reads a staged tree's path from the environment. */
#ifndef KV_PLACES_H
#define KV_PLACES_H

/* Absolute paths; never NULL. */
const char *kv_place_libexec (void);
const char *kv_place_plugins (void);
const char *kv_place_manifests (void);
const char *kv_place_sysconf (void);

#endif
