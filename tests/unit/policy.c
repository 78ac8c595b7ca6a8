/* SPDX-License-Identifier: Apache-2.0 */
/* Step 1 of the road, on a home and a project of the test's own. */
#include "config.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy/control.h"
#include "core/policy/internal.h"
#include "core/policy/whole.h"

static char top[64], home[96], project[96];

static const char *
in (const char *dir, const char *name)
{
  static char paths[4][PATH_MAX];
  static unsigned turn;
  char *out = paths[turn++ % 4];

  snprintf (out, PATH_MAX, "%s/%s", dir, name);
  return out;
}

/* mkdir -p */
static void
folder (const char *path)
{
  char copy[PATH_MAX], *slash;

  snprintf (copy, sizeof copy, "%s", path);
  for (slash = strchr (copy + 1, '/'); slash; slash = strchr (slash + 1, '/')) {
    *slash = '\0';
    mkdir (copy, 0755);
    *slash = '/';
  }
  mkdir (copy, 0755);
}

static void
file (const char *path)
{
  FILE *f = fopen (path, "we");

  cr_assert_not_null (f, "%s", path);
  fclose (f);
}

static void
set_up (void)
{
  char real[PATH_MAX];

  snprintf (top, sizeof top, "/tmp/kavach-policy-XXXXXX");
  cr_assert_not_null (mkdtemp (top));
  cr_assert_not_null (realpath (top, real));
  snprintf (home, sizeof home, "%s/home", top);
  snprintf (project, sizeof project, "%s/home/src/project", top);
  folder (project);
  clearenv ();
  setenv ("HOME", home, 1);
  setenv ("PATH", "/usr/bin:/bin", 1);
  cr_assert_eq (chdir (project), 0);
}

static int
remove_one (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  (void) st;
  (void) type;
  (void) ftw;
  return remove (path);
}

static void
tear_down (void)
{
  cr_expect_eq (chdir ("/"), 0);
  nftw (top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite (policy, .init = set_up, .fini = tear_down);

static struct kv_policy
resolved (const struct kv_options *options)
{
  struct kv_policy policy;
  struct kv_error err = { 0 };

  cr_assert_eq (kv_policy_resolve (options, &policy, &err), 0, "%s %s",
                err.code, err.text);
  return policy;
}

static void
refused (const struct kv_options *options, const char *code, const char *rule,
         const char *hint)
{
  struct kv_policy policy;
  struct kv_error err = { 0 };

  cr_assert_eq (kv_policy_resolve (options, &policy, &err), -1, "%s", code);
  cr_expect_str_eq (err.code, code, "%s", err.text);
  cr_expect_not_null (strstr (err.rule, rule), "rule \"%s\"", err.rule);
  cr_expect_not_null (strstr (err.hint, hint), "hint \"%s\"", err.hint);
}

#define OPTIONS(...) (&(struct kv_options){ .tty = -1, __VA_ARGS__ })
#define BIT(name) KAVACH_BIT (KAVACH_CTL_##name)

static bool
has_link (const struct kv_policy *policy, const char *path, const char *target)
{
  unsigned i;

  for (i = 0; i < policy->n_links; i++)
    if (strcmp (policy->links[i].path, path) == 0)
      return strcmp (policy->links[i].target, target) == 0;
  return false;
}

Test (policy, basic_is_the_default)
{
  struct kv_policy p = resolved (OPTIONS (NULL));

  cr_expect_str_eq (p.name, "preset basic");
  cr_expect_eq (p.net, KV_NET_NONE);
  cr_expect_eq (p.syscalls, KV_SYSCALLS_BASIC);
  cr_expect_eq (p.pids.value, 2048);
  cr_expect_eq (p.wall.value, 0);
  cr_expect_eq (p.tmp.value, 2ULL << 30);
  cr_expect_str_eq (p.cwd, project);
  cr_expect_str_eq (p.home, home);
  cr_expect (p.scratch && p.scratch_home && p.scratch_exec);
  cr_expect_eq (p.required, BIT (FS_READ) | BIT (FS_WRITE) | BIT (NET_OUT)
                                | BIT (CAPABILITIES) | BIT (NO_NEW_PRIVS)
                                | BIT (DESCRIPTORS) | BIT (ENVIRONMENT));
  cr_expect_eq (p.wanted & (BIT (MEMORY) | BIT (WALL_TIME)), 0,
                "what is not limited is not wanted");
  cr_expect_eq (p.wanted & BIT (PIDS), BIT (PIDS));
  cr_expect_eq (kv_policy_paths_access (&p, project), KV_RWX);
  cr_expect_eq (kv_policy_paths_access (&p, "/usr/bin/env"), KV_RX);
  kv_policy_free (&p);
}

Test (policy, what_belongs_to_others_is_not_granted)
{
  static const char *const closed[]
      = { "/",    "/root",    "/home", "/boot", "/sys/kernel",
          "/tmp", "/var/log", "/run",  "/mnt",  "/media" };
  struct kv_policy p = resolved (OPTIONS (NULL));
  size_t i;

  for (i = 0; i < sizeof closed / sizeof closed[0]; i++)
    cr_expect_eq (kv_policy_paths_access (&p, closed[i]), 0, "%s", closed[i]);
  cr_expect_eq (kv_policy_paths_access (&p, home), 0);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".ssh/id")), 0);
  /* Either no rule can read it for us, or it is hidden. */
  if (access ("/etc/shadow", R_OK) == 0)
    cr_expect_eq (kv_policy_paths_access (&p, "/etc/shadow"), 0);
  kv_policy_free (&p);
}

