/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel's text about groups and mounts is read as. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/limit/cgroup.h"

static int
parse_mount (const char *line, struct kv_cg_mount *mount)
{
  /* Without a NUL behind it: a line ends where it is said to. */
  size_t length = strlen (line);
  char *exact = malloc (length > 0 ? length : 1);
  int result;

  cr_assert_not_null (exact);
  memcpy (exact, line, length);
  result = kv_cg_parse_mount (exact, length, mount);
  free (exact);
  return result;
}

Test (limit, a_v1_mount)
{
  struct kv_cg_mount m;

  cr_assert_eq (
      parse_mount ("32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime "
                   "shared:5 - cgroup cgroup rw,cpu,cpuacct",
                   &m),
      1);
  cr_expect (!m.v2);
  cr_expect_str_eq (m.point, "/sys/fs/cgroup/cpu,cpuacct");
  cr_expect_str_eq (m.root, "/");
  cr_expect_eq (m.controllers, KV_CG_CPU);
}

Test (limit, a_v2_mount_with_no_source_and_no_tags)
{
  struct kv_cg_mount m;

  cr_assert_eq (parse_mount ("41 31 0:38 /docker/ab /sys/fs/cgroup "
                             "ro,nosuid - cgroup2  rw,nsdelegate",
                             &m),
                1);
  cr_expect (m.v2);
  cr_expect_str_eq (m.root, "/docker/ab");
}

Test (limit, escaped_names)
{
  struct kv_cg_mount m;

  cr_assert_eq (parse_mount ("1 2 0:3 / /a\\040b\\134c\\012 rw - cgroup2 "
                             "none rw",
                             &m),
                1);
  cr_expect_str_eq (m.point, "/a b\\c\n");
}

/* "cpuset" is not "cpu", and a mount's name is not its options. */
Test (limit, only_whole_names_count)
{
  struct kv_cg_mount m;

  cr_assert_eq (parse_mount ("1 2 0:3 / /sys/fs/cgroup/memory rw - cgroup "
                             "memory rw,cpuset,xmemory,pids2",
                             &m),
                1);
  cr_expect_eq (m.controllers, 0);
  cr_expect_eq (kv_cg_controller_bit ("cpuset", 6), 0);
  cr_expect_eq (kv_cg_controller_bit ("cpu", 2), 0);
  cr_expect_eq (kv_cg_controller_set ("cpu,memory", 10, ","),
                KV_CG_CPU | KV_CG_MEMORY);
}

Test (limit, mounts_that_are_none_of_ours)
{
  struct kv_cg_mount m;

  cr_expect_eq (parse_mount ("22 27 0:21 / /proc rw - proc proc rw", &m), 0);
  cr_expect_eq (parse_mount ("22 27 0:21 / /cgroup rw - tmpfs cgroup rw", &m),
                0);
}

Test (limit, hostile_mount_lines)
{
  static const char *const lines[] = {
    "",
    " ",
    "-",
    "1 2 3 4 5 6",
    "1 2 0:3 / /point rw - cgroup2",
    "1 2 0:3 / /point rw cgroup2 none rw",
    "1 2 0:3  /point rw - cgroup2 none rw",
    "1 2 0:3 / relative rw - cgroup2 none rw",
    "1 2 0:3 / /a\\04 rw - cgroup2 none rw",
    "1 2 0:3 / /a\\ rw - cgroup2 none rw",
    "1 2 0:3 / /a\\999 rw - cgroup2 none rw",
    "1 2 0:3 / /a\\000 rw - cgroup2 none rw",
    "1 2 0:3 / /a\\777 rw - cgroup2 none rw",
  };
  struct kv_cg_mount m;
  char *whole;
  size_t i;

  for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
    cr_expect_eq (parse_mount (lines[i], &m), -1, "%s", lines[i]);

  /* A path that does not fit is refused, not cut off. */
  whole = malloc (4 * KV_CG_PATH);
  cr_assert_not_null (whole);
  i = (size_t) sprintf (whole, "1 2 0:3 / /");
  memset (whole + i, 'a', KV_CG_PATH);
  strcpy (whole + i + KV_CG_PATH, " rw - cgroup2 none rw");
  cr_expect_eq (parse_mount (whole, &m), -1);
  free (whole);
}

