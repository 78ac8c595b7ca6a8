/* SPDX-License-Identifier: Apache-2.0 */
/* kavach plugin: what is installed, and what became of it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/util/json_out.h"
#include "launcher/launcher.h"
#include "launcher/options.h"
#include "launcher/plugin.h"

const char *
kv_kind_name (uint32_t kind)
{
  switch (kind) {
  case KAVACH_BACKEND:
    return "backend";
  case KAVACH_AUDIT:
    return "audit";
  case KAVACH_CREDENTIAL:
    return "credential";
  default:
    return "-";
  }
}

const char *
kv_candidate_state (const struct kv_candidate *c)
{
  if (c->available)
    return "available";
  /* It was loaded and said itself that it cannot work here. */
  return strcmp (c->error.code, "KVL-31") == 0 ? "unavailable" : "refused";
}

static int
list_json (const struct kv_candidates *found)
{
  struct kv_json j;
  unsigned i;

  kv_json_begin (&j);
  kv_json_open_array (&j, "plugins");
  for (i = 0; i < found->count; i++) {
    const struct kv_candidate *c = &found->list[i];

    kv_json_open_map (&j, NULL);
    kv_json_string (&j, "name", c->name);
    kv_json_string (&j, "state", kv_candidate_state (c));
    kv_json_string (&j, "kind", c->kind != 0 ? kv_kind_name (c->kind) : NULL);
    kv_json_string (&j, "version", c->version);
    kv_json_string (&j, "object", c->object_path);
    kv_json_string (&j, "manifest", c->manifest_path);
    if (c->error.code[0] != '\0') {
      kv_json_string (&j, "code", c->error.code);
      kv_json_string (&j, "cause", c->error.text);
      kv_json_string (&j, "hint", c->error.hint);
    }
    kv_json_close (&j);
  }
  return kv_json_end (&j, stdout) < 0 ? KV_STATUS_REFUSED : 0;
}

static int
list_text (const struct kv_candidates *found)
{
  int width = 4;
  unsigned i;

  for (i = 0; i < found->count; i++)
    if ((int) strlen (found->list[i].name) > width)
      width = (int) strlen (found->list[i].name);
  if (found->count == 0)
    kv_say ("no plugin is installed");
  for (i = 0; i < found->count; i++) {
    const struct kv_candidate *c = &found->list[i];

    if (c->available)
      printf ("%-*s  %-10s  %-8s  %s\n", width, c->name, kv_kind_name (c->kind),
              c->version, c->object_path);
    else
      printf ("%-*s  %-10s  %s %s\n", width, c->name, kv_candidate_state (c),
              c->error.code, c->error.text);
  }
  return fflush (stdout) == 0 ? 0 : KV_STATUS_REFUSED;
}

static int
plugin_list (bool json)
{
  struct kv_error err = { .code = "" };
  struct kv_candidates found;
  int status;

  if (kv_discover (NULL, false, &found, &err) < 0) {
    kv_error_print (&err);
    return KV_STATUS_REFUSED;
  }
  status = json ? list_json (&found) : list_text (&found);
  kv_candidates_free (&found);
  return status;
}

static int
refuse_words (const char *text)
{
  struct kv_error err = { .code = "" };

  kv_fail (&err, "KVU-09", "%s", text);
  kv_error_hint (&err, "kavach plugin list, or kavach plugin show NAME");
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

int
kv_cmd_plugin (int argc, char **argv)
{
  struct kv_error err = { .code = "" };
  const char *words[2] = { NULL, NULL };
  bool json = false, help;
  unsigned n = 0;
  int at = 0;

  /* Options may stand before, between and behind the words. */
  while (at < argc) {
    struct kv_parsed parsed;
    int result;

    result
        = kv_parse_options (KV_FOR_PLUGIN, argc - at, argv + at, &parsed, &err);
    help = parsed.help;
    json = json || parsed.json;
    at += parsed.rest;
    /* Leaves nothing in it to read. */
    kv_parsed_free (&parsed);
    if (result < 0) {
      kv_error_print (&err);
      return KV_STATUS_REFUSED;
    }
    if (help)
      return kv_print_help ("plugin");
    if (at >= argc)
      break;
    if (n == 2)
      return refuse_words ("too many words");
    words[n++] = argv[at];
  }

  if (n == 1 && strcmp (words[0], "list") == 0)
    return plugin_list (json);
  if (n == 2 && strcmp (words[0], "show") == 0)
    return kv_plugin_show (words[1], json);
  if (n > 0 && strcmp (words[0], "check") == 0) {
    kv_fail (&err, "KVN-12", "\"kavach plugin check\" is not in this version");
    kv_error_hint (&err, "kavach plugin show FILE.so loads and probes one");
    kv_error_print (&err);
    return KV_STATUS_REFUSED;
  }
  return refuse_words (n == 0 ? "list or show?" : "that is not list or show");
}
