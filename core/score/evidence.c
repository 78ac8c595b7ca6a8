/* SPDX-License-Identifier: Apache-2.0 */
/* One file for each shape, in the folder for caches, which no sandbox shows:
 * verdicts, from which the score is made anew each time. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/score/evidence.h"
#include "core/util/cleanup.h"
#include "core/util/dirs.h"
#include "core/util/fd.h"
#include "core/util/text.h"

#define HEAD "kavach-evidence 1"
#define SIZE_MAX_BYTES 65536

/* The bytes of a file that is the caller's alone; NULL without. */
static char *
read_own (const char *name)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 0);
  kv_autoclose int fd
      = dir < 0 ? -1
                : openat (dir, name,
                          O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat st;
  size_t size;

  if (fd < 0 || fstat (fd, &st) < 0 || !S_ISREG (st.st_mode)
      || st.st_uid != geteuid () || (st.st_mode & 077) != 0)
    return NULL;
  return kv_read_all (fd, SIZE_MAX_BYTES, &size);
}

/* Every row once, in the order of the table, and nothing else. */
static bool
read_rows (char *rest, struct kv_probe_answer *answers, unsigned n)
{
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  unsigned i;
  int verdict;

  for (i = 0; i < n; i++) {
    char *line = strtok_r (NULL, "\n", &rest);
    char *space = line != NULL ? strchr (line, ' ') : NULL;

    if (space == NULL)
      return false;
    *space = '\0';
    if (strcmp (line, rows[i].id) != 0)
      return false;
    for (verdict = 0; verdict <= KV_VERDICT_NOTHING; verdict++)
      if (strcmp (space + 1, kv_verdict_name (verdict)) == 0)
        break;
    if (verdict > KV_VERDICT_NOTHING)
      return false;
    answers[i].verdict = (uint8_t) verdict;
  }
  return strtok_r (NULL, "\n", &rest) == NULL;
}

bool
kv_evidence_read (const char *key, struct kv_evidence *evidence)
{
  kv_autofree struct kv_probe_answer *answers = NULL;
  kv_autofree char *bytes = NULL;
  unsigned long long asked;
  char name[80], *line, *rest = NULL;
  long long at;
  unsigned n;

  (void) kv_probe_rows (&n);
  snprintf (name, sizeof name, "evidence-%s", key);
  bytes = read_own (name);
  answers = calloc (n, sizeof *answers);
  if (bytes == NULL || answers == NULL)
    return false;
  line = strtok_r (bytes, "\n", &rest);
  if (line == NULL || sscanf (line, HEAD " %lld %llx", &at, &asked) != 2
      || !read_rows (rest, answers, n))
    return false;
  kv_measure (answers, NULL, asked, &evidence->measured);
  evidence->measured.ceiling_reason = "";
  evidence->at = at;
  return true;
}

int
kv_evidence_write (const char *key, const struct kv_probe_answer *answers,
                   uint64_t asked)
{
  kv_autoclose int dir = kv_dir_open (KV_DIR_CACHE, 1);
  struct kv_text t = { .failed = false };
  kv_autoclose int fd = -1;
  char name[80], temporary[96];
  unsigned n, i;
  const struct kv_probe_row *rows = kv_probe_rows (&n);
  int result = -1;

  if (dir < 0)
    return -1;
  kv_text_print (&t, HEAD " %lld %llx\n", (long long) time (NULL),
                 (unsigned long long) asked);
  for (i = 0; i < n; i++)
    kv_text_print (&t, "%s %s\n", rows[i].id,
                   kv_verdict_name (answers[i].verdict));
  snprintf (name, sizeof name, "evidence-%s", key);
  snprintf (temporary, sizeof temporary, "%s.%d", name, (int) getpid ());
  (void) unlinkat (dir, temporary, 0);
  fd = openat (dir, temporary,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd >= 0 && !t.failed && kv_write_full (fd, t.bytes, t.used) == 0
      && renameat (dir, temporary, dir, name) == 0)
    result = 0;
  else
    (void) unlinkat (dir, temporary, 0);
  free (t.bytes);
  return result;
}