Test (policy, strict)
{
  struct kv_policy p = resolved (OPTIONS (.preset = "strict"));

  cr_expect_eq (kv_policy_paths_access (&p, project), KV_RX);
  cr_expect_eq (p.memory.value, 512ULL << 20);
  cr_expect_eq (p.cpu.value, 1000);
  cr_expect_eq (p.pids.value, 64);
  cr_expect_eq (p.wall.value, 30000);
  cr_expect_not (p.scratch_exec);
  cr_expect_eq (~p.required
                    & (BIT (SYSCALLS) | BIT (TERMINAL) | BIT (KEYRING)
                       | BIT (DEVICES) | BIT (MEMORY) | BIT (CPU) | BIT (PIDS)
                       | BIT (WALL_TIME)),
                0);
  cr_expect_eq (p.required
                    & (BIT (PROCESSES) | BIT (IPC) | BIT (USER) | BIT (ROOTFS)
                       | BIT (KILL_TREE)),
                0);
  kv_policy_free (&p);
}

Test (policy, minimal_confines_no_paths)
{
  struct kv_policy p = resolved (OPTIONS (.preset = "minimal"));

  cr_expect_eq (kv_policy_paths_access (&p, "/root/.ssh"),
                KV_RWX | KV_ACCESS_DEVICE);
  cr_expect_eq (p.required,
                BIT (NO_NEW_PRIVS) | BIT (DESCRIPTORS) | BIT (ENVIRONMENT));
  cr_expect_eq (p.net, KV_NET_HOST);
  cr_expect_not (p.scratch);
  kv_policy_free (&p);
}

Test (policy, flags_are_required_and_keep_their_origin)
{
  struct kv_policy p
      = resolved (OPTIONS (.memory = "256M", .timeout = "5s", .pids = "none"));
  char rule[128];

  cr_expect_eq (p.memory.value, 256ULL << 20);
  cr_expect_str_eq (p.memory.origin, "flag --memory");
  cr_expect_eq (p.wall.value, 5000);
  cr_expect_eq (p.required & (BIT (MEMORY) | BIT (WALL_TIME)),
                BIT (MEMORY) | BIT (WALL_TIME));
  cr_expect_eq ((p.required | p.wanted) & BIT (PIDS), 0);
  cr_expect_eq (p.required & p.wanted, 0);
  kv_policy_rule (&p, KAVACH_CTL_MEMORY, rule, sizeof rule);
  cr_expect_str_eq (rule, "limits.memory = 256M (flag --memory)");
  kv_policy_rule (&p, KAVACH_CTL_NET_OUT, rule, sizeof rule);
  cr_expect_str_eq (rule, "network.mode = none (preset basic)");
  kv_policy_free (&p);
}

