/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/shape.h"
#include "core/policy/paths.h"
#include "core/policy/whole.h"
#include "core/util/cleanup.h"
#include "core/util/fd.h"
#include "core/util/places.h"
#include "core/util/text.h"

/* What a kernel or its administrator decided; a file that is not there is a
 * fact, too. */
static const char *const host_files[] = {
  "/proc/sys/kernel/random/boot_id",
  "/proc/sys/kernel/osrelease",
  "/sys/kernel/security/lsm",
  "/proc/self/attr/current",
  "/proc/sys/user/max_user_namespaces",
  "/proc/sys/kernel/unprivileged_userns_clone",
  "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  "/proc/sys/kernel/yama/ptrace_scope",
  "/proc/sys/kernel/io_uring_disabled",
  "/proc/sys/kernel/perf_event_paranoid",
  "/proc/sys/kernel/unprivileged_bpf_disabled",
  "/proc/sys/kernel/dmesg_restrict",
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/vm/unprivileged_userfaultfd",
  "/proc/sys/dev/tty/legacy_tiocsti",
};

static void
host (struct kv_text *t)
{
  size_t i;

  for (i = 0; i < KV_COUNT (host_files); i++) {
    char buf[512];
    ssize_t n = kv_read_at (AT_FDCWD, host_files[i], buf, sizeof buf);

    kv_text_print (t, "%s=%s\n", host_files[i], n > 0 ? buf : "");
  }
}

/* What the caller is confined by already is inherited. */
static void
caller (struct kv_text *t)
{
  static const char *const fields[]
      = { "Groups:", "CapPrm:",  "CapEff:",          "CapBnd:",
          "CapAmb:", "Seccomp:", "Seccomp_filters:", "NoNewPrivs:" };
  static const char *const namespaces[] = { "user", "pid", "net", "ipc" };
  char buf[8192], path[64];
  struct stat st;
  size_t i;

  kv_text_print (t, "caller=%d %d\n", geteuid () == 0,
                 kv_host_facts ()->landlock_abi);
  if (kv_read_at (AT_FDCWD, "/proc/self/status", buf, sizeof buf) > 0)
    for (i = 0; i < KV_COUNT (fields); i++) {
      const char *at = strstr (buf, fields[i]);

      if (at != NULL)
        kv_text_print (t, "%.*s\n", (int) strcspn (at, "\n"), at);
    }
  for (i = 0; i < KV_COUNT (namespaces); i++) {
    snprintf (path, sizeof path, "/proc/self/ns/%s", namespaces[i]);
    if (stat (path, &st) == 0)
      kv_text_print (t, "%s=%ju\n", namespaces[i], (uintmax_t) st.st_ino);
  }
}

/* A program is another when its file is. */
static int
program (struct kv_text *t, const char *name)
{
  kv_autofree char *path = NULL;
  struct stat st;

  if (asprintf (&path, "%s%s%s", name[0] == '/' ? "" : kv_place_libexec (),
                name[0] == '/' ? "" : "/", name)
      < 0) {
    path = NULL;
    return -1;
  }
  if (stat (path, &st) < 0)
    return -1;
  kv_text_print (t, "%s=%ju %ju %jd %jd.%09ld %jd.%09ld\n", name,
                 (uintmax_t) st.st_dev, (uintmax_t) st.st_ino,
                 (intmax_t) st.st_size, (intmax_t) st.st_mtim.tv_sec,
                 st.st_mtim.tv_nsec, (intmax_t) st.st_ctim.tv_sec,
                 st.st_ctim.tv_nsec);
  return 0;
}

static void
words (struct kv_text *t, const char *name, char *const *list)
{
  kv_text_print (t, "%s=", name);
  for (; list != NULL && *list != NULL; list++)
    kv_text_print (t, "%s ", *list);
  kv_text_word (t, "\n");
}

#define ACCESS                                                                 \
  (KV_ACCESS_READ | KV_ACCESS_WRITE | KV_ACCESS_EXEC | KV_ACCESS_DEVICE)

/* Where a named path is: a grant of one of these is not that of another. */
struct named {
  uint32_t access, above, beneath;
};

static struct named
find_place (const struct kv_policy *p, const struct kv_path_rule *rule)
{
  const char *const places[]
      = { p->home, "/etc", "/usr", "/tmp", "/var/tmp", "/var",
          "/dev",  "/run", "/sys", "/opt", "/root",    "/home" };
  struct named n = { .access = rule->access & ACCESS };
  size_t i;

  for (i = 0; i < KV_COUNT (places); i++) {
    n.above |= (uint32_t) kv_path_beneath (places[i], rule->path) << i;
    n.beneath |= (uint32_t) kv_path_beneath (rule->path, places[i]) << i;
  }
  /* The workspace may be anywhere, but not above one of these. */
  if (strcmp (rule->path, p->cwd) == 0)
    n.beneath = 0;
  return n;
}

static int
by_bytes (const void *a, const void *b)
{
  return memcmp (a, b, sizeof (struct named));
}

/* In an order of their own: the workspace's place among them is no part of
 * the shape. */
static void
put_named (struct kv_text *t, struct named *named, unsigned n)
{
  unsigned i;

  qsort (named, n, sizeof *named, by_bytes);
  for (i = 0; i < n; i++)
    kv_text_print (t, "named=%x %x %x\n", named[i].access, named[i].above,
                   named[i].beneath);
}

