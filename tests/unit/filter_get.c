/* SPDX-License-Identifier: Apache-2.0 */
/* The launcher's side: the cache, and kavach-filter when it misbehaves. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/filter/cache.h"
#include "core/filter/filter.h"
#include "core/filter/known.h"
#include "core/util/cleanup.h"
#include "core/util/dirs.h"
#include "core/util/fd.h"
#include "core/util/places.h"

static char libexec[64];
static char cache[64];
static int no_cache;

/* In place of core/util's. */
const char *
kv_place_libexec (void)
{
  return libexec;
}

int
kv_dir_open (enum kv_dir dir, int make)
{
  (void) dir;
  (void) make;
  return no_cache ? -1 : open (cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static const struct kv_filter_spec spec
    = { .profile = KV_FILTER_STRICT, .flags = 0 };
static const char key[] = "a-key";

static void
set_up (void)
{
  strcpy (libexec, "/tmp/kavach-filter-test.XXXXXX");
  strcpy (cache, "/tmp/kavach-filter-test.XXXXXX");
  cr_assert_not_null (mkdtemp (libexec));
  cr_assert_not_null (mkdtemp (cache));
}

static void
tear_down (void)
{
  char command[256];

  snprintf (command, sizeof command, "rm -rf %s %s", libexec, cache);
  cr_expect_eq (system (command), 0);
}

TestSuite (filter_get, .init = set_up, .fini = tear_down, .timeout = 60);

/* A stand-in for kavach-filter that does what BODY says. */
static void
stand_in (const char *body)
{
  char path[128];
  FILE *f;

  snprintf (path, sizeof path, "%s/kavach-filter", libexec);
  f = fopen (path, "we");
  cr_assert_not_null (f);
  cr_assert_gt (fprintf (f, "#!/bin/sh\n%s\n", body), 0);
  cr_assert_eq (fchmod (fileno (f), 0755), 0);
  cr_assert_eq (fclose (f), 0);
}

static int
cached_files (void)
{
  char command[128];
  FILE *f;
  int n = -1;

  snprintf (command, sizeof command, "ls -A %s | wc -l", cache);
  f = popen (command, "re");
  cr_assert_not_null (f);
  cr_assert_eq (fscanf (f, "%d", &n), 1);
  pclose (f);
  return n;
}

static void
expect_refused (const char *code, const char *words)
{
  struct kv_error err = { 0 };
  struct kv_filter filter;

  cr_assert_lt (kv_filter_get (&spec, &filter, &err), 0);
  cr_expect_str_eq (err.code, code, "%s %s", err.code, err.text);
  cr_expect_not_null (strstr (err.text, words), "%s", err.text);
  cr_expect_neq (err.hint[0], '\0');
  cr_expect_eq (cached_files (), 0);
}

Test (filter_get, compiles_once)
{
  struct kv_error err = { 0 };
  struct kv_filter filter;

  stand_in ("echo \"$@\" >>\"${0%/*}/calls\"; printf 12345678");
  cr_assert_eq (kv_filter_get (&spec, &filter, &err), 0, "%s", err.text);
  cr_expect_eq (filter.size, 8);
  cr_expect_arr_eq (filter.program, "12345678", 8);
  free (filter.program);
  cr_expect_eq (cached_files (), 1);

  stand_in ("exit 1");
  cr_assert_eq (kv_filter_get (&spec, &filter, &err), 0, "%s", err.text);
  cr_expect_arr_eq (filter.program, "12345678", 8);
  free (filter.program);
}

/* A stand-in that answers with the order it was given: its arguments from the
 * fourth on and its standard input. */
static void
echo_back (void)
{
  stand_in ("shift 2; { echo \"$@\"; cat; } | head -c 400 | "
            "dd bs=400 conv=sync status=none");
}

static void
expect_order (const struct kv_filter_spec *order, const char *words)
{
  struct kv_error err = { 0 };
  struct kv_filter filter;

  cr_assert_eq (kv_filter_get_command (order, &filter, &err), 0, "%s",
                err.text);
  cr_assert_gt (filter.size, strlen (words));
  cr_expect_arr_eq (filter.program, words, strlen (words), "%s",
                    (const char *) filter.program);
  free (filter.program);
}

static void
write_file (const char *path, const char *text)
{
  FILE *f = fopen (path, "we");

  cr_assert_not_null (f);
  cr_assert_geq (fputs (text, f), 0);
  cr_assert_eq (fclose (f), 0);
}

/* The words, and the file as it was when it was read. */
Test (filter_get, words_and_files_are_handed_over_and_told_apart)
{
  struct kv_filter_spec order = { .profile = KV_FILTER_BASIC, .flags = 3 };
  char path[128];

  echo_back ();
  kv_calls_add (&order.deny, (unsigned) kv_call_find ("read"));
  kv_calls_add (&order.allow, (unsigned) kv_call_find ("mount"));
  expect_order (&order, "--deny read none\n");
  cr_expect_eq (cached_files (), 1);
  kv_calls_add (&order.deny, (unsigned) kv_call_find ("write"));
  expect_order (&order, "--deny read,write none\n");
  cr_expect_eq (cached_files (), 2);

  snprintf (path, sizeof path, "%s/file.json", libexec);
  order.file = path;
  write_file (path, "one");
  expect_order (&order, "--allow mount --deny read,write --file - none\none");
  cr_expect_eq (cached_files (), 3);
  write_file (path, "two");
  expect_order (&order, "--allow mount --deny read,write --file - none\ntwo");
  cr_expect_eq (cached_files (), 4);
  kv_calls_remove (&order.allow, (unsigned) kv_call_find ("mount"));
  expect_order (&order, "--deny read,write --file - none\ntwo");
  cr_expect_eq (cached_files (), 5);

  /* From now on the cache says it all. */
  stand_in ("exit 1");
  expect_order (&order, "--deny read,write --file - none\ntwo");
  cr_expect_eq (cached_files (), 5);
}

Test (filter_get, the_sandbox_s_program_has_what_allow_opens)
{
  struct kv_filter_spec order = { .profile = KV_FILTER_BASIC };
  struct kv_error err = { 0 };
  struct kv_filter filter;
  static const char words[] = "--allow mount basic\n";

  echo_back ();
  kv_calls_add (&order.deny, (unsigned) kv_call_find ("read"));
  kv_calls_add (&order.allow, (unsigned) kv_call_find ("mount"));
  cr_assert_eq (kv_filter_get (&order, &filter, &err), 0, "%s", err.text);
  cr_expect_arr_eq (filter.program, words, sizeof words - 1);
  free (filter.program);
}

Test (filter_get, nothing_to_say_is_no_program)
{
  struct kv_filter_spec order = { .profile = KV_FILTER_NONE };
  struct kv_error err = { 0 };
  struct kv_filter filter;

  cr_expect_eq (kv_filter_get (&order, &filter, &err), 0);
  cr_expect_eq (filter.size, 0);
  order.profile = KV_FILTER_STRICT;
  kv_calls_add (&order.allow, 3);
  cr_expect_eq (kv_filter_get_command (&order, &filter, &err), 0);
  cr_expect_eq (filter.size, 0);
}

/* The file's own fault, not a broken installation. */
Test (filter_get, faults_of_a_file_keep_their_code_and_place)
{
  struct kv_filter_spec order = { .profile = KV_FILTER_BASIC };
  struct kv_error err = { 0 };
  struct kv_filter filter;
  char path[128], want[256];

  snprintf (path, sizeof path, "%s/file.json", libexec);
  order.file = path;
  write_file (path, "{}");
  stand_in ("echo 'kavach: KVD-10 3:5 there is no key' >&2; exit 3");
  cr_assert_lt (kv_filter_get_command (&order, &filter, &err), 0);
  cr_expect_str_eq (err.code, "KVD-10");
  snprintf (want, sizeof want, "%s:3:5 there is no key", path);
  cr_expect_str_eq (err.text, want);
  cr_expect_eq (cached_files (), 0);
  memset (&err, 0, sizeof err);
  order.file = "/nonexistent";
  cr_assert_lt (kv_filter_get_command (&order, &filter, &err), 0);
  cr_expect_str_eq (err.code, "KVC-03");
}

Test (filter_get, goes_on_without_a_cache)
{
  struct kv_error err = { 0 };
  struct kv_filter filter;

  no_cache = 1;
  stand_in ("printf 12345678");
  cr_assert_eq (kv_filter_get (&spec, &filter, &err), 0, "%s", err.text);
  free (filter.program);
  no_cache = 0;
  cr_expect_eq (cached_files (), 0);
}

Test (filter_get, refuses_without_the_compiler)
{
  expect_refused ("KVI-45", "No such file");
}

Test (filter_get, hands_on_what_the_compiler_says)
{
  stand_in ("echo 'kavach: KVI-42 no such thing' >&2; exit 1");
  expect_refused ("KVI-45", "KVI-42 no such thing");
}

Test (filter_get, refuses_a_killed_compiler)
{
  stand_in ("kill -9 $$");
  expect_refused ("KVI-45", "signal 9");
}

Test (filter_get, refuses_half_a_program)
{
  stand_in ("printf 12345");
  expect_refused ("KVI-45", "no whole program");
}

Test (filter_get, refuses_an_empty_program)
{
  stand_in ("true");
  expect_refused ("KVI-45", "no whole program");
}

Test (filter_get, refuses_an_endless_program)
{
  stand_in ("head -c 200000 /dev/zero");
  expect_refused ("KVI-45", "no whole program");
}

/* A program that fails after writing one is not believed. */
Test (filter_get, refuses_a_program_with_a_bad_status)
{
  stand_in ("printf 12345678; exit 3");
  expect_refused ("KVI-45", "no reason");
}

Test (filter_get, kills_what_hangs)
{
  stand_in ("exec sleep 50");
  expect_refused ("KVI-45", "took more than");
}

Test (filter_get, works_with_closed_standard_streams)
{
  struct kv_error err = { 0 };
  struct kv_filter filter = { 0 };
  int saved[3], i, rc;

  stand_in ("printf 12345678");
  for (i = 0; i < 3; i++) {
    saved[i] = fcntl (i, F_DUPFD_CLOEXEC, 10);
    close (i);
  }
  rc = kv_filter_get (&spec, &filter, &err);
  for (i = 0; i < 3; i++)
    if (saved[i] >= 0) {
      dup2 (saved[i], i);
      close (saved[i]);
    }
  cr_assert_eq (rc, 0, "%s", err.text);
  cr_expect_eq (filter.size, 8);
  free (filter.program);
}

static void
write_one (int dir)
{
  struct kv_filter filter = { (void *) (uintptr_t) "12345678abcdefgh", 16 };

  kv_filter_cache_write (dir, key, &filter);
}

static int
is_taken (int dir, const char *name)
{
  struct kv_filter filter;

  if (!kv_filter_cache_read (dir, name, &filter))
    return 0;
  free (filter.program);
  return 1;
}

Test (filter_get, reads_back_what_it_wrote)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);
  struct stat st;

  cr_expect (!is_taken (dir, key));
  write_one (dir);
  write_one (dir);
  cr_expect (is_taken (dir, key));
  cr_expect_eq (cached_files (), 1);
  cr_assert_eq (fstatat (dir, key, &st, 0), 0);
  cr_expect_eq (st.st_mode & 07777, 0600);
}