Test (policy, network_of_the_host)
{
  struct kv_policy p = resolved (OPTIONS (.preset = "strict", .net = "host"));

  cr_expect_eq (p.net, KV_NET_HOST);
  cr_expect_eq ((p.required | p.wanted) & KV_BITS_NET, 0);
  kv_policy_free (&p);
}

Test (policy, waiving_makes_wanted)
{
  struct kv_policy p = resolved (
      OPTIONS (.preset = "strict", .memory = "1G", .waive = "memory,cpu"));

  cr_expect_eq (p.required & (BIT (MEMORY) | BIT (CPU)), 0);
  cr_expect_eq (p.wanted & p.waived, BIT (MEMORY) | BIT (CPU));
  kv_policy_free (&p);
}

Test (policy, refusals_say_what_would_be_right)
{
  refused (OPTIONS (.preset = "strct"), "KVP-21", "flag -p", "strict");
  refused (OPTIONS (.preset = "nothing"), "KVP-21", "flag -p", "basic");
  refused (OPTIONS (.preset = "./x.json"), "KVD-01", "flag -p", "preset");
  refused (OPTIONS (.preset = "agent"), "KVN-03", "preset agent", "--net none");
  refused (OPTIONS (.net = "proxy"), "KVN-03", "flag --net", "--net none");
  refused (OPTIONS (.net = "all"), "KVP-14", "flag --net", "--net host");
  refused (OPTIONS (.memory = "64Q"), "KVP-02", "flag --memory", "512M");
  refused (OPTIONS (.memory = "1K"), "KVP-06", "flag --memory", "none");
  refused (OPTIONS (.cpu = "0"), "KVP-06", "flag --cpu", "1.5");
  refused (OPTIONS (.cpu = "50%"), "KVP-03", "flag --cpu", "1.5");
  refused (OPTIONS (.pids = "many"), "KVP-04", "flag --pids", "64");
  refused (OPTIONS (.timeout = "3 s"), "KVP-05", "flag --timeout", "30s");
  refused (OPTIONS (.waive = "cpu,memroy"), "KVP-15", "flag --waive", "memory");
  refused (OPTIONS (.min_score = "101"), "KVP-16", "flag --min-score", "");
  refused (OPTIONS (.hostname = "a/b"), "KVP-17", "flag --hostname", "63");
  refused (OPTIONS (.hostname = ""), "KVP-17", "flag --hostname", "63");
}

static struct kv_path_flag one;

static const struct kv_options *
with_path (const char *path, uint32_t access)
{
  static struct kv_options options;

  one = (struct kv_path_flag){ .path = path, .access = access };
  options = (struct kv_options){ .tty = -1, .paths = &one, .n_paths = 1 };
  return &options;
}

Test (policy, paths_from_flags)
{
  struct kv_policy p;

  folder (in (home, "data/inner"));
  cr_assert_eq (symlink ("data", in (home, "link")), 0);

  p = resolved (with_path ("~/link", KV_RX));
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "data/inner")), KV_RX);
  cr_expect_eq (p.required & (BIT (FS_READ) | BIT (FS_WRITE)),
                BIT (FS_READ) | BIT (FS_WRITE));
  cr_expect_eq (kv_policy_paths_access (&p, home), 0);
  kv_policy_free (&p);

  p = resolved (with_path ("../../data", KV_RWX));
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "data")), KV_RWX);
  cr_expect_str_eq (kv_policy_paths_rule (&p, in (home, "data"))->origin,
                    "flag --write");
  cr_expect_str_eq (p.control_origin[KAVACH_CTL_FS_WRITE], "flag --write");
  kv_policy_free (&p);

  refused (with_path ("/usr/share/not-there", 0), "KVP-19", "flag --hide",
           "make it first");
  p = resolved (with_path ("/srv/not-there", 0));
  cr_expect_eq (kv_policy_paths_access (&p, "/srv/not-there"), 0);
  cr_expect_eq (kv_policy_paths_access (&p, "/usr/share"), KV_RX);
  kv_policy_free (&p);

  refused (with_path ("not/there", KV_RX), "KVP-07", "flag --read", "");
  refused (with_path ("/proc/self", KV_RX), "KVP-08", "flag --read", "");
  refused (with_path (".", 0), "KVP-11", "flag --hide", "--cwd");
}

