/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/filter/cache.h"
#include "core/filter/digest.h"
#include "core/filter/filter.h"
#include "core/filter/known.h"
#include "core/filter/seccomp_file.h"
#include "core/filter/spec.h"
#include "core/util/cleanup.h"
#include "core/util/clock.h"
#include "core/util/dirs.h"
#include "core/util/fd.h"
#include "core/util/places.h"

/* Compiling takes milliseconds; the tests do not wait that long. */
#ifndef KV_FILTER_DEADLINE_MS
#define KV_FILTER_DEADLINE_MS 10000
#endif
enum { DEADLINE_MS = KV_FILTER_DEADLINE_MS };

#if defined __x86_64__ && defined __ILP32__
#define MACHINE "x32"
#elif defined __x86_64__
#define MACHINE "x86_64"
#elif defined __i386__
#define MACHINE "x86"
#elif defined __aarch64__
#define MACHINE "aarch64"
#elif defined __arm__
#define MACHINE "arm"
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE "riscv64"
#elif defined __powerpc64__
#define MACHINE "ppc64"
#elif defined __s390x__
#define MACHINE "s390x"
#else
#define MACHINE "other"
#endif

/* kavach-filter's, when the seccomp file is at fault. */
enum { STATUS_FAULTS = 3 };

/* What the compiler says on its two pipes. */
struct answer {
  unsigned char program[BPF_MAXINSNS * sizeof (struct sock_filter) + 1];
  size_t used;
  char words[512];
  size_t words_used;
};

/* One read; 0 at the end, past which nothing more is asked. */
static int
take (int fd, void *buffer, size_t size, size_t *used)
{
  char rest[512];
  int full = *used >= size;
  ssize_t n = full ? read (fd, rest, sizeof rest)
                   : read (fd, (char *) buffer + *used, size - *used);

  if (n < 0)
    return errno == EINTR ? 1 : 0;
  if (!full)
    *used += (size_t) n;
  return n > 0;
}

/* 0 when both pipes have ended, -1 past the deadline. */
static int
collect (int program, int words, struct answer *answer)
{
  struct pollfd fds[2] = { { .fd = program, .events = POLLIN },
                           { .fd = words, .events = POLLIN } };
  int64_t end = kv_now_ms () + DEADLINE_MS;

  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    int64_t left = end - kv_now_ms ();
    int n = left > 0 ? poll (fds, 2, (int) left) : 0;

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return -1;
    if (fds[0].revents != 0
        && !take (program, answer->program, sizeof answer->program,
                  &answer->used))
      fds[0].fd = -1;
    if (fds[1].revents != 0
        && !take (words, answer->words, sizeof answer->words - 1,
                  &answer->words_used))
      fds[1].fd = -1;
  }
  return 0;
}

/* One program to be made. */
struct order {
  const struct kv_filter_spec *spec;
  char name[KV_FILTER_NAME_SIZE];
  /* Names of calls, or NULL. */
  char *allow, *deny;
  /* The seccomp file as it was read once, or NULL. */
  char *file;
  size_t file_size;
};

static void
release_order (struct order *order)
{
  free (order->allow);
  free (order->deny);
  free (order->file);
}

static int
start (const struct order *order, int input, int program, int words, pid_t *pid)
{
  char path[PATH_MAX];
  const char *argv[12]
      = { "kavach-filter", "--tables", KV_FILTER_TABLES, NULL };
  size_t n = 3;
  char locale[] = "LC_ALL=C";
  char *env[] = { locale, NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int rc;

  if (order->allow != NULL) {
    argv[n++] = "--allow";
    argv[n++] = order->allow;
  }
  if (order->deny != NULL) {
    argv[n++] = "--deny";
    argv[n++] = order->deny;
  }
  if (order->file != NULL) {
    argv[n++] = "--file";
    argv[n++] = "-";
  }
  argv[n] = order->name;
  if (snprintf (path, sizeof path, "%s/kavach-filter", kv_place_libexec ())
      >= (int) sizeof path)
    return ENAMETOOLONG;
  sigemptyset (&none);
  sigfillset (&all);
  rc = posix_spawn_file_actions_init (&actions);
  if (rc != 0)
    return rc;
  rc = posix_spawnattr_init (&attributes);
  if (rc != 0) {
    posix_spawn_file_actions_destroy (&actions);
    return rc;
  }
  rc = input >= 0 ? posix_spawn_file_actions_adddup2 (&actions, input, 0)
                  : posix_spawn_file_actions_addopen (&actions, 0, "/dev/null",
                                                      O_RDONLY, 0);
  if (rc == 0)
    rc = posix_spawn_file_actions_adddup2 (&actions, program, 1);
  if (rc == 0)
    rc = posix_spawn_file_actions_adddup2 (&actions, words, 2);
  if (rc == 0)
    rc = posix_spawnattr_setsigmask (&attributes, &none);
  if (rc == 0)
    rc = posix_spawnattr_setsigdefault (&attributes, &all);
  if (rc == 0)
    rc = posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK
                                                    | POSIX_SPAWN_SETSIGDEF);
  if (rc == 0)
    rc = posix_spawn (pid, path, &actions, &attributes,
                      (char *const *) (uintptr_t) argv, env);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return rc;
}

