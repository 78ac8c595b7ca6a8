/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a seccomp file: words, names, numbers. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/oci_private.h"
#include "core/util/cleanup.h"
#include "core/util/grow.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum { ERRNO_MAX = 4095 };

static const char *const actions[] = {
  "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP",
  "SCMP_ACT_ERRNO",       "SCMP_ACT_TRACE",        "SCMP_ACT_ALLOW",
  "SCMP_ACT_LOG",         "SCMP_ACT_KILL",
};

static const char *const ops[] = {
  "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",        "SCMP_CMP_EQ",
  "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
};

/* An entry of another architecture is killed whatever stands in the file, so
 * of these only the spelling matters. */
static const char *const arches[] = {
  "SCMP_ARCH_X86",      "SCMP_ARCH_X86_64",      "SCMP_ARCH_X32",
  "SCMP_ARCH_ARM",      "SCMP_ARCH_AARCH64",     "SCMP_ARCH_MIPS",
  "SCMP_ARCH_MIPS64",   "SCMP_ARCH_MIPS64N32",   "SCMP_ARCH_MIPSEL",
  "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC",
  "SCMP_ARCH_PPC64",    "SCMP_ARCH_PPC64LE",     "SCMP_ARCH_S390",
  "SCMP_ARCH_S390X",    "SCMP_ARCH_PARISC",      "SCMP_ARCH_PARISC64",
  "SCMP_ARCH_RISCV64",  "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K",
  "SCMP_ARCH_SH",       "SCMP_ARCH_SHEB",
};

/* The one thread has no others to take along, nothing is passed to anybody,
 * and mitigations stay on. */
