/* SPDX-License-Identifier: Apache-2.0 */
/* Every key that a policy document can have, in the order of the manual. */
#include "config.h"

#include <string.h>

#include "core/policy/document.h"
#include "core/policy/document_key.h"
#include "core/policy/internal.h"
#include "core/util/cleanup.h"

/* The kernel's own bounds: processors, process numbers, descriptors. */
#define MOST_CPU (8192 * 1000)
#define MOST_PIDS (1 << 22)
#define MOST_FILES 2147483584

static const char *const presets[] = { "minimal", "basic", "strict", "agent" };
static const char *const modes[] = { "none", "proxy", "host" };
static const char *const methods[]
    = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
static const char *const profiles[] = { "strict", "basic", "none" };
static const char *const deliveries[]
    = { "proxy", "environment", "file", "stdin", "descriptor" };
static const char *const accepted[] = { "measured", "estimate" };

#define AT(member) .offset = offsetof (struct kv_document, member)
#define AT_ALLOW(member) .offset = offsetof (struct kv_said_allow, member)
#define AT_CREDENTIAL(member)                                                  \
  .offset = offsetof (struct kv_said_credential, member)
#define AT_USE(member) .offset = offsetof (struct kv_said_use, member)
#define ITEM(type) .item = sizeof (struct type)
#define WORDS(list) .words = list, .n_words = KV_COUNT (list)
#define CONTROLS .words = kv_control_names, .n_words = KAVACH_CTL_COUNT
#define BOUNDS(low, high) .least = low, .most = high
#define PATHS .type = KV_KEY_TEXTS, ITEM (kv_said_text), .form = &kv_form_path
#define SIZE .type = KV_KEY_SIZE, .form = &kv_form_size
#define TIME .type = KV_KEY_TIME, .form = &kv_form_time
#define TEXTS .type = KV_KEY_TEXTS, ITEM (kv_said_text)
#define TEXT .type = KV_KEY_TEXT

