/* SPDX-License-Identifier: Apache-2.0 */
/* From a descriptor to the entry function, each way to fail told apart. */
#include "config.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <ltdl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/shim/shim.h"

/* The shim's own header, put there by the linker: what this program is, a
 * plugin must be. */
extern const ElfW (Ehdr) __ehdr_start __attribute__ ((visibility ("hidden")));

static int
check_elf (const struct plugin *p, struct kv_error *err)
{
  /* Class and machine are at the same place in both classes. */
  ElfW (Ehdr) header;
  ssize_t n = pread (p->fd, &header, sizeof header, 0);

  if (n < 0)
    return kv_fail_errno (err, "KVL-01", "%s cannot be read", p->path);
  if ((size_t) n < sizeof header
      || memcmp (header.e_ident, ELFMAG, SELFMAG) != 0) {
    kv_fail (err, "KVL-01", "%s is not a shared object (no ELF file)", p->path);
    return kv_error_hint (err, "rebuild or reinstall it");
  }
  if (header.e_ident[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS]
      || header.e_ident[EI_DATA] != __ehdr_start.e_ident[EI_DATA]
      || header.e_machine != __ehdr_start.e_machine) {
    kv_fail (err, "KVL-02",
             "%s is for another architecture (ELF machine %u, wanted %u)",
             p->path, header.e_machine, __ehdr_start.e_machine);
    return kv_error_hint (err, "install the package for this architecture");
  }
  if (header.e_type != ET_DYN) {
    kv_fail (err, "KVL-01", "%s is not a shared object (ELF type %u)", p->path,
             header.e_type);
    return kv_error_hint (err, "link it with -shared");
  }
  return 0;
}

/* libltdl says "file not found" whatever happened; the linker's own words
 * come from a plain dlopen before it. */
static int
explain (const struct plugin *p, const char *name, const char *text,
         struct kv_error *err)
{
  const char *undefined = "undefined symbol: ";
  const char *symbol = text != NULL ? strstr (text, undefined) : NULL;
  size_t length = strlen (name);

  if (symbol != NULL) {
    kv_fail (err, "KVL-04", "%s needs a symbol that is nowhere: %s", p->path,
             symbol + strlen (undefined));
    return kv_error_hint (err, "link the plugin with the library it uses; "
                               "kavach's services come in the host table");
  }
  if (text == NULL)
    text = "no reason given";
  else if (strncmp (text, name, length) == 0
           && strncmp (text + length, ": ", 2) == 0)
    text += length + 2;
  return kv_fail (err, "KVL-03", "%s cannot be loaded: %s", p->path, text);
}

static lt_dlhandle
open_resident (const char *name)
{
  lt_dladvise advise;
  lt_dlhandle handle = NULL;

  if (lt_dlinit () != 0)
    return NULL;
  if (lt_dladvise_init (&advise) != 0)
    return NULL;
  if (lt_dladvise_local (&advise) == 0 && lt_dladvise_resident (&advise) == 0)
    handle = lt_dlopenadvise (name, advise);
  lt_dladvise_destroy (&advise);
  return handle;
}

static int
find_entry (const struct plugin *p, lt_dlhandle handle,
            kavach_plugin_entry *entry, struct kv_error *err)
{
  void *symbol = lt_dlsym (handle, KAVACH_PLUGIN_ENTRY);
  unsigned major;

  if (symbol != NULL) {
    memcpy (entry, &symbol, sizeof *entry);
    return 0;
  }
  for (major = 2; major < 10; major++) {
    char name[32];

    snprintf (name, sizeof name, "kavach_plugin_entry_v%u", major);
    if (lt_dlsym (handle, name) != NULL) {
      kv_fail (err, "KVL-06", "%s is for ABI %u, this kavach has ABI %d",
               p->path, major, KAVACH_ABI_MAJOR);
      return kv_error_hint (err, "install a newer kavach, or the plugin's "
                                 "version for this one");
    }
  }
  kv_fail (err, "KVL-05", "%s exports no " KAVACH_PLUGIN_ENTRY, p->path);
  return kv_error_hint (err, "is it a kavach plugin? KAVACH_REGISTER defines "
                             "the symbol");
}

int
object_load (struct plugin *p, kavach_plugin_entry *entry, struct kv_error *err)
{
  char name[32];
  lt_dlhandle handle;
  void *preflight;

  if (check_elf (p, err) < 0)
    return -1;

  snprintf (name, sizeof name, "/proc/self/fd/%d", p->fd);
  guard_enter ();
  preflight = dlopen (name, RTLD_NOW | RTLD_LOCAL);
  if (guard_leave (err) < 0)
    return -1;
  if (preflight == NULL)
    return explain (p, name, dlerror (), err);

  handle = open_resident (name);
  if (handle == NULL)
    return explain (p, name, lt_dlerror (), err);
  return find_entry (p, handle, entry, err);
}
