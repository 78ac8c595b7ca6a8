/* SPDX-License-Identifier: 0BSD */
/* <kavach/plugin.h> - the entry of a kavach plugin; includes the rest.
 *
 * A plugin exports exactly one symbol, kavach_plugin_entry_v1, which
 * KAVACH_REGISTER defines:
 *
 *   KAVACH_DECLARE_HOST;
 *   static const struct kavach_plugin plugin = {
 *     KAVACH_PLUGIN_HEADER (KAVACH_BACKEND),
 *     .name = "hello", .version = "1.0", .summary = "...", .ops = &ops,
 *   };
 *   KAVACH_REGISTER (plugin)
 */
#ifndef KAVACH_PLUGIN_H
#define KAVACH_PLUGIN_H

#include <kavach/audit.h>
#include <kavach/backend.h>
#include <kavach/credential.h>
#include <kavach/host.h>

struct kavach_plugin {
  uint32_t struct_size;
  /* Minor version of the headers the plugin was built with, and the oldest
   * host it can work under. */
  uint16_t abi_minor;
  uint16_t min_host_minor;
  uint32_t kind;
  /* A bit in the upper half that the host does not know: refused. */
  uint32_t flags;
  /* [a-z][a-z0-9-]{0,31} */
  const char *name;
  const char *version;
  const char *summary;
  /* Keys accepted in the manifest's "config", NULL at the end; or NULL. */
  const char *const *config_keys;
  /* The table of the plugin's kind. */
  const void *ops;
};

#define KAVACH_PLUGIN_FLAGS_INCOMPATIBLE UINT32_C (0xffff0000)

typedef const struct kavach_plugin *(*kavach_plugin_entry) (
    const struct kavach_host *);
#define KAVACH_PLUGIN_ENTRY "kavach_plugin_entry_v1"

#define KAVACH_PLUGIN_HEADER(plugin_kind)                                      \
  .struct_size = sizeof (struct kavach_plugin), .abi_minor = KAVACH_ABI_MINOR, \
  .min_host_minor = 0, .kind = (plugin_kind)

/* The host's services, for the whole plugin. */
#define KAVACH_DECLARE_HOST static const struct kavach_host *kavach

/* extern "C" must stand in the macro: a block around the headers does not
 * reach a macro that is expanded later. */
#ifdef __cplusplus
#define KAVACH_EXTERN_C extern "C"
#else
#define KAVACH_EXTERN_C
#endif

#define KAVACH_REGISTER(descriptor)                                            \
  KAVACH_EXTERN_C __attribute__ ((visibility ("default")))                     \
  const struct kavach_plugin *                                                 \
  kavach_plugin_entry_v1 (const struct kavach_host *host);                     \
  const struct kavach_plugin *kavach_plugin_entry_v1 (                         \
      const struct kavach_host *host)                                          \
  {                                                                            \
    kavach = host;                                                             \
    return &(descriptor);                                                      \
  }

#endif