/* A key comes before its members, and they come together. */
const struct kv_key kv_keys[] = {
  { .path = "kavach",
    .type = KV_KEY_NUMBER,
    .flags = KV_KEY_NEEDED,
    AT (version),
    BOUNDS (KV_DOCUMENT_VERSION, KV_DOCUMENT_VERSION),
    .example = "1" },
  { .path = "extends",
    TEXT,
    AT (extends),
    .form = &kv_form_file,
    WORDS (presets),
    .example = "\"strict\"" },

  { .path = "filesystem",
    .type = KV_KEY_OBJECT,
    .example = "{\"write\": [\".\"]}" },
  { .path = "filesystem.root",
    TEXT,
    AT (filesystem.root),
    .form = &kv_form_root,
    .example = "\"host\"" },
  { .path = "filesystem.read",
    PATHS,
    AT (filesystem.read),
    .example = "[\"/usr\"]" },
  { .path = "filesystem.write",
    PATHS,
    AT (filesystem.write),
    .example = "[\".\"]" },
  { .path = "filesystem.hide",
    PATHS,
    AT (filesystem.hide),
    .example = "[\"~/.ssh\"]" },
  { .path = "filesystem.tmp",
    SIZE,
    AT (filesystem.tmp),
    BOUNDS (KV_LEAST_TMP, INT64_MAX),
    .example = "\"64M\"" },
  { .path = "filesystem.tmp-exec",
    .type = KV_KEY_BOOLEAN,
    AT (filesystem.tmp_exec),
    .example = "false" },

  { .path = "network",
    .type = KV_KEY_OBJECT,
    .example = "{\"mode\": \"none\"}" },
  { .path = "network.mode",
    .type = KV_KEY_WORD,
    AT (network.mode),
    WORDS (modes),
    .example = "\"none\"" },
  { .path = "network.allow",
    .type = KV_KEY_OBJECTS,
    AT (network.allow),
    ITEM (kv_said_allow),
    .example = "[{\"host\": \"example.org\"}]" },
  { .path = "network.allow[].host",
    TEXT,
    .flags = KV_KEY_NEEDED,
    AT_ALLOW (host),
    .form = &kv_form_host,
    .example = "\"example.org\"" },
  { .path = "network.allow[].ports",
    .type = KV_KEY_NUMBERS,
    .flags = KV_KEY_NOT_EMPTY,
    AT_ALLOW (ports),
    ITEM (kv_said_number),
    BOUNDS (1, 65535),
    .example = "[443]" },
  { .path = "network.allow[].methods",
    TEXTS,
    .flags = KV_KEY_NOT_EMPTY,
    AT_ALLOW (methods),
    WORDS (methods),
    .example = "[\"GET\"]" },
  { .path = "network.allow[].paths",
    TEXTS,
    .flags = KV_KEY_NOT_EMPTY,
    AT_ALLOW (paths),
    .form = &kv_form_url_path,
    .example = "[\"/v1/*\"]" },

  { .path = "syscalls",
    .type = KV_KEY_OBJECT,
    .example = "{\"profile\": \"strict\"}" },
  { .path = "syscalls.profile",
    TEXT,
    AT (syscalls.profile),
    .form = &kv_form_file,
    WORDS (profiles),
    .example = "\"strict\"" },
  { .path = "syscalls.allow",
    TEXTS,
    AT (syscalls.allow),
    .form = &kv_form_syscall,
    .example = "[\"mbind\"]" },
  { .path = "syscalls.deny",
    TEXTS,
    AT (syscalls.deny),
    .form = &kv_form_syscall,
    .example = "[\"@mount\"]" },

  { .path = "limits",
    .type = KV_KEY_OBJECT,
    .example = "{\"memory\": \"512M\"}" },
  { .path = "limits.memory",
    SIZE,
    AT (limits.memory),
    BOUNDS (KV_LEAST_MEMORY, INT64_MAX),
    .example = "\"512M\"" },
  { .path = "limits.cpu",
    .type = KV_KEY_CPU,
    AT (limits.cpu),
    BOUNDS (KV_LEAST_CPU, MOST_CPU),
    .example = "1.5" },
  { .path = "limits.pids",
    .type = KV_KEY_COUNT,
    AT (limits.pids),
    BOUNDS (1, MOST_PIDS),
    .example = "64" },
  { .path = "limits.files",
    .type = KV_KEY_COUNT,
    AT (limits.files),
    BOUNDS (KV_LEAST_FILES, MOST_FILES),
    .example = "256" },
  { .path = "limits.file-size",
    SIZE,
    AT (limits.file_size),
    BOUNDS (1, INT64_MAX),
    .example = "\"64M\"" },
  { .path = "limits.wall-time",
    TIME,
    AT (limits.wall_time),
    BOUNDS (1, INT64_MAX),
    .example = "\"30s\"" },
  { .path = "limits.output",
    SIZE,
    AT (limits.output),
    BOUNDS (1, INT64_MAX),
    .example = "\"1M\"" },

  { .path = "process", .type = KV_KEY_OBJECT, .example = "{\"tty\": false}" },
  { .path = "process.env",
    .type = KV_KEY_OBJECT,
    .example = "{\"pass\": [\"LANG\"]}" },
  { .path = "process.env.pass",
    TEXTS,
    AT (process.pass),
    .form = &kv_form_pass,
    .example = "[\"LANG\"]" },
  { .path = "process.env.set",
    .type = KV_KEY_PAIRS,
    AT (process.set),
    ITEM (kv_said_pair),
    .form = &kv_form_variable,
    .example = "{\"CI\": \"1\"}" },
  { .path = "process.cwd",
    TEXT,
    AT (process.cwd),
    .form = &kv_form_path,
    .example = "\".\"" },
  { .path = "process.hostname",
    TEXT,
    AT (process.hostname),
    .form = &kv_form_hostname,
    .example = "\"sandbox\"" },
  { .path = "process.tty",
    .type = KV_KEY_BOOLEAN,
    AT (process.tty),
    .example = "false" },

  { .path = "credentials",
    .type = KV_KEY_OBJECTS,
    AT (credentials),
    ITEM (kv_said_credential),
    .example = "[{\"name\": \"API_TOKEN\", \"source\": \"file:~/.token\", "
               "\"deliver\": \"environment\"}]" },
  { .path = "credentials[].name",
    TEXT,
    .flags = KV_KEY_NEEDED,
    AT_CREDENTIAL (name),
    .form = &kv_form_variable,
    .example = "\"API_TOKEN\"" },
  { .path = "credentials[].source",
    TEXT,
    .flags = KV_KEY_NEEDED | KV_KEY_UNTOLD,
    AT_CREDENTIAL (source),
    .form = &kv_form_source,
    .example = "\"file:~/.token\"" },
  { .path = "credentials[].deliver",
    .type = KV_KEY_WORD,
    AT_CREDENTIAL (deliver),
    WORDS (deliveries),
    .example = "\"environment\"" },
  { .path = "credentials[].for",
    .type = KV_KEY_OBJECTS,
    .flags = KV_KEY_NOT_EMPTY,
    AT_CREDENTIAL (uses),
    ITEM (kv_said_use),
    .example = "[{\"host\": \"example.org\"}]" },
  { .path = "credentials[].for[].host",
    TEXT,
    .flags = KV_KEY_NEEDED,
    AT_USE (host),
    .form = &kv_form_host,
    .example = "\"example.org\"" },
  { .path = "credentials[].for[].paths",
    TEXTS,
    .flags = KV_KEY_NOT_EMPTY,
    AT_USE (paths),
    .form = &kv_form_url_path,
    .example = "[\"/v1/*\"]" },
  { .path = "credentials[].for[].header",
    TEXT,
    AT_USE (header),
    .form = &kv_form_header,
    .example = "\"Authorization\"" },
  { .path = "credentials[].for[].format",
    TEXT,
    .flags = KV_KEY_UNTOLD,
    AT_USE (format),
    .form = &kv_form_format,
    .example = "\"Bearer {}\"" },

  { .path = "audit",
    .type = KV_KEY_OBJECT,
    .example = "{\"hooks\": [\"syslog\"]}" },
  { .path = "audit.log",
    TEXT,
    AT (audit.log),
    .form = &kv_form_path,
    .example = "\"audit.log\"" },
  { .path = "audit.hooks",
    TEXTS,
    AT (audit.hooks),
    .form = &kv_form_plugin,
    .example = "[\"syslog\"]" },

  { .path = "require",
    .type = KV_KEY_OBJECT,
    .example = "{\"controls\": [\"syscalls\"]}" },
  { .path = "require.score",
    .type = KV_KEY_NUMBER,
    AT (require.score),
    BOUNDS (0, 100),
    .example = "70" },
  { .path = "require.accept",
    .type = KV_KEY_WORD,
    AT (require.accept),
    WORDS (accepted),
    .example = "\"estimate\"" },
  { .path = "require.controls",
    TEXTS,
    AT (require.controls),
    CONTROLS,
    .example = "[\"syscalls\"]" },
  { .path = "require.want",
    TEXTS,
    AT (require.want),
    CONTROLS,
    .example = "[\"cpu\"]" },
  { .path = "require.waive",
    TEXTS,
    AT (require.waive),
    CONTROLS,
    .example = "[\"memory\"]" },
  { .path = "require.backends",
    TEXTS,
    .flags = KV_KEY_NOT_EMPTY,
    AT (require.backends),
    .form = &kv_form_plugin,
    .example = "[\"namespace\"]" },
};