Test (policy, a_link_that_leads_out_is_named_by_where_it_leads)
{
  struct kv_policy p;

  folder (in (home, "data"));
  folder (in (project, "real"));
  cr_assert_eq (symlink ("../../data", in (project, "out")), 0);
  cr_assert_eq (symlink ("real", in (project, "within")), 0);
  refused (with_path ("out", KV_RWX), "KVP-20", "flag --write", "data");
  refused (with_path ("out", KV_RX), "KVP-20", "flag --read", "data");
  p = resolved (with_path ("within", KV_RWX));
  cr_expect_eq (kv_policy_paths_access (&p, in (project, "real")), KV_RWX);
  kv_policy_free (&p);
}

Test (policy, hidden_and_granted_at_once_is_refused)
{
  struct kv_path_flag both[] = { { .path = ".", .access = KV_RX },
                                 { .path = "../project", .access = 0 } };

  refused (OPTIONS (.paths = both, .n_paths = 2), "KVP-09", "flag --hide",
           "leave one");
}

Test (policy, no_workspace_without_a_yes)
{
  static const char *const bad[] = { "/", "/tmp", "/etc", "/usr/share" };
  struct kv_policy p;
  size_t i;

  for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
    refused (OPTIONS (.cwd = bad[i]), "KVP-12", "preset basic", "--write");
  refused (OPTIONS (.cwd = home), "KVP-12", "preset basic", "--write");
  refused (OPTIONS (.cwd = top), "KVP-12", "preset basic", "--write");
  refused (OPTIONS (.cwd = home, .preset = "strict"), "KVP-12", "preset strict",
           "--read");
  refused (OPTIONS (.cwd = "not-there"), "KVP-10", "", "");

  cr_assert_eq (chdir (home), 0);
  p = resolved (with_path (".", KV_RWX));
  cr_expect_eq (kv_policy_paths_access (&p, home), KV_RWX);
  cr_expect_not (p.scratch_home, "it is there itself");
  kv_policy_free (&p);
}

Test (policy, home_stays_hidden_beneath_a_wider_grant)
{
  struct kv_policy p = resolved (with_path (top, KV_RX));

  cr_expect_eq (kv_policy_paths_access (&p, top), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".ssh")), 0);
  cr_expect_eq (kv_policy_paths_access (&p, project), KV_RWX);
  cr_expect (p.scratch_home);
  kv_policy_free (&p);
}

Test (policy, protected_places)
{
  struct kv_policy p;
  const struct kv_path_rule *rule;

  folder (in (project, ".git/hooks"));
  folder (in (project, ".github"));
  folder (in (project, "src/.git/hooks"));
  file (in (project, ".git/config"));
  cr_assert_eq (symlink ("x", in (project, ".envrc")), 0);

  p = resolved (OPTIONS (NULL));
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".git/hooks/x")),
                KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".git/config")),
                KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".git/index")),
                KV_RWX);
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".github/x")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (project, "src/.git/hooks")),
                KV_RWX, "a clone below works");
  rule = kv_policy_paths_rule (&p, in (project, ".git"));
  cr_expect_str_eq (rule->path, in (project, ".git"));
  cr_expect (rule->pin);
  kv_policy_free (&p);

  p = resolved (with_path (".git/hooks", KV_RWX));
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".git/hooks")), KV_RWX,
                "named");
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".git/config")),
                KV_RX);
  kv_policy_free (&p);
}

/* More names than one listing holds. */
Test (policy, protected_places_among_many)
{
  struct kv_policy p;
  char name[64];
  int i;

  for (i = 0; i < 1500; i++) {
    snprintf (name, sizeof name, "a-name-that-fills-the-listing-%d", i);
    file (in (project, name));
  }
  file (in (project, ".envrc"));
  p = resolved (OPTIONS (NULL));
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".envrc")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (project, ".bashrc")), KV_RWX);
  kv_policy_free (&p);
}

static void
set_path (const char *const *entries)
{
  char path[4096] = "";

  for (; *entries != NULL; entries++) {
    strcat (path, in (home, *entries));
    strcat (path, ":");
  }
  strcat (path, "/usr/bin");
  setenv ("PATH", path, 1);
}