static int
wait_for (pid_t pid)
{
  int status;
  pid_t got;

  do
    got = waitpid (pid, &status, 0);
  while (got < 0 && errno == EINTR);
  return got == pid ? status : -1;
}

/* A pipe whose ends are neither of 0 to 2, which the child's own are moved
 * to: with a caller that closed them, pipe gives such numbers. */
static int
make_pipe (int ends[2])
{
  int i;

  if (pipe2 (ends, O_CLOEXEC) < 0)
    return -1;
  for (i = 0; i < 2; i++)
    if (ends[i] <= 2) {
      int high = fcntl (ends[i], F_DUPFD_CLOEXEC, 3);

      if (high < 0)
        return -1;
      close (ends[i]);
      ends[i] = high;
    }
  return 0;
}

static void
close_pipe (int (*ends)[2])
{
  kv_cleanup_close (&(*ends)[0]);
  kv_cleanup_close (&(*ends)[1]);
}

/* "kavach: CODE LINE:COLUMN words", as a refusal of the file's. */
static int
fail_file (struct kv_error *err, const char *file, const char *line)
{
  static const char before[] = "kavach: ";
  char code[sizeof err->code] = "";

  if (strncmp (line, before, sizeof before - 1) == 0) {
    line += sizeof before - 1;
    snprintf (code, sizeof code, "%.6s", line);
    line += strcspn (line, " ");
    line += *line == ' ';
  }
  kv_fail (err, code[0] != '\0' ? code : "KVI-45", "%s:%s%s", file,
           *line >= '0' && *line <= '9' ? "" : " ", line);
  return kv_error_rule (err, "syscalls.profile = \"%s\"", file);
}

static int
fail_compile (struct kv_error *err, const struct order *order, int status,
              struct answer *answer)
{
  const char *name = order->name;
  char *line = answer->words;

  answer->words[answer->words_used] = '\0';
  line[strcspn (line, "\n")] = '\0';
  if (order->file != NULL && WIFEXITED (status)
      && WEXITSTATUS (status) == STATUS_FAULTS)
    return fail_file (err, order->spec->file, line);
  if (WIFEXITED (status) && WEXITSTATUS (status) != 0)
    kv_fail (err, "KVI-45", "kavach-filter could not compile %s: %s", name,
             line[0] != '\0' ? line : "it says no reason");
  else if (WIFSIGNALED (status))
    kv_fail (err, "KVI-45",
             "kavach-filter was killed by signal %d while "
             "compiling %s",
             WTERMSIG (status), name);
  else
    kv_fail (err, "KVI-45", "kavach-filter gave no whole program for %s", name);
  return kv_error_hint (err, "install the kavach package again");
}

/* The file's bytes for the child, from the start on: what was hashed is what
 * is compiled, whoever writes to the file meanwhile.  -1 without one. */
static int
offer_file (const struct order *order)
{
  kv_autoclose int fd = -1;

  if (order->file == NULL)
    return -1;
  fd = memfd_create ("kavach-seccomp", MFD_CLOEXEC);
  if (fd >= 0 && fd <= 2) {
    int high = fcntl (fd, F_DUPFD_CLOEXEC, 3);

    close (fd);
    fd = high;
  }
  if (fd < 0 || kv_write_full (fd, order->file, order->file_size) < 0
      || lseek (fd, 0, SEEK_SET) < 0)
    return -1;
  return kv_steal_fd (&fd);
}

static int
compile (const struct order *order, struct kv_filter *filter,
         struct kv_error *err)
{
  __attribute__ ((cleanup (close_pipe))) int program[2] = { -1, -1 };
  __attribute__ ((cleanup (close_pipe))) int words[2] = { -1, -1 };
  kv_autofree struct answer *answer = calloc (1, sizeof *answer);
  kv_autoclose int input = offer_file (order);
  const char *name = order->name;
  pid_t pid;
  int rc, status;

  if (answer == NULL || make_pipe (program) < 0 || make_pipe (words) < 0
      || (order->file != NULL && input < 0))
    return kv_fail_errno (err, "KVI-43", "cannot start kavach-filter");
  rc = start (order, input, program[1], words[1], &pid);
  if (rc != 0) {
    errno = rc;
    kv_fail_errno (err, "KVI-45", "cannot run %s/kavach-filter",
                   kv_place_libexec ());
    return kv_error_hint (err, "install the kavach package again");
  }
  close (kv_steal_fd (&program[1]));
  close (kv_steal_fd (&words[1]));
  rc = collect (program[0], words[0], answer);
  if (rc < 0)
    kill (pid, SIGKILL);
  status = wait_for (pid);
  if (rc < 0) {
    kv_fail (err, "KVI-45", "kavach-filter took more than %d ms to compile %s",
             DEADLINE_MS, name);
    return kv_error_hint (err, "see what holds it: %s/kavach-filter %s | wc",
                          kv_place_libexec (), name);
  }
  if (status != 0 || !kv_filter_size_ok (answer->used))
    return fail_compile (err, order, status, answer);