const unsigned kv_keys_count = KV_COUNT (kv_keys);

/* The reader keeps what it has seen of an object in a set of rows. */
_Static_assert(KV_COUNT (kv_keys) <= 64, "a set of rows has 64 bits");

const char *
kv_key_leaf (const struct kv_key *key)
{
  const char *dot = strrchr (key->path, '.');

  return dot != NULL ? dot + 1 : key->path;
}

/* What is left of KEY's path behind PARENT's and the dot; NULL when KEY is
 * not within PARENT. */
static const char *
path_within (const struct kv_key *key, const struct kv_key *parent)
{
  size_t length;
  const char *rest;

  if (parent == NULL)
    return key->path;
  length = strlen (parent->path);
  if (strncmp (key->path, parent->path, length) != 0)
    return NULL;
  rest = key->path + length;
  if (parent->type == KV_KEY_OBJECTS && strncmp (rest, "[]", 2) == 0)
    rest += 2;
  return *rest == '.' ? rest + 1 : NULL;
}

const struct kv_key *
kv_key_next (const struct kv_key *parent, const struct kv_key *before)
{
  const struct kv_key *key = before != NULL ? before : parent;

  for (key = key != NULL ? key + 1 : kv_keys; key < kv_keys + kv_keys_count;
       key++) {
    const char *rest = path_within (key, parent);

    /* Members come together. */
    if (rest == NULL)
      return NULL;
    if (strchr (rest, '.') == NULL)
      return key;
  }
  return NULL;
}

const struct kv_key *
kv_key_find (const struct kv_key *parent, const char *name)
{
  const struct kv_key *key = NULL;

  while ((key = kv_key_next (parent, key)) != NULL)
    if (strcmp (kv_key_leaf (key), name) == 0)
      return key;
  return NULL;
}

bool
kv_key_is_list (const struct kv_key *key)
{
  return key->type == KV_KEY_OBJECTS || key->type == KV_KEY_TEXTS
         || key->type == KV_KEY_NUMBERS;
}

bool
kv_key_is_limit (const struct kv_key *key)
{
  return key->type == KV_KEY_COUNT || key->type == KV_KEY_CPU
         || key->type == KV_KEY_SIZE || key->type == KV_KEY_TIME;
}