Test (policy, toolchains)
{
  static const char *const entries[] = { ".cargo/bin",
                                         ".pyenv/shims",
                                         ".nvm/versions/node/v20/bin",
                                         ".local/bin",
                                         "bin",
                                         "not/there",
                                         ".cargo/bin/..",
                                         ".ssh",
                                         "",
                                         "go/bin",
                                         NULL };
  struct kv_policy p;
  size_t i;

  for (i = 0; entries[i] != NULL; i++)
    if (strcmp (entries[i], "not/there") != 0)
      folder (in (home, entries[i]));
  folder (in (home, ".rustup/toolchains"));
  folder (in (home, ".nvm/versions/node/v20/lib"));
  folder (in (home, ".local/lib"));
  folder (in (home, "lib"));
  folder (in (home, "elsewhere/bin"));
  file (in (home, ".cargo/credentials.toml"));
  set_path (entries);

  p = resolved (OPTIONS (NULL));
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".cargo/bin/x")), KV_RX);
  cr_expect_eq (
      kv_policy_paths_access (&p, in (home, ".cargo/credentials.toml")), 0);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".rustup/x")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".pyenv/versions")),
                KV_RX);
  cr_expect_eq (
      kv_policy_paths_access (&p, in (home, ".nvm/versions/node/v20/lib")),
      KV_RX);
  cr_expect_eq (
      kv_policy_paths_access (&p, in (home, ".nvm/versions/node/v20/x")), 0);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".local/lib")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".local/share")), 0);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "bin")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "lib")), 0,
                "home's own folders do not come with ~/bin");
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "go/bin")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".ssh")), 0);
  cr_expect_eq (kv_policy_paths_access (&p, home), 0);
  kv_policy_free (&p);
}

Test (policy, toolchains_behind_links)
{
  static const char *const entries[] = { ".pyenv/bin", "tools", NULL };
  struct kv_policy p;
  char real[PATH_MAX];

  folder (in (top, "disk/pyenv/bin"));
  folder (in (top, "disk/t/bin"));
  folder (in (top, "disk/t/lib"));
  snprintf (real, sizeof real, "%s/disk/pyenv", top);
  cr_assert_eq (symlink (real, in (home, ".pyenv")), 0);
  snprintf (real, sizeof real, "%s/disk/t/bin", top);
  cr_assert_eq (symlink (real, in (home, "tools")), 0);
  set_path (entries);

  p = resolved (OPTIONS (NULL));
  cr_expect_eq (kv_policy_paths_access (&p, in (top, "disk/pyenv/versions")),
                KV_RX);
  cr_expect (has_link (&p, in (home, ".pyenv"), in (top, "disk/pyenv")));
  cr_expect_eq (kv_policy_paths_access (&p, in (top, "disk/t/lib")), KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (top, "disk/t/x")), 0);
  cr_expect (has_link (&p, in (home, "tools"), in (top, "disk/t/bin")));
  kv_policy_free (&p);
}

/* What an earlier command may have left in a virtual environment. */
Test (policy, links_planted_in_a_toolchain_lead_nowhere)
{
  static const char *const entries[]
      = { "src/other/venv/bin", "src/other/tool", NULL };
  struct kv_policy p;

  folder (in (home, "src/other/venv/bin"));
  folder (in (home, "Documents"));
  folder (in (home, ".ssh"));
  file (in (home, ".ssh/id_rsa"));
  cr_assert_eq (
      symlink (in (home, ".ssh/id_rsa"), in (home, "src/other/venv/share")), 0);
  cr_assert_eq (
      symlink (in (home, "Documents"), in (home, "src/other/venv/include")), 0);
  cr_assert_eq (symlink (in (home, "Documents/taxes"),
                         in (home, "src/other/venv/bin/python3")),
                0);
  cr_assert_eq (symlink (in (home, "Documents"), in (home, "src/other/tool")),
                0);
  file (in (home, "Documents/taxes"));
  set_path (entries);

  p = resolved (OPTIONS (NULL));
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "src/other/venv/bin")),
                KV_RX);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".ssh/id_rsa")), 0);
  cr_expect_eq (kv_policy_paths_access (&p, in (home, "Documents")), 0);
  kv_policy_free (&p);
}