  filter->program = malloc (answer->used);
  if (filter->program == NULL)
    return kv_fail_errno (err, "KVI-43", "no memory for a seccomp program");
  memcpy (filter->program, answer->program, answer->used);
  filter->size = answer->used;
  return 0;
}

/* What the program depends on beyond its name, as a digest in hexadecimal; ""
 * when there is nothing. */
static void
digest_order (const struct order *order, char *out, size_t size)
{
  unsigned char hash[crypto_hash_sha256_BYTES];
  const struct kv_filter_spec *spec = order->spec;
  crypto_hash_sha256_state state;
  const char *words[] = { order->allow, order->deny };
  struct utsname system;
  size_t i;

  out[0] = '\0';
  if (order->allow == NULL && order->deny == NULL && order->file == NULL)
    return;
  crypto_hash_sha256_init (&state);
  for (i = 0; i < KV_COUNT (words); i++) {
    const char *word = words[i] != NULL ? words[i] : "";

    crypto_hash_sha256_update (&state, (const unsigned char *) word,
                               strlen (word) + 1);
  }
  /* Rules of a file may be for some kernels only. */
  if (spec->file != NULL && uname (&system) == 0) {
    crypto_hash_sha256_update (&state, (const unsigned char *) system.release,
                               strlen (system.release) + 1);
    crypto_hash_sha256_update (&state, (const unsigned char *) order->file,
                               order->file_size);
  }
  crypto_hash_sha256_final (&state, hash);
  if (size >= 2 + 2 * sizeof hash) {
    out[0] = '-';
    sodium_bin2hex (out + 1, size - 1, hash, sizeof hash);
  }
}

/* The policy's digest was made of the same bytes. */
static int
check_file (const struct kv_filter_spec *spec, const struct order *order,
            struct kv_error *err)
{
  unsigned char hash[crypto_hash_sha256_BYTES];

  if (spec->file_hash == NULL
      || (crypto_hash_sha256 (hash, (const unsigned char *) order->file,
                              order->file_size)
              == 0
          && memcmp (hash, spec->file_hash, sizeof hash) == 0))
    return 0;
  kv_fail (err, "KVC-03", "%s was changed while it was read", spec->file);
  return kv_error_hint (err, "try again");
}

static int
fill_order (const struct kv_filter_spec *spec, struct order *order,
            struct kv_error *err)
{
  order->spec = spec;
  kv_filter_spec_name (spec, order->name, sizeof order->name);
  if (!kv_calls_empty (&spec->allow))
    order->allow = kv_calls_text (&spec->allow);
  if (!kv_calls_empty (&spec->deny))
    order->deny = kv_calls_text (&spec->deny);
  if ((order->allow == NULL && !kv_calls_empty (&spec->allow))
      || (order->deny == NULL && !kv_calls_empty (&spec->deny)))
    return kv_fail_errno (err, "KVI-43", "no memory for a seccomp program");
  if (spec->file == NULL)
    return 0;
  if (kv_seccomp_file_read (spec->file, &order->file, &order->file_size, err)
      < 0)
    return -1;
  return check_file (spec, order, err);
}

static int
get (const struct kv_filter_spec *spec, struct kv_filter *filter,
     struct kv_error *err)
{
  __attribute__ ((cleanup (release_order))) struct order order = { 0 };
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);
  char digest[2 + 2 * crypto_hash_sha256_BYTES];
  char key[KV_FILTER_KEY_SIZE];

  if (fill_order (spec, &order, err) < 0)
    return -1;
  digest_order (&order, digest, sizeof digest);
  /* The number of the tables' contents: a changed table under the same
   * version must not find the old program. */
  snprintf (key, sizeof key, "seccomp-%s-%s-%s-%s%s", PACKAGE_VERSION,
            KV_FILTER_TABLES, MACHINE, order.name, digest);
  if (dir >= 0 && kv_filter_cache_read (dir, key, filter))
    return 0;
  if (compile (&order, filter, err) < 0)
    return -1;
  if (dir >= 0)
    kv_filter_cache_write (dir, key, filter);
  return 0;
}

int
kv_filter_get (const struct kv_filter_spec *spec, struct kv_filter *filter,
               struct kv_error *err)
{
  struct kv_filter_spec sandbox = { .profile = spec->profile,
                                    .flags = spec->flags,
                                    .allow = spec->allow };

  memset (filter, 0, sizeof *filter);
  if (spec->profile == KV_FILTER_NONE)
    return 0;
  return get (&sandbox, filter, err);
}

int
kv_filter_get_command (const struct kv_filter_spec *spec,
                       struct kv_filter *filter, struct kv_error *err)
{
  struct kv_filter_spec command
      = { .profile = KV_FILTER_NONE, .deny = spec->deny, .file = spec->file };

  memset (filter, 0, sizeof *filter);
  if (spec->file == NULL && kv_calls_empty (&spec->deny))
    return 0;
  /* Without a file nothing is closed that could be opened. */
  command.file_hash = spec->file_hash;
  if (spec->file != NULL)
    command.allow = spec->allow;
  return get (&command, filter, err);
}