static const char *const flags[] = {
  "SECCOMP_FILTER_FLAG_TSYNC",
  "SECCOMP_FILTER_FLAG_LOG",
  "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
  "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

/* Index of TEXT among WORDS, or -1 after a fault. */
static int
take_word (struct kv_oci_parser *r, const struct kv_oci_key *key,
           const char *text, const char *const *words, unsigned count)
{
  char quoted[80], right[256];
  unsigned i;

  for (i = 0; i < count; i++)
    if (strcmp (words[i], text) == 0)
      return (int) i;
  kv_quote (quoted, sizeof quoted, text, strlen (text));
  kv_suggest (right, sizeof right, text, words, count);
  kv_fault (&r->base, r->base.scan.token, "KVD-15", "%s is %s; %s", key->name,
            quoted, right);
  return -1;
}

static void
take_action (struct kv_oci_parser *r, const struct kv_oci_key *key,
             const char *text, struct kv_oci_answer *into)
{
  int at;

  if (strcmp (text, "SCMP_ACT_NOTIFY") == 0) {
    kv_fault (&r->base, r->base.scan.token, "KVC-04",
              "%s is SCMP_ACT_NOTIFY, for which another program would have to "
              "decide, and kavach starts none; SCMP_ACT_ERRNO",
              key->name);
    return;
  }
  at = take_word (r, key, text, actions, KV_COUNT (actions));
  if (at >= 0)
    into->action = at == KV_COUNT (actions) - 1 ? KV_OCI_KILL_THREAD
                                                : (enum kv_oci_action) at;
}

/* "EPERM", or a number as text. */
static void
take_errno (struct kv_oci_parser *r, const struct kv_oci_key *key,
            const char *text, struct kv_oci_errno *into)
{
  char quoted[80];
  int i;

  /* Written by programs that leave it empty. */
  if (*text == '\0')
    return;
  into->said = true;
  if (text[strspn (text, DIGITS)] == '\0' && strlen (text) <= 4
      && atoi (text) <= ERRNO_MAX) {
    into->number = (uint16_t) atoi (text);
    return;
  }
#ifdef __GLIBC__
  for (i = 1; i < 200; i++) {
    const char *name = strerrorname_np (i);

    if (name != NULL && strcmp (name, text) == 0) {
      into->number = (uint16_t) i;
      return;
    }
  }
  /* Two names for one number. */
  if (strcmp (text, "EWOULDBLOCK") == 0 || strcmp (text, "EDEADLOCK") == 0
      || strcmp (text, "ENOTSUP") == 0) {
    into->number = text[1] == 'W'   ? EWOULDBLOCK
                   : text[1] == 'D' ? EDEADLOCK
                                    : ENOTSUP;
    return;
  }
#endif
  kv_quote (quoted, sizeof quoted, text, strlen (text));
  kv_fault (&r->base, r->base.scan.token, "KVD-15",
            "%s is %s; an errno, such as EPERM", key->name, quoted);
}

static void
take_kernel (struct kv_oci_parser *r, const char *text)
{
  size_t major = strspn (text, DIGITS);
  size_t minor = text[major] == '.' ? strspn (text + major + 1, DIGITS) : 0;
  char quoted[80];

  if (*text == '\0')
    return;
  if (major == 0 || major > 3 || minor == 0 || minor > 3
      || text[major + 1 + minor] != '\0') {
    kv_quote (quoted, sizeof quoted, text, strlen (text));
    kv_fault (&r->base, r->base.scan.token, "KVD-19",
              "minKernel is %s; two numbers and a point, such as 4.8", quoted);
  }
  else
    r->when->min_kernel = kv_oci_kernel (text);
}

/* TEXT goes to LIST when it is made of CHARACTERS. */
static void
take_name (struct kv_oci_parser *r, const struct kv_oci_key *key, char *text,
           const char *characters, struct kv_oci_texts *list)
{
  char quoted[80], **items;

  if (*text == '\0' || text[strspn (text, characters)] != '\0') {
    kv_quote (quoted, sizeof quoted, text, strlen (text));
    kv_fault (&r->base, r->base.scan.token, "KVD-19",
              "a value in %s is %s, which no such name looks like", key->name,
              quoted);
    free (text);
    return;
  }
  items = kv_grow (list->items, list->count, sizeof *items);
  if (items == NULL) {
    r->base.no_memory = r->base.stopped = true;
    free (text);
    return;
  }
  items[list->count++] = text;
  list->items = items;
}

static struct kv_oci_rule *
rule_of (struct kv_oci_parser *r)
{
  return &r->profile->rules[r->profile->n_rules - 1];
}

/* What is kept takes TEXT over. */
static bool
keep_name (struct kv_oci_parser *r, const struct kv_oci_key *key, char *text)
{
  switch (key->id) {
  case KV_OCI_NAMES:
  case KV_OCI_NAME:
    take_name (r, key, text, LOWER DIGITS "_", &rule_of (r)->names);
    return true;
  case KV_OCI_CAPS:
    take_name (r, key, text, UPPER DIGITS "_", &r->when->caps);
    return true;
  case KV_OCI_ARCHES:
    take_name (r, key, text, LOWER DIGITS "_", &r->when->arches);
    return true;
  default:
    return false;
  }
}

static struct kv_oci_arg *
arg_of (struct kv_oci_parser *r)
{
  struct kv_oci_rule *rule = rule_of (r);

  return &rule->args[rule->n_args - 1];
}

void
kv_oci_text (struct kv_oci_parser *r, const struct kv_oci_key *key, char *text)
{
  int at;

  if (keep_name (r, key, text))
    return;
  switch (key->id) {
  case KV_OCI_DEFAULT_ACTION:
    take_action (r, key, text, &r->profile->otherwise);
    break;
  case KV_OCI_ACTION:
    take_action (r, key, text, &rule_of (r)->answer);
    break;
  case KV_OCI_DEFAULT_ERRNO:
    take_errno (r, key, text, &r->default_name);
    break;
  case KV_OCI_ERRNO_NAME:
    take_errno (r, key, text, &r->name);
    break;
  case KV_OCI_LISTENER_PATH:
    if (*text != '\0')
      kv_fault (&r->base, r->base.scan.token, "KVC-04",
                "listenerPath names a program that would decide, and kavach "
                "asks none; take it away");
    break;
  case KV_OCI_OP:
    at = take_word (r, key, text, ops, KV_COUNT (ops));
    arg_of (r)->op = at >= 0 ? (enum kv_oci_op) at : KV_OCI_EQ;
    break;
  case KV_OCI_MIN_KERNEL:
    take_kernel (r, text);
    break;
  case KV_OCI_FLAGS:
    take_word (r, key, text, flags, KV_COUNT (flags));
    break;
  case KV_OCI_ARCHITECTURES:
  case KV_OCI_ARCHITECTURE:
  case KV_OCI_SUB_ARCHITECTURES:
    take_word (r, key, text, arches, KV_COUNT (arches));
    break;
  default:
    break;
  }
  free (text);
}

/* A whole number up to MOST; false after a fault. */
static bool
take_number (struct kv_oci_parser *r, const struct kv_oci_key *key,
             const char *digits, size_t length, uint64_t most, uint64_t *value)
{
  uint64_t n = 0;
  size_t i;

  for (i = 0; i < length; i++) {
    unsigned digit = (unsigned) (digits[i] - '0');

    if (digit > 9 || n > (UINT64_MAX - digit) / 10)
      break;
    n = 10 * n + digit;
  }
  if (i == length && n <= most) {
    *value = n;
    return true;
  }
  kv_fault (&r->base, r->base.scan.token, "KVD-17",
            "%s is %.*s%s; a whole number from 0 to %llu", key->name,
            length > 24 ? 24 : (int) length, digits, length > 24 ? "..." : "",
            (unsigned long long) most);
  return false;
}

void
kv_oci_number (struct kv_oci_parser *r, const struct kv_oci_key *key,
               const char *digits, size_t length)
{
  struct kv_oci_errno *number = NULL;
  uint64_t value = 0;

  switch (key->id) {
  case KV_OCI_DEFAULT_ERRNO_RET:
    number = &r->default_number;
    break;
  case KV_OCI_ERRNO_RET:
    number = &r->number;
    break;
  case KV_OCI_INDEX:
    if (take_number (r, key, digits, length, 5, &value))
      arg_of (r)->index = (unsigned) value;
    return;
  case KV_OCI_VALUE:
    (void) take_number (r, key, digits, length, UINT64_MAX, &arg_of (r)->value);
    return;
  case KV_OCI_VALUE_TWO:
    (void) take_number (r, key, digits, length, UINT64_MAX,
                        &arg_of (r)->value_two);
    return;
  default:
    return;
  }
  if (take_number (r, key, digits, length, ERRNO_MAX, &value))
    *number = (struct kv_oci_errno){ true, (uint16_t) value };
}

/* A zeroed element behind the COUNT that ARRAY has; NULL without memory. */
static void *
add_element (struct kv_oci_parser *r, void *array, unsigned *count, size_t size)
{
  unsigned n = *count;
  void *items;

  memcpy (&items, array, sizeof items);
  items = kv_grow (items, n, size);
  if (items == NULL) {
    r->base.no_memory = r->base.stopped = true;
    return NULL;
  }
  memcpy (array, &items, sizeof items);
  ++*count;
  return memset ((char *) items + n * size, 0, size);
}

bool
kv_oci_open (struct kv_oci_parser *r, const struct kv_oci_key *key,
             struct kv_position at)
{
  struct kv_oci_profile *profile = r->profile;
  struct kv_oci_rule *rule;

  switch (key->id) {
  case KV_OCI_SYSCALLS:
    rule = add_element (r, &profile->rules, &profile->n_rules, sizeof *rule);
    if (rule == NULL)
      return false;
    r->faults_before = r->base.faults->count;
    rule->line = at.line;
    rule->column = at.column;
    r->number = r->name = (struct kv_oci_errno){ 0 };
    return true;
  case KV_OCI_ARGS:
    rule = rule_of (r);
    return add_element (r, &rule->args, &rule->n_args, sizeof *rule->args)
           != NULL;
  case KV_OCI_INCLUDES:
    r->when = &rule_of (r)->includes;
    return true;
  case KV_OCI_EXCLUDES:
    r->when = &rule_of (r)->excludes;
    return true;
  default:
    return true;
  }
}

/* By name if it has one, EPERM if nothing is said, as the engines do. */
static uint16_t
join_errno (const struct kv_oci_errno *name, const struct kv_oci_errno *number)
{
  if (name->said)
    return name->number;
  return number->said ? number->number : EPERM;
}

void
kv_oci_close (struct kv_oci_parser *r, const struct kv_oci_frame *frame)
{
  const uint32_t named = 1U << KV_OCI_NAMES | 1U << KV_OCI_NAME;
  struct kv_oci_rule *rule;

  if (frame->owner == KV_OCI_IN_PROFILE)
    r->profile->otherwise.number
        = join_errno (&r->default_name, &r->default_number);
  if (frame->owner != KV_OCI_IN_RULE)
    return;
  rule = rule_of (r);
  rule->answer.number = join_errno (&r->name, &r->number);
  if ((frame->seen & named) == named)
    kv_fault (&r->base, frame->open, "KVD-22",
              "a value in syscalls has \"names\" and \"name\"; keep \"names\"");
  else if (rule->names.count == 0
           && ((frame->seen & named) == 0
               || r->base.faults->count == r->faults_before))
    kv_fault (&r->base, frame->open, "KVD-13",
              "a value in syscalls has no \"names\"");
}