Test (policy, a_hidden_toolchain_stays_hidden)
{
  static const char *const entries[] = { ".cargo/bin", NULL };
  struct kv_policy p;

  folder (in (home, ".cargo/bin"));
  set_path (entries);
  p = resolved (with_path ("~/.cargo", 0));
  cr_expect_eq (kv_policy_paths_access (&p, in (home, ".cargo/bin")), 0);
  kv_policy_free (&p);
}

Test (policy, a_home_that_is_a_system_folder)
{
  static const char *const homes[] = { "/", "/usr/sbin", "/tmp", "relative" };
  size_t i;

  for (i = 0; i < sizeof homes / sizeof homes[0]; i++) {
    struct kv_policy p;

    setenv ("HOME", homes[i], 1);
    p = resolved (OPTIONS (NULL));
    cr_expect_str_eq (p.home, "/home/sandbox", "%s", homes[i]);
    cr_expect_str_eq (kv_env_value (&p, "HOME"), "/home/sandbox");
    kv_policy_free (&p);
  }
}

Test (policy, environment)
{
  const char *named[] = { "TOKEN", "SET=a=b", "LANG=C", "NOT_THERE" };
  const char *bad[] = { "1X=2" }, *empty[] = { "=x" };
  struct kv_policy p;
  int i, n = 0;

  setenv ("LANG", "de_DE", 1);
  setenv ("LC_TIME", "C", 1);
  setenv ("AWS_SECRET_ACCESS_KEY", "x", 1);
  setenv ("LD_PRELOAD", "", 1);
  setenv ("TMPDIR", "/tmp/x", 1);
  setenv ("TOKEN", "t", 1);
  unsetenv ("PATH");

  p = resolved (OPTIONS (.env = named, .n_env = 4));
  cr_expect_str_eq (kv_env_value (&p, "TOKEN"), "t");
  cr_expect_str_eq (kv_env_value (&p, "SET"), "a=b");
  cr_expect_str_eq (kv_env_value (&p, "LANG"), "C", "the flag wins");
  cr_expect_str_eq (kv_env_value (&p, "LC_TIME"), "C");
  cr_expect_str_eq (kv_env_value (&p, "HOME"), home);
  cr_expect_not_null (strstr (kv_env_value (&p, "PATH"), "/usr/bin"));
  for (i = 0; p.env[i] != NULL; i++)
    n++;
  cr_expect_eq (n, 6, "and nothing else");
  kv_policy_free (&p);

  refused (OPTIONS (.env = bad, .n_env = 1), "KVP-13", "flag --env", "--env");
  refused (OPTIONS (.env = empty, .n_env = 1), "KVP-13", "flag --env", "");
}

Test (policy, digest)
{
  const char *one_value[] = { "A=1" }, *other[] = { "A=2" },
             *more[] = { "B=1" };
  struct kv_policy a = resolved (OPTIONS (.env = one_value, .n_env = 1));
  struct kv_policy b = resolved (OPTIONS (.env = other, .n_env = 1));
  struct kv_policy c = resolved (OPTIONS (.env = more, .n_env = 1));
  struct kv_policy d = resolved (OPTIONS (.memory = "64M"));
  struct kv_policy e = resolved (OPTIONS (.memory = "65M"));
  struct kv_policy f = resolved (OPTIONS (.memory = "65536K"));

  cr_expect_eq (strlen (a.digest), 64);
  cr_expect_str_eq (a.digest, b.digest, "names, never values");
  cr_expect_str_neq (a.digest, c.digest);
  cr_expect_str_neq (d.digest, e.digest);
  cr_expect_str_eq (d.digest, f.digest);
  kv_policy_free (&a);
  kv_policy_free (&b);
  kv_policy_free (&c);
  kv_policy_free (&d);
  kv_policy_free (&e);
  kv_policy_free (&f);
}

Test (policy, a_name_cannot_pretend_to_be_a_rule)
{
  struct kv_policy p;
  char *text;

  folder (in (project, "x\npath rwx /etc"));
  p = resolved (with_path ("x\npath rwx /etc", KV_RX));
  text = kv_whole_text (p.whole);
  cr_expect_null (strstr (text, "\npath rwx /etc"));
  free (text);
  kv_policy_free (&p);
}
