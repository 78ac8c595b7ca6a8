/* SPDX-License-Identifier: Apache-2.0 */
/* All five sets, and the bits that could bring them back.  The plain calls
 * are used where libcap would allocate. */
#include "config.h"

#include <errno.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "core/init/init.h"

#define SECUREBITS                                                             \
  (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP               \
   | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED                   \
   | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

#define WORDS _LINUX_CAPABILITY_U32S_3

static int
get_sets (struct __user_cap_data_struct *sets)
{
  struct __user_cap_header_struct header
      = { .version = _LINUX_CAPABILITY_VERSION_3 };

  return capget (&header, sets);
}

static int
put_sets (struct __user_cap_data_struct *sets)
{
  struct __user_cap_header_struct header
      = { .version = _LINUX_CAPABILITY_VERSION_3 };

  return capset (&header, sets);
}

/* An ordinary user cannot empty the bounding set and need not: under
 * no_new_privs nothing is ever drawn from it. */
static int
drop_bounding (void)
{
  cap_value_t cap = 0;

  /* EINVAL past the last one there is. */
  while (cap_drop_bound (cap) == 0)
    cap++;
  return cap > CAP_SETPCAP && errno == EINVAL ? 0 : -1;
}

bool
kv_capabilities_dropped (const struct kv_init *init)
{
  struct __user_cap_data_struct sets[WORDS];
  cap_value_t cap;
  unsigned i;
  int in;

  if (get_sets (sets) < 0)
    return false;
  for (i = 0; i < WORDS; i++)
    if ((sets[i].effective | sets[i].permitted | sets[i].inheritable) != 0)
      return false;
  for (cap = 0; (in = cap_get_bound (cap)) >= 0; cap++)
    if ((in > 0 && init->bounding) || cap_get_ambient (cap) > 0)
      return false;
  return true;
}

int
kv_drop_capabilities (struct kv_init *init)
{
  struct __user_cap_data_struct sets[WORDS];

  init->subject = "ambient";
  if (cap_reset_ambient () < 0)
    return -1;

  init->subject = "bounding";
  if (get_sets (sets) < 0)
    return -1;
  if ((sets[CAP_TO_INDEX (CAP_SETPCAP)].permitted & CAP_TO_MASK (CAP_SETPCAP))
      != 0) {
    /* After a change of user the effective set is empty. */
    sets[CAP_TO_INDEX (CAP_SETPCAP)].effective |= CAP_TO_MASK (CAP_SETPCAP);
    if (put_sets (sets) < 0 || drop_bounding () < 0)
      return -1;
    init->bounding = true;
    init->subject = "securebits";
    if (prctl (PR_SET_SECUREBITS, (unsigned long) SECUREBITS, 0, 0, 0) < 0)
      return -1;
  }

  init->subject = "effective";
  memset (sets, 0, sizeof sets);
  if (put_sets (sets) < 0)
    return -1;
  if (!kv_capabilities_dropped (init)) {
    errno = EPERM;
    return -1;
  }
  return 0;
}
