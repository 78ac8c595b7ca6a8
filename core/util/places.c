/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/util/built_places.h"
#include "core/util/places.h"

const char *
kv_place_libexec (void)
{
  return KV_LIBEXECDIR;
}

const char *
kv_place_plugins (void)
{
  return KV_PLUGINDIR;
}

const char *
kv_place_manifests (void)
{
  return KV_MANIFESTDIR;
}

const char *
kv_place_sysconf (void)
{
  return KV_SYSCONFDIR;
}