/* Every prefix of a good line is read without going out of bounds, which a
 * sanitizer build sees. */
Test (limit, cut_mount_lines)
{
  static const char line[]
      = "32 31 0:29 /a\\040b /sys/fs/cgroup/x rw s:1 - cgroup c rw,pids";
  struct kv_cg_mount m;
  size_t i;

  for (i = 0; i < sizeof line - 1; i++) {
    char *cut = strndup (line, i);

    cr_assert_not_null (cut);
    parse_mount (cut, &m);
    free (cut);
  }
  cr_expect_eq (parse_mount (line, &m), 1);
}

Test (limit, groups_of_a_mixed_host)
{
  struct kv_cg_host host;

  cr_assert_eq (kv_cg_parse_groups ("9:name=systemd:/init.scope\n"
                                    "4:memory:/a/b\n"
                                    "3:cpu,cpuacct:/\n"
                                    "0::/init.scope\n",
                                    &host),
                0);
  cr_expect_eq (host.kind, KV_LIMIT_CGROUP_V1);
  cr_expect_eq (host.n_trees, 3);
  cr_assert_not_null (kv_cg_tree (&host, KV_CG_MEMORY));
  cr_expect_str_eq (kv_cg_tree (&host, KV_CG_MEMORY)->own, "/a/b");
  cr_expect_null (kv_cg_tree (&host, KV_CG_PIDS));
}

Test (limit, groups_of_v2)
{
  struct kv_cg_host host;

  cr_assert_eq (kv_cg_parse_groups ("0::/user.slice/a:b", &host), 0);
  cr_expect_eq (host.kind, KV_LIMIT_CGROUP_V2);
  cr_expect_str_eq (kv_cg_tree (&host, KV_CG_PIDS)->own, "/user.slice/a:b");
}

/* Nothing is made beneath a group that is gone or out of reach. */
Test (limit, groups_of_no_use)
{
  struct kv_cg_host host;

  cr_assert_eq (kv_cg_parse_groups ("0::/a (deleted)\n", &host), 0);
  cr_expect_eq (host.kind, KV_LIMIT_NONE);
  cr_assert_eq (kv_cg_parse_groups ("0::/../b\n", &host), 0);
  cr_expect_eq (host.kind, KV_LIMIT_NONE);
  cr_assert_eq (kv_cg_parse_groups ("0::/..b\n", &host), 0);
  cr_expect_eq (host.kind, KV_LIMIT_CGROUP_V2);
  cr_assert_eq (kv_cg_parse_groups ("", &host), 0);
  cr_expect_eq (host.kind, KV_LIMIT_NONE);
}

Test (limit, hostile_groups)
{
  static const char *const texts[] = {
    "x\n",
    "0:\n",
    "0::\n",
    "0::relative\n",
    ":memory:/",
    "1::/\n",
    "4:memory:/\n4:memory:/b\n",
    "0::/\n0::/b\n",
    "4:memory\n",
    "\n",
  };
  struct kv_cg_host host;
  char *whole;
  size_t i;

  for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
    cr_expect_eq (kv_cg_parse_groups (texts[i], &host), -1, "%s", texts[i]);

  whole = malloc (2 * KV_CG_PATH);
  cr_assert_not_null (whole);
  strcpy (whole, "0::/");
  memset (whole + 4, 'a', KV_CG_PATH);
  whole[4 + KV_CG_PATH] = '\0';
  cr_expect_eq (kv_cg_parse_groups (whole, &host), -1);
  free (whole);
}