Test (filter_get, takes_no_file_with_one_byte_changed)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);
  kv_autoclose int fd = -1;
  struct stat st;
  off_t i;

  write_one (dir);
  fd = openat (dir, key, O_RDWR | O_CLOEXEC);
  cr_assert_geq (fd, 0);
  cr_assert_eq (fstat (fd, &st), 0);
  for (i = 0; i < st.st_size; i++) {
    unsigned char byte;

    cr_assert_eq (pread (fd, &byte, 1, i), 1);
    byte ^= 0x10;
    cr_assert_eq (pwrite (fd, &byte, 1, i), 1);
    cr_expect (!is_taken (dir, key), "byte %ld", (long) i);
    byte ^= 0x10;
    cr_assert_eq (pwrite (fd, &byte, 1, i), 1);
  }
  cr_expect (is_taken (dir, key));
}

Test (filter_get, takes_no_torn_file)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);
  char path[128];
  struct stat st;
  off_t size;

  write_one (dir);
  snprintf (path, sizeof path, "%s/%s", cache, key);
  cr_assert_eq (stat (path, &st), 0);
  for (size = st.st_size - 1; size >= 0; size--) {
    cr_assert_eq (truncate (path, size), 0);
    cr_expect (!is_taken (dir, key), "%ld bytes", (long) size);
  }
}

Test (filter_get, takes_no_file_of_another_name)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);

  write_one (dir);
  cr_assert_eq (renameat (dir, key, dir, "another"), 0);
  cr_expect (!is_taken (dir, "another"));
}

Test (filter_get, takes_no_file_that_others_can_write)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);

  write_one (dir);
  cr_assert_eq (fchmodat (dir, key, 0620, 0), 0);
  cr_expect (!is_taken (dir, key));
}

Test (filter_get, takes_no_file_of_another_owner)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);

  if (geteuid () != 0)
    cr_skip ("needs root");
  write_one (dir);
  cr_assert_eq (fchownat (dir, key, 12345, (gid_t) -1, 0), 0);
  cr_expect (!is_taken (dir, key));
}

Test (filter_get, takes_no_link_and_no_fifo)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);

  write_one (dir);
  cr_assert_eq (symlinkat (key, dir, "link"), 0);
  cr_expect (!is_taken (dir, "link"));
  cr_assert_eq (unlinkat (dir, key, 0), 0);
  cr_assert_eq (mkfifoat (dir, key, 0600), 0);
  cr_expect (!is_taken (dir, key));
}
