/* SPDX-License-Identifier: Apache-2.0 */
/* kavach plugin show: all that one plugin says of itself. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/util/json_out.h"
#include "launcher/launcher.h"
#include "launcher/plugin.h"

static const char *
boundary_name (uint32_t boundary)
{
  switch (boundary) {
  case KAVACH_BOUNDARY_NAMESPACE:
    return "namespaces";
  case KAVACH_BOUNDARY_USER_KERNEL:
    return "user-space kernel";
  case KAVACH_BOUNDARY_VM:
    return "virtual machine";
  default:
    return "none";
  }
}

static const struct {
  uint32_t bit;
  const char *name;
} callbacks[] = {
  { KV_HAS_ASSESS, "assess" }, { KV_HAS_PREPARE, "prepare" },
  { KV_HAS_KILL, "kill" },     { KV_HAS_WAIT, "wait" },
  { KV_HAS_PAUSE, "pause" },   { KV_HAS_DESTROY, "destroy" },
};
#define N_CALLBACKS (sizeof callbacks / sizeof callbacks[0])

static void
controls_json (struct kv_json *j, const struct kv_candidate *c)
{
  int i;

  kv_json_open_array (j, "controls");
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *s = &c->controls.c[i];

    kv_json_open_map (j, NULL);
    kv_json_string (j, "control", kv_control_name (i));
    kv_json_string (j, "level", kv_level_name (s->level));
    kv_json_string (j, "mechanism", s->mechanism);
    kv_json_string (j, "hint", s->hint);
    kv_json_close (j);
  }
  kv_json_close (j);
}

static int
show_json (const struct kv_candidate *c)
{
  struct kv_json j;
  unsigned i;

  kv_json_begin (&j);
  kv_json_string (&j, "name", c->name);
  kv_json_string (&j, "state", kv_candidate_state (c));
  kv_json_string (&j, "kind", c->kind != 0 ? kv_kind_name (c->kind) : NULL);
  kv_json_string (&j, "version", c->version);
  kv_json_string (&j, "summary", c->summary);
  kv_json_string (&j, "object", c->object_path);
  kv_json_string (&j, "sha256", c->sha256);
  kv_json_string (&j, "manifest", c->manifest_path);
  kv_json_number (&j, "priority", c->priority);
  kv_json_string (&j, "shim", c->packaged ? "kavach-shim" : "kavach-shim-user");
  if (c->error.code[0] != '\0') {
    kv_json_string (&j, "code", c->error.code);
    kv_json_string (&j, "cause", c->error.text);
    kv_json_string (&j, "hint", c->error.hint);
  }
  kv_json_open_map (&j, "config");
  for (i = 0; i < c->n_config; i++)
    kv_json_string (&j, c->config[i].key, c->config[i].value);
  kv_json_close (&j);
  if (c->available && c->kind == KAVACH_BACKEND) {
    kv_json_string (&j, "boundary", boundary_name (c->boundary));
    kv_json_open_array (&j, "callbacks");
    for (i = 0; i < N_CALLBACKS; i++)
      if ((c->callbacks & callbacks[i].bit) != 0)
        kv_json_string (&j, NULL, callbacks[i].name);
    kv_json_close (&j);
    controls_json (&j, c);
  }
  return kv_json_end (&j, stdout) < 0 ? KV_STATUS_REFUSED : 0;
}

static void
print_row (const char *key, const char *value)
{
  if (value != NULL && value[0] != '\0')
    printf ("%-10s %s\n", key, value);
}

static void
show_backend (const struct kv_candidate *c)
{
  unsigned k;
  int i;

  print_row ("boundary", boundary_name (c->boundary));
  printf ("%-10s probe spawn", "callbacks");
  for (k = 0; k < N_CALLBACKS; k++)
    if ((c->callbacks & callbacks[k].bit) != 0)
      printf (" %s", callbacks[k].name);
  printf ("\ncontrols   (of its boundary; kavach-init and limits come on "
          "top)\n");
  for (i = 0; i < KAVACH_CTL_COUNT; i++) {
    const struct kv_control_state *s = &c->controls.c[i];

    if (s->level == KAVACH_NONE && s->hint[0] == '\0')
      continue;
    printf ("  %-13s %-8s %s\n", kv_control_name (i), kv_level_name (s->level),
            s->mechanism);
    if (s->hint[0] != '\0' && s->level != KAVACH_FULL)
      printf ("  %-13s %-8s %s\n", "", "", s->hint);
  }
}

static int
show_text (const struct kv_candidate *c)
{
  char number[32];
  unsigned i;

  print_row ("name", c->name);
  print_row ("state", kv_candidate_state (c));
  print_row ("code", c->error.code);
  print_row ("cause", c->error.text);
  print_row ("way out", c->error.hint);
  if (c->kind != 0)
    print_row ("kind", kv_kind_name (c->kind));
  print_row ("version", c->version);
  print_row ("summary", c->summary);
  print_row ("object", c->object_path);
  print_row ("sha256", c->sha256);
  print_row ("manifest", c->manifest_path);
  snprintf (number, sizeof number, "%d", c->priority);
  print_row ("priority", number);
  print_row ("shim", c->packaged ? "kavach-shim" : "kavach-shim-user");
  for (i = 0; i < c->n_config; i++)
    printf ("%-10s %s = %s\n", "config", c->config[i].key, c->config[i].value);
  if (c->available && c->kind == KAVACH_BACKEND)
    show_backend (c);
  return fflush (stdout) == 0 ? 0 : KV_STATUS_REFUSED;
}

static bool
is_file (const char *name)
{
  size_t length = strlen (name);

  return strchr (name, '/') != NULL
         || (length > 3 && strcmp (name + length - 3, ".so") == 0);
}

static int
refuse_missing (const char *name)
{
  struct kv_error err = { .code = "" };

  kv_fail (&err, "KVL-55", "there is no plugin \"%s\"", name);
  kv_error_hint (&err, "kavach plugin list");
  kv_error_print (&err);
  return KV_STATUS_REFUSED;
}

int
kv_plugin_show (const char *name, bool json)
{
  bool file = is_file (name);
  struct kv_error err = { .code = "" };
  struct kv_candidates found;
  const struct kv_candidate *c = NULL;
  unsigned i;
  int status;

  if (kv_discover (file ? name : NULL, false, &found, &err) < 0) {
    kv_error_print (&err);
    return KV_STATUS_REFUSED;
  }
  for (i = 0; i < found.count; i++)
    if (file ? found.list[i].author : strcmp (found.list[i].name, name) == 0)
      c = &found.list[i];
  if (c == NULL)
    status = refuse_missing (name);
  else
    status = json ? show_json (c) : show_text (c);
  kv_candidates_free (&found);
  return status;
}