Test (limit, what_lies_beneath_a_mount)
{
  struct kv_cg_tree tree = { .root = "/docker/ab" };
  char out[KV_CG_PATH];

  cr_expect_eq (kv_cg_beneath (&tree, "/docker/ab", out, sizeof out), 0);
  cr_expect_str_eq (out, "");
  cr_expect_eq (kv_cg_beneath (&tree, "/docker/ab/c", out, sizeof out), 0);
  cr_expect_str_eq (out, "c");
  cr_expect_eq (kv_cg_beneath (&tree, "/docker/abc", out, sizeof out), -1);
  cr_expect_eq (kv_cg_beneath (&tree, "/", out, sizeof out), -1);
  strcpy (tree.root, "/");
  cr_expect_eq (kv_cg_beneath (&tree, "/a/b", out, sizeof out), 0);
  cr_expect_str_eq (out, "a/b");
}

Test (limit, keyed_numbers)
{
  static const char text[] = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"
                             "big 99999999999999999999999\nbad x\n";
  uint64_t value = 7;

  cr_expect_eq (kv_cg_find_key (text, "oom_kill", &value), 0);
  cr_expect_eq (value, 3);
  cr_expect_eq (kv_cg_find_key (text, "oom", &value), -1);
  cr_expect_eq (kv_cg_find_key (text, "kill", &value), -1);
  cr_expect_eq (kv_cg_find_key (text, "big", &value), -1);
  cr_expect_eq (kv_cg_find_key (text, "bad", &value), -1);
  cr_expect_eq (kv_cg_find_key ("", "oom", &value), -1);
  cr_expect_eq (value, 3);
}

Test (limit, quotas)
{
  struct kv_cg_quota q = kv_cg_quota_of (1500);

  cr_expect_eq (q.quota_us, 150000);
  cr_expect_eq (q.period_us, 100000);
  /* The kernel refuses a quota below a millisecond. */
  q = kv_cg_quota_of (1);
  cr_expect_eq (q.quota_us, 1000);
  cr_expect_eq (q.period_us, 1000000);
}

Test (limit, start_time_of_a_process)
{
  /* A name may hold blanks, parentheses and digits. */
  static const char stat[]
      = "42 (a) R 1 (b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 "
        "20 21\n";
  uint64_t start = 0;

  cr_expect_eq (kv_owner_parse_start (stat, &start), 0);
  cr_expect_eq (start, 777);
  cr_expect_eq (kv_owner_parse_start ("42 (a) S 1 2 3", &start), -1);
  cr_expect_eq (kv_owner_parse_start ("", &start), -1);
  cr_expect_eq (kv_owner_parse_start (")", &start), -1);
}

Test (limit, names_of_groups)
{
  struct kv_owner owner;
  char name[96], small[16];

  cr_assert_eq (kv_owner_name (name, sizeof name, "0a1b-2c"), 0);
  cr_assert_eq (kv_owner_parse (name, &owner), 0);
  cr_expect_eq (owner.pid, (uint64_t) getpid ());
  cr_expect (!kv_owner_is_gone (&owner));
  /* The same number with another start time is another process. */
  owner.start++;
  cr_expect (kv_owner_is_gone (&owner));
  /* Another pid namespace: nothing is certain. */
  owner.pid_ns++;
  cr_expect (!kv_owner_is_gone (&owner));

  cr_expect_eq (kv_owner_name (name, sizeof name, "../x"), -1);
  cr_expect_eq (kv_owner_name (name, sizeof name, ""), -1);
  cr_expect_eq (kv_owner_name (small, sizeof small, "abc"), -1);
  cr_expect_eq (kv_owner_parse ("kavach-1-2-3", &owner), -1);
  cr_expect_eq (kv_owner_parse ("kavach-1-0-3-x", &owner), -1);
  cr_expect_eq (kv_owner_parse ("kavach-1-99999999999-3-x", &owner), -1);
  cr_expect_eq (kv_owner_parse ("kavach-1--3-x", &owner), -1);
  cr_expect_eq (kv_owner_parse ("kavach-supervisor", &owner), -1);
  cr_expect_eq (kv_owner_parse ("docker-1-2-3-x", &owner), -1);
  cr_expect_eq (kv_owner_parse ("kavach-1-2-3-a/b", &owner), -1);
}