/* In the workspace: more is hidden, or it grants what the workspace does.  A
 * battery, whose workspace is another, finds neither more nor less for it. */
static bool
says_nothing (const struct kv_policy *p, const struct kv_path_rule *rule)
{
  const char *work = p->whole->cwd;

  return strcmp (rule->path, work) != 0 && kv_path_beneath (rule->path, work)
         && (rule->access == 0
             || (rule->access & ACCESS) == kv_policy_paths_access (p, p->cwd));
}

/* Paths by their role: whose they are and what they grant.  The places that
 * are protected by themselves are no rule of the policy's. */
static void
paths (struct kv_text *t, const struct kv_policy *p)
{
  bool roles[2][2][ACCESS + 1] = { { { false } } };
  unsigned i, own, named;
  uint32_t access;
  bool porous = false;
  kv_autofree struct named *list = calloc (p->n_paths + 1, sizeof *list);
  unsigned n_list = 0;

  if (list == NULL) {
    t->failed = true;
    return;
  }
  for (i = 0; i < p->n_paths; i++) {
    const struct kv_path_rule *rule = &p->paths[i];

    porous |= rule->porous;
    if (says_nothing (p, rule))
      continue;
    if (rule->named && !rule->pin)
      list[n_list++] = find_place (p, rule);
    if (!rule->pin
        && (rule->named || !rule->own || (rule->access & KV_ACCESS_WRITE) != 0))
      roles[rule->own][rule->named][rule->access & ACCESS] = true;
  }
  kv_text_print (t, "porous=%d\n", porous);
  put_named (t, list, n_list);
  for (own = 0; own < 2; own++)
    for (named = 0; named < 2; named++)
      for (access = 0; access <= ACCESS; access++)
        if (roles[own][named][access])
          kv_text_print (t, "path=%u %u %u\n", own, named, access);
}

static void
environment (struct kv_text *t, const struct kv_policy *p)
{
  char *const *e;

  for (e = p->env; e != NULL && *e != NULL; e++)
    kv_text_print (t, "env=%.*s\n", (int) strcspn (*e, "="), *e);
}

static void
policy (struct kv_text *t, const struct kv_run *run)
{
  const struct kv_policy *p = &run->policy;
  char hash[65] = "";

  if (p->syscalls_file != NULL)
    sodium_bin2hex (hash, sizeof hash, p->syscalls_hash,
                    sizeof p->syscalls_hash);
  kv_text_print (t, "required=%jx wanted=%jx exact=%jx named=%jx\n",
                 (uintmax_t) run->required, (uintmax_t) run->wanted,
                 (uintmax_t) p->exact, (uintmax_t) p->named);
  kv_text_print (t, "root=%d net=%d syscalls=%d %s\n", (int) p->root,
                 (int) p->net, (int) p->syscalls, hash);
  kv_text_print (t, "scratch=%d home=%d exec=%d\n", p->scratch, p->scratch_home,
                 p->scratch_exec);
  kv_text_print (t, "limits=%d%d%d%d%d%d%d\n", p->memory.value != 0,
                 p->cpu.value != 0, p->pids.value != 0, p->files.value != 0,
                 p->file_size.value != 0, p->tmp.value != 0,
                 p->wall.value != 0);
  words (t, "allow", p->syscalls_allow);
  words (t, "deny", p->syscalls_deny);
  paths (t, p);
  environment (t, p);
}

static void
backend (struct kv_text *t, const struct kv_candidate *c)
{
  const struct kv_controls *limits = kv_limits_layer ();
  unsigned i;

  kv_text_print (t, "backend=%s %s %s %u\n", c->name, c->version, c->sha256,
                 c->boundary);
  for (i = 0; i < c->n_config; i++)
    kv_text_print (t, "config=%s %s\n", c->config[i].key, c->config[i].value);
  /* What is delegated to this caller. */
  for (i = 0; i < KAVACH_CTL_COUNT; i++)
    if (limits->c[i].level != KAVACH_NONE)
      kv_text_print (t, "limit=%u %u %s\n", i, limits->c[i].level,
                     limits->c[i].mechanism);
}

/* Another battery, or other points, is other evidence. */
static const char battery[] =
#define KV_PROBE(dimension, name, function, weight, ceiling, control, needs,   \
                 flags, twin)                                                  \
  name " " #weight " " #ceiling "\n"
#include "core/init/probes/rows.def"
#undef KV_PROBE
    ;

int
kv_shape_begin (const struct kv_run *run, struct kv_text *common)
{
  memset (common, 0, sizeof *common);
  caller (common);
  host (common);
  policy (common, run);
  kv_text_word (common, battery);
  return program (common, "kavach-init") < 0
                 || program (common, "kavach-battery") < 0
                 || program (common, "/proc/self/exe") < 0 || common->failed
             ? -1
             : 0;
}

int
kv_shape (const struct kv_text *common, const struct kv_candidate *candidate,
          char key[65])
{
  const char *shim = candidate->packaged ? "kavach-shim" : "kavach-shim-user";
  unsigned char hash[crypto_hash_sha256_BYTES];
  struct kv_text t = { .failed = false };
  int result = -1;

  kv_text_add (&t, common->bytes, common->used);
  backend (&t, candidate);
  if (program (&t, shim) == 0 && !t.failed
      && crypto_hash_sha256 (hash, (unsigned char *) t.bytes, t.used) == 0) {
    sodium_bin2hex (key, 65, hash, sizeof hash);
    result = 0;
  }
  free (t.bytes);
  return result;
}
