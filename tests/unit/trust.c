/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/loader/trust.h"

#define CALLER 1000

static struct stat
component (mode_t mode, uid_t uid)
{
  struct stat st;

  memset (&st, 0, sizeof st);
  st.st_mode = mode;
  st.st_uid = uid;
  return st;
}

static bool
trusted (mode_t mode, uid_t uid, bool read_only, bool private_group)
{
  struct stat st = component (mode, uid);

  return kv_trust_rule (&st, read_only, CALLER, private_group) == NULL;
}

Test (trust, owners)
{
  cr_expect (trusted (S_IFDIR | 0755, 0, false, false));
  cr_expect (trusted (S_IFDIR | 0755, CALLER, false, false));
  cr_expect (!trusted (S_IFDIR | 0755, CALLER + 1, false, false));
  cr_expect (!trusted (S_IFREG | 0444, CALLER + 1, true, false));
}

Test (trust, an_unmapped_owner_passes_on_a_read_only_mount_only)
{
  cr_expect (trusted (S_IFDIR | 0755, 65534, true, false));
  cr_expect (!trusted (S_IFDIR | 0755, 65534, false, false));
}

Test (trust, modes)
{
  cr_expect (!trusted (S_IFDIR | 0777, 0, false, false));
  cr_expect (!trusted (S_IFDIR | 0775, 0, false, false));
  cr_expect (trusted (S_IFDIR | 0775, CALLER, false, true));
  cr_expect (!trusted (S_IFDIR | 0777, CALLER, false, true));
  cr_expect (!trusted (S_IFREG | 0666, 0, false, false));
}

Test (trust, sticky_helps_root_and_folders_only)
{
  cr_expect (trusted (S_IFDIR | S_ISVTX | 0777, 0, false, false));
  cr_expect (!trusted (S_IFDIR | S_ISVTX | 0777, CALLER, false, false));
  cr_expect (!trusted (S_IFREG | S_ISVTX | 0666, 0, false, false));
}

/* A tree of real files: top/{file,folder/file,link,out}, open/file. */
static char top[128];

static const char *
below (const char *rest)
{
  static char path[256];

  snprintf (path, sizeof path, "%s%s", top, rest);
  return path;
}

static void
make_file (const char *rest)
{
  int fd = open (below (rest), O_WRONLY | O_CREAT | O_EXCL, 0644);

  cr_assert_geq (fd, 0, "%s", below (rest));
  close (fd);
}

static void
make_tree (void)
{
  const char *base = getenv ("TMPDIR");

  umask (022);
  snprintf (top, sizeof top, "%s/kavach-trust.XXXXXX",
            base != NULL ? base : "/tmp");
  cr_assert_not_null (mkdtemp (top));
  cr_assert_eq (mkdir (below ("/folder"), 0755), 0);
  cr_assert_eq (mkdir (below ("/open"), 0755), 0);
  cr_assert_eq (chmod (below ("/open"), 0777), 0);
  make_file ("/file");
  make_file ("/folder/file");
  make_file ("/open/file");
  cr_assert_eq (symlink ("folder/../folder/file", below ("/link")), 0);
  cr_assert_eq (symlink ("open/file", below ("/out")), 0);
  cr_assert_eq (symlink ("circle", below ("/circle")), 0);
}

static void
remove_tree (void)
{
  static const char *const names[]
      = { "/circle",      "/out",       "/link",   "/file",
          "/folder/file", "/open/file", "/folder", "/open" };
  unsigned i;

  for (i = 0; i < sizeof names / sizeof names[0]; i++)
    remove (below (names[i]));
  rmdir (top);
}

static const char *
code_for (const char *rest, bool directory)
{
  static struct kv_error err;
  struct kv_trust trust;
  int fd;

  memset (&err, 0, sizeof err);
  fd = kv_trust_open (below (rest), directory, &trust, &err);
  if (fd >= 0)
    close (fd);
  return fd >= 0 ? "ok" : err.code;
}

TestSuite (tree, .init = make_tree, .fini = remove_tree);

Test (tree, files_and_folders)
{
  cr_expect_str_eq (code_for ("/file", false), "ok");
  cr_expect_str_eq (code_for ("/folder/file", false), "ok");
  cr_expect_str_eq (code_for ("/folder", true), "ok");
  cr_expect_str_eq (code_for ("/folder", false), "KVL-39");
  cr_expect_str_eq (code_for ("/file", true), "KVL-39");
}

Test (tree, what_is_not_there_is_no_error)
{
  struct kv_error err = { .code = "" };
  struct kv_trust trust;

  cr_expect_eq (kv_trust_open (below ("/no/such"), true, &trust, &err), -1);
  cr_expect_eq (errno, ENOENT);
  cr_expect_str_eq (err.code, "");
}

Test (tree, open_folders_are_refused_by_name)
{
  struct kv_error err = { .code = "" };
  struct kv_trust trust;
  char hint[300];

  cr_expect_eq (kv_trust_open (below ("/open/file"), false, &trust, &err), -1);
  cr_expect_str_eq (err.code, "KVL-37");
  snprintf (hint, sizeof hint, "chmod go-w %s", below ("/open"));
  cr_expect_str_eq (err.hint, hint);
}

Test (tree, links_are_followed_and_what_they_lead_to_is_checked)
{
  cr_expect_str_eq (code_for ("/link", false), "ok");
  cr_expect_str_eq (code_for ("/out", false), "KVL-38");
  cr_expect_str_eq (code_for ("/circle", false), "KVL-39");
}

Test (tree, beneath_a_folder_that_is_known)
{
  struct kv_error err = { .code = "" };
  struct kv_trust trust;
  int dir = kv_trust_open (top, true, &trust, &err), fd;

  cr_assert_geq (dir, 0, "%s", err.text);
  fd = kv_trust_open_at (dir, top, "file", &trust, &err);
  cr_expect_geq (fd, 0);
  close (fd);
  fd = kv_trust_open_at (dir, top, "link", &trust, &err);
  cr_expect_geq (fd, 0);
  cr_expect (trust.linked);
  close (fd);
  cr_expect_eq (kv_trust_open_at (dir, top, "out", &trust, &err), -1);
  cr_expect_str_eq (err.code, "KVL-38");
  close (dir);
}

static bool
passes_as (const char *folder, const char *path)
{
  struct kv_trust trust;
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool result;

  cr_assert_geq (fd, 0);
  result = kv_trust_opened (fd, path, &trust);
  close (fd);
  return result;
}

Test (tree, a_folder_that_was_opened_first)
{
  char folder[300], odd[320];

  snprintf (folder, sizeof folder, "%s", below ("/folder"));
  cr_expect (passes_as (folder, folder));
  snprintf (odd, sizeof odd, "%s/./..//folder", folder);
  cr_expect (passes_as (folder, odd));
  cr_expect (!passes_as (folder, top));
  cr_expect (!passes_as (folder, "folder"));
  cr_expect (!passes_as (below ("/open"), below ("/open")));
  cr_expect (passes_as ("/", "/"));

  snprintf (odd, sizeof odd, "%s/up", top);
  cr_assert_eq (symlink ("folder", odd), 0);
  cr_expect (!passes_as (odd, odd));
  unlink (odd);
}
