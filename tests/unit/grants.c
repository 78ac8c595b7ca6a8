/* SPDX-License-Identifier: Apache-2.0 */
/* What Landlock is told about a tree in which places are hidden: their
 * siblings one by one, and nothing that is hidden. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exec/grants.h"

#define RX (KV_ACCESS_READ | KV_ACCESS_EXEC)

static char top[64];
static struct kv_path_rule rules[8];
static struct kv_policy policy;
static struct kv_grants grants;
static struct kv_error err;

static const char *
in (const char *name)
{
  static char paths[8][PATH_MAX];
  static unsigned turn;
  char *out = paths[turn++ % 8];

  snprintf (out, PATH_MAX, "%s/%s", top, name);
  return out;
}

static void
make_file (const char *name, mode_t mode)
{
  int fd = open (in (name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

  cr_assert (fd >= 0);
  cr_assert_eq (fchmod (fd, mode), 0);
  close (fd);
}

static void
set_up (void)
{
  memset (&policy, 0, sizeof policy);
  memset (&grants, 0, sizeof grants);
  policy.paths = rules;
  snprintf (top, sizeof top, "/tmp/kavach-grants-XXXXXX");
  cr_assert_not_null (mkdtemp (top));
  cr_assert_eq (mkdir (in ("plain"), 0755), 0);
  cr_assert_eq (mkdir (in ("mixed"), 0755), 0);
  make_file ("file", 0644);
  make_file ("secret", 0644);
  make_file ("secret-too", 0644);
  make_file ("mixed/open", 0644);
  make_file ("mixed/hidden", 0644);
  cr_assert_eq (symlink ("plain", in ("link")), 0);
}

static int
take_away (const char *path, const struct stat *st, int type, struct FTW *where)
{
  (void) st;
  (void) type;
  (void) where;
  return remove (path);
}

static void
tear_down (void)
{
  unsigned i;

  for (i = 0; i < policy.n_paths; i++)
    free (rules[i].path);
  kv_grants_free (&grants);
  nftw (top, take_away, 16, FTW_DEPTH | FTW_PHYS);
}

static void
rule (const char *path, uint32_t access, bool pin)
{
  rules[policy.n_paths++] = (struct kv_path_rule){
    .path = strdup (path),
    .access = access,
    .pin = pin,
  };
}

/* The access that a rule for exactly PATH gives; -1 when there is none. */
static int
granted (const char *path)
{
  unsigned i;

  for (i = 0; i < grants.n_landlock; i++)
    if (strcmp (grants.landlock[i].path, path) == 0)
      return (int) (grants.landlock[i].access & RX);
  return -1;
}

static void
build (void)
{
  cr_assert_eq (kv_grants_shared_root (&grants, &policy, NULL, &err), 0, "%s",
                err.text);
}

TestSuite (grants, .init = set_up, .fini = tear_down);

Test (grants, a_folder_that_hides_nothing_is_one_rule)
{
  rule (top, RX, false);
  build ();
  cr_expect_eq (granted (top), RX);
  cr_expect_eq (granted (in ("plain")), -1);
}

Test (grants, siblings_of_what_is_hidden_are_granted)
{
  rule (top, RX, false);
  rule (in ("secret"), 0, false);
  rule (in ("mixed/hidden"), 0, false);
  build ();
  cr_expect_eq (granted (top), -1, "it would grant what it hides");
  cr_expect_eq (granted (in ("secret")), -1);
  cr_expect_eq (granted (in ("secret-too")), RX, "a name that begins alike");
  cr_expect_eq (granted (in ("plain")), RX);
  cr_expect_eq (granted (in ("file")), RX);
  cr_expect_eq (granted (in ("mixed")), -1);
  cr_expect_eq (granted (in ("mixed/open")), RX);
  cr_expect_eq (granted (in ("mixed/hidden")), -1);
  cr_expect_eq (granted (in ("link")), -1, "a link leads to what has a rule");
}

Test (grants, a_rule_of_its_own_comes_in_its_turn)
{
  rule (top, RX, false);
  rule (in ("plain"), KV_ACCESS_READ, false);
  rule (in ("secret"), 0, false);
  build ();
  cr_expect_eq (granted (in ("plain")), KV_ACCESS_READ);
}

Test (grants, a_pin_takes_nothing_away)
{
  rule (top, RX, false);
  rule (in ("mixed"), RX, true);
  rule (in ("secret"), 0, false);
  build ();
  cr_expect_eq (granted (in ("mixed")), RX);
}

Test (grants, a_hidden_place_within_a_hidden_one)
{
  rule (top, RX, false);
  rule (in ("mixed"), 0, false);
  rule (in ("mixed/hidden"), 0, false);
  build ();
  cr_expect_eq (granted (in ("mixed")), -1);
  cr_expect_eq (granted (in ("mixed/open")), -1);
  cr_expect_eq (granted (in ("file")), RX);
}

Test (grants, root_grants_only_what_is_everybodys)
{
  if (geteuid () != 0)
    cr_skip ("needs root");
  make_file ("roots", 0640);
  rule (top, RX, false);
  rule (in ("secret"), 0, false);
  build ();
  cr_expect_eq (granted (in ("roots")), -1);
}

Test (grants, too_many_siblings_are_refused)
{
  char name[32];
  int i;

  for (i = 0; i < 4096; i++) {
    snprintf (name, sizeof name, "n%d", i);
    make_file (name, 0644);
  }
  rule (top, RX, false);
  rule (in ("secret"), 0, false);
  cr_expect_eq (kv_grants_shared_root (&grants, &policy, NULL, &err), -1);
  cr_expect_str_eq (err.code, "KVX-11");
}
